"""The counts of a day: recent titles, the phrases that stand in at least three of them, and their past by week."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from trends.candidates import Candidate as Candidate
from trends.candidates import Counts as Counts
from trends.candidates import Posts
from trends.candidates import Title as Title
from trends.discovery import Discovery
from trends.score import PAST_WEEKS, RECENT_WEEKS, Weeks
from trends.store import Observation
from trends.tally import Columns, Ints, Tally, window_start
from trends.vocabulary import Vocabulary
from trends.words import Word, join, phrases

MIN_TITLES = 3
RECENT_DAYS = 7 * RECENT_WEEKS
_NAME_SHARE = 0.3  # a word tagged as a name this often is a name; the tagger wavers on new ones

Observations = Callable[[date, date], Iterable[Observation]]
"""Opens a stream of observations from one day to another, oldest first."""


class Window(NamedTuple):
    """The titles a day's counts rest on: numbers from `low` to before `high`, recent ones from `recent`."""

    low: int
    recent: int
    high: int
    weeks: Ints
    """Weeks before the day, of each title."""
    weights: Weeks


def count_phrases(observations: Observations, as_of: date, vocabulary: Vocabulary) -> Counts:
    """Count every phrase that stands in at least three distinct titles of the recent weeks; nothing after `as_of`."""
    return Counting(Tally.read(observations(window_start(as_of), as_of), vocabulary)).on(as_of)


class Counting:
    """The counts of any day of a tally; days that follow each other share what was read."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.discovery = Discovery(tally)
        self._titles: dict[int, Title] = {}

    def prepare(self, days: Iterable[date]) -> None:
        """Find the new words of many days at once, so that the titles are searched for all of them in one pass."""
        windows = [self._window(day) for day in days]
        self.discovery.look_for({word for each in windows for word in self.discovery.words(each.recent, each.high)})

    def on(self, as_of: date) -> Counts:
        """What was known at the end of a day."""
        tally, window = self.tally, self._window(as_of)
        titles = self._read_recent(window)
        names = _names(tally, window)
        candidates = {
            phrase: candidate
            for phrase, candidate in self._known(window, titles).items()
            if not any(word.text in names for word in candidate.words)
        }
        for candidate in self._new(window, titles):
            candidates.setdefault(candidate.phrase, candidate)
        for candidate in candidates.values():
            candidate.trunk = tally.vocabulary.trunk(candidate.phrase)
        return Counts(
            titles,
            candidates,
            np.bincount(window.weeks, window.weights, PAST_WEEKS).astype(np.float64),
            np.bincount(window.weeks, minlength=PAST_WEEKS).astype(float),
            self._posts(window, as_of),
        )

    def _posts(self, window: Window, as_of: date) -> Posts:
        title, source, count = self.tally.posts(as_of - timedelta(days=RECENT_DAYS - 1), as_of)
        recent = title >= window.recent
        return Posts(title[recent] - window.recent, source[recent], count[recent], self.tally.sources)

    def _window(self, as_of: date) -> Window:
        tally = self.tally
        low, high = tally.between(as_of - timedelta(days=7 * PAST_WEEKS - 1), as_of)
        recent, _ = tally.between(as_of - timedelta(days=RECENT_DAYS - 1), as_of)
        weeks = (as_of.toordinal() - np.array(tally.days[low:high], dtype=np.int64)) // 7
        return Window(low, recent, high, weeks, np.array(tally.weights[low:high]))

    def _read_recent(self, window: Window) -> list[Title]:
        known = self._titles
        self._titles = {
            number: known.get(number) or Title(self.tally.titles[number], self.tally.words_of(number))
            for number in range(window.recent, window.high)
        }
        return list(self._titles.values())

    def _known(self, window: Window, titles: list[Title]) -> dict[str, Candidate]:
        tally = self.tally
        found = _gather(tally.title_phrases, window, len(tally.phrases))
        for number, candidate in found.items():
            candidate.phrase = tally.phrases[number]
            candidate.words = _run_of(candidate.phrase, titles[candidate.titles[0]].words)
        return {candidate.phrase: candidate for candidate in found.values()}

    def _new(self, window: Window, titles: list[Title]) -> Iterable[Candidate]:
        words = self.discovery.words(window.recent, window.high)
        self.discovery.look_for(words)
        numbers = {self.discovery.numbers[word]: word for word in words}
        for number, candidate in _gather(self.discovery.titles, window, len(self.discovery.numbers), numbers).items():
            candidate.phrase = numbers[number]
            candidate.words = (self.tally.vocabulary.unknown(candidate.phrase),)
            candidate.is_new_word = True
            yield candidate


def _gather(held: Columns, window: Window, size: int, only: Iterable[int] | None = None) -> dict[int, Candidate]:
    """Candidates by number of the phrase, out of which phrases each title holds."""
    at, phrase = held.slice(window.low, window.high)
    recent = at >= window.recent
    enough = np.bincount(phrase[recent], minlength=size) >= MIN_TITLES
    if only is not None:
        enough &= np.isin(np.arange(size), list(only))
    chosen = np.flatnonzero(enough)
    keep = enough[phrase]
    at, phrase, recent = at[keep], np.searchsorted(chosen, phrase[keep]), recent[keep]
    cell = phrase * PAST_WEEKS + window.weeks[at - window.low]
    shape = (len(chosen), PAST_WEEKS)
    weeks = np.bincount(cell, window.weights[at - window.low], len(chosen) * PAST_WEEKS).reshape(shape)
    counts = np.bincount(cell, minlength=len(chosen) * PAST_WEEKS).astype(float).reshape(shape)
    order = np.argsort(phrase[recent], kind="stable")
    ends = np.cumsum(np.bincount(phrase[recent], minlength=len(chosen)))
    own = np.split(at[recent][order], ends[:-1]) if len(chosen) else []
    return {
        int(number): Candidate("", (), (titles - window.recent).tolist(), weeks[row], counts[row])
        for row, (number, titles) in enumerate(zip(chosen, own, strict=True))
    }


def _run_of(phrase: str, words: Sequence[Word]) -> tuple[Word, ...]:
    return next(run for run in phrases(words) if join(run) == phrase)


def _names(tally: Tally, window: Window) -> set[str]:
    """Words that the tagger takes for names too often in the recent titles."""
    _, word = tally.title_words.slice(window.recent, window.high)
    spoken: dict[str, int] = {}
    named: dict[str, int] = {}
    for number, count in zip(*(values.tolist() for values in np.unique(word, return_counts=True)), strict=True):
        text = tally.words[number].text
        spoken[text] = spoken.get(text, 0) + count
        if tally.words[number].is_name:
            named[text] = named.get(text, 0) + count
    return {text for text, count in named.items() if count >= _NAME_SHARE * spoken[text]}
