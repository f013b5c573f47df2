"""Give demands to factories within their time: by prices first, then by true cost, then in parts. Compiled."""

from typing import NamedTuple

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.retrieve import (
    NOBODY,
    Prices,
    asks_nothing_more,
    least_beside,
    may_make,
    unit_cents,
    unit_cost,
)
from factory_matching.registry.register import Ints
from factory_matching.result import MOST_PARTS
from models.compiled import compiled

ALL_EYES = 0.0
"""No factory is passed over by chance."""


class Given(NamedTuple):
    """Who makes what: up to MOST_PARTS parts of each demand."""

    row: Small  # (D, parts): capability, NOBODY beyond the last part
    units: Small  # (D, parts)
    cost: Floats  # (D,): money, with fees; the penalty where nobody makes it
    left: Small  # (F, days): units that each factory can still take for demands due by each day


def nothing_given(asked: Asked, makers: Makers) -> Given:
    """Before anybody is asked."""
    count = len(asked.units)
    return Given(
        np.full((count, MOST_PARTS), NOBODY, np.int32),
        np.zeros((count, MOST_PARTS), np.int32),
        asked.units * asked.penalty,
        makers.made_by.copy(),
    )


@compiled
def room(left: Small, factory: int, due: int) -> int:
    """Units that a factory can still take for a demand due that day without crowding out what it has."""
    least = left[factory, due]
    for day in range(due + 1, left.shape[1]):
        least = min(least, left[factory, day])
    return int(least)


@compiled
def take(left: Small, factory: int, due: int, units: int) -> None:
    """Take a factory's time; negative units give it back."""
    for day in range(due, left.shape[1]):
        left[factory, day] -= units


@compiled
def release(demand: int, asked: Asked, shelf: Shelf, given: Given) -> None:
    """Take a demand back from all its factories."""
    for part in range(MOST_PARTS):
        row = given.row[demand, part]
        if row == NOBODY:
            break
        take(given.left, shelf.factory[row], asked.due[demand], -given.units[demand, part])
        given.row[demand, part] = NOBODY
        given.units[demand, part] = 0
    given.cost[demand] = asked.units[demand] * asked.penalty[demand]


@compiled
def place_whole(
    demand: int, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, given: Given, blink: float
) -> bool:
    """Give a demand that nobody has to the factory that costs least with the price of its time; False if none can.

    `blink`: chance that a factory is passed over.
    """
    units, due, factor, category = (
        asked.units[demand], asked.due[demand], asked.factor[demand], asked.category[demand],
    )  # fmt: skip
    if due < 0 or due >= makers.made_by.shape[1]:
        return False
    best, chosen, cost = asked.penalty[demand], NOBODY, 0.0
    starts, needs = shelf.starts[asked.band[demand]], asked.needs[demand]
    least, plain = least_beside(asked, makers, demand), asks_nothing_more(asked, demand)
    for entry in range(starts[category], starts[category + 1]):
        if shelf.floor[entry] * factor / 1000 + least >= best:
            break
        if shelf.has[entry] & needs != needs:
            continue
        row = shelf.row[entry]
        factory = shelf.factory[row]
        if shelf.quantities[row, 0] > units or given.left[factory, due] < units:
            continue
        if shelf.currency[row] != asked.currency[demand] or not (plain or may_make(asked, shelf, demand, entry)):
            continue
        cents = unit_cents(shelf, row, units, factor)
        if cents > asked.most_cents[demand]:
            continue
        own = unit_cost(shelf, makers, row, units, True, due, asked.lane[demand], cents) + makers.fee / units
        full = own + prices.of_time[prices.row[factory], due]
        if full >= best or room(given.left, factory, due) < units:
            continue
        if blink == 0.0 or np.random.random() >= blink:
            best, chosen, cost = full, row, own
    if chosen == NOBODY:
        return False
    take(given.left, shelf.factory[chosen], due, units)
    given.row[demand, 0] = chosen
    given.units[demand, 0] = units
    given.cost[demand] = cost * units
    return True


@compiled
def fill(order: Ints, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, given: Given) -> int:
    """Place these demands anew, whole, one after the other; how many changed hands."""
    changed = 0
    for demand in order:
        before = given.row[demand, 0]
        if before != NOBODY and given.row[demand, 1] != NOBODY:
            continue  # in parts already
        release(demand, asked, shelf, given)
        place_whole(demand, asked, shelf, makers, prices, given, ALL_EYES)
        changed += given.row[demand, 0] != before
    return changed
