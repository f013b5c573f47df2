"""From what became of earlier listings to what is believed of the next ones: one pure function over all the evidence.

Each attribute's value has an effect over all segments and one more in each segment, both drawn around zero
with spreads of their own, so that a segment with few listings is believed to be like the others (partial pooling).
Effects are told against the average of the values that were tried, each weighted by its listings: what all listings
have in common says nothing of any of them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from demand.learning.priors import SEGMENT, AttributePriors, ListingHistory, fit_priors
from demand.learning.rungs import RungOutcome, RungWeights, fit_rungs
from demand.learning.yields import Lot, MakerYield, fit_yields
from models.interest import Segment
from models.learned import LearnedEffect, LearnedEffects

METHOD = "learned-1"
_IN = " in "  # joins an attribute and a segment to the name of the attribute's effect in that segment


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is learned from."""

    history: tuple[ListingHistory, ...]
    sold: tuple[RungOutcome, ...]
    lots: tuple[Lot, ...]

    @property
    def digest(self) -> str:
        """SHA-256 that the order of the rows does not change."""
        parts = [METHOD]
        for rows in (self.history, self.sold, self.lots):
            parts += [*sorted(json.dumps(asdict(row), sort_keys=True, default=str) for row in rows), ""]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is believed now."""

    priors: AttributePriors
    effects: LearnedEffects
    segments: Mapping[Segment, LearnedEffects]
    rungs: RungWeights
    yields: tuple[MakerYield, ...]


def in_segment(attributes: Mapping[str, str], segment: Segment) -> dict[str, str]:
    """The attributes as the fitted priors know them: for all segments, and for this one."""
    return {**attributes, **{f"{name}{_IN}{segment.value}": value for name, value in attributes.items()}}


def draw_lessons(gathered: Gathered, version: int) -> Lessons:
    """Fit everything; the order of the evidence does not matter beyond rounding."""
    history = _ordered(gathered.history)
    priors = fit_priors(
        [
            ListingHistory(
                in_segment(one.attributes, one.segment), one.segment, one.viewers, one.converted, one.listing
            )
            for one in history
        ]
    )
    return Lessons(
        priors=priors,
        effects=_effects(priors, history, version),
        segments={segment: _effects(priors, history, version, segment) for segment in Segment},
        rungs=fit_rungs(gathered.sold),
        yields=fit_yields(gathered.lots),
    )


def _ordered(history: Iterable[ListingHistory]) -> Sequence[ListingHistory]:
    def place(one: ListingHistory) -> tuple[str, ...]:
        return (str(one.listing), one.segment.value, json.dumps(dict(one.attributes), sort_keys=True))

    return sorted(history, key=place)


def _effects(
    priors: AttributePriors, history: Sequence[ListingHistory], version: int, segment: Segment | None = None
) -> LearnedEffects:
    """The effects of plain attributes in one segment, or on average over the segments' viewers."""
    weights = _segment_weights(history) if segment is None else {segment: 1.0}
    places = {name: place for place, name in enumerate(priors.names, 1)}
    values: dict[str, list[str]] = {}
    for attribute, value in priors.names:
        if _IN not in attribute and attribute != SEGMENT:
            values.setdefault(attribute, []).append(value)
    found: list[LearnedEffect] = []
    for attribute, tried in values.items():
        parts = np.zeros((len(tried), len(priors.effect)))
        for row, value in enumerate(tried):
            parts[row, places[attribute, value]] = 1.0
            for one, weight in weights.items():
                if own := places.get((f"{attribute}{_IN}{one.value}", value)):
                    parts[row, own] = weight
        behind = np.array([priors.listings[attribute, value] for value in tried], dtype=np.float64)
        parts -= behind / behind.sum() @ parts
        centres, spread = parts @ priors.effect, parts @ priors.covariance @ parts.T
        deviations = np.sqrt(np.maximum(np.diag(spread), 0.0))
        found += [
            LearnedEffect(attribute, value, float(centres[row]), float(deviations[row]), int(behind[row]))
            for row, value in enumerate(tried)
        ]
    spreads = {name: priors.spreads[name] for name in values}
    return LearnedEffects(version, tuple(sorted(found, key=_by_strength)), spreads)


def _segment_weights(history: Sequence[ListingHistory]) -> Mapping[Segment, float]:
    viewers = {segment: sum(one.viewers for one in history if one.segment is segment) for segment in Segment}
    return {segment: count / max(1, sum(viewers.values())) for segment, count in viewers.items() if count}


def _by_strength(effect: LearnedEffect) -> tuple[str, float, str]:
    return effect.attribute, -effect.log_odds, effect.value
