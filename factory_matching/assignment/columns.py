"""Every way to give a demand, or a part of it, to a factory that may make it: the columns of the matching problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.lanes import freight_of, origin_of
from factory_matching.assignment.risk import half_days
from factory_matching.complexity import complexity, in_thousandths
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import Exclusions, Filtered, Reason, filter_by_spec, narrow
from factory_matching.registry.register import Ints
from factory_matching.weights import MatchWeights

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays of one entry for each way; `low == high` where the whole demand goes to one factory."""

    demand: Ints  # index into the demands
    factory: Ints  # index into the register's factories
    low: Ints  # fewest units
    high: Ints  # most units
    cents: Ints  # unit price asked at that quantity
    unit_cost: Floats  # price with risks and freight, in money

    def __len__(self) -> int:
        return len(self.demand)

    def take(self, keep: NDArray[np.bool_] | Ints) -> "Columns":
        """Some of them."""
        return Columns(*(getattr(self, field.name)[keep] for field in fields(Columns)))

    @staticmethod
    def join(parts: Sequence["Columns"]) -> "Columns":
        """All of several."""
        if not parts:
            none = np.zeros(0, np.int64)
            return Columns(none, none, none, none, none, np.zeros(0))
        return Columns(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Columns)))


@dataclass(frozen=True, slots=True)
class Ways:
    """The whole and partial ways of one demand, and why the other factories have none."""

    whole: Columns
    parts: Columns
    exclusions: Exclusions


def ways_for(index: int, demand: OpenDemand, supply: Supply, weights: MatchWeights) -> Ways:
    """Hard filters first (spec, earlier refusals, price, time), then what each remaining factory would cost."""
    register = supply.register
    factor = complexity(demand.spec)
    passed = filter_by_spec(register, demand.spec, demand.currency, demand.wants)
    barred = np.isin(register.ids[register.factory[passed.rows]], list(demand.forbidden))
    passed = narrow(passed, Reason.POLICY, ~(barred | supply.kept_out(passed.rows)))
    asked = np.isin(register.ids[register.factory[passed.rows]], list(demand.excluded))
    passed = narrow(passed, Reason.DECLINED, ~asked)
    passed = narrow(passed, Reason.MOQ, register.quantities[passed.rows, 0] <= demand.units)
    passed = narrow(passed, Reason.PRICE, ~_too_dear(asked_cents(passed.rows, demand.units, supply, factor), demand))
    factories = register.factory[passed.rows]
    made = supply.free(factories, supply.due_day(demand) + 1).cumsum(axis=1)
    room = made[:, -1] if made.shape[1] else np.zeros(len(factories), np.int64)
    enough = room >= register.quantities[passed.rows, 0]
    passed, room, made = narrow(passed, Reason.CAPACITY, enough), room[enough], made[enough]
    freight = freight_of(demand, register, weights.freight)
    whole = _whole(index, demand, supply, weights, passed, room, made, factor, freight)
    return Ways(whole, _parts(index, demand, supply, weights, passed, room, factor, freight), passed.exclusions)


def asked_cents(rows: Ints, quantity: int, supply: Supply, factor: Decimal) -> Ints:
    """Unit price for this spec at a quantity: the quoted ladder times its complexity, to the cent."""
    return scaled_cents(supply.register.price_at(rows, quantity), factor)


def scaled_cents(quoted: Ints, factor: Decimal) -> Ints:
    """Half up to the cent, in whole numbers."""
    return round_scaled(quoted, in_thousandths(factor))


def round_scaled(quoted: Ints, thousandths: Ints | int) -> Ints:
    """Quoted cents times factors in thousandths, half up to the cent; compiled loops do the same in `unit_cents`."""
    rounded: Ints = (quoted * thousandths + 500) // 1000
    return rounded


def _too_dear(cents: Ints, demand: OpenDemand) -> NDArray[np.bool_]:
    if demand.highest_price is None:
        return np.zeros(len(cents), np.bool_)
    return cents > int(demand.highest_price * 100)


def _risk(supply: Supply, factories: Ints, slack_days: Floats, weights: MatchWeights) -> Floats:
    """Expected loss from lateness and bad units as a share of the price."""
    halvings = slack_days / half_days(supply.register, factories, weights)
    late = (1 - supply.register.on_time[factories]) * 0.5**halvings
    return weights.lateness * late + weights.quality * (1 - supply.register.quality[factories])


def _whole(
    index: int,
    demand: OpenDemand,
    supply: Supply,
    weights: MatchWeights,
    passed: Filtered,
    room: Ints,
    made: Ints,
    factor: Decimal,
    freight: Floats,
) -> Columns:
    alone = room >= demand.units
    rows = passed.rows[alone]
    factories = supply.register.factory[rows]
    finished = (made[alone] < demand.units).sum(axis=1)  # day on which the last unit is made, today is 0
    slack = supply.due_day(demand) - finished.astype(np.float64)
    cents = asked_cents(rows, demand.units, supply, factor)
    units = np.full(len(rows), demand.units, np.int64)
    cost = (
        cents / 100 * (1 + _risk(supply, factories, slack, weights))
        + freight[origin_of(supply.register, weights.freight, factories)]
    )
    return Columns(np.full(len(rows), index, np.int64), factories, units, units, cents, cost)


def _parts(
    index: int,
    demand: OpenDemand,
    supply: Supply,
    weights: MatchWeights,
    passed: Filtered,
    room: Ints,
    factor: Decimal,
    freight: Floats,
) -> Columns:
    """One column for each step of each ladder, as far as the factory's time goes; a part is less than the whole."""
    register, steps = supply.register, supply.register.quantities.shape[1]
    most = np.minimum(room, demand.units - 1)
    found = []
    for step in range(steps):
        low = register.quantities[passed.rows, step]
        following = register.quantities[passed.rows, step + 1] - 1 if step + 1 < steps else most
        high = np.minimum(most, following)
        cents = scaled_cents(register.cents[passed.rows, step], factor)
        open_ = (low <= high) & ~_too_dear(cents, demand)
        factories = register.factory[passed.rows[open_]]
        goods = cents[open_] / 100 * (1 + _risk(supply, factories, np.zeros(len(factories)), weights))
        cost = goods + freight[origin_of(supply.register, weights.freight, factories)]
        owner = np.full(len(factories), index, np.int64)
        found.append(Columns(owner, factories, low[open_], high[open_], cents[open_], cost))
    return Columns.join(found)


def penalties(ways: Mapping[int, Ways], weights: MatchWeights) -> dict[int, float]:
    """What each unit of a demand costs when nobody makes it: more than any way of making it."""
    dearest = {
        index: max((float(found.unit_cost.max()) for found in (way.whole, way.parts) if len(found)), default=1.0)
        for index, way in ways.items()
    }
    return {index: weights.unserved * cost for index, cost in dearest.items()}
