"""Signals up to a day become the trends of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from models.lexicon import Lexicon, TermKind
from models.protected_names import NO_NAMES, ProtectedNames
from models.trend import Trend, TrendStage
from trends.beside import AttributeCounts
from trends.candidates import Candidate, Counts, Title
from trends.counting import MIN_TITLES, count_phrases
from trends.encoder import Encoder
from trends.goods import Admission, GoodsRule, could_be_goods, judge_goods
from trends.goods_filter import GoodsFilter
from trends.interpret import Interpreter
from trends.pushing import Voices, voices_of
from trends.score import (
    RECENT_WEEKS,
    YEAR,
    Rise,
    expected_level,
    exposure_of,
    false_discovery_rates,
    rise,
    stage_of,
    surprise,
)
from trends.store import replace_trends, stream_signals
from trends.stories import stories
from trends.vocabulary import Vocabulary

_EVIDENCE = 12
_EXPLAINED = 0.7  # share of a phrase's titles that stronger trends hold
_HALF_AS_HIGH = 0.5
_UNKNOWN_WORD_MOMENTUM = 2.0  # a word that only keeps company with goods (gym, bookshop) must at least double
_SERIES_WEEKS = 60
MOST_FALSE = 0.25
"""Of the phrases shown, this share may be there by chance."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate that rose and counts as goods."""

    candidate: Candidate
    rise: Rise
    stage: TrendStage
    admission: Admission
    chance: float
    """How likely so many titles are when nothing rises."""
    voices: Voices
    rate: float = 0.0
    """Share of false ones to expect among all phrases that are at least as surprising."""
    variants: tuple[Candidate, ...] = ()
    """Weaker phrases for the same thing; their titles are evidence too."""

    @property
    def titles(self) -> frozenset[int]:
        """Numbers of the titles that speak of it, by any of its phrases."""
        return frozenset(number for phrase in (self.candidate, *self.variants) for number in phrase.titles)

    def with_variant(self, other: "Found") -> "Found":
        """The same trend with another phrase for it."""
        return replace(self, variants=(*self.variants, other.candidate, *other.variants))

    @property
    def rule(self) -> GoodsRule:
        """Which rule let it in."""
        return self.admission.rule

    @property
    def confidence(self) -> float:
        """How sure the rise is real, from 0 to 1: see `Voices.confidence`."""
        return self.voices.confidence(self.rise.confidence)

    @property
    def order(self) -> tuple[bool, bool, float, str]:
        """Fading ones last, pushed ones before them, then the highest score; the phrase settles ties."""
        return self.stage is TrendStage.FADING, self.voices.is_pushed, -self.rise.score, self.candidate.phrase


def detect(
    session: Session,
    as_of: date,
    lexicon: Lexicon,
    top: int = 20,
    encoder: Encoder | None = None,
    names: ProtectedNames = NO_NAMES,
) -> list[Trend]:
    """Find and store the trends of a day, best first; running it again replaces that day's list with the same.

    Reads only signals observed up to `as_of`. What merchandisers reviewed counts as lexicon; an encoder, where given,
    merges variants and guesses at unknown phrases. A trend that names a brand, an artist or a character is told, but
    means nothing that could be designed.
    """
    interpreter = Interpreter.of(session, lexicon, encoder)
    vocabulary = Vocabulary.of(interpreter.lexicon)
    counts = count_phrases(lambda since, until: stream_signals(session, since, until), as_of, vocabulary)
    rising = [item for item in find_rising(counts) if not interpreter.refuses(item.candidate.phrase)]
    everything = AttributeCounts.of(counts.titles)
    found = _merge_alike(rising, interpreter)[:top]
    rows = [_clear(_row(item, counts, as_of, interpreter, everything), names) for item in found]
    return replace_trends(session, as_of, rows)


def find_rising(counts: Counts, learned: GoodsFilter | None = None) -> list[Found]:
    """Goods phrases above their expected level and beyond chance, variants merged, best first."""
    looked_at = [
        candidate
        for _, candidate in sorted(counts.candidates.items())
        if could_be_goods(candidate, [counts.titles[number] for number in candidate.titles])
    ]
    risen = [found for candidate in _above_past(looked_at, counts) if (found := _judge(candidate, counts, learned))]
    rates = false_discovery_rates([found.chance for found in risen], len(looked_at))
    certain = [replace(found, rate=rate) for found, rate in zip(risen, rates, strict=True) if rate <= MOST_FALSE]
    return _merge_variants(certain)


def _above_past(candidates: Sequence[Candidate], counts: Counts) -> list[Candidate]:
    """Candidates with more titles than expected, told twice or not: what is below could only fall further."""
    if not candidates:
        return []
    weeks = np.stack([candidate.weeks for candidate in candidates])
    above = weeks[:, :RECENT_WEEKS].sum(axis=1) > expected_level(weeks, counts.totals)
    return [candidate for candidate, is_above in zip(candidates, above, strict=True) if is_above]


def _judge(candidate: Candidate, counts: Counts, learned: GoodsFilter | None) -> Found | None:
    titles = [counts.titles[number] for number in candidate.titles]
    admission = judge_goods(candidate, titles, learned)
    if admission is None:
        return None
    told = stories(titles, candidate)
    if len(told) < MIN_TITLES:
        return None
    risen = rise(sum(told), float(expected_level(candidate.weeks, counts.totals)))
    if risen.momentum <= 1:
        return None
    if admission.rule not in (GoodsRule.STYLE, GoodsRule.CATEGORY) and risen.momentum < _UNKNOWN_WORD_MOMENTUM:
        return None
    return Found(
        candidate,
        risen,
        stage_of(candidate.weeks),
        admission,
        chance=_chance(candidate, counts, len(told)),
        voices=voices_of(candidate, counts),
    )


def _chance(candidate: Candidate, counts: Counts, told: int) -> float:
    """The chance of so many titles in the recent weeks, or in the last of them; the likelier of two looks, doubled."""
    past = float(candidate.counts[RECENT_WEEKS : RECENT_WEEKS + YEAR].sum())
    expected = float(expected_level(candidate.counts, counts.counts))
    share = float(counts.counts[0] / max(1.0, counts.counts[:RECENT_WEEKS].sum()))
    recent = surprise(told, past, expected, exposure_of(counts.counts, RECENT_WEEKS))
    last = surprise(min(told, float(candidate.counts[0])), past, expected * share, exposure_of(counts.counts, 1))
    return min(1.0, 2 * min(recent, last))


def _merge_variants(found: Iterable[Found]) -> list[Found]:
    """Keep one phrase for each thing.

    Phrases that name the same style (美拉德, maillard) or differ only in how they are written (greatcoats, 琥珀格风)
    become one under the phrase that rises most, and pieces of an unknown word (拉德) go into it. Then, single words
    before compounds, styles first, heavier before lighter, a phrase is dropped into another when kept phrases
    that rise at least half as high explain most of its titles: brass buttons rise because military greatcoats do.
    """
    kept: list[Found] = []
    for item in sorted(_without_pieces(_one_per_thing(found)), key=_explaining_order):
        titles = item.titles
        shared = {
            at: common
            for at, other in enumerate(kept)
            if other.rise.score >= _HALF_AS_HIGH * item.rise.score and (common := titles & other.titles)
        }
        if len(set().union(*shared.values())) < _EXPLAINED * len(titles):
            kept.append(item)
        else:
            best = max(shared, key=lambda at: (len(shared[at]), -at))
            kept[best] = kept[best].with_variant(item)
    return sorted(kept, key=lambda item: item.order)


def _merge_alike(found: list[Found], interpreter: Interpreter) -> list[Found]:
    """Drop what an encoder takes for a variant into the stronger phrase."""
    same = interpreter.same([(item.candidate.phrase, item.candidate.words) for item in found])
    kept = dict(enumerate(found))
    for later, first in same.items():
        kept[first] = kept[first].with_variant(kept.pop(later))
    return list(kept.values())


def _explaining_order(item: Found) -> tuple[object, ...]:
    return _is_compound(item), list(GoodsRule).index(item.rule), -item.rise.observed, item.order


def _is_compound(item: Found) -> bool:
    """Joins several words of the lexicon (焦糖色美拉德, brown boots): tells less about what rises than each alone."""
    return sum(word.is_spelled for word in item.candidate.words) > 1


def _one_per_thing(found: Iterable[Found]) -> list[Found]:
    kept: dict[object, Found] = {}
    for item in sorted(found, key=lambda item: (_is_compound(item), item.order)):
        thing = _styles(item.candidate) or item.candidate.trunk or item.candidate.phrase
        kept[thing] = kept[thing].with_variant(item) if thing in kept else item
    return list(kept.values())


def _without_pieces(found: Sequence[Found]) -> list[Found]:
    """Unknown phrases that stand almost only inside a longer one become its variants."""
    kept: list[Found] = []
    for item in sorted(found, key=lambda item: (-len(item.candidate.phrase), item.order)):
        named = item.rule in (GoodsRule.STYLE, GoodsRule.CATEGORY)
        whole = next((at for at, other in enumerate(kept) if not named and _is_piece(item, other)), None)
        if whole is None:
            kept.append(item)
        else:
            kept[whole] = kept[whole].with_variant(item)
    return kept


def _is_piece(item: Found, other: Found) -> bool:
    own = set(item.candidate.titles)
    return item.candidate.phrase in other.candidate.phrase and len(
        own & set(other.candidate.titles)
    ) >= _EXPLAINED * len(own)


def _styles(candidate: Candidate) -> frozenset[str]:
    spelled = (term for word in candidate.words for term in word.spelled)
    return frozenset(term.key for term in spelled if term.kind is TermKind.STYLE)


def _row(found: Found, counts: Counts, as_of: date, interpreter: Interpreter, everything: AttributeCounts) -> Trend:
    candidate = found.candidate
    titles = [counts.titles[number] for number in sorted(found.titles)]
    newest = sorted(titles, key=lambda title: title.observed.observed_on, reverse=True)[:_EVIDENCE]
    meaning = interpreter.read(candidate.phrase, candidate.words, titles, everything)
    return Trend(
        as_of=as_of,
        phrase=candidate.phrase[:120],
        language=_language([counts.titles[number] for number in candidate.titles]),
        score=round(found.rise.score, 3),
        momentum=round(found.rise.momentum, 3),
        stage=found.stage,
        rule=found.rule.value,
        meaning=meaning.values,
        attributes=[one.to_json() for one in meaning.attributes],
        segments=interpreter.segments(candidate.phrase, titles),
        review=meaning.review,
        evidence=[
            {"date": seen.observed_on.isoformat(), "title": seen.title, "source": seen.source}
            for seen in (title.observed for title in newest)
        ],
        series=_series(candidate, as_of),
        reason=_reason(found)[:500],
        confidence=round(found.confidence, 3),
        false_rate=round(found.rate, 5),
        sources=found.voices.posts,
        is_pushed=found.voices.is_pushed,
        days=_days([counts.titles[number] for number in candidate.titles]),
    )


def _clear(row: Trend, names: ProtectedNames) -> Trend:
    if name := names.find(row.phrase):
        row.meaning, row.attributes = {}, []
        row.reason = f"names the {name.kind} {name.name}: nothing is designed for it. {row.reason}"[:500]
    return row


def _language(titles: Sequence[Title]) -> str:
    languages = [title.observed.language for title in titles]
    return max(sorted(set(languages)), key=languages.count)


def _series(candidate: Candidate, as_of: date) -> list[list[object]]:
    weeks = candidate.weeks[:_SERIES_WEEKS]
    return [
        [(as_of - timedelta(days=7 * back + 6)).isoformat(), round(float(weeks[back]), 2)]
        for back in range(len(weeks) - 1, -1, -1)
    ]


def _days(titles: Sequence[Title]) -> list[list[object]]:
    by_day: dict[date, list[float]] = {}
    for title in titles:
        by_day.setdefault(title.observed.observed_on, []).append(title.observed.weight)
    return [[day.isoformat(), len(weights), round(sum(weights), 2)] for day, weights in sorted(by_day.items())]


def _reason(found: Found) -> str:
    risen, titles = found.rise, len(found.candidate.titles)
    also = ", ".join(variant.phrase for variant in found.variants[:4])
    return (
        f"{titles} distinct titles in {RECENT_WEEKS} weeks: weight {risen.observed:.1f} where its own past and season "
        f"let expect {risen.expected:.1f}; at least {risen.score:.1f} times as much (95%), "
        f"doubled with probability {risen.confidence:.0%}; by chance in {found.chance:.1g} of cases, false rate "
        f"{found.rate:.1g}; {found.stage}; {_told_by(found.voices)}; goods: {found.rule}"
        + (f"; also as {also}" if also else "")
    )


def _told_by(voices: Voices) -> str:
    if voices.is_pushed:
        return "one source repeats itself: may be pushed"
    return f"{voices.agreeing} sources agree" if voices.agreeing > 1 else "one source"
