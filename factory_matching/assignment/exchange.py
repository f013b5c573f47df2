"""Better whole placements by pushing one demand out of a factory for another that gains more. Compiled."""

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Shelf, Small
from factory_matching.assignment.fill import Given, room, take
from factory_matching.assignment.retrieve import NOBODY, Found
from factory_matching.registry.register import Ints
from models.compiled import compiled

_LOOKED_AT = 8  # demands of a factory that may be moved on, those that came last; some factories have hundreds
_LEAST = 1e-6  # a smaller gain, in money, is a rounding error


@compiled
def exchange(order: Ints, asked: Asked, shelf: Shelf, found: Found, given: Given) -> int:
    """Let each of these demands, in turn, have the way that gains most with at most one other moved on; how many did.

    Only demands placed whole take part, and only the ways in `found` are tried.
    """
    head = np.full(given.left.shape[0], NOBODY, np.int32)
    after = np.full(len(asked.units), NOBODY, np.int32)
    for demand in range(len(asked.units)):
        if _is_whole(demand, given):
            _enter(demand, shelf.factory[given.row[demand, 0]], head, after)
    least = _two_cheapest(asked, found)
    gained = 0
    for demand in order:
        if _is_whole(demand, given) and _improve(demand, asked, shelf, found, least, given, head, after):
            gained += 1
    return gained


@compiled
def _two_cheapest(asked: Asked, found: Found) -> Floats:
    """Costs of each demand's cheapest whole way and of the next one, whoever has room, (D, 2)."""
    least = np.full((len(asked.units), 2), np.inf)
    for demand in range(len(asked.units)):
        for way in range(found.row.shape[1]):
            if found.row[demand, way] == NOBODY:
                break
            cost = found.cost[demand, way]
            if found.high[demand, way] < asked.units[demand] or cost >= least[demand, 1]:
                continue
            if cost < least[demand, 0]:
                least[demand, 1], least[demand, 0] = least[demand, 0], cost
            else:
                least[demand, 1] = cost
    return least


@compiled
def _is_whole(demand: int, given: Given) -> bool:
    return bool(given.row[demand, 0] != NOBODY and given.row[demand, 1] == NOBODY)


@compiled
def _enter(demand: int, factory: int, head: Small, after: Small) -> None:
    after[demand], head[factory] = head[factory], demand


@compiled
def _leave(demand: int, factory: int, head: Small, after: Small) -> None:
    if head[factory] == demand:
        head[factory] = after[demand]
        return
    before = head[factory]
    while after[before] != demand:
        before = after[before]
    after[before] = after[demand]


@compiled
def _put(
    demand: int, way: int, asked: Asked, shelf: Shelf, found: Found, given: Given, head: Small, after: Small
) -> None:
    """Move a demand that is nowhere to one of its ways."""
    factory = shelf.factory[found.row[demand, way]]
    take(given.left, factory, asked.due[demand], asked.units[demand])
    given.row[demand, 0] = found.row[demand, way]
    given.cost[demand] = found.cost[demand, way] * asked.units[demand]
    _enter(demand, factory, head, after)


@compiled
def _lift(demand: int, asked: Asked, shelf: Shelf, given: Given, head: Small, after: Small) -> None:
    """Take a demand away from where it is."""
    factory = shelf.factory[given.row[demand, 0]]
    take(given.left, factory, asked.due[demand], -asked.units[demand])
    _leave(demand, factory, head, after)


@compiled
def _cheapest_open(demand: int, not_at: int, asked: Asked, shelf: Shelf, found: Found, left: Small) -> int:
    """The cheapest whole way with room, at another factory; NOBODY without one. Ways are not sorted by cost."""
    best, chosen = np.inf, NOBODY
    for way in range(found.row.shape[1]):
        row = found.row[demand, way]
        if row == NOBODY:
            break
        factory = shelf.factory[row]
        if factory == not_at or found.high[demand, way] < asked.units[demand] or found.cost[demand, way] >= best:
            continue
        if room(left, factory, asked.due[demand]) >= asked.units[demand]:
            best, chosen = found.cost[demand, way], way
    return chosen


@compiled
def _improve(
    demand: int, asked: Asked, shelf: Shelf, found: Found, least: Floats, given: Given, head: Small, after: Small
) -> bool:
    units, due = asked.units[demand], asked.due[demand]
    old_row, old_cost = given.row[demand, 0], given.cost[demand]
    _lift(demand, asked, shelf, given, head, after)
    best, chosen, pushed, pushed_to = _LEAST, NOBODY, NOBODY, NOBODY
    for way in range(found.row.shape[1]):
        row = found.row[demand, way]
        if row == NOBODY:
            break
        gain = old_cost - found.cost[demand, way] * units
        if gain <= best or found.high[demand, way] < units:
            continue
        factory = shelf.factory[row]
        if room(given.left, factory, due) >= units:
            best, chosen, pushed = gain, way, NOBODY
            continue
        other, looked_at = head[factory], 0
        while other != NOBODY and looked_at < _LOOKED_AT:
            looked_at += 1
            # Most are where they cost least: looking for room elsewhere is not worth it.
            own = given.cost[other] / asked.units[other]
            elsewhere = least[other, 1] if own <= least[other, 0] + _LEAST else least[other, 0]
            if gain + given.cost[other] - elsewhere * asked.units[other] <= best:
                other = after[other]
                continue
            take(given.left, factory, asked.due[other], -asked.units[other])
            fits = room(given.left, factory, due) >= units
            take(given.left, factory, asked.due[other], asked.units[other])
            if fits:
                to = _cheapest_open(other, factory, asked, shelf, found, given.left)
                if to != NOBODY:
                    both = gain + given.cost[other] - found.cost[other, to] * asked.units[other]
                    if both > best:
                        best, chosen, pushed, pushed_to = both, way, other, to
            other = after[other]
    if chosen == NOBODY:
        take(given.left, shelf.factory[old_row], due, units)
        _enter(demand, shelf.factory[old_row], head, after)
        return False
    if pushed != NOBODY:
        _lift(pushed, asked, shelf, given, head, after)
        _put(pushed, pushed_to, asked, shelf, found, given, head, after)
    _put(demand, chosen, asked, shelf, found, given, head, after)
    return True
