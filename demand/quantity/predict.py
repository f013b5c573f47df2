"""How many units will still be wanted at delivery: draws of the predictive distribution, by segment. Pure, seeded.

Rates of cancelling and of converting are drawn from their posteriors, then each buyer acts by the draw's rate and the
delay that is left: the beta-binomial predictive distribution (Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 2-5)
with buyers who have waited already counting as partly known (`demand.quantity.delay`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from demand.quantity.delay import chance_later, left_over
from demand.quantity.rate_prior import Posterior, RatePrior, pool_waiting
from demand.quantity.wishes import Schedule, Wish, Wishes
from models.interest import Segment

Whole = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Rates = tuple[Mapping[Segment, Reals], Reals]
"""Each segment's rate, and how much slower than usual, in each future."""

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Outlook:
    """Units of each segment wanted at delivery, in each of `DRAWS` futures: from pre-orders, and from inquiries."""

    committed: Mapping[Segment, Whole] = field(repr=False)
    inquired: Mapping[Segment, Whole] = field(repr=False)

    @property
    def total(self) -> Whole:
        """Over all segments."""
        return sum((*self.committed.values(), *self.inquired.values()), np.zeros(DRAWS, np.int64))

    def of(self, segment: Segment) -> Whole:
        """Of one segment."""
        return self.committed[segment] + self.inquired[segment]


@dataclass(frozen=True, slots=True)
class Buyers:
    """What is known of a listing's buyers: their wishes, and the posteriors of what they will do by delivery."""

    wishes: Wishes
    schedule: Schedule
    converted_prior: RatePrior
    cancelled_prior: RatePrior
    converted: Posterior
    cancelled: Posterior


def learn_buyers(wishes: Wishes, schedule: Schedule, converted: RatePrior, cancelled: RatePrior) -> Buyers:
    """Posteriors of both rates for each segment that asked for anything."""
    asked = pool_waiting(wishes.segments, wishes.answered, wishes.inquiries, converted)
    gone = pool_waiting(wishes.segments, wishes.cancelled, wishes.commitments, cancelled)
    return Buyers(wishes, schedule, converted, cancelled, asked, gone)


def draw_rates(buyers: Buyers, seed: int) -> tuple[Rates, Rates]:
    """Rates of converting and of cancelling in each future."""
    rng = np.random.default_rng([seed, 1])
    return buyers.converted.draw(rng, DRAWS), buyers.cancelled.draw(rng, DRAWS)


def predict(buyers: Buyers, converted: Rates, cancelled: Rates, seed: int) -> Outlook:
    """What the buyers want at delivery at these rates; the same seed gives the same futures, rate for rate."""
    rng = np.random.default_rng([seed, 2])
    committed = {segment: np.zeros(DRAWS, np.int64) for segment in buyers.wishes.segments}
    inquired = {segment: np.zeros(DRAWS, np.int64) for segment in buyers.wishes.segments}
    stands, orders = _Chances(_stands, buyers), _Chances(_orders_and_stands, buyers)
    for line in buyers.wishes.commitments:
        committed[line.segment] += line.quantity * rng.binomial(line.count, stands.of(line, converted, cancelled))
    for line in buyers.wishes.inquiries:
        inquired[line.segment] += line.quantity * rng.binomial(line.count, orders.of(line, converted, cancelled))
    return Outlook(committed, inquired)


class _Chances:
    """A chance in every future, computed once for all buyers of a segment and age: most of the time goes here."""

    def __init__(self, chance: Callable[[Wish, Rates, Rates, Buyers], Reals], buyers: Buyers) -> None:
        self._chance, self._buyers = chance, buyers
        self._known: dict[tuple[Segment, float], Reals] = {}

    def of(self, line: Wish, converted: Rates, cancelled: Rates) -> Reals:
        """At these rates; always the same ones."""
        key = line.segment, line.age_days
        if key not in self._known:
            self._known[key] = self._chance(line, converted, cancelled, self._buyers)
        return self._known[key]


def _stands(line: Wish, _: Rates, cancelled: Rates, buyers: Buyers) -> Reals:
    horizon, delay = buyers.schedule.delivery_days, buyers.cancelled_prior.delay
    rates, slower = cancelled
    return 1 - chance_later(rates[line.segment], line.age_days, horizon, delay, slower)


def _orders_and_stands(line: Wish, converted: Rates, cancelled: Rates, buyers: Buyers) -> Reals:
    horizon, delay = buyers.schedule.delivery_days, buyers.converted_prior.delay
    rates, slower = converted
    orders = chance_later(rates[line.segment], line.age_days, horizon, delay, slower)
    gone = left_over(line.age_days, horizon, delay, buyers.cancelled_prior.delay)
    return orders * (1 - cancelled[0][line.segment] * gone)


def interval(draws: Whole, share: float = 0.9) -> tuple[int, int]:
    """The values between which `share` of the draws lie, as nearly as whole units allow.

    Ends are quantiles of the mid-distribution, which counts half of a value's own chance (Lancaster 1961): plain
    quantiles of counts always hold more than they say.
    """
    values, counts = np.unique(draws, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / len(draws)
    tail = (1 - share) / 2
    low = int(np.searchsorted(middle, tail))
    high = int(np.searchsorted(middle, 1 - tail, side="right")) - 1
    return int(values[low]), int(values[high])
