"""One demand by itself against a supply: who could make it, and the least that it would cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from factory_matching.assignment.arrays import warehouses_of
from factory_matching.assignment.columns import Columns, Ways, ways_for
from factory_matching.assignment.exact import solve_exactly
from factory_matching.assignment.problem import build_problem
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import filter_by_spec
from factory_matching.weights import MatchWeights

_SHORTLIST = 20  # parts by cost, and again by size; 100 gave the same answers in four times the time
_SECONDS = 2.0  # of the exact solver for one split of so few columns: it needs hundredths


@dataclass(frozen=True, slots=True)
class Best:
    """The cheapest way to have a demand made; money is in the demand's currency."""

    factories: tuple[int, ...]
    """Ids; more than one where nobody makes it alone, or parts cost less."""
    units: int
    unit_price: Decimal
    """What is paid for a unit, on average over the parts."""
    cost: float
    """Of all units, with the risks and a fee for each factory."""

    @property
    def unit_cost(self) -> float:
        """Of a unit, with the risks and the fees."""
        return self.cost / self.units


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a demand by itself finds."""

    ways: Ways
    best: Best | None
    able: int
    """Factories that could make all of it in time."""
    able_in_parts: int
    """Those that could make a part of it only."""


def weigh(demand: OpenDemand, supply: Supply, weights: MatchWeights) -> Weighed:
    """Who could make the demand within the supply, and its cheapest way, whole or in parts."""
    ways = ways_for(0, demand, supply, weights)
    able = len(ways.whole)  # a factory has one capability of a category
    standing = len(supply.register.ids) - sum(ways.exclusions.values())
    found = [_whole(ways.whole, supply, weights)] if able else []
    if (parts := _in_parts(demand, ways.parts, supply, weights)) is not None:
        found.append(parts)
    return Weighed(ways, min(found, key=lambda best: best.cost, default=None), able, standing - able)


def _whole(whole: Columns, supply: Supply, weights: MatchWeights) -> Best:
    place = int(np.argmin(whole.unit_cost))
    units = int(whole.high[place])
    return Best(
        factories=(int(supply.register.ids[whole.factory[place]]),),
        units=units,
        unit_price=Decimal(int(whole.cents[place])) / 100,
        cost=float(whole.unit_cost[place]) * units + weights.fee_per_factory,
    )


def _in_parts(demand: OpenDemand, parts: Columns, supply: Supply, weights: MatchWeights) -> Best | None:
    if not len(parts):
        return None
    per_unit = parts.unit_cost + weights.fee_per_factory / np.maximum(parts.high, 1)
    short = np.union1d(np.argsort(per_unit, kind="stable")[:_SHORTLIST], np.argsort(-parts.high)[:_SHORTLIST])
    columns = parts.take(short)
    penalty = np.array([weights.unserved * float(columns.unit_cost.max()) + weights.fee_per_factory])
    # A part is never above its factory's time: no further limit joins the parts of one demand.
    limits = {(factory, 0): demand.units for factory in columns.factory.tolist()}
    units, due = np.array([demand.units]), np.zeros(1, np.int64)
    problem = build_problem(columns, units, due, penalty, warehouses_of(supply.register), limits, weights)
    answer = solve_exactly(problem, _SECONDS)
    if answer is None or int(answer.given.sum()) != demand.units:
        return None
    used = np.flatnonzero(answer.given)
    paid = int((columns.cents[used] * answer.given[used]).sum())
    return Best(
        factories=tuple(sorted(int(supply.register.ids[factory]) for factory in columns.factory[used])),
        units=demand.units,
        unit_price=(Decimal(paid) / 100 / demand.units).quantize(Decimal("0.01")),
        cost=answer.cost(problem),
    )


def near(demand: OpenDemand, supply: Supply) -> Supply:
    """The supply with the days of only those factories that may make the spec: the others' are never looked at."""
    register = supply.register
    rows = filter_by_spec(register, demand.spec, demand.currency).rows
    ids = set(register.ids[register.factory[rows]].tolist())
    return replace(supply, booked=_of(ids, supply.booked), calendar=_of(ids, supply.calendar))


def _of(ids: set[int], days: Mapping[tuple[int, date], int]) -> dict[tuple[int, date], int]:
    return {key: units for key, units in days.items() if key[0] in ids}
