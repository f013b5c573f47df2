"""One score from 0 to 1 for every factory with evidence, with an 80% interval. Pure.

The score is the weighted sum of the believed measures; a measure of which nothing is known stands at its category's
mean. Measures are taken as independent; the interval is that of the Beta with the sum's mean and variance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from factory_matching.scorecard.evidence import Evidence, Ints, Reals
from factory_matching.scorecard.rule import LEVELS, MEASURES, Measure, ScoreRule
from factory_matching.scorecard.shrink import Pool, Tally, fit_pool, tally

METHOD = "empirical-bayes-moments/1"
TAIL = 0.1
ALL = ""
"""Name of the pool of all factories."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of every factory."""

    mean: Reals
    variance: Reals
    raw: Reals
    """Plain weighted average; meaningless where `events` is 0."""
    events: Reals
    pools: Mapping[str, Pool]
    """What each was shrunk towards, by pool."""


@dataclass(frozen=True, slots=True)
class Scores:
    """All factories of the evidence, in its order."""

    ids: Ints
    score: Reals
    low: Reals
    high: Reals
    measures: Mapping[Measure, Measured]


def score_factories(evidence: Evidence, rule: ScoreRule) -> Scores:
    """Score everybody; the order in which events are given does not matter."""
    measures = {measure: _measure(evidence, measure, rule) for measure in MEASURES}
    score = sum((rule.weights[m] * measures[m].mean for m in MEASURES), np.zeros(len(evidence.ids)))
    variance = sum((rule.weights[m] ** 2 * measures[m].variance for m in MEASURES), np.zeros(len(evidence.ids)))
    low, high = interval(score, variance)
    return Scores(evidence.ids, score, low, high, measures)


def interval(mean: Reals, variance: Reals) -> tuple[Reals, Reals]:
    """The 80% interval of the Beta distribution with this mean and variance."""
    inside = np.clip(mean, 1e-6, 1 - 1e-6)
    strength = np.maximum(inside * (1 - inside) / np.maximum(variance, 1e-12) - 1, 1e-3)
    a, b = inside * strength, (1 - inside) * strength
    low, high = special.betaincinv(a, b, TAIL), special.betaincinv(a, b, 1 - TAIL)
    return np.minimum(low, mean), np.maximum(high, mean)


def _measure(evidence: Evidence, measure: Measure, rule: ScoreRule) -> Measured:
    factories = len(evidence.ids)
    events = evidence.events[measure].within(rule.window_days)
    sums = tally(events, factories, rule.half_life_days, measure in LEVELS)
    everybody = fit_pool(sums, Pool(*rule.usual[measure], sums.spread), 1.0)
    mean, variance = everybody.mean_of(sums), everybody.variance_of(sums)
    pools = {ALL: everybody}
    for number, name in enumerate(evidence.pools):
        here = evidence.pool == number
        part = _part(sums, here)
        pools[name] = fit_pool(part, everybody, rule.pool_worth)
        mean[here], variance[here] = pools[name].mean_of(part), pools[name].variance_of(part)
    return Measured(np.clip(mean, 0.0, 1.0), variance, sums.share, sums.events, pools)


def _part(sums: Tally, here: NDArray[np.bool_]) -> Tally:
    return Tally(sums.share[here], sums.weight[here], sums.precision[here], sums.events[here], sums.spread)
