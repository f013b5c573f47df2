"""How far a factory's own average is believed: empirical Bayes towards its category's mean. Pure.

A factory's true share is Beta-distributed around its pool's mean m with strength M (as if a history of M were known of
everybody); a level is normal around it. Both give (M m + n x) / (M + n) for the average x of n: few orders stay near
the mean, many move. The pool's spread is estimated by moments from all its factories:

    E[sum w (x - m)^2] = v (B r + A (1 - r)),   A = sum w (1 - w / W) / k,   B = sum w (1 - w / W)

with r the share of the variance v = m (1 - m) that lies between factories and M = (1 - r) / r (Kleinman, JASA 68, 1973,
eq. 2.3); for levels the same with tau^2 and sigma^2, M = sigma^2 / tau^2 (DerSimonian & Laird, Controlled Clinical
Trials 7, 1986; Buehlmann & Straub 1970 call it credibility). The weights are k first, then k / (1 + r (k - 1)).

Older events count less, w = 2^(-age / half-life). Then n = sum w is what the average is believed by (the likelihood to
the power of w), and k = (sum w)^2 / sum w^2 is how precise it is (Kish 1965). Pieces of one order are alike: within
factories they vary phi times as much as independent ones would (Pearson), so that n pieces count as n / phi.
"""

from dataclasses import dataclass

import numpy as np

from factory_matching.scorecard.evidence import Events, Reals

_STRENGTHS = 1.0, 1000.0
"""Factories are never taken for quite unlike each other, nor for quite alike."""
_FEWEST_FREE = 10.0
"""Degrees of freedom by which the usual dispersion, 1, is believed."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is believed of a factory of which nothing is known."""

    mean: float
    strength: float
    spread: float
    """Variance of one level within a factory; 0 for shares."""

    def mean_of(self, tally: "Tally") -> Reals:
        """Believed mean of every factory."""
        return (self.strength * self.mean + tally.weight * tally.share) / (self.strength + tally.weight)

    def variance_of(self, tally: "Tally") -> Reals:
        """Its variance: of the Beta, or of the normal."""
        if self.spread:
            return self.spread / (self.strength + tally.weight)
        mean = self.mean_of(tally)
        return mean * (1 - mean) / (self.strength + tally.weight + 1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of events by factory."""

    share: Reals
    """Weighted average; 0 where nothing happened."""
    weight: Reals
    """n: what it is believed by, in independent events."""
    precision: Reals
    """k: how precise it is, in independent events."""
    events: Reals
    """Events, older ones counting less."""
    spread: float
    """Variance of one level within factories; 0 for shares."""


def tally(events: Events, factories: int, half_life: float, level: bool) -> Tally:
    """Add up events by factory with their age."""
    fade = 0.5 ** (events.age / half_life)
    size = _sum(events, fade * events.of, factories)
    good = _sum(events, fade * events.good, factories)
    share = np.divide(good, size, out=np.zeros(factories), where=size > 0)
    squares = _sum(events, fade**2 * events.of, factories)
    precision = np.divide(size**2, squares, out=np.zeros(factories), where=squares > 0)
    spread, dispersion = 0.0, 1.0
    if level:
        spread = _spread_of_levels(events, factories)
    else:
        dispersion = _dispersion(events, factories)
    return Tally(share, size / dispersion, precision / dispersion, _sum(events, fade, factories), spread)


def _sum(events: Events, values: Reals, factories: int) -> Reals:
    return np.bincount(events.factory, values, minlength=factories).astype(np.float64)


def _plain(events: Events, factories: int) -> tuple[Reals, Reals]:
    """Each event's factory average without regard to age, and how many events each factory has."""
    of, good = _sum(events, events.of, factories), _sum(events, events.good, factories)
    share = np.divide(good, of, out=np.zeros(factories), where=of > 0)
    return share[events.factory], np.bincount(events.factory, minlength=factories).astype(np.float64)


def _spread_of_levels(events: Events, factories: int) -> float:
    """Pooled variance within factories; that of a uniform is believed by some degrees of freedom."""
    mean, count = _plain(events, factories)
    free = float(np.maximum(count - 1, 0).sum())
    squares = float(((events.good - mean) ** 2).sum())
    return (squares + 0.05 * _FEWEST_FREE) / (free + _FEWEST_FREE)


def _dispersion(events: Events, factories: int) -> float:
    """Pearson's within factories, at least 1; events of one piece cannot show any."""
    mean, count = _plain(events, factories)
    variance = events.of * mean * (1 - mean)
    seen = (variance > 0) & (count[events.factory] > 1)
    if not seen.any() or float(events.of.max()) <= 1:
        return 1.0
    squares = float((((events.good - mean * events.of) ** 2)[seen] / variance[seen]).sum())
    factories_seen = np.count_nonzero(np.bincount(events.factory[seen]))
    free = max(float(seen.sum()) - factories_seen, 0.0)
    return max(1.0, (squares + _FEWEST_FREE) / (free + _FEWEST_FREE))


def fit_pool(tally: Tally, usual: Pool, worth: float) -> Pool:
    """Mean and strength by moments; the usual mean counts as `worth` factories do.

    How unlike factories are is uncertain itself: the estimate is weighed against the usual one by its standard error,
    the usual one being believed within a factor of about two.
    """
    known = tally.precision > 0
    if not known.any():
        return Pool(usual.mean, usual.strength, tally.spread)
    level = tally.spread > 0
    share, precision = tally.share[known], tally.precision[known]
    weight, between = precision, _between_of(usual.strength, level)
    for _ in range(2):
        mean = _mean(share, weight, usual.mean, worth)
        between = _between(share, precision, weight, mean, tally.spread, _between_of(usual.strength, level))
        weight = 1 / (1 / precision + between) if level else precision / (1 + between * np.maximum(precision - 1, 0))
    strength = 1 / between if level else 1 / between - 1
    return Pool(_mean(share, weight, usual.mean, worth), float(np.clip(strength, *_STRENGTHS)), tally.spread)


def _between_of(strength: float, level: bool) -> float:
    """Share of the variance between factories; of levels its ratio to that within."""
    return 1 / strength if level else 1 / (1 + strength)


def _mean(share: Reals, weight: Reals, usual: float, worth: float) -> float:
    """Weighted mean together with the usual one."""
    total = float(weight.sum())
    factories = total**2 / float((weight**2).sum())
    own = float((weight * share).sum()) / total
    return float(np.clip((worth * usual + factories * own) / (worth + factories), 1e-4, 1 - 1e-4))


def _between(share: Reals, precision: Reals, weight: Reals, mean: float, spread: float, usual: float) -> float:
    """Kleinman's r, or tau^2 / sigma^2 of levels, weighed against the usual one."""
    left = weight * (1 - weight / weight.sum())
    a, b = float((left / precision).sum()), float(left.sum())
    room = b if spread else b - a
    if room <= 1e-9:
        return usual
    squares = float((weight * (share - mean) ** 2).sum()) / (spread or mean * (1 - mean))
    found = (squares - a) / room
    # A sum of n squares, each of them chi-squared of one degree, varies by sqrt(2 / n) of itself.
    error = (a + room * max(found, 0.0)) * float(np.sqrt(2 / len(share))) / room
    trust = usual**2 / (usual**2 + error**2)
    return float(np.clip(trust * found + (1 - trust) * usual, 1 / _STRENGTHS[1], None if spread else 0.999))
