"""Freight of a unit for any demand and factory, as one small table: lanes of demands by origins of factories.

An origin is a warehouse that a rate names, else a region; a lane is a market, category and currency.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import Asked, Makers
from factory_matching.demand import OpenDemand
from factory_matching.freight import FreightRates
from factory_matching.registry.register import Ints, Register

Floats = NDArray[np.float64]


def origin_of(register: Register, rates: FreightRates, factories: Ints) -> Ints:
    """The origin of each of these factories (indices): a column of `freight_of`."""
    named = _named(register, rates)
    if not named.any():
        return register.region[factories]
    warehouse = register.warehouse[factories]
    by_name = (warehouse >= 0) & named[warehouse]
    return np.where(by_name, len(register.regions) + warehouse, register.region[factories])


def freight_of(demand: OpenDemand, register: Register, rates: FreightRates) -> Floats:
    """What a unit of the demand costs from each origin, in its currency, (regions + warehouses,)."""
    cost = np.zeros(len(register.regions) + len(register.warehouses))
    if rates.free:
        return cost
    names = (*register.regions, *register.warehouses)
    for place in _origins(register, rates).tolist():
        cost[place] = float(rates.per_unit(names[place], demand.market, demand.spec.category, demand.currency))
    return cost


def with_freight(
    demands: Sequence[OpenDemand], asked: Asked, makers: Makers, register: Register, rates: FreightRates
) -> tuple[Asked, Makers]:
    """The same demands and factories, with a lane for each demand and an origin for each factory."""
    if rates.free or not demands:
        return asked, makers
    lanes: dict[object, int] = {}
    lane, costs = np.zeros(len(demands), np.int64), []
    for index, demand in enumerate(demands):
        key = (demand.market, demand.spec.category, demand.currency)
        if key not in lanes:
            lanes[key] = len(lanes)
            costs.append(freight_of(demand, register, rates))
        lane[index] = lanes[key]
    table, origins = np.array(costs), _origins(register, rates)
    return asked._replace(lane=lane), makers._replace(
        origin=origin_of(register, rates, makers.place), freight=table, least_freight=table[:, origins].min(axis=1)
    )


def _origins(register: Register, rates: FreightRates) -> Ints:
    """Places of all regions and of the warehouses that a rate names."""
    every: Ints = np.flatnonzero(np.concatenate([np.ones(len(register.regions), np.bool_), _named(register, rates)]))
    return every


def _named(register: Register, rates: FreightRates) -> NDArray[np.bool_]:
    """Which warehouses a rate names."""
    origins = {lane[0] for lane in (*rates.per_kg, *rates.per_unit_of)}
    return np.array([name in origins for name in register.warehouses], np.bool_)
