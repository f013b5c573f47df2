"""First small batch, and the stock at which to order again (小单快返). Pure, seeded.

The first batch is the first stage of a two-stage newsvendor (Fisher and Raman 1996, 'accurate response'): what turns
out to be missing is ordered again if that pays, and a share of the buyers who wait for it is lost. The re-order point
is the service level's quantile of what is sold during the lead time (Silver, Pyke and Thomas, Inventory and Production
Management in Supply Chains, 4th ed., ch. 6), with the selling rate unknown (gamma-Poisson) and orders of several units.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from demand.quantity.profit import Terms, expected_profits
from demand.quantity.wishes import Schedule, Wish

Whole = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Reorder:
    """Order `first` units now; order again when stock falls to `point`, which serves the lead time at `service_level`.

    `per_day` units are sold a day at the pace of the listing's pre-orders so far; `lead_low` to `lead_high` holds what
    is sold within the `lead_days` with 90% probability.
    """

    first: int
    point: int
    per_day: float
    lead_days: float
    lead_low: int
    lead_high: int
    service_level: float


def first_batch(demand: Whole, terms: Terms, waits: float, whole: int) -> int:
    """Units to order now against sorted draws of demand, when a second order may follow; at least the MOQ.

    `waits` is the share of unserved buyers who wait for a second order, `whole` the best single order: 0 where that is,
    since nothing is learned of goods that are not there.
    """
    if whole == 0:
        return 0
    steps = [step.from_quantity for step in terms.costs.breaks]
    some = demand[np.linspace(0, len(demand) - 1, _CANDIDATES).astype(np.int64)]
    firsts = np.unique(np.concatenate([[whole], some[some >= terms.costs.moq], steps])).astype(np.int64)
    again = worth_again(int(demand[-1]), terms)
    missing = np.maximum(demand[None, :] - firsts[:, None], 0)
    later = again[(missing * waits).astype(np.int64)].mean(axis=1)
    return int(firsts[np.argmax(expected_profits(demand, firsts, terms) + later)])


def worth_again(most: int, terms: Terms) -> Reals:
    """What a second order earns at best when 0, 1, ... `most` buyers' units are waited for."""
    waiting = np.arange(most + 1)
    worth = np.zeros(most + 1)
    for least in (step.from_quantity for step in terms.costs.breaks):
        ordered = np.maximum(waiting, least)
        costs = terms.unit_costs(ordered)
        left = np.minimum(terms.salvage, costs) * (ordered - waiting)
        worth = np.maximum(worth, (terms.price + terms.shortage) * waiting + left - costs * ordered)
    return worth


def lead_time_demand(orders: Iterable[Wish], schedule: Schedule, draws: int, seed: int) -> Whole:
    """Sorted draws of the units sold within the lead time, at the pace of these orders since the listing opened."""
    sizes: Counter[int] = Counter()
    for line in orders:
        sizes[line.quantity] += line.count
    if not sizes.total() or not schedule.open_days:
        return np.zeros(draws, np.int64)
    rng = np.random.default_rng([seed, 3])
    # Jeffreys prior of a Poisson rate: half an order seen before.
    pace = rng.gamma(sizes.total() + 0.5, 1 / schedule.open_days, draws)
    sold = rng.poisson(pace * schedule.lead_days)
    quantities = np.array(sorted(sizes), np.int64)
    share = np.array([sizes[int(quantity)] for quantity in quantities]) / sizes.total()
    return np.sort(rng.multinomial(sold, share) @ quantities)
