"""The cheapest factories of each demand among all of them, by cost plus the price of their time. Compiled."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.registry.register import NOBODY_HAS, Ints
from models.compiled import compiled

NOBODY = -1


class Prices(NamedTuple):
    """What a unit of a factory's time costs a demand beside the factory's own price, by due day."""

    row: Small  # (F,): 0 for factories whose time is free
    of_time: Floats  # (rows, days): what a demand due that day pays for a unit; row 0 is all 0


class Found(NamedTuple):
    """The `few` cheapest ways of each demand, cheapest first."""

    row: Small  # (D, few): capability, NOBODY beyond the last
    cost: Floats  # (D, few): of a unit, without the price of time; the fee spread over the most units
    high: Small  # (D, few): most units: all of the demand's, or what the factory can make by its date


def nothing_found(demands: int, few: int = 1) -> Found:
    """Before anything is looked up."""
    none = np.full((demands, few), NOBODY, np.int32)
    return Found(none, np.full((demands, few), np.inf), np.zeros((demands, few), np.int32))


@compiled
def unit_cents(shelf: Shelf, row: int, units: int, factor: int) -> int:
    """What a factory asks for a unit at this quantity, in cents."""
    return ladder_cents(shelf.quantities, shelf.cents, row, units, factor)


@compiled
def ladder_cents(quantities: Ints, cents: Ints, row: int, units: int, factor: int) -> int:
    """The price of a ladder's step at this quantity, scaled by thousandths and rounded half up."""
    step = 0
    while step + 1 < quantities.shape[1] and quantities[row, step + 1] <= units:
        step += 1
    return int((cents[row, step] * factor + 500) // 1000)


@compiled
def has_refused(asked: Asked, demand: int, factory: int) -> bool:
    """Whether a factory, by its index in the register, is not asked again for this demand."""
    for place in range(asked.refused_from[demand], asked.refused_from[demand + 1]):
        if asked.refused[place] == factory or asked.refused[place] == ~factory:
            return True
    return False


@compiled
def is_forbidden(asked: Asked, demand: int, factory: int) -> bool:
    """Whether a policy keeps a factory, by its index in the register, from this demand."""
    for place in range(asked.refused_from[demand], asked.refused_from[demand + 1]):
        if asked.refused[place] == ~factory:
            return True
    return False


@compiled
def unit_cost(
    shelf: Shelf, makers: Makers, row: int, units: int, whole: bool, due: int, lane: int, cents: int
) -> float:
    """A unit's price with freight and the risks of bad and late units; a part has no day to spare."""
    factory = shelf.factory[row]
    spare = 0.0
    if whole:
        low, high = 0, due  # the first day by which the units can be made
        while low < high:
            middle = (low + high) // 2
            if makers.made_by[factory, middle] < units:
                low = middle + 1
            else:
                high = middle
        spare = float(due - low)
    late = makers.late[factory] * 0.5 ** (spare / makers.half_days[factory])
    return float(cents / 100 * (1 + makers.bad[factory] + late) + makers.freight[lane, makers.origin[factory]])


@compiled
def covers(serves: int, asked: int) -> bool:
    """Whether bits of what is served hold all that is asked; 0 serves all."""
    return serves == 0 or serves & asked == asked


@compiled
def holds_all(valid: Small, factory: int, kinds: int, day: int) -> bool:
    """Whether a factory, by its index in the register, holds certificates (bits of their kinds) through a day."""
    if kinds == 0:
        return True
    if kinds >= NOBODY_HAS:
        return False
    held = True
    for kind in range(valid.shape[0]):
        held = held and (kinds >> kind & 1 == 0 or valid[kind, factory] >= day)
    return held


@compiled
def may_make(asked: Asked, shelf: Shelf, demand: int, entry: int) -> bool:
    """Whether a capability has what the demand needs, in its currency, and did not refuse it before."""
    if shelf.has[entry] & asked.needs[demand] != asked.needs[demand]:
        return False
    row = shelf.row[entry]
    if shelf.currency[row] != asked.currency[demand]:
        return False
    if asked.sizes[demand] != 0 and not covers(shelf.sizes[row], asked.sizes[demand]):
        return False
    if asked.market[demand] != 0 and not covers(shelf.markets[shelf.registered[row]], asked.market[demand]):
        return False
    if not holds_all(shelf.valid, shelf.registered[row], asked.holds[demand], asked.valid_on[demand]):
        return False
    return not has_refused(asked, demand, shelf.registered[row])


@compiled
def asks_nothing_more(asked: Asked, demand: int) -> bool:
    """Whether a demand asks for its spec only: whoever has what that needs, in its currency, may make it."""
    refused = asked.refused_from[demand] != asked.refused_from[demand + 1]
    return not refused and asked.sizes[demand] == 0 and asked.market[demand] == 0 and asked.holds[demand] == 0


@compiled
def least_beside(asked: Asked, makers: Makers, demand: int) -> float:
    """What a unit costs at least beside the goods. With the floor of an entry no factory from there on costs less.

    Loops over entries try that and the needs themselves: a call with all these arrays costs more than both.
    """
    return float(makers.least_freight[asked.lane[demand]] + makers.fee / asked.units[demand])


@compiled
def _retrieve(
    asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, first: int, last: int, found: Found, reduced: Floats
) -> None:
    few = found.row.shape[1]
    days = makers.made_by.shape[1]
    for demand in range(first, last):
        units, due, factor = asked.units[demand], asked.due[demand], asked.factor[demand]
        category, lane, count = asked.category[demand], asked.lane[demand], 0
        if due < 0 or due >= days:
            continue
        starts, needs = shelf.starts[asked.band[demand]], asked.needs[demand]
        least, plain = least_beside(asked, makers, demand), asks_nothing_more(asked, demand)
        for entry in range(starts[category], starts[category + 1]):
            if count == few and shelf.floor[entry] * factor / 1000 + least >= reduced[demand, few - 1]:
                break
            if shelf.has[entry] & needs != needs:
                continue
            row = shelf.row[entry]
            if shelf.quantities[row, 0] > units or shelf.currency[row] != asked.currency[demand]:
                continue
            if not plain and not may_make(asked, shelf, demand, entry):
                continue
            factory = shelf.factory[row]
            high = min(units, makers.made_by[factory, due])
            if high < shelf.quantities[row, 0]:
                continue
            cents = unit_cents(shelf, row, high, factor)
            if cents > asked.most_cents[demand]:
                continue
            cost = unit_cost(shelf, makers, row, units, high == units, due, lane, cents) + makers.fee / high
            full = cost + prices.of_time[prices.row[factory], due]
            if count == few and full >= reduced[demand, few - 1]:
                continue
            place = min(count, few - 1)
            while place > 0 and reduced[demand, place - 1] > full:
                reduced[demand, place] = reduced[demand, place - 1]
                found.row[demand, place] = found.row[demand, place - 1]
                found.cost[demand, place] = found.cost[demand, place - 1]
                found.high[demand, place] = found.high[demand, place - 1]
                place -= 1
            reduced[demand, place] = full
            found.row[demand, place] = row
            found.cost[demand, place] = cost
            found.high[demand, place] = high
            count = min(count + 1, few)


def retrieve(
    asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, few: int, threads: int
) -> tuple[Found, Floats]:
    """The `few` cheapest ways of every demand and their costs with the price of time (inf beyond the last)."""
    count = len(asked.units)
    found = nothing_found(count, few)
    reduced = np.full((count, few), np.inf)
    edges = np.linspace(0, count, 16 * threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        for done in [
            pool.submit(_retrieve, asked, shelf, makers, prices, first, last, found, reduced)
            for first, last in pairwise(edges)
        ]:
            done.result()
    return found, reduced
