"""Better matches where time is scarce: place neighbours anew, keep what is cheaper. Compiled.

Ruin and recreate (Schrimpf et al., Record breaking optimization results using the ruin and recreate principle, J.
Comp. Phys. 159, 2000). Neighbours are demands that share a factory with a way of the first. While they are placed anew
a factory is now and then passed over ("blinks": Christiaens and Vanden Berghe, Slack induction by string removals,
Transp. Science 54, 2020), so that the same demands end differently; in parts as well as whole. Only what is cheaper is
kept: accepting dearer answers for a while, as in annealing, ended no better in markets of 500 demands.
"""

from typing import NamedTuple

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.fill import Given, place_whole, release, take
from factory_matching.assignment.parts import LOOKED_AT, give_parts, look
from factory_matching.assignment.retrieve import NOBODY, Found, Prices
from factory_matching.registry.register import Ints
from factory_matching.result import MOST_PARTS
from models.compiled import compiled

_MOST_OUT = 12  # demands taken out at once
_BLINK = 0.05  # chance that a factory is passed over
_LEAST = 1e-6  # a smaller gain, in money, is a rounding error


class _Held(NamedTuple):
    """Which parts each factory holds, as doubly linked lists of slots (demand * MOST_PARTS + part)."""

    head: Small  # (F,)
    after: Small  # (D * MOST_PARTS,)
    before: Small  # (D * MOST_PARTS,)


@compiled
def ruin_and_recreate(
    centres: Ints, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, found: Found, given: Given, seed: int
) -> int:
    """One try around each of these demands, in turn; how many made it cheaper. Seeded: the same input, the same answer.

    New places are chosen by cost with the price of time; what is kept is judged by true cost, penalties included, so
    that a demand without maker weighs most.
    """
    np.random.seed(seed)
    held = _Held(
        np.full(given.left.shape[0], NOBODY, np.int32),
        np.full(given.row.size, NOBODY, np.int32),
        np.full(given.row.size, NOBODY, np.int32),
    )
    for demand in range(len(asked.units)):
        _enter(demand, shelf, given, held)
    out = np.zeros(_MOST_OUT, np.int64)
    rows = np.zeros((_MOST_OUT, MOST_PARTS), np.int32)
    units = np.zeros((_MOST_OUT, MOST_PARTS), np.int32)
    costs = np.zeros(_MOST_OUT)
    ways, rooms, ranks = np.zeros(LOOKED_AT, np.int64), np.zeros(LOOKED_AT, np.int64), np.zeros(LOOKED_AT)
    better = 0
    for centre in centres:
        count = _choose(centre, 2 + np.random.randint(_MOST_OUT - 1), shelf, found, given, held, out)
        before = 0.0
        for place in range(count):
            demand = out[place]
            rows[place], units[place], costs[place] = given.row[demand], given.units[demand], given.cost[demand]
            before += given.cost[demand]
            _leave(demand, shelf, given, held)
            release(demand, asked, shelf, given)
        after = _recreate(out[:count], asked, shelf, makers, prices, given, ways, rooms, ranks)
        if after > before - _LEAST:
            for place in range(count):
                release(out[place], asked, shelf, given)
            for place in range(count):
                _put_back(out[place], rows[place], units[place], costs[place], asked, shelf, given)
        else:
            better += 1
        for place in range(count):
            _enter(out[place], shelf, given, held)
    return better


@compiled
def _choose(centre: int, wanted: int, shelf: Shelf, found: Found, given: Given, held: _Held, out: Ints) -> int:
    """The centre and demands at the factories of its ways, or of theirs; how many."""
    out[0] = centre
    count = 1
    few = found.row.shape[1]
    for _ in range(4 * wanted):
        if count == wanted:
            break
        around = centre if np.random.random() < 0.7 else out[np.random.randint(count)]
        row = found.row[around, np.random.randint(few)]
        if row == NOBODY:
            continue
        slot = held.head[shelf.factory[row]]
        # Some factories hold hundreds: begin anywhere among the first.
        for _skip in range(np.random.randint(8)):
            if slot != NOBODY and held.after[slot] != NOBODY:
                slot = held.after[slot]
        while slot != NOBODY and count < wanted:
            other = slot // MOST_PARTS
            known = False
            for place in range(count):
                known = known or out[place] == other
            if not known:
                out[count] = other
                count += 1
                if np.random.random() < 0.5:
                    break
            slot = held.after[slot]
    return count


@compiled
def _recreate(
    out: Ints, asked: Asked, shelf: Shelf, makers: Makers, prices: Prices, given: Given,
    ways: Ints, rooms: Ints, ranks: Floats,
) -> float:  # fmt: skip
    """Place these demands one after the other, whole if anybody can, else in parts; what they cost then."""
    rank = np.zeros(len(out))
    kind = np.random.randint(3)
    for place in range(len(out)):
        if kind == 0:
            rank[place] = np.random.random()
        elif kind == 1:
            rank[place] = -float(asked.units[out[place]])
        else:
            rank[place] = -float(asked.units[out[place]]) * asked.penalty[out[place]]
    total = 0.0
    for place in np.argsort(rank):
        demand = out[place]
        if not place_whole(demand, asked, shelf, makers, prices, given, _BLINK):
            for by_room in (False, True):
                count = look(demand, by_room, asked, shelf, makers, prices, given, ways, rooms, ranks, _BLINK)
                if give_parts(demand, count, asked, shelf, makers, given, ways, rooms):
                    break
        total += given.cost[demand]
    return total


@compiled
def _put_back(demand: int, rows: Small, units: Small, cost: float, asked: Asked, shelf: Shelf, given: Given) -> None:
    for part in range(MOST_PARTS):
        if rows[part] == NOBODY:
            break
        take(given.left, shelf.factory[rows[part]], asked.due[demand], units[part])
        given.row[demand, part], given.units[demand, part] = rows[part], units[part]
    given.cost[demand] = cost


@compiled
def _enter(demand: int, shelf: Shelf, given: Given, held: _Held) -> None:
    for part in range(MOST_PARTS):
        row = given.row[demand, part]
        if row == NOBODY:
            break
        slot, factory = demand * MOST_PARTS + part, shelf.factory[row]
        first = held.head[factory]
        held.after[slot], held.before[slot] = first, NOBODY
        if first != NOBODY:
            held.before[first] = slot
        held.head[factory] = slot


@compiled
def _leave(demand: int, shelf: Shelf, given: Given, held: _Held) -> None:
    for part in range(MOST_PARTS):
        row = given.row[demand, part]
        if row == NOBODY:
            break
        slot = demand * MOST_PARTS + part
        after, before = held.after[slot], held.before[slot]
        if before == NOBODY:
            held.head[shelf.factory[row]] = after
        else:
            held.after[before] = after
        if after != NOBODY:
            held.before[after] = before
