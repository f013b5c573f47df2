"""Recent titles and the phrases in them, as detection looks at them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trends.score import PAST_WEEKS, Weeks
from trends.store import Observation
from trends.words import Word, speaks_for_goods, speaks_for_news

_AGREE = 2
_STYLE_ENDINGS = ("风", "色系", "系穿", "系造")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Title:
    """A distinct recent title, read."""

    observed: Observation
    words: tuple[Word, ...]

    @cached_property
    def goods_words(self) -> frozenset[str]:
        """Words that speak for goods."""
        return frozenset(word.text for word in self.words if any(map(speaks_for_goods, word.terms)))

    @cached_property
    def news_words(self) -> frozenset[str]:
        """Words that speak for news."""
        return frozenset(word.text for word in self.words if any(map(speaks_for_news, word.terms)))

    @cached_property
    def text(self) -> str:
        """Its words as they were read, with blanks for what is none."""
        return "".join(word.text or " " for word in self.words)


def is_called_a_style(phrase: str, text: str) -> bool:
    """Whether a title, folded, says 风 or 色系 of a phrase: what is said so of is a way to look."""
    _, found, after = text.partition(phrase)
    return bool(found) and after.startswith(_STYLE_ENDINGS)


@dataclass(slots=True)
class Candidate:
    """A phrase of the recent weeks with the places of its titles and its past by week, newest week first."""

    phrase: str
    words: tuple[Word, ...]
    titles: list[int] = field(default_factory=list)
    weeks: Weeks = field(default_factory=lambda: np.zeros(PAST_WEEKS))
    """Weighted distinct titles."""
    counts: Weeks = field(default_factory=lambda: np.zeros(PAST_WEEKS))
    """Distinct titles."""
    trunk: str = ""
    """The phrase without plural, hyphens and words that only say it is worn: variants share it."""
    is_new_word: bool = False
    """No dictionary holds it: it was found by cohesion and freedom."""

    def owns(self, text: str) -> bool:
        """Whether a word of a title is part of the phrase and says nothing beside it; pieces of a new word are, too."""
        return text in self.phrase if self.is_new_word else any(text == word.text for word in self.words)

    def beside(self, texts: Iterable[str]) -> set[str]:
        """What is said beside the phrase."""
        return {text for text in texts if not self.owns(text)}


@dataclass(frozen=True, slots=True)
class Posts:
    """Who posted the recent titles: a row for each title, source and day, with how often it did."""

    titles: Ints
    sources: Ints
    counts: Ints
    names: Sequence[str]

    def of(self, numbers: Iterable[int]) -> dict[str, int]:
        """Posts of these titles by source; those of one source and day beyond the first are repeats."""
        counts = np.bincount(*self._chosen(numbers))
        return {self.names[at]: int(count) for at, count in enumerate(counts) if count}

    def repeats(self, numbers: Iterable[int]) -> int:
        """How often a source posted one of these titles again on the same day."""
        _, counts = self._chosen(numbers)
        return int((counts - 1).sum())

    def agreeing(self, numbers: Iterable[int]) -> int:
        """Sources that posted at least two of these titles."""
        chosen = np.isin(self.titles, list(numbers))
        pairs = np.unique(np.stack([self.sources[chosen], self.titles[chosen]]), axis=1)
        return int((np.bincount(pairs[0]) >= _AGREE).sum())

    def _chosen(self, numbers: Iterable[int]) -> tuple[Ints, Ints]:
        chosen = np.isin(self.titles, list(numbers))
        return self.sources[chosen], self.counts[chosen]


@dataclass(frozen=True, slots=True)
class Counts:
    """What detection looks at on a day."""

    titles: list[Title]
    """Recent ones, oldest first; candidates and posts name them by their place here."""
    candidates: dict[str, Candidate]
    totals: Weeks
    """Weight of all titles by week, newest first."""
    counts: Weeks
    """Number of all titles by week, newest first."""
    posts: Posts
