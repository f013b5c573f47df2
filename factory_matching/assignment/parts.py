"""Demands in parts: few factories, each at least its minimum, leaving from few warehouses. Compiled."""

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf
from factory_matching.assignment.fill import ALL_EYES, Given, room, take
from factory_matching.assignment.retrieve import NOBODY, Prices, may_make, unit_cents, unit_cost
from factory_matching.registry.register import Ints
from factory_matching.result import MOST_PARTS
from models.compiled import compiled

LOOKED_AT = 64
"""Factories that a split chooses from."""


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
    starts, needs = shelf.starts[asked.band[demand]], asked.needs[demand]
    for entry in range(starts[category], starts[category + 1]):
        if shelf.has[entry] & needs != needs or not may_make(asked, shelf, demand, entry):
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
        cost = unit_cost(shelf, makers, row, high, False, due, asked.lane[demand], cents) + makers.fee / high
        rank = -float(high) if by_room else cost + prices.of_time[prices.row[factory], due]
        if (count == len(rows) and rank >= ranks[count - 1]) or (blink > 0.0 and np.random.random() < blink):
            continue
        place = min(count, len(rows) - 1)
        while place > 0 and ranks[place - 1] > rank:
            ranks[place], rows[place], rooms[place] = ranks[place - 1], rows[place - 1], rooms[place - 1]
            place -= 1
        ranks[place], rows[place], rooms[place] = rank, row, high
        count = min(count + 1, len(rows))
    if makers.fee_per_shipment > 0.0 and not by_room:
        _keep_together(count, shelf, makers, rows, rooms, ranks)
    return count


@compiled
def _keep_together(count: int, shelf: Shelf, makers: Makers, rows: Ints, rooms: Ints, ranks: Floats) -> None:
    """Move up those that leave from the first one's warehouse, by what another shipment would cost a unit."""
    for place in range(1, count):
        if makers.warehouse[shelf.factory[rows[place]]] != makers.warehouse[shelf.factory[rows[0]]]:
            continue
        row, most, at = rows[place], rooms[place], place
        rank = ranks[place] - makers.fee_per_shipment / most
        while at > 1 and ranks[at - 1] > rank:
            ranks[at], rows[at], rooms[at] = ranks[at - 1], rows[at - 1], rooms[at - 1]
            at -= 1
        ranks[at], rows[at], rooms[at] = rank, row, most


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
        cost += unit_cost(shelf, makers, row, units, False, due, asked.lane[demand], cents) * units + makers.fee
        cost += makers.fee_per_shipment if _starts_shipment(demand, part, shelf, makers, given) else 0.0
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
def _starts_shipment(demand: int, part: int, shelf: Shelf, makers: Makers, given: Given) -> bool:
    """Whether a part leaves from a warehouse that none of the parts before it leaves from; the first one is free."""
    warehouse = makers.warehouse[shelf.factory[given.row[demand, part]]]
    another = part > 0
    for before in range(part):
        another = another and makers.warehouse[shelf.factory[given.row[demand, before]]] != warehouse
    return another


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
