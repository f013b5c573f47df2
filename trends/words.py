"""Words and phrases of a title, and what the lexicon says about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.lexicon import Term, TermKind

MAX_PHRASE_WORDS = 3
GOODS_PREFIX, NEWS_PREFIX = "goods_", "news_"
# Colours are missing on purpose: pandas, roads and bands are red or blue too.
_PARTS_OF_GOODS = frozenset(TermKind) - {TermKind.CONTEXT, TermKind.OCCASION, TermKind.COLOUR}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a title; `terms` are the lexicon entries it spells, or those that its last character spells."""

    text: str
    is_content: bool = False
    is_noun: bool = False
    is_latin: bool = False
    is_name: bool = False
    is_spelled: bool = False
    is_context: bool = False
    """Says what a title is about, but nothing about the goods themselves (穿搭, outfit)."""
    breaks_phrases: bool = True
    """Punctuation, names of people and places, and context words are no part of a trend's phrase."""
    terms: tuple[Term, ...] = ()

    @property
    def spelled(self) -> tuple[Term, ...]:
        """The lexicon entries this word spells in full."""
        return self.terms if self.is_spelled else ()


BREAK = Word("")


def phrases(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Runs of one to three words that begin and end with a content word and cross nothing that breaks phrases."""
    for start, first in enumerate(words):
        if first.breaks_phrases or not first.is_content:
            continue
        for end in range(start, min(start + MAX_PHRASE_WORDS, len(words))):
            last = words[end]
            if last.breaks_phrases:
                break
            if last.is_content:
                yield tuple(words[start : end + 1])


def join(run: tuple[Word, ...]) -> str:
    """The phrase as people write it: blanks only between Latin words."""
    if len(run) == 1:
        return run[0].text
    text = run[0].text
    for before, word in pairwise(run):
        text += f" {word.text}" if before.is_latin and word.is_latin else word.text
    return text


def speaks_for_goods(term: Term) -> bool:
    """An attribute or style of goods, or a context word that goes with them."""
    return term.kind in _PARTS_OF_GOODS or (term.kind is TermKind.CONTEXT and term.key.startswith(GOODS_PREFIX))


def speaks_for_news(term: Term) -> bool:
    """A context word of news, celebrities, drama or sport."""
    return term.kind is TermKind.CONTEXT and term.key.startswith(NEWS_PREFIX)
