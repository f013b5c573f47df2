"""Whether the committed units will reach a minimum by the closing date. Pure.

Commitments of at least 1, 2, 4, 8 ... units each arrive as a Poisson process of their own, and every commitment that
stands is cancelled at some rate. For each of these rates the gamma-Poisson mixture of likelihood ratios is a
nonnegative martingale, so that it bounds its rate at all looks at once (S. Howard et al., Time-uniform, nonparametric,
nonasymptotic confidence sequences, Ann. Stat. 49, 2021; M. Lindon, A. Malek, Anytime-valid inference for multinomial
count data, NeurIPS 2022). Bounding the rate of each size class leaves the law of the quantities free: heavy tails need
no model. More commitments, larger ones and fewer cancellations can only raise the units at closing, so that the chance
under the lowest rates that the data allow bounds the true one from below.

`at_least` is guaranteed: with probability 1 - alpha it is below the true chance at every look, however often one looks,
provided that from now on commitments of each size come at least as often, and are cancelled at most as often, as the
constant rates at which they came so far (viewers who convert one by one, with a fixed probability, are covered too).
`chance` is only model-based: the same rates estimated under a weak prior, and later quantities drawn from those seen.
Novelty that wears off breaks both: pass what came after the burn-in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, inf, lgamma, log, pi

import numpy as np
import numpy.typing as npt

# Gamma(1/2) priors, as Jeffreys' for a rate. The model's is worth a twentieth of the window of arrivals and one window
# of a standing commitment. The bounds average priors of 1 to 10,000 commitments a window, and of 1 to 0.01
# cancellations for each window that one stands: a single prior is loose where it is wrong by more than ten. Any values
# keep the promise.
_SHAPE, _WINDOWS = 0.5, 0.05
COMING, GOING = (1.0, 0.1, 0.01, 0.001, 0.0001), (1.0, 10.0, 100.0)
_MOST_NEWTON_STEPS = 100
_SPLIT = 200.0  # exp(-200) is far from underflow; more arrivals are split and put together again
Chances = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Commitments:
    """Commitments of clean people so far: the quantities of those standing and of those cancelled.

    `stood` is the time in days that all of them together have stood.
    """

    standing: tuple[int, ...]
    cancelled: tuple[int, ...] = ()
    stood: float = 0.0

    def __post_init__(self) -> None:
        if any(quantity < 1 for quantity in self.standing + self.cancelled) or not 0 <= self.stood < inf:
            raise ValueError("a commitment is of at least one unit and stands for some time")

    @property
    def units(self) -> int:
        """Units that stand."""
        return sum(self.standing)


@dataclass(frozen=True, slots=True)
class UnitsOutlook:
    """The units standing now, those expected at closing, and the chance that they reach the minimum.

    `at_least` bounds the chance from below at all looks at once with confidence 1 - alpha; `chance` is the model's.
    """

    units: int
    minimum: int
    expected: float
    chance: float
    at_least: float
    alpha: float

    def __post_init__(self) -> None:
        if not (0 <= self.chance <= 1 and 0 <= self.at_least <= 1):
            raise ValueError(f"chances of {self.chance} and {self.at_least}")


def units_outlook(
    commitments: Commitments, elapsed: float, left: float, minimum: int, alpha: float = 0.05
) -> UnitsOutlook:
    """Look at one listing `elapsed` days into its window with `left` days to go; their sum is fixed at launch.

    Without commitments the bound is 0 and the model expects one unit at a time; when the window is over both are 1 or
    0; units that already suffice may still be cancelled. ValueError for impossible figures.
    """
    if elapsed < 0 or left < 0 or elapsed + left <= 0 or minimum < 1 or not 0 < alpha < 1:
        raise ValueError(f"{elapsed} days gone, {left} to go, a minimum of {minimum}, alpha {alpha}")
    units = commitments.units
    if left == 0:
        reached = float(units >= minimum)
        return UnitsOutlook(units, minimum, float(units), reached, reached, alpha)
    window = elapsed + left
    seen = commitments.standing + commitments.cancelled
    hazard = (_SHAPE + len(commitments.cancelled)) / (window + commitments.stood)
    stays, later = exp(-hazard * left), _share_standing(hazard * left)
    arrivals = left * (_SHAPE + len(seen)) / (_WINDOWS * window + elapsed)
    sizes = Counter((*seen, 1))
    mean = sum(sizes.elements()) / sizes.total()
    model = _standing(commitments.standing, stays, minimum)
    model = _join(model, _mixed_arrivals(sizes, later * left, _SHAPE + len(seen), _WINDOWS * window + elapsed, minimum))
    return UnitsOutlook(
        units=units,
        minimum=minimum,
        expected=units * stays + arrivals * mean * later,
        chance=_chance_of_reaching(model),
        at_least=_chance_at_least(commitments, elapsed, left, minimum, alpha),
        alpha=alpha,
    )


def _chance_at_least(commitments: Commitments, elapsed: float, left: float, minimum: int, alpha: float) -> float:
    """The chance under the fewest arrivals and the most cancellations that the data allow; alpha is halved."""
    window = elapsed + left
    hazard = highest_rate(len(commitments.cancelled), commitments.stood, [window * w for w in GOING], alpha / 2)
    if hazard == inf:
        return 0.0
    seen = commitments.standing + commitments.cancelled
    rates = lowest_rates(seen, elapsed, window, alpha / 2)
    later = left * _share_standing(hazard * left)
    worst = _standing(commitments.standing, exp(-hazard * left), minimum)
    worst = _join(worst, _poisson_arrivals({size: rate * later for size, rate in rates.items()}, minimum))
    return _chance_of_reaching(worst)


def lowest_rates(quantities: Sequence[int], elapsed: float, window: float, alpha: float) -> dict[int, float]:
    """Per day, commitments taken as 1, 2, 4, 8 ... units: rates that the true process exceeds class by class.

    With probability 1 - alpha, at all looks: commitments of at least 2^k units come at least as often as those listed
    of 2^k units and more. Class k is given 6 / (pi (k + 1))^2 of alpha; classes that nobody reached are not listed.
    """
    above = {1 << k: sum(q >= 1 << k for q in quantities) for k in range(max(quantities, default=0).bit_length())}
    lowest, rates = 0.0, {}
    for k, (size, count) in reversed(list(enumerate(above.items()))):
        rate = _lowest_rate(count, elapsed, [window * w for w in COMING], alpha * 6 / (pi * (k + 1)) ** 2)
        if rate > lowest:
            rates[size] = rate - lowest
            lowest = rate
    return rates


def _lowest_rate(count: int, time: float, prior_times: Sequence[float], alpha: float) -> float:
    """Lower end of the gamma-Poisson confidence sequence; 0 before anything came. Newton's method from below."""
    if count == 0 or time <= 0:
        return 0.0
    limit = _log_mixture(count, time, prior_times) + log(alpha)
    at = limit / count
    for _ in range(_MOST_NEWTON_STEPS):
        mean = time * exp(at)
        step = (limit - count * at + mean) / (count - mean)
        if not step > 1e-15 * max(1.0, abs(at)):
            break
        at += step
    return exp(at)


def highest_rate(count: int, time: float, prior_times: Sequence[float], alpha: float) -> float:
    """Upper end of the gamma-Poisson confidence sequence; infinity before any time. Newton's method from above."""
    if time <= 0:
        return inf
    limit = _log_mixture(count, time, prior_times) + log(alpha)
    rate = (2 * (count * log(2 * count / time) - count - limit) if count else -limit) / time
    for _ in range(_MOST_NEWTON_STEPS if count else 0):
        step = (count * log(rate) - time * rate - limit) / (time - count / rate)
        if not step < -1e-15 * rate:
            break
        rate += step
    return rate


def _log_mixture(count: int, time: float, prior_times: Sequence[float]) -> float:
    """log of the integral of rate^count exp(-rate time) over gamma priors worth these times, on average."""
    shape = _SHAPE + count
    logs = [_SHAPE * log(prior) - shape * log(prior + time) for prior in prior_times]
    top = max(logs)
    mean = sum(exp(value - top) for value in logs) / len(logs)
    return lgamma(shape) - lgamma(_SHAPE) + top + log(mean)


def _share_standing(cancelled: float) -> float:
    """Share of commitments placed evenly over the time left that stand at its end."""
    return -expm1(-cancelled) / cancelled if cancelled > 0 else 1.0


def _standing(quantities: Sequence[int], stays: float, below: int) -> Chances:
    """Chance of each number of units, below the minimum only, of what stands now and may be cancelled."""
    chances = np.zeros(below)
    chances[0] = 1.0
    for quantity in quantities:
        kept = np.zeros(below)
        kept[quantity:] = chances[: max(0, below - quantity)]
        chances = (1 - stays) * chances + stays * kept
    return chances


def _poisson_arrivals(means: Mapping[int, float], below: int) -> Chances:
    """Chance of each number of units that arrive in Poisson numbers of each size (H. Panjer, ASTIN Bull. 12, 1981)."""
    halvings = max(0, int(np.ceil(np.log2(max(sum(means.values()), 1e-9) / _SPLIT))))
    part = {size: mean / 2**halvings for size, mean in means.items()}
    chances = _compound(exp(-sum(part.values())), 0.0, 1.0, part, below)
    for _ in range(halvings):
        chances = _join(chances, chances)
    return chances


def _mixed_arrivals(sizes: Mapping[int, int], time: float, shape: float, prior_time: float, below: int) -> Chances:
    """The same when the rate is known as a gamma distribution, so that the number arriving is negative binomial."""
    total = sum(sizes.values())
    ratio = time / (prior_time + time)
    none = -shape * np.log1p(-ratio)
    halvings = max(0, int(np.ceil(np.log2(max(none, 1e-9) / _SPLIT))))
    weights = {size: ratio * count / total for size, count in sizes.items()}
    chances = _compound(exp(-none / 2**halvings), 1.0, shape / 2**halvings - 1, weights, below)
    for _ in range(halvings):
        chances = _join(chances, chances)
    return chances


def _compound(none: float, even: float, slope: float, weights: Mapping[int, float], below: int) -> Chances:
    """Panjer's recursion: chances[n] is the sum over sizes of (even + slope size / n) weight chances[n - size]."""
    chances = [none]
    steps = sorted(weights.items())
    for n in range(1, below):
        total = 0.0
        for size, weight in steps:
            if size > n:
                break
            total += (even + slope * size / n) * weight * chances[n - size]
        chances.append(total)
    return np.array(chances)


def _join(one: Chances, other: Chances) -> Chances:
    """Chances of the sum of two independent numbers of units, below the minimum only."""
    joined: Chances = np.convolve(one, other)[: len(one)]
    return joined


def _chance_of_reaching(below: Chances) -> float:
    return float(min(1.0, max(0.0, 1.0 - below.sum())))
