"""Worlds of listings with true rates, for bench/explore.py: what is believed of them beforehand and how they drift."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from demand.exposure.belief import Belief, Reals
from demand.learning.priors import AttributePriors, ListingHistory, fit_priors
from models.interest import Segment

LISTINGS, TOP = 200, 20
KINDS = ("learned", "shifted", "drift", "flat")
DAY = 6000  # impressions a day, which is what drift goes by
_ATTRIBUTES = {"category": 8, "colour": 10, "pattern": 5, "material": 8, "price_band": 4, "trend": 8}
_SHARE, _EARLIER, _EARLIER_VIEWERS = 0.6, 600, 300
_RATES = stats.beta(0.6, 30)
_LEAST_RATE, _MOST_RATE = 1e-5, 0.95
_DAYS = 120
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Worlds:
    """Replicates (first axis) of listings; the truth at a time is what rates are without novelty and day's luck."""

    rates: Reals
    """On the first day."""
    prior: Belief
    daily: Reals
    """Factor on all rates, by replicate and day."""
    novelty: Reals
    """Log of the factor on a listing's rate on the first day; halves every two days."""
    wander: Reals
    """Standard normal steps by replicate and listing and day; each moves the listing's rate by 3%. Empty: none."""

    def true_on(self, day: int) -> Reals:
        """What the rates are that day, in the long run."""
        if not self.wander.size:
            return self.rates
        steps = self.wander[..., : min(day, self.wander.shape[-1])].sum(-1)
        return np.asarray(np.clip(self.rates * np.exp(0.03 * steps), _LEAST_RATE, _MOST_RATE))

    def shown_on(self, day: int) -> Reals:
        """At what rates viewers of that day convert."""
        factor = self.daily[:, min(day, self.daily.shape[1] - 1), None] * np.exp(self.novelty * 0.5 ** (day / 2))
        return np.asarray(np.minimum(self.true_on(day) * factor, _MOST_RATE))

    def part(self, which: slice) -> "Worlds":
        """Some of the replicates."""
        prior = Belief(self.prior.a[which], self.prior.b[which])
        wander = self.wander[which] if self.wander.size else self.wander
        return Worlds(self.rates[which], prior, self.daily[which], self.novelty[which], wander)


def still(rates: Reals, prior: Belief) -> Worlds:
    """Worlds that do not drift."""
    return Worlds(rates, prior, np.ones((len(rates), 1)), np.zeros_like(rates), np.empty(0))


def make_worlds(kind: str, replicates: int, seed: int) -> Worlds:
    """Replicates of one kind; ten share what was learned from the same earlier listings."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    if kind == "flat":
        rates = np.maximum(_RATES.rvs((replicates, LISTINGS), random_state=rng), _LEAST_RATE)
        return still(rates, Belief(np.ones_like(rates), np.full_like(rates, 30.0)))
    parts = [_learned(kind, min(10, replicates - start), rng) for start in range(0, replicates, 10)]
    rates, a, b = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    worlds = still(np.maximum(rates, _LEAST_RATE), Belief(a, b))
    if kind != "drift":
        return worlds
    daily = np.exp(rng.normal(0, 0.25, (replicates, _DAYS)))
    daily[:, :3] *= 1.8
    return replace(
        worlds,
        daily=daily,
        novelty=rng.normal(0, 0.15, rates.shape),
        wander=rng.normal(0, 1, (*rates.shape, _DAYS)).astype(np.float32).astype(np.float64),
    )


def _learned(kind: str, replicates: int, rng: np.random.Generator) -> tuple[Reals, Reals, Reals]:
    effects = {name: rng.normal(0, 1, count) for name, count in _ATTRIBUTES.items()}
    fitted = _learn(effects, rng)
    if kind == "shifted":
        effects = {name: (one + rng.normal(0, 1, len(one))) / 2**0.5 for name, one in effects.items()}
    shape = (replicates, LISTINGS)
    rates, a, b = np.empty(shape), np.empty(shape), np.empty(shape)
    for replicate in range(replicates):
        values, rates[replicate] = _listings(effects, LISTINGS, rng)
        for row in range(LISTINGS):
            prior = fitted.prior_for(_attributes(values, row), Segment.DOMESTIC_BUSINESS)
            mean, worth = (2 * prior.mean, 3 * prior.strength) if kind == "shifted" else (prior.mean, prior.strength)
            a[replicate, row], b[replicate, row] = mean * worth, (1 - mean) * worth
    return rates, a, b


def _learn(effects: Mapping[str, Reals], rng: np.random.Generator) -> AttributePriors:
    values, rates = _listings(effects, _EARLIER, rng)
    converted = rng.binomial(_EARLIER_VIEWERS, rates)
    segment, seen = Segment.DOMESTIC_BUSINESS, _EARLIER_VIEWERS
    return fit_priors(
        [ListingHistory(_attributes(values, row), segment, seen, int(converted[row])) for row in range(_EARLIER)]
    )


def _listings(effects: Mapping[str, Reals], count: int, rng: np.random.Generator) -> tuple[Mapping[str, Whole], Reals]:
    """Attribute values of `count` listings and their rates."""
    values = {name: rng.integers(0, len(one), count) for name, one in effects.items()}
    explained = np.zeros(count)
    for name, chosen in values.items():
        explained += effects[name][chosen] / len(effects) ** 0.5
    latent = _SHARE**0.5 * explained + (1 - _SHARE) ** 0.5 * rng.normal(0, 1, count)
    return values, np.asarray(_RATES.ppf(special.ndtr(latent)))


def _attributes(values: Mapping[str, Whole], row: int) -> dict[str, str]:
    return {name: str(chosen[row]) for name, chosen in values.items()}
