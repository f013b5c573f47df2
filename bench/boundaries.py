"""At how many conversions each rule decides, for every number of viewers: ours and the peers it is measured with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from demand.beta import Beta
from demand.decision.early_kill import FUTILE, chance_to_confirm
from demand.decision.evidence import log_e_confirm, log_e_stop

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
_NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Boundaries:
    """After viewer n (index n - 1): the fewest conversions that confirm, the most that stop, the most that give up."""

    confirm: Whole
    stop: Whole
    kill: Whole


def evidence_boundaries(horizon: int, p0: float, alpha: float, futile: float = FUTILE) -> Boundaries:
    """Ours: both e-processes at 1/alpha, and giving up below the futile chance to be confirmed within the horizon."""
    needed = log(1 / alpha)
    confirm, stop, kill = (np.full(horizon, value, np.int64) for value in (_NEVER, -1, -1))
    least, most, hopeless = 1, -1, -1
    for viewers in range(1, horizon + 1):
        while least <= viewers and log_e_confirm(viewers, least, p0) < needed:
            least += 1
        while most + 1 <= viewers and log_e_stop(viewers, most + 1, p0) >= needed:
            most += 1
        while (
            hopeless + 1 <= viewers and chance_to_confirm(viewers, hopeless + 1, horizon - viewers, p0, alpha) < futile
        ):
            hopeless += 1
        confirm[viewers - 1], stop[viewers - 1], kill[viewers - 1] = least, most, hopeless
    kill[-1] = -1  # the window is over: nothing is given up any more
    return Boundaries(confirm, stop, kill)


def without_kill(boundaries: Boundaries) -> Boundaries:
    """The same rule that never gives up."""
    return replace(boundaries, kill=np.full_like(boundaries.kill, -1))


def binomial_boundaries(horizon: int, p0: float, alpha: float) -> Boundaries:
    """An exact binomial test at every look, each as if it were the only one."""
    viewers = np.arange(1, horizon + 1)
    confirm = stats.binom.isf(alpha, viewers, p0).astype(np.int64) + 1
    stop = stats.binom.ppf(alpha, viewers, p0).astype(np.int64) - 1
    return Boundaries(confirm, stop, np.full(horizon, -1))


def fixed_boundaries(horizon: int, p0: float, alpha: float) -> Boundaries:
    """One exact binomial test when all viewers have come."""
    tested = binomial_boundaries(horizon, p0, alpha)
    tested.confirm[:-1], tested.stop[:-1] = _NEVER, -1
    return tested


def posterior_boundaries(horizon: int, p0: float, alpha: float, prior: Beta) -> Boundaries:
    """Confirm where the posterior is above p0 with probability 1 - alpha, stop where it is with probability alpha."""

    def above(viewers: Real, converted: Real) -> Real:
        chance: Real = special.betaincc(prior.a + converted, prior.b + viewers - converted, p0)
        return chance

    confirm = _fewest(horizon, lambda n, s: above(n, s) > 1 - alpha)
    stop = _fewest(horizon, lambda n, s: above(n, s) >= alpha) - 1
    return Boundaries(confirm, stop, np.full(horizon, -1))


def _fewest(horizon: int, holds: Callable[[Real, Real], npt.NDArray[np.bool_]]) -> Whole:
    """The fewest conversions at which a condition that grows with them holds; more than there are when none do."""
    viewers = np.arange(1, horizon + 1)
    low, high = np.zeros(horizon, np.int64), viewers + 1
    while (low < high).any():
        middle = (low + high) // 2
        there = holds(viewers.astype(float), np.minimum(middle, viewers).astype(float)) | (middle > viewers)
        low, high = np.where(there, low, middle + 1), np.where(there, middle, high)
    return low
