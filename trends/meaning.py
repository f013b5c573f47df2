"""What a trend means in attributes of goods, each value with a confidence and where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.lexicon import ATTRIBUTES, TermKind
from trends.beside import AttributeCounts, at_home
from trends.counting import Title
from trends.reviewed import Reviewed
from trends.words import Word

TOLD = tuple(dict.fromkeys((TermKind.CATEGORY, TermKind.COLOUR, *ATTRIBUTES, TermKind.STYLE, TermKind.OCCASION)))
GOODS = frozenset({TermKind.CATEGORY, TermKind.STYLE})
_BESIDE_TITLES = 2  # one title with a red shirt does not make a trend red
_LIKELY = 0.5
_MOST = 6
_FIRST_IMPLIED, _NEXT_IMPLIED = 0.9, 0.95
"""All that the lexicon tells of what a style implies is an order: the first value is nine times of ten right, by our
reading, and each further one a twentieth less likely than the one before it."""


class Basis(StrEnum):
    """Where an attribute of a trend comes from, the surest first."""

    REVIEWED = "reviewed"
    NAMED = "named"
    BESIDE = "beside"
    IMPLIED = "implied"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One value of one attribute that a trend's goods have."""

    kind: TermKind
    value: str
    confidence: float
    """0-1. A merchandiser's word and words of the phrase itself count as certain."""
    basis: Basis
    titles: int = 0
    """How many titles name it beside the phrase."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, as `Trend.attributes` keeps it."""
        return {
            "attribute": self.kind.value,
            "value": self.value,
            "confidence": round(min(self.confidence, 0.999), 3) if self.confidence < 1 else 1.0,
            "basis": self.basis.value,
            "titles": self.titles,
        }


@dataclass(frozen=True, slots=True)
class TrendMeaning:
    """Attributes by kind, surest first, and why a merchandiser should look at them."""

    attributes: tuple[Attribute, ...]
    review: str
    """Empty when the lexicon knows the phrase."""

    @property
    def values(self) -> dict[str, list[str]]:
        """Attribute -> values, likeliest first, as specs are made from it."""
        found: dict[str, list[str]] = {}
        for attribute in self.attributes:
            found.setdefault(attribute.kind.value, []).append(attribute.value)
        return found


def read_meaning(
    words: Sequence[Word],
    titles: Sequence[Title],
    everything: AttributeCounts,
    reviewed: Reviewed | None = None,
    alike: Iterable[Attribute] = (),
) -> TrendMeaning:
    """What a phrase means, from its own words, the titles that hold it and all recent titles.

    What a merchandiser or the phrase itself names stands alone: a greatcoat beside which people speak of down jackets
    is no down jacket. Otherwise words at home beside the phrase (`trends/beside.py`), what its style implies, and what
    phrases of the same sense imply are weighed by their confidence.
    """
    own = [term for word in words for term in word.spelled]
    told = [Attribute(TermKind(kind), v, 1.0, Basis.REVIEWED) for kind, v in (reviewed.pairs if reviewed else ())]
    said = {one.kind for one in told}
    told += [Attribute(term.kind, term.key, 1.0, Basis.NAMED) for term in own if term.kind not in said]
    beside = _beside({word.text for word in words}, titles, everything)
    guessed = [*beside, *_implied(own), *alike]
    settled = {one.kind for one in told} - {TermKind.STYLE, TermKind.OCCASION}
    best = _surest((*told, *(one for one in guessed if one.kind not in settled)))
    return TrendMeaning(best, "" if reviewed is not None or is_known(words) else _why_review(best))


def is_known(words: Sequence[Word]) -> bool:
    """Whether the lexicon knows what a phrase is about: by its style or category, or because it spells every word.

    A caramel cloud is unknown although caramel is a colour.
    """
    kinds = {term.kind for word in words for term in word.spelled}
    return bool(kinds & GOODS) or all(word.is_spelled for word in words if word.is_content)


def implied_by(implies: Mapping[str, Sequence[str]], sure: float, basis: Basis) -> list[Attribute]:
    """Values that a term implies, the first with confidence `sure`, each further one a little less."""
    return [
        Attribute(TermKind(name), value, sure * _NEXT_IMPLIED**position, basis)
        for name, values in implies.items()
        for position, value in enumerate(values)
    ]


def _implied(own: Iterable[Any]) -> list[Attribute]:
    return [one for term in own for one in implied_by(term.implies, _FIRST_IMPLIED, Basis.IMPLIED)]


def _beside(own: set[str], titles: Sequence[Title], everything: AttributeCounts) -> list[Attribute]:
    beside = AttributeCounts.of(titles, own)
    sure = at_home(beside, everything.without(titles))
    return [
        Attribute(kind, key, sure[kind, key], Basis.BESIDE, count)
        for (kind, key), count in sorted(beside.values.items())
        if count >= _BESIDE_TITLES and sure[kind, key] >= _LIKELY
    ]


def _surest(found: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Each value once with its best confidence, a handful an attribute; the order of titles plays no part."""
    best: dict[tuple[TermKind, str], Attribute] = {}
    for one in found:
        before = best.get((one.kind, one.value))
        if one.kind in TOLD and (before is None or one.confidence > before.confidence):
            best[one.kind, one.value] = one
    place = {value: number for number, value in enumerate(best)}

    def order(one: Attribute) -> tuple[object, ...]:
        # What the lexicon lists keeps its order at equal confidence; words beside the phrase come in no order.
        listed = place[one.kind, one.value] if one.basis is not Basis.BESIDE else 0
        return TOLD.index(one.kind), -one.confidence, list(Basis).index(one.basis), -one.titles, listed, one.value

    kept: list[Attribute] = []
    for one in sorted(best.values(), key=order):
        if sum(other.kind is one.kind for other in kept) < _MOST:
            kept.append(one)
    return tuple(kept)


def _why_review(best: Sequence[Attribute]) -> str:
    titles = max((one.titles for one in best), default=0)
    if not best:
        return "the lexicon does not know it, and its titles name nothing that goods have"
    if not titles:
        return "the lexicon does not know it; guessed from phrases of the same sense"
    return f"the lexicon does not know it; guessed from words beside it in up to {titles} titles"
