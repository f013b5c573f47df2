"""Signals up to a day become the trends of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.lexicon import Lexicon, TermKind
from models.protected_names import NO_NAMES, ProtectedNames
from models.trend import Trend, TrendStage
from trends.beside import AttributeCounts
from trends.counting import MIN_TITLES, Candidate, Counts, Title, count_phrases
from trends.encoder import Encoder
from trends.goods import GoodsRule, judge_goods
from trends.interpret import Interpreter
from trends.score import RECENT_WEEKS, Rise, expected_level, rise, stage_of
from trends.store import replace_trends, stream_signals
from trends.stories import stories
from trends.vocabulary import Vocabulary

_EVIDENCE = 12
_EXPLAINED = 0.7  # share of a phrase's titles that stronger trends hold
_HALF_AS_HIGH = 0.5
_UNKNOWN_WORD_MOMENTUM = 2.0  # a word that only keeps company with goods (gym, bookshop) must at least double
_SERIES_WEEKS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate that rose and counts as goods."""

    candidate: Candidate
    rise: Rise
    stage: TrendStage
    rule: GoodsRule
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
    def order(self) -> tuple[bool, float, str]:
        """Fading ones last, then the highest score; the phrase settles ties so that a rerun gives the same list."""
        return self.stage is TrendStage.FADING, -self.rise.score, self.candidate.phrase


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


def find_rising(counts: Counts) -> list[Found]:
    """Goods phrases above their expected level, variants merged, best first."""
    found: list[Found] = []
    for candidate in counts.candidates.values():
        titles = [counts.titles[number] for number in candidate.titles]
        told = stories(titles, candidate.words)
        if len(told) < MIN_TITLES:
            continue
        risen = rise(sum(told), expected_level(candidate.weeks, counts.totals))
        if risen.momentum <= 1:
            continue
        rule = judge_goods(candidate.words, titles)
        if rule is not None and (rule is not GoodsRule.CONTEXT or risen.momentum >= _UNKNOWN_WORD_MOMENTUM):
            found.append(Found(candidate, risen, stage_of(candidate.weeks), rule))
    return _merge_variants(found)


def _merge_variants(found: Iterable[Found]) -> list[Found]:
    """Keep one phrase for each thing.

    Phrases that name the same style (美拉德, maillard) become one under the phrase that rises most. Then, single
    words before compounds, styles first, heavier before lighter, a phrase is dropped into another when kept phrases
    that rise at least half as high explain most of its titles: brass buttons rise because military greatcoats do.
    """
    kept: list[Found] = []
    for item in sorted(_one_per_style(found), key=_explaining_order):
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


def _one_per_style(found: Iterable[Found]) -> list[Found]:
    single: list[Found] = []
    by_style: dict[frozenset[str], Found] = {}
    for item in sorted(found, key=lambda item: (_is_compound(item), item.order)):
        styles = _styles(item.candidate)
        if not styles:
            single.append(item)
        else:
            by_style[styles] = by_style[styles].with_variant(item) if styles in by_style else item
    return single + list(by_style.values())


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


def _reason(found: Found) -> str:
    risen, titles = found.rise, len(found.candidate.titles)
    also = ", ".join(variant.phrase for variant in found.variants[:4])
    return (
        f"{titles} distinct titles in {RECENT_WEEKS} weeks: weight {risen.observed:.1f} where its own past and season "
        f"let expect {risen.expected:.1f}; at least {risen.score:.1f} times as much (95%), "
        f"doubled with probability {risen.confidence:.0%}; {found.stage}; goods: {found.rule}"
        + (f"; also as {also}" if also else "")
    )
