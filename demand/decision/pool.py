"""Rates of buyer segments on one listing, each pulled towards the listing's and its segment's own mean. Pure.

On the logit scale the rate of segment s on a listing is level + offset_s + deviation_s: the level has a Beta prior
between listings, offset_s is how the segment usually differs, deviation_s is normal with standard deviation `spread`.
A segment with much of its own is believed, one with little borrows: partial pooling (Gelman and Hill, Data Analysis
Using Regression and Multilevel Models, 2007, ch. 12), with hyperparameters from history (empirical Bayes, Morris 1983).
Given the level the segments are independent, so that sums over a grid give the posterior without simulation. With one
segment there is nothing to deviate from, and the posterior is the beta-binomial's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import special

from demand.beta import Beta
from models.interest import Segment

Reals = npt.NDArray[np.float64]

_POINTS = 256
_LOWEST, _HIGHEST = -14.0, 10.0  # rates of 1 in a million and of all but 1 in 20,000
_OUTSIDE = 1e-7  # chance left out at each end of the grid
_WIDTHS = 4.0  # standard deviations of the deviations that the grid holds


@dataclass(frozen=True, slots=True)
class Trials:
    """Buyers of one segment: `happened` did it, of the others (share of doers who would have done it by now, how many).

    A share of 1 is a buyer whose outcome is known, one of 0 a buyer of whom nothing is known yet.
    """

    happened: int
    waiting: tuple[tuple[float, int], ...] = ()

    def __post_init__(self) -> None:
        if self.happened < 0 or any(not 0 <= share <= 1 or count < 0 for share, count in self.waiting):
            raise ValueError(f"{self.happened} happened, waiting {self.waiting}")

    @property
    def count(self) -> int:
        """Buyers in all."""
        return self.happened + sum(count for _, count in self.waiting)


@dataclass(frozen=True, slots=True)
class PoolPrior:
    """How rates differ between listings (`level`), between segments (`offsets`, in logits), and of both (`spread`)."""

    level: Beta
    offsets: tuple[tuple[Segment, float], ...] = ()
    spread: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.spread < 5 or any(abs(offset) > 6 for _, offset in self.offsets):
            raise ValueError(f"spread {self.spread} and offsets {self.offsets} of logits")

    def offset(self, segment: Segment) -> float:
        """Of one segment; 0 where none is known."""
        return dict(self.offsets).get(segment, 0.0)


@dataclass(frozen=True, slots=True)
class Rate:
    """A probability with its 90% interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """Posterior of one listing's level and of each segment's rate given the level."""

    level: Reals = field(repr=False)
    """Probability of each level of the grid."""
    rates: Mapping[Segment, tuple[Reals, Reals]] = field(repr=False)
    """For each segment: the rate at each level of its own grid, and the chance of it for each level of the listing."""
    log_evidence: float
    """Log probability of the trials under the prior, up to a constant of the trials alone."""

    def draw(self, rng: np.random.Generator, draws: int) -> Mapping[Segment, Reals]:
        """Rates of every segment, `draws` times; the segments of one draw share their level."""
        levels = np.minimum(np.searchsorted(np.cumsum(self.level), rng.random(draws)), len(self.level) - 1)
        return {segment: _pick(*self.rates[segment], levels, rng) for segment in self.rates}

    def at(self, share: float) -> Mapping[Segment, float]:
        """Every segment's expected rate where the listing's level stands at this quantile."""
        level = min(int(np.searchsorted(np.cumsum(self.level), share)), len(self.level) - 1)
        return {segment: float(rates @ given[level]) for segment, (rates, given) in self.rates.items()}

    def rate(self, segment: Segment) -> Rate:
        """One segment's rate; KeyError for a segment that was not asked about."""
        rates, given = self.rates[segment]
        chance = self.level @ given
        low, high = (rates[np.searchsorted(np.cumsum(chance), share)] for share in (0.05, 0.95))
        return Rate(float(rates @ chance), float(low), float(high))


def pool(trials: Mapping[Segment, Trials], prior: PoolPrior) -> Pooled:
    """The posterior of each given segment; one with no trials is believed to be as the prior and the others say."""
    seen = sum(tried.count > 0 for tried in trials.values())
    spread = prior.spread if seen > 1 else 0.0
    levels = _levels(trials, prior, spread)
    log_level = _log_odds_density(levels, prior.level)
    rates = {}
    for segment, tried in trials.items():
        logits = levels + prior.offset(segment)
        total, given = _scatter(levels, _log_likelihood(tried, logits), spread)
        log_level = log_level + total
        rates[segment] = special.expit(logits), given
    evidence = special.logsumexp(log_level) + np.log(levels[1] - levels[0])
    return Pooled(special.softmax(log_level), rates, float(evidence))


def _levels(trials: Mapping[Segment, Trials], prior: PoolPrior, spread: float) -> Reals:
    """Evenly spaced logits that hold the prior and all that each segment's buyers could mean for the level."""
    level, ends = prior.level, []
    for segment, tried in trials.items():
        known = sum(share * count for share, count in tried.waiting)
        believed = np.array([level.a + tried.happened, level.b + known])
        ends.append(_reach(*believed) - prior.offset(segment))
    low, high = (np.array(ends).min(), np.array(ends).max()) if ends else _reach(level.a, level.b)
    return np.linspace(max(low - _WIDTHS * spread, _LOWEST), min(high + _WIDTHS * spread, _HIGHEST), _POINTS)


def _reach(a: float, b: float) -> Reals:
    ends = special.betaincinv(a, b, np.array([_OUTSIDE, 1 - _OUTSIDE]))
    logits: Reals = np.clip(special.logit(ends), _LOWEST + 1, _HIGHEST - 1)
    return logits


def _log_odds_density(logits: Reals, level: Beta) -> Reals:
    """Of a Beta distribution on the logit scale, up to a constant."""
    density: Reals = level.a * special.log_expit(logits) + level.b * special.log_expit(-logits)
    return density


def _log_likelihood(tried: Trials, logits: Reals) -> Reals:
    likelihood: Reals = tried.happened * special.log_expit(logits)
    rates = special.expit(logits)
    for share, count in tried.waiting:
        likelihood += count * (special.log_expit(-logits) if share == 1 else np.log1p(-share * rates))
    return likelihood


def _scatter(levels: Reals, log_likelihood: Reals, spread: float) -> tuple[Reals, Reals]:
    """Log likelihood of each level (row), and the chance of each deviated level (column) given that level."""
    step = levels[1] - levels[0]
    if spread < step:
        return log_likelihood, np.eye(len(levels))
    apart = (levels[None, :] - levels[:, None]) / spread
    log_given = log_likelihood - 0.5 * apart**2 - np.log(spread * np.sqrt(2 * np.pi) / step)
    highest = log_given.max(axis=1, keepdims=True)
    given = np.exp(log_given - highest)
    total = given.sum(axis=1, keepdims=True)
    return (np.log(total) + highest)[:, 0], given / total


def _pick(rates: Reals, given: Reals, levels: npt.NDArray[np.intp], rng: np.random.Generator) -> Reals:
    """A rate for each of these levels of the listing, from its chances given that level."""
    points = len(rates)
    # One sorted list of all rows' cumulative chances, each a whole number above the one before: one search finds all.
    chances = (np.cumsum(given, axis=1) + np.arange(points)[:, None]).ravel()
    found = np.searchsorted(chances, levels + rng.random(len(levels))) - levels * points
    picked: Reals = rates[np.clip(found, 0, points - 1)]
    return picked
