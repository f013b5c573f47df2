"""Phrases and their weekly weighted counts, from a stream of observations, in two passes and bounded memory.

The first pass reads the recent weeks and finds which phrases occur in enough distinct titles; the second counts only
those over the whole past. Titles repeated within two weeks count once: a hot list shows the same entry for days.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from trends.score import RECENT_WEEKS, SEASON_SLACK, YEAR, Weeks
from trends.store import Observation
from trends.vocabulary import Vocabulary
from trends.words import Word, join, phrases

PAST_WEEKS = 2 * YEAR + RECENT_WEEKS + SEASON_SLACK
MIN_TITLES = 3
_REPEAT_DAYS = 14
_NAME_SHARE = 0.3  # a word tagged as a name this often is a name; the tagger wavers on new ones

Observations = Callable[[date, date], Iterable[Observation]]
"""Opens a stream of observations from one day to another, oldest first."""


@dataclass(frozen=True, slots=True)
class Title:
    """A distinct recent title, read."""

    observed: Observation
    words: tuple[Word, ...]


@dataclass(slots=True)
class Candidate:
    """A phrase of the recent weeks with the titles that hold it and its weekly counts, newest week first."""

    phrase: str
    words: tuple[Word, ...]
    titles: list[int] = field(default_factory=list)
    weeks: Weeks = field(default_factory=lambda: np.zeros(PAST_WEEKS))


@dataclass(frozen=True, slots=True)
class Counts:
    """What detection looks at: recent titles, candidates by phrase, weekly weight of all titles."""

    titles: list[Title]
    candidates: dict[str, Candidate]
    totals: Weeks


def count_phrases(observations: Observations, as_of: date, vocabulary: Vocabulary) -> Counts:
    """Count every phrase that stands in at least three distinct titles of the recent weeks; nothing after `as_of`."""
    recent_from = as_of - timedelta(days=7 * RECENT_WEEKS - 1)
    titles: list[Title] = []
    for seen in _distinct(observations(recent_from - timedelta(days=_REPEAT_DAYS), as_of)):
        if seen.observed_on >= recent_from:
            titles.append(Title(seen, tuple(vocabulary.read(seen.title))))
    candidates = _candidates(titles)
    totals = np.zeros(PAST_WEEKS)
    hits: dict[tuple[str, int], float] = defaultdict(float)
    for seen in _distinct(observations(as_of - timedelta(days=7 * PAST_WEEKS - 1), as_of)):
        week = (as_of - seen.observed_on).days // 7
        totals[week] += seen.weight
        for phrase in {join(run) for run in phrases(vocabulary.read(seen.title))}:
            if phrase in candidates:
                hits[phrase, week] += seen.weight
    for (phrase, week), weight in hits.items():
        candidates[phrase].weeks[week] += weight
    return Counts(titles, candidates, totals)


def _distinct(observations: Iterable[Observation]) -> Iterator[Observation]:
    last_seen: dict[int, int] = {}  # by hash: 1.8 million titles fit, a collision loses one title
    for seen in observations:
        key, day = hash(seen.title), seen.observed_on.toordinal()
        before = last_seen.get(key)
        last_seen[key] = day
        if before is None or day - before > _REPEAT_DAYS:
            yield seen


def _candidates(titles: list[Title]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    named: dict[str, int] = defaultdict(int)
    spoken: dict[str, int] = defaultdict(int)
    for number, title in enumerate(titles):
        for word in title.words:
            spoken[word.text] += 1
            named[word.text] += word.is_name
        for phrase, run in {join(run): run for run in phrases(title.words)}.items():
            candidate = found.get(phrase)
            if candidate is None:
                candidate = found[phrase] = Candidate(phrase, run)
            candidate.titles.append(number)
    return {
        phrase: candidate
        for phrase, candidate in found.items()
        if len(candidate.titles) >= MIN_TITLES
        and all(named[word.text] < _NAME_SHARE * spoken[word.text] for word in candidate.words)
    }
