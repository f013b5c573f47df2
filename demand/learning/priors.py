"""What is believed of a new listing before anybody saw it: learned from how earlier ones sold. Pure.

A beta-binomial regression: a listing's viewers convert at a rate that varies around logistic(intercept + effect of each
attribute value + effect of the segment) with a common strength (Williams, Extra-binomial variation in logistic linear
models, Appl. Stat. 31, 1982). The effects of one attribute's values are drawn around zero with a spread of that
attribute's own, estimated from the data (empirical Bayes by EM on the Laplace approximation: Breslow and Clayton,
Approximate inference in generalized linear mixed models, JASA 88, 1993), so that values seen little stay near zero and
values never seen are allowed to differ. A new listing's prior carries both uncertainties: that of the effects, and that
of listings with the same attributes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from demand.beta import Beta
from models.interest import Segment

Reals = npt.NDArray[np.float64]
_USUAL_RATE, _RATE_SPREAD = 0.02, 1.0
"""Before any history: pre-orders of 2% of viewers, give or take a factor of e."""
_USUAL_STRENGTH, _STRENGTH_SPREAD = 50.0, 1.0
"""Listings of the same attributes still differ as if each had 50 viewers of history, within a factor of e."""
_USUAL_SPREAD, _SPREAD_WORTH = 0.3, 2.0
"""Values of an attribute differ by 0.3 on the log-odds; this belief is worth two values."""
_MOST_ROUNDS, _MOST_STEPS, _TOLERANCE = 40, 30, 1e-7
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_INTERVAL_90 = 1.6448536269514722
SEGMENT = "segment"
"""The segment enters as an attribute of this name."""


@dataclass(frozen=True, slots=True)
class ListingHistory:
    """How one listing did in one segment; rows that name the same `listing` count as one where listings are counted."""

    attributes: Mapping[str, str]
    segment: Segment
    viewers: int
    converted: int
    listing: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.converted <= self.viewers:
            raise ValueError(f"{self.converted} of {self.viewers} viewers converted")
        if SEGMENT in self.attributes:
            raise ValueError(f"{SEGMENT!r} is not an attribute of a listing")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an attribute's value adds to the log-odds against the attribute's average, with its 90% interval."""

    attribute: str
    value: str
    log_odds: float
    low: float
    high: float
    listings: int
    """Listings that stand behind it."""


@dataclass(frozen=True, slots=True)
class AttributePriors:
    """The fitted regression; `effect` and `covariance` hold the intercept, then `names`: (attribute, value) pairs."""

    names: tuple[tuple[str, str], ...]
    effect: Reals
    covariance: Reals
    spreads: Mapping[str, float]
    """Attribute -> standard deviation of its values' effects."""
    strength: float
    listings: Mapping[tuple[str, str], int]
    rows: int
    _places: Mapping[tuple[str, str], int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = 1 + len(self.names)
        if self.effect.shape != (size,) or self.covariance.shape != (size, size):
            raise ValueError(
                f"{len(self.names)} names, effects {self.effect.shape}, covariance {self.covariance.shape}"
            )
        object.__setattr__(self, "_places", {name: place for place, name in enumerate(self.names, 1)})

    def prior_for(self, attributes: Mapping[str, str], segment: Segment | None = None) -> Beta:
        """A new listing's prior, in one segment or any; unknown values are as uncertain as their attribute varies."""
        named = [*attributes.items(), *([(SEGMENT, segment.value)] if segment else [])]
        known = [0, *(self._places[name] for name in named if name in self._places)]
        unseen = [self.spreads.get(name[0], _USUAL_SPREAD) for name in named if name not in self._places]
        if segment is None:
            unseen.append(self.spreads.get(SEGMENT, _USUAL_SPREAD))
        centre = float(self.effect[known].sum())
        variance = float(self.covariance[np.ix_(known, known)].sum() + sum(spread**2 for spread in unseen))
        return _as_beta(centre, max(variance, 0.0), self.strength)

    def effects(self) -> tuple[Effect, ...]:
        """Every attribute value seen, by attribute, the best first."""
        found = []
        for name, place in self._places.items():
            centre, error = float(self.effect[place]), float(self.covariance[place, place]) ** 0.5
            margin = _INTERVAL_90 * error
            found.append(Effect(*name, centre, centre - margin, centre + margin, self.listings[name]))
        return tuple(sorted(found, key=lambda one: (one.attribute, -one.log_odds, one.value)))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the covariance as the rows of its lower triangle."""
        return {
            "names": [list(name) for name in self.names],
            "effect": self.effect.tolist(),
            "covariance": [row[: place + 1].tolist() for place, row in enumerate(self.covariance)],
            "spreads": dict(self.spreads),
            "strength": self.strength,
            "listings": [self.listings[name] for name in self.names],
            "rows": self.rows,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "AttributePriors":
        """Read back what `to_json` wrote."""
        names = tuple((attribute, value) for attribute, value in data["names"])
        covariance = np.zeros((len(names) + 1, len(names) + 1))
        for place, row in enumerate(data["covariance"]):
            covariance[place, : place + 1] = covariance[: place + 1, place] = row
        return AttributePriors(
            names,
            np.array(data["effect"], dtype=np.float64),
            covariance,
            data["spreads"],
            data["strength"],
            dict(zip(names, data["listings"], strict=True)),
            data["rows"],
        )


def _as_beta(centre: float, variance: float, strength: float) -> Beta:
    """The Beta distribution with the mean and variance of a rate whose log-odds are normal and which varies besides."""
    weights = _WEIGHTS / _WEIGHTS.sum()
    rates = special.expit(centre + _NODES * variance**0.5)
    mean = float(weights @ rates)
    spread = float(weights @ (rates - mean) ** 2 + weights @ (rates * (1 - rates)) / (strength + 1))
    worth = max(mean * (1 - mean) / spread - 1, 1e-3)
    return Beta(mean * worth, (1 - mean) * worth)


@dataclass(frozen=True, slots=True)
class _Table:
    """The history as arrays: one row each, `design` with the intercept first, `group` the attribute of each column."""

    names: tuple[tuple[str, str], ...]
    design: Reals
    viewers: Reals
    converted: Reals
    group: tuple[str, ...]


def fit_priors(history: Sequence[ListingHistory]) -> AttributePriors:
    """Learn from what is known of earlier listings; without any, what is usual is believed, loosely.

    Rows without viewers teach nothing and are left out. The order of the rows does not matter beyond rounding.
    """
    seen = [one for one in history if one.viewers > 0]
    table = _tabulate(seen)
    spreads = dict.fromkeys(sorted(set(table.group)), _USUAL_SPREAD)
    strength, effect = _USUAL_STRENGTH, np.zeros(table.design.shape[1])
    effect[0] = special.logit(_USUAL_RATE)
    for _ in range(_MOST_ROUNDS):
        precision = _precision(table.group, spreads)
        effect, covariance = _maximise(table, effect, precision, strength)
        new_spreads = _spreads(table.group, effect, covariance)
        new_strength = _strength(table, special.expit(table.design @ effect))
        moved = abs(np.log(new_strength / strength)) + max(
            (abs(new_spreads[one] - spreads[one]) for one in spreads), default=0.0
        )
        spreads, strength = new_spreads, new_strength
        if moved < 1e-3:
            break
    effect, covariance = _maximise(table, effect, _precision(table.group, spreads), strength)
    return AttributePriors(table.names, effect, covariance, spreads, strength, _listings(seen), len(seen))


def _named(one: ListingHistory) -> list[tuple[str, str]]:
    return [*one.attributes.items(), (SEGMENT, one.segment.value)]


def _tabulate(seen: Sequence[ListingHistory]) -> _Table:
    names = tuple(sorted({name for one in seen for name in _named(one)}))
    place = {name: column for column, name in enumerate(names, 1)}
    design = np.zeros((len(seen), len(names) + 1))
    design[:, 0] = 1
    for row, one in enumerate(seen):
        design[row, [place[name] for name in _named(one)]] = 1
    viewers = np.array([one.viewers for one in seen], dtype=np.float64)
    converted = np.array([one.converted for one in seen], dtype=np.float64)
    return _Table(names, design, viewers, converted, tuple(attribute for attribute, _ in names))


def _listings(seen: Sequence[ListingHistory]) -> dict[tuple[str, str], int]:
    behind: dict[tuple[str, str], set[object]] = defaultdict(set)
    for row, one in enumerate(seen):
        for name in _named(one):
            behind[name].add(f"row {row}" if one.listing is None else one.listing)
    return {name: len(who) for name, who in behind.items()}


def _precision(group: Sequence[str], spreads: Mapping[str, float]) -> Reals:
    return np.array([_RATE_SPREAD**-2, *(spreads[one] ** -2 for one in group)])


def _maximise(table: _Table, effect: Reals, precision: Reals, strength: float) -> tuple[Reals, Reals]:
    """The most likely effects by Fisher scoring with halved steps, and the inverse of the information there."""
    centre = np.zeros_like(effect)
    centre[0] = special.logit(_USUAL_RATE)
    best = _objective(table, effect, centre, precision, strength)
    covariance = np.diag(1 / precision)
    for _ in range(_MOST_STEPS):
        rates = special.expit(table.design @ effect)
        weight = table.viewers * rates * (1 - rates) / (1 + (table.viewers - 1) / (strength + 1))
        information = (table.design * weight[:, None]).T @ table.design + np.diag(precision)
        covariance = np.linalg.inv(information)
        slope = table.design.T @ _slope(table, rates, strength) - precision * (effect - centre)
        step = covariance @ slope
        for _ in range(12):
            value = _objective(table, effect + step, centre, precision, strength)
            if value >= best:
                break
            step = step / 2
        else:
            break
        effect, gained, best = effect + step, value - best, value
        if gained < _TOLERANCE:
            break
    return effect, (covariance + covariance.T) / 2


def _slope(table: _Table, rates: Reals, strength: float) -> Reals:
    """Derivative of the beta-binomial log-likelihood by each row's log-odds."""
    hits, misses = strength * rates, strength * (1 - rates)
    of_rate = (
        special.digamma(table.converted + hits)
        - special.digamma(hits)
        - special.digamma(table.viewers - table.converted + misses)
        + special.digamma(misses)
    )
    slope: Reals = strength * of_rate * rates * (1 - rates)
    return slope


def _likelihood(table: _Table, rates: Reals, strength: float) -> float:
    hits, misses = strength * rates, strength * (1 - rates)
    together = special.betaln(table.converted + hits, table.viewers - table.converted + misses)
    return float((together - special.betaln(hits, misses)).sum())


def _objective(table: _Table, effect: Reals, centre: Reals, precision: Reals, strength: float) -> float:
    rates = np.clip(special.expit(table.design @ effect), 1e-9, 1 - 1e-9)
    return _likelihood(table, rates, strength) - float(precision @ (effect - centre) ** 2) / 2


def _spreads(group: Sequence[str], effect: Reals, covariance: Reals) -> dict[str, float]:
    """Expected mean square of each attribute's effects, with the usual spread worth two values more."""
    squares = effect[1:] ** 2 + np.diag(covariance)[1:]
    of_group: dict[str, list[float]] = defaultdict(list)
    for attribute, square in zip(group, squares, strict=True):
        of_group[attribute].append(float(square))
    usual = _SPREAD_WORTH * _USUAL_SPREAD**2
    return {
        one: ((usual + sum(of_group[one])) / (_SPREAD_WORTH + len(of_group[one]))) ** 0.5 for one in sorted(of_group)
    }


def _strength(table: _Table, rates: Reals) -> float:
    """The most likely common strength given the rates; log-normal around the usual one."""

    def loss(log_strength: float) -> float:
        belief = (log_strength - np.log(_USUAL_STRENGTH)) ** 2 / (2 * _STRENGTH_SPREAD**2)
        return float(belief) - _likelihood(table, np.clip(rates, 1e-9, 1 - 1e-9), float(np.exp(log_strength)))

    found = optimize.minimize_scalar(loss, bounds=(np.log(2), np.log(20_000)), method="bounded")
    return float(np.exp(found.x))
