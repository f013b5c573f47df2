"""Distinct titles with the words and phrases they hold, in columns: the counts of any day are slices of them.

One pass over the observations, oldest first. Everything a day needs lies within a window before it, so the counts of a
day are the same whether only that window was read or years more, before or after.
"""

from array import array
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trends.score import PAST_WEEKS
from trends.store import Observation
from trends.vocabulary import Vocabulary
from trends.words import Word, join, phrases

REPEAT_DAYS = 14
"""A title seen again within so many days is the same news: a hot list shows an entry for days."""

Ints = npt.NDArray[np.int64]


def window_start(as_of: date) -> date:
    """The first day that the counts of `as_of` depend on."""
    return as_of - timedelta(days=7 * PAST_WEEKS - 1 + REPEAT_DAYS)


class Posts(NamedTuple):
    """A title of one day: the heaviest of its observations, and how often each source posted it that day."""

    heaviest: Observation
    by_source: dict[str, int]


class Columns:
    """Rows of different length in two arrays: `starts` and `values` (compressed sparse rows)."""

    def __init__(self) -> None:
        self._starts = array("q", [0])
        self._values = array("i")

    def __len__(self) -> int:
        return len(self._starts) - 1

    @staticmethod
    def of(rows: Ints, values: Ints, size: int) -> "Columns":
        """From (row, value) pairs in any order; `size` rows."""
        made = Columns()
        made._starts = array("q", [0, *np.cumsum(np.bincount(rows, minlength=size)).tolist()])
        made._values = array("i", values[np.argsort(rows, kind="stable")].tolist())
        return made

    def append(self, row: Iterable[int]) -> None:
        """Add a row."""
        self._values.extend(row)
        self._starts.append(len(self._values))

    def row(self, at: int) -> list[int]:
        """One row."""
        return self._values[self._starts[at] : self._starts[at + 1]].tolist()

    def slice(self, low: int, high: int) -> tuple[Ints, Ints]:
        """Row numbers and values of the rows from `low` to before `high`, flat."""
        starts = np.array(self._starts[low : high + 1], dtype=np.int64)
        values = np.array(self._values[starts[0] : starts[-1]], dtype=np.int64)
        return np.repeat(np.arange(low, high), np.diff(starts)), values


class Tally:
    """Titles in order of their first day, each read once; see `read`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.titles: list[Observation] = []
        self.words: list[Word] = []
        self.phrases: list[str] = []
        self.phrase_ids: dict[str, int] = {}
        self.sources: list[str] = []
        self.title_words, self.title_phrases = Columns(), Columns()
        self.days, self.weights = array("i"), array("d")
        # One row for each title, day and source, repeats within days included.
        self.post_days, self.post_titles = array("i"), array("i")
        self.post_sources, self.post_counts = array("b"), array("i")
        self._word_ids: dict[int, int] = {}  # by identity: the vocabulary gives one object for each word and tag
        self._source_ids: dict[str, int] = {}

    @staticmethod
    def read(observations: Iterable[Observation], vocabulary: Vocabulary) -> "Tally":
        """Read observations that come oldest day first; within a day their order does not matter."""
        tally = Tally(vocabulary)
        last_seen: dict[str, tuple[int, int]] = {}  # title -> day, number of the distinct title
        for posts in _by_day(observations):
            seen = posts.heaviest
            day = seen.observed_on.toordinal()
            before = last_seen.get(seen.title)
            number = tally._add(seen, day) if before is None or day - before[0] > REPEAT_DAYS else before[1]
            last_seen[seen.title] = day, number
            for source, count in posts.by_source.items():
                tally._add_post(day, number, source, count)
        return tally

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Numbers of the first title and of the one after the last that were first seen from one day to another."""
        return _between(self.days, first, last)

    def words_of(self, number: int) -> tuple[Word, ...]:
        """The words of a title."""
        return tuple(self.words[word] for word in self.title_words.row(number))

    def posts(self, first: date, last: date) -> tuple[Ints, Ints, Ints]:
        """Title number, source number and count of every post from one day to another."""
        low, high = _between(self.post_days, first, last)
        columns = (self.post_titles, self.post_sources, self.post_counts)
        title, source, count = (np.array(column[low:high], dtype=np.int64) for column in columns)
        return title, source, count

    def _add(self, seen: Observation, day: int) -> int:
        words = self.vocabulary.read(seen.title)
        self.title_words.append(self._word_id(word) for word in words)
        # In alphabetical order: numbers of phrases then depend on the titles alone.
        self.title_phrases.append(self._phrase_id(text) for text in sorted({join(run) for run in phrases(words)}))
        self.titles.append(seen)
        self.days.append(day)
        self.weights.append(seen.weight)
        return len(self.titles) - 1

    def _add_post(self, day: int, number: int, source: str, count: int) -> None:
        known = self._source_ids.get(source)
        if known is None:
            known = self._source_ids[source] = len(self.sources)
            self.sources.append(source)
        self.post_days.append(day)
        self.post_titles.append(number)
        self.post_sources.append(known)
        self.post_counts.append(count)

    def _word_id(self, word: Word) -> int:
        known = self._word_ids.get(id(word))
        if known is None:
            known = self._word_ids[id(word)] = len(self.words)
            self.words.append(word)
        return known

    def _phrase_id(self, text: str) -> int:
        known = self.phrase_ids.get(text)
        if known is None:
            known = self.phrase_ids[text] = len(self.phrases)
            self.phrases.append(text)
        return known


def _by_day(observations: Iterable[Observation]) -> Iterator[Posts]:
    for _, rows in groupby(observations, key=attrgetter("observed_on")):
        day: dict[str, Posts] = {}
        for seen in rows:
            posts = day.get(seen.title)
            if posts is None:
                day[seen.title] = Posts(seen, {seen.source: 1})
                continue
            posts.by_source[seen.source] = posts.by_source.get(seen.source, 0) + 1
            if (-seen.weight, seen.source, seen.language) < (
                -posts.heaviest.weight,
                posts.heaviest.source,
                posts.heaviest.language,
            ):
                day[seen.title] = posts._replace(heaviest=seen)
        for title in sorted(day):
            yield day[title]


def _between(days: "array[int]", first: date, last: date) -> tuple[int, int]:
    column = np.frombuffer(days, dtype=np.int32) if days else np.zeros(0, dtype=np.int32)
    low = int(np.searchsorted(column, first.toordinal(), "left"))
    return low, max(low, int(np.searchsorted(column, last.toordinal(), "right")))
