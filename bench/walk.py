"""Walking day by day over real titles: what would have been seen, and when.

Each day is ranked from what was known at its end. The words and phrases of all titles are read once; a day's counts are
slices of them, so the ranks are those of `trends.detect.detect` with that day as `as_of`.
"""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.lexicon import Lexicon
from models.trend import TrendStage
from trends.candidates import Candidate, Counts
from trends.counting import MIN_TITLES, Counting
from trends.detect import find_rising
from trends.labels import Labelled, load_labels
from trends.score import RECENT_WEEKS, YEAR, expected_level
from trends.store import Observation
from trends.tally import REPEAT_DAYS, Tally
from trends.vocabulary import Vocabulary

FIRST = 20
AFTER = timedelta(days=21)
SINCE_SEEN = timedelta(days=28)
"""A phrase that was in the first twenty within so many days does not enter anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase among the first twenty of a day."""

    phrase: str
    names: tuple[str, ...]
    """It and its variants."""
    usual: float
    """Titles a week in the trailing year before the recent weeks."""
    expected: float
    """Titles a week that past and season let expect."""
    observed: float
    """Titles a week in the recent weeks."""
    is_fading: bool = False


Ranking = Mapping[date, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Known:
    """A rise that is known by now: a word, and since when to look for it."""

    word: str
    since: date


KNOWN = (
    Known("马面裙", date(2022, 7, 1)),
    Known("多巴胺", date(2023, 5, 1)),
    Known("美拉德", date(2023, 8, 1)),
    Known("新中式", date(2023, 8, 1)),
)


def withhold(lexicon: Lexicon, words: Iterable[str]) -> Lexicon:
    """The lexicon as it was before anybody knew these words: every entry that spells one of them is taken out."""
    unknown = tuple(words)
    kept = {
        name: term
        for name, term in lexicon.terms.items()
        if not any(word in spelling for word in unknown for spelling in term.zh)
    }
    return Lexicon(kept)


def walk(counting: Counting, days: Sequence[date]) -> tuple[dict[date, list[Entry]], dict[date, list[Entry]]]:
    """The first twenty of each day, ours and those of the plain ratio."""
    counting.prepare(days)
    ours: dict[date, list[Entry]] = {}
    plain: dict[date, list[Entry]] = {}
    for number, day in enumerate(days):
        counts = counting.on(day)
        ours[day] = [
            _entry(found.candidate, counts, tuple(other.phrase for other in found.variants), found.stage)
            for found in find_rising(counts)[:FIRST]
        ]
        plain[day] = [_entry(candidate, counts) for candidate in by_ratio(counts)[:FIRST]]
        print(f"\r{number + 1} of {len(days)} days", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return ours, plain


def by_ratio(counts: Counts) -> list[Candidate]:
    """Baseline: phrases of three titles in the last week by that week's count over the mean of the eight before."""
    busy = [candidate for candidate in counts.candidates.values() if candidate.counts[0] >= MIN_TITLES]

    def order(candidate: Candidate) -> tuple[float, str]:
        before = max(float(candidate.counts[1:9].mean()), 1 / 8)  # one title where there was none
        return -float(candidate.counts[0]) / before, candidate.phrase

    return sorted(busy, key=order)


def _entry(
    candidate: Candidate, counts: Counts, variants: tuple[str, ...] = (), stage: TrendStage = TrendStage.RISING
) -> Entry:
    return Entry(
        candidate.phrase,
        (candidate.phrase, *variants),
        float(candidate.counts[RECENT_WEEKS : RECENT_WEEKS + YEAR].mean()),
        float(expected_level(candidate.counts, counts.counts)) / RECENT_WEEKS,
        float(candidate.counts[:RECENT_WEEKS].mean()),
        stage is TrendStage.FADING,
    )


def third_title(observations: Iterable[Observation], known: Known) -> date | None:
    """The day on which the third distinct title within a fortnight holds the word."""
    seen: dict[str, date] = {}
    for row in observations:
        if row.observed_on >= known.since and known.word in row.title:
            seen.setdefault(row.title, row.observed_on)
            fortnight = [day for day in seen.values() if row.observed_on - day < timedelta(days=REPEAT_DAYS)]
            if len(fortnight) >= MIN_TITLES:
                return row.observed_on
    return None


def first_seen(ranking: Ranking, known: Known) -> date | None:
    """The first day since then with the word among the first twenty."""
    days = (day for day, entries in sorted(ranking.items()) if day >= known.since and any(map(_is_of(known), entries)))
    return next(days, None)


def _is_of(known: Known) -> Callable[[Entry], bool]:
    return lambda entry: any(known.word in name for name in entry.names)


def entries(ranking: Ranking) -> Iterator[tuple[date, Entry]]:
    """Every phrase on the day it enters the first twenty."""
    last: dict[str, date] = {}
    for day, held in sorted(ranking.items()):
        for entry in held:
            before = last.get(entry.phrase)
            if before is None or day - before > SINCE_SEEN:
                yield day, entry
            last[entry.phrase] = day


def false_alarms(ranking: Ranking, counting: Counting, last: date) -> dict[str, float]:
    """Of the entries that are not shown as fading and whose three weeks after are known: shares that fell back.

    `fell_back`: in the three weeks after no more titles a week than in the year before the rise. Stricter:
    `fell_to_expected`, no more than past and season let expect; `fell_half`, more than half-way to that.
    """
    judged = [(day, entry) for day, entry in entries(ranking) if day + AFTER <= last and not entry.is_fading]
    days_of = titles_by_phrase(counting, {entry.phrase for _, entry in judged})
    back = expected = half = 0
    for day, entry in judged:
        days = days_of[entry.phrase]
        after = bisect_right(days, (day + AFTER).toordinal()) - bisect_right(days, day.toordinal())
        weekly = after / (AFTER.days / 7)
        back += weekly <= entry.usual
        expected += weekly <= entry.expected
        half += weekly < (entry.expected + entry.observed) / 2
    shares = {"fell_back": back, "fell_to_expected": expected, "fell_half": half}
    return {"entries": len(judged), **{name: round(count / max(1, len(judged)), 3) for name, count in shares.items()}}


def titles_by_phrase(counting: Counting, phrases: set[str]) -> dict[str, list[int]]:
    """Days of the distinct titles that hold each phrase, ascending."""
    tally, discovery = counting.tally, counting.discovery
    found: dict[str, list[int]] = {phrase: [] for phrase in phrases}
    for numbers, held in ((tally.phrase_ids, tally.title_phrases), (discovery.numbers, discovery.titles)):
        wanted = {numbers[phrase]: phrase for phrase in phrases if phrase in numbers and not found[phrase]}
        for title, number in zip(*(column.tolist() for column in held.slice(0, len(held))), strict=True):
            if number in wanted:
                found[wanted[number]].append(tally.days[title])
    return found


def precision(ranking: Ranking, labels: Sequence[Labelled] | None = None) -> dict[str, float]:
    """Goods or styles of goods among the labelled places of the first twenty, and which share of places is labelled."""
    goods = {label.phrase: label.is_goods for label in labels or load_labels()}
    places = [entry.phrase for held in ranking.values() for entry in held]
    judged = [goods[phrase] for phrase in places if phrase in goods]
    distinct = {phrase for phrase in places if phrase in goods}
    return {
        "places": len(places),
        "judged_share": round(len(judged) / max(1, len(places)), 3),
        "goods_share": round(sum(judged) / max(1, len(judged)), 3),
        "phrases": len(set(places)),
        "phrases_judged": len(distinct),
        "phrases_goods_share": round(sum(goods[phrase] for phrase in distinct) / max(1, len(distinct)), 3),
    }


def read_tally(observations: Sequence[Observation], lexicon: Lexicon) -> Tally:
    """Read all titles with a lexicon."""
    return Tally.read(observations, Vocabulary.of(lexicon))
