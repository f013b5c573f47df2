"""What is believed of a rate and its delay before a listing's own buyers are seen, and after. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from demand.beta import Beta
from demand.decision.pool import Pooled, PoolPrior, Rate, Trials, pool
from demand.quantity.delay import YOUNGEST, Delay
from demand.quantity.wishes import Wish
from models.interest import Segment

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatePrior:
    """How many do it at all, between listings and segments, and how long those take."""

    pool: PoolPrior
    delay: Delay
    delay_spread: float = 0.04
    """How delays differ between listings: standard deviation of the log of how much slower one is."""

    def __post_init__(self) -> None:
        if not 0 <= self.delay_spread < 2:
            raise ValueError(f"a spread of {self.delay_spread} of the log of delays")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the floats read back to the bit."""
        offsets = {segment.value: offset for segment, offset in self.pool.offsets}
        return {
            "level": asdict(self.pool.level),
            "offsets": offsets,
            "spread": self.pool.spread,
            "delay": asdict(self.delay),
            "delay_spread": self.delay_spread,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "RatePrior":
        """Read back what `to_json` wrote; KeyError, TypeError or ValueError when it did not."""
        offsets = tuple((Segment(segment), offset) for segment, offset in data["offsets"].items())
        return RatePrior(
            PoolPrior(Beta(**data["level"]), offsets, data["spread"]), Delay(**data["delay"]), data["delay_spread"]
        )


# Gauss-Hermite nodes and weights of a standard normal, three points.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(3)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of a listing's rates when it may be slower or faster than others: one pooling for each pace."""

    paces: tuple[tuple[float, float, Pooled], ...]
    """Probability, how much slower than usual, and the rates if so."""

    def draw(self, rng: np.random.Generator, draws: int) -> tuple[Mapping[Segment, Reals], Reals]:
        """Rates of every segment, and how much slower than usual, in each of so many futures."""
        weights = [weight for weight, _, _ in self.paces]
        pace = rng.choice(len(weights), draws, p=weights)
        slower = np.array([factor for _, factor, _ in self.paces])[pace]
        rates = {segment: np.empty(draws) for segment in self.paces[0][2].rates}
        for number, (_, _, pooled) in enumerate(self.paces):
            mine = pace == number
            for segment, drawn in pooled.draw(rng, int(mine.sum())).items():
                rates[segment][mine] = drawn
        return rates, slower

    def at(self, share: float) -> Mapping[Segment, float]:
        """Every segment's expected rate where the listing's level stands at this quantile, averaged over paces."""
        ends = [(weight, pooled.at(share)) for weight, _, pooled in self.paces]
        return {segment: sum(weight * end[segment] for weight, end in ends) for segment in ends[0][1]}

    def rate(self, segment: Segment) -> Rate:
        """One segment's rate, averaged over paces."""
        rates = [(weight, pooled.rate(segment)) for weight, _, pooled in self.paces]
        return Rate(
            mean=sum(weight * rate.mean for weight, rate in rates),
            low=sum(weight * rate.low for weight, rate in rates),
            high=sum(weight * rate.high for weight, rate in rates),
        )


def pool_waiting(
    segments: Iterable[Segment], happened: Iterable[Wish], waiting: Iterable[Wish], prior: RatePrior
) -> Posterior:
    """The rate of each segment, from those who did it and those who have waited for so many days without doing it.

    Of those who did it, only that they did it by now is used, not when: ages are since they could begin to.
    """
    asked, done, open_ = tuple(segments), tuple(happened), tuple(waiting)
    factors = np.exp(prior.delay_spread * _NODES)
    delays = [prior.delay.slowed(float(by)) for by in factors]
    pooled = [pool(_trials(asked, done, open_, delay), prior.pool) for delay in delays]
    evidence = [one.log_evidence + _log_done(done, delay) for one, delay in zip(pooled, delays, strict=True)]
    weights = special.softmax(np.log(_WEIGHTS) + np.array(evidence))
    return Posterior(tuple(zip(weights.tolist(), factors.tolist(), pooled, strict=True)))


def _trials(
    segments: Sequence[Segment], happened: Sequence[Wish], waiting: Sequence[Wish], delay: Delay
) -> Mapping[Segment, Trials]:
    known: dict[Segment, list[tuple[float, int]]] = {segment: [] for segment in segments}
    did = dict.fromkeys(segments, 0)
    for line in waiting:
        known[line.segment].append((delay.done_by(line.age_days), line.count))
    for line in happened:
        did[line.segment] += line.count
    return {segment: Trials(did[segment], tuple(known[segment])) for segment in segments}


def _log_done(happened: Sequence[Wish], delay: Delay) -> float:
    """Log chance that those who do it have done it by now."""
    return sum(line.count * float(np.log(delay.done_by(max(line.age_days, YOUNGEST)))) for line in happened)
