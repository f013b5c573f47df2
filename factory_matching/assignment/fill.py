"""Give demands to factories within their time: by prices first, then by true cost, then in parts. Compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.retrieve import NOBODY, Prices, least_cost, may_make, unit_cents, unit_cost
from factory_matching.registry.register import Ints
from models.compiled import compiled

MOST_PARTS = 8
LOOKED_AT = 64
"""Factories that a split chooses from."""
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
    starts = shelf.starts[asked.band[demand]]
    for entry in range(starts[category], starts[category + 1]):
        if least_cost(asked, shelf, makers, demand, entry) >= best:
            break
        if not may_make(asked, shelf, demand, entry):
            continue
        row = shelf.row[entry]
        factory = shelf.factory[row]
        if shelf.quantities[row, 0] > units or given.left[factory, due] < units:
            continue
        cents = unit_cents(shelf, row, units, factor)
        if cents > asked.most_cents[demand]:
            continue
        own = unit_cost(shelf, makers, row, units, True, due, cents) + makers.fee / units
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


@compiled
def split(order: Ints, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, given: Given) -> int:
    """Give those of these demands that nobody has in parts to few factories, each at least its minimum; how many."""
    done = 0
    rows, rooms, costs = np.zeros(LOOKED_AT, np.int64), np.zeros(LOOKED_AT, np.int64), np.zeros(LOOKED_AT)
    for demand in order:
        if given.row[demand, 0] != NOBODY or asked.due[demand] < 0 or asked.due[demand] >= makers.made_by.shape[1]:
            continue
        for by_room in (False, True):
            count = look(demand, by_room, asked, shelf, makers, prices, given, rows, rooms, costs, ALL_EYES)
            if give_parts(demand, count, asked, shelf, makers, given, rows, rooms):
                done += 1
                break
    return done


@compiled
def look(
    demand: int, by_room: bool, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, given: Given,
    rows: Ints, rooms: Ints, ranks: Floats, blink: float,
) -> int:  # fmt: skip
    """The cheapest factories (or those with most room) that could take a part, best first; how many."""
    units, due, factor, category = (
        asked.units[demand], asked.due[demand], asked.factor[demand], asked.category[demand],
    )  # fmt: skip
    count = 0
    starts = shelf.starts[asked.band[demand]]
    for entry in range(starts[category], starts[category + 1]):
        if not may_make(asked, shelf, demand, entry):
            continue
        row = shelf.row[entry]
        factory, least = shelf.factory[row], shelf.quantities[row, 0]
        if least > units or given.left[factory, due] < least:
            continue
        high = min(room(given.left, factory, due), units)
        if high < least:
            continue
        cents = unit_cents(shelf, row, high, factor)
        if cents > asked.most_cents[demand]:
            continue
        cost = unit_cost(shelf, makers, row, high, False, due, cents) + makers.fee / high
        rank = -float(high) if by_room else cost + prices.of_time[prices.row[factory], due]
        if (count == len(rows) and rank >= ranks[count - 1]) or (blink > 0.0 and np.random.random() < blink):
            continue
        place = min(count, len(rows) - 1)
        while place > 0 and ranks[place - 1] > rank:
            ranks[place], rows[place], rooms[place] = ranks[place - 1], rows[place - 1], rooms[place - 1]
            place -= 1
        ranks[place], rows[place], rooms[place] = rank, row, high
        count = min(count + 1, len(rows))
    return count


@compiled
def give_parts(
    demand: int, count: int, asked: Asked, shelf: Shelf, makers: Makers, given: Given, rows: Ints, rooms: Ints
) -> bool:
    """Fill the factories in this order; a part leaves enough for the minimum of the next one."""
    due, factor, left, part, cost = asked.due[demand], asked.factor[demand], asked.units[demand], 0, 0.0
    for place in range(count):
        if left == 0 or part == MOST_PARTS:
            break
        row = rows[place]
        units, least = min(rooms[place], left), shelf.quantities[row, 0]
        rest = left - units
        if rest > 0 and place + 1 < count:
            units = min(units, left - min(rest, left) if rest >= shelf.quantities[rows[place + 1], 0] else
                        left - shelf.quantities[rows[place + 1], 0])  # fmt: skip
        if units < least:
            continue
        cents = unit_cents(shelf, row, units, factor)
        if cents > asked.most_cents[demand]:
            continue
        given.row[demand, part], given.units[demand, part] = row, units
        cost += unit_cost(shelf, makers, row, units, False, due, cents) * units + makers.fee
        left -= units
        part += 1
    if left > 0 or cost >= asked.units[demand] * asked.penalty[demand]:
        for used in range(part):
            given.row[demand, used], given.units[demand, used] = NOBODY, 0
        return False
    for used in range(part):
        take(given.left, shelf.factory[given.row[demand, used]], due, given.units[demand, used])
    given.cost[demand] = cost
    return True


@compiled
def could_be_made(asked: Asked, shelf: Shelf, makers: Makers) -> NDArray[np.bool_]:
    """Which demands could be made if nothing else were: whole, or by the MOST_PARTS factories with most room, (D,)."""
    possible = np.zeros(len(asked.units), np.bool_)
    most = np.zeros(MOST_PARTS, np.int64)
    for demand in range(len(asked.units)):
        units, due, category = asked.units[demand], asked.due[demand], asked.category[demand]
        if due < 0 or due >= makers.made_by.shape[1]:
            continue
        most[:] = 0
        starts = shelf.starts[asked.band[demand]]
        for entry in range(starts[category], starts[category + 1]):
            row = shelf.row[entry]
            high = min(makers.made_by[shelf.factory[row], due], units)
            if high <= most[-1] or high < shelf.quantities[row, 0] or not may_make(asked, shelf, demand, entry):
                continue
            if unit_cents(shelf, row, high, asked.factor[demand]) > asked.most_cents[demand]:
                continue
            place = MOST_PARTS - 1
            while place > 0 and most[place - 1] < high:
                most[place] = most[place - 1]
                place -= 1
            most[place] = high
            if most.sum() >= units:
                possible[demand] = True
                break
    return possible
