"""A share of the run for qualified new factories (双保), at the least extra cost; and what nobody else has time for.

The demands whose placing at a new factory costs least more, unit by unit, than at the cheapest other factory are taken
first, until the share is met: the greedy rule of the fractional knapsack (Dantzig, Discrete-variable extremum problems,
1957), each order within the trial limits, the caps and the factory's time.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from factory_matching.assignment.arrays import Floats
from factory_matching.assignment.columns import asked_cents
from factory_matching.assignment.retrieve import NOBODY, Found
from factory_matching.complexity import complexity
from factory_matching.demand import OpenDemand, Supply
from factory_matching.policies.elsewhere import look_up
from factory_matching.policies.facts import Flags
from factory_matching.policies.ledger import Ledger
from factory_matching.policies.taking import Spare, Taken, book_more, days_of, placements_of
from factory_matching.weights import MatchWeights

_WAYS = 12


@dataclass(frozen=True, slots=True)
class Reserved:
    """What new factories got, and why not more."""

    taken: tuple[Taken, ...]
    wanted: int
    """Units of the guarantee."""
    given: int
    extra_cost: float
    """Above the cheapest other factory of each demand, had it had time; demands that nobody else can make count 0."""
    why: str
    """Empty when the share is met."""


def reserve(
    demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, ledger: Ledger, wanted: int
) -> Reserved:
    """Trial orders for qualified new factories: `wanted` units, and beyond them what they make cheaper anyway."""
    rule = ledger.policies.new_suppliers
    fit = [demand for demand in demands if demand.units <= rule.trial_units]
    trying = ledger.standings.qualified
    if not fit or not trying.any():
        taken, extra = list[Taken](), 0.0
    else:
        known, next_best = _elsewhere(fit, supply, weights, ledger.standings.new)
        taken, extra = take_cheapest(fit, known, next_best, supply, weights, ledger, trying, wanted, "guarantee")
    given = sum(one.demand.units for one in taken)
    return Reserved(tuple(taken), wanted, given, extra, _why(demands, fit, taken, wanted - given, ledger))


def _why(
    demands: Sequence[OpenDemand], fit: Sequence[OpenDemand], taken: Sequence[Taken], missing: int, ledger: Ledger
) -> str:
    if missing <= 0:
        return ""
    rule, good = ledger.policies.new_suppliers, int(ledger.standings.qualified.sum())
    said = f"{missing} units are missing: {good} qualified new factories"
    if good:
        said += (
            f"; {len(demands) - len(fit)} demands are above the trial size of {rule.trial_units} units, for"
            f" {len(fit) - len(taken)} none of them has the capability, the price, the time or a trial order free"
        )
    return said


def take_cheapest(
    demands: Sequence[OpenDemand],
    elsewhere: Floats,
    next_best: Sequence[Decimal | None],
    supply: Supply,
    weights: MatchWeights,
    ledger: Ledger,
    trying: Flags,
    wanted: int,
    why: str,
) -> tuple[list[Taken], float]:
    """Give whole demands to the factories tried, least extra cost first; looks anew when their first choices are full.

    `elsewhere`: what a unit costs at the best other factory, inf when there is none. The ledger counts what is taken.
    """
    taken: list[Taken] = []
    extra, open_ = 0.0, np.arange(len(demands))
    while len(open_):
        asking = [demands[index] for index in open_.tolist()]
        found = look_up(asking, supply, weights, trying & ledger.trials_left(), _WAYS)
        missing = wanted - sum(one.demand.units for one in taken)
        got = _from_heap(asking, found, elsewhere[open_], supply, ledger, missing)
        if not got:
            break
        fresh = [
            _taken(asking[place], int(found.row[place, way]), float(found.cost[place, way]), supply,
                   next_best[int(open_[place])], why)
            for place, way in got
        ]  # fmt: skip
        extra += sum(
            float(one.cost - elsewhere[open_[place]] * one.demand.units)
            for one, (place, _) in zip(fresh, got, strict=True)
            if np.isfinite(elsewhere[open_[place]])
        )
        taken += fresh
        supply = book_more(supply, placements_of(fresh, supply))
        open_ = np.delete(open_, [place for place, _ in got])
    return taken, extra


def _from_heap(
    demands: Sequence[OpenDemand], found: Found, elsewhere: Floats, supply: Supply, ledger: Ledger, missing: int
) -> list[tuple[int, int]]:
    """(demand, way) in the order in which they are taken."""
    register = supply.register
    rows = np.unique(found.row[found.row != NOBODY])
    spare = Spare(supply, np.unique(register.factory[rows]), days_of(demands, supply))
    heap = [(_extra(found, elsewhere, place, 0), place, 0) for place in range(len(demands)) if found.row[place, 0] >= 0]
    heapq.heapify(heap)
    got: list[tuple[int, int]] = []
    while heap:
        extra, place, way = heapq.heappop(heap)
        if extra > 0 and missing <= 0:
            break
        demand, factory = demands[place], int(register.factory[found.row[place, way]])
        due = supply.due_day(demand)
        whole = found.high[place, way] >= demand.units and spare.room(factory, due) >= demand.units
        if whole and ledger.why_not(factory, demand, demand.units) is None:
            spare.take(factory, due, demand.units)
            ledger.take(factory, demand.spec.category.value, demand.units)
            got.append((place, way))
            missing -= demand.units
        elif way + 1 < found.row.shape[1] and found.row[place, way + 1] != NOBODY:
            heapq.heappush(heap, (_extra(found, elsewhere, place, way + 1), place, way + 1))
    return got


def _extra(found: Found, elsewhere: Floats, place: int, way: int) -> float:
    return float(found.cost[place, way] - elsewhere[place]) if np.isfinite(elsewhere[place]) else -np.inf


def _taken(
    demand: OpenDemand, row: int, unit_cost: float, supply: Supply, next_best: Decimal | None, why: str
) -> Taken:
    cents = int(asked_cents(np.array([row]), demand.units, supply, complexity(demand.spec))[0])
    return Taken(demand, int(supply.register.factory[row]), cents, unit_cost * demand.units, next_best, why)


def _elsewhere(
    demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, new: Flags
) -> tuple[Floats, list[Decimal | None]]:
    """Unit cost and price of each demand at the cheapest factory that is not new, as if it had no other work."""
    found = look_up(demands, supply, weights, ~new, 1)
    prices: list[Decimal | None] = []
    for demand, row in zip(demands, found.row[:, 0].tolist(), strict=True):
        cents = asked_cents(np.array([row]), demand.units, supply, complexity(demand.spec))[0] if row >= 0 else None
        prices.append(None if cents is None else Decimal(int(cents)) / 100)
    return found.cost[:, 0], prices
