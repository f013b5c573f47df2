"""How much each member of the ensemble counts, and how wide its intervals are, from back-tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trends.forecasting.members import Member
from trends.forecasting.values import Floats

_ROUNDS = 24
_FAILED = 0.1
_SMALLEST_SHARE = 0.05
_INSIDE = 0.8
# The normal distribution as eight values of equal weight; they stand in for residuals that too few back-tests have not
# shown yet, and vanish among many.
_EXPECTED = np.array([-1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534])


@dataclass(frozen=True, slots=True, eq=False)
class BackTests:
    """What each member said at origins in the past and what came; rows are (series, origin)."""

    said: Mapping[Member, Floats]
    """(rows, horizon)"""
    came: Floats
    """(rows, horizon); NaN after the end of what is known."""
    scale: Floats
    """(rows,)"""
    series: int
    """How many series the rows are of."""


def choose_weights(tests: BackTests, start: Sequence[Member]) -> dict[Member, float]:
    """Ensemble selection with replacement (Caruana et al. 2004) by the mean scaled absolute error.

    It starts from `start`, one vote each, and adds one vote a round: with few back-tests few rounds, so that the
    weights stay near the start; with many they follow the evidence. A member that failed on a tenth of the rows is not
    chosen; where it failed on fewer it is judged as if it had said what the others say in the middle. Members left with
    less than a twentieth are dropped: they cost as much to fit as the others and change next to nothing.
    """
    truth = tests.came / tests.scale[:, None]
    scaled = _scaled(tests)
    if not scaled:
        return {name: 1 / len(start) for name in start}
    votes = [name for name in start if name in scaled]
    total = np.sum([scaled[name] for name in votes], axis=0) if votes else np.zeros_like(truth)
    for _ in range(min(_ROUNDS, 2 * len(truth))):
        errors = {
            name: float(np.nanmean(np.abs(truth - (total + said) / (len(votes) + 1)))) for name, said in scaled.items()
        }
        best = min(errors, key=lambda name: errors[name])
        votes.append(best)
        total = total + scaled[best]
    kept = [name for name in votes if votes.count(name) / len(votes) >= _SMALLEST_SHARE]
    return {name: kept.count(name) / len(kept) for name in dict.fromkeys(kept)}


def _scaled(tests: BackTests) -> dict[Member, Floats]:
    whole = {name: said for name, said in tests.said.items() if np.isnan(said).any(axis=1).mean() <= _FAILED}
    if not whole:
        return {}
    middle = np.nanmedian(np.stack(list(whole.values())), axis=0)
    return {name: np.where(np.isnan(said), middle, said) / tests.scale[:, None] for name, said in whole.items()}


def combine(said: Mapping[Member, Floats], weights: Mapping[Member, float]) -> Floats:
    """The weighted mean of the members; where one has failed on a series, of the others (rows, horizon)."""
    shape = next(iter(said.values())).shape
    total, weight = np.zeros(shape), np.zeros(shape)
    for name, share in weights.items():
        given = np.isfinite(said[name])
        total += np.where(given, said[name], 0.0) * share
        weight += given * share
    return np.asarray(np.divide(total, weight, out=np.full(shape, np.nan), where=weight > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Widths:
    """How far below and above the mean an 80% interval reaches at each horizon, in the scale of a series."""

    below: Floats
    above: Floats


def measure_widths(residuals: Floats, spread: Floats, reach: int) -> Widths:
    """Split-conformal quantiles (Vovk et al. 2005; Lei et al. 2018) of scaled back-test residuals, by horizon.

    `residuals` is (rows, horizon) with NaN where the future was not known yet; those of `reach` neighbouring horizons
    are taken together. Horizons that were never tested widen the last tested one with the square root of time.
    `spread` (horizon,) is the standard deviation that is expected before anything was measured.
    """
    horizon = residuals.shape[1]
    below, above = np.zeros(horizon), np.zeros(horizon)
    tested = np.flatnonzero(np.isfinite(residuals).any(axis=0))
    last = int(tested[-1]) if len(tested) else -1
    end = last if last >= 0 else horizon - 1
    for at in range(horizon):
        if 0 <= last < at:
            growth = np.sqrt((at + 1) / (last + 1))
            below[at], above[at] = below[last] * growth, above[last] * growth
            continue
        near = residuals[:, max(0, at - reach) : min(at + reach, end) + 1]
        near = np.concatenate([near[np.isfinite(near)], np.repeat(_EXPECTED * spread[at], near.shape[1])])
        low, high = np.quantile(near, [(1 - _INSIDE) / 2, (1 + _INSIDE) / 2])
        below[at], above[at] = max(0.0, -low), max(0.0, high)
    return Widths(below, above)
