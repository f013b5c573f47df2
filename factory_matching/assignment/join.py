"""What the groups placed, put together; then the demands that want a factory of several groups are placed better."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.fill import Given, fill, nothing_given
from factory_matching.assignment.match_many import Tries, give_better, take_some
from factory_matching.assignment.partition import Cut, Group
from factory_matching.assignment.price import Priced, Rows, by_due
from factory_matching.assignment.retrieve import NOBODY, Found, Prices, nothing_found

_TRIES = Tries(all=0, lost=25_000)  # the groups tried for all of theirs


@dataclass(frozen=True, slots=True)
class Made:
    """A group's answer, in its own numbers."""

    row: Small  # as in `Given`
    units: Small
    cost: Floats
    found: Found
    rows: Rows
    """Prices of the time of factories that it alone has."""
    net: float
    """What its demands cost at least, less what that time is worth."""


def put_together(whole: Cut, asked: Asked, shelf: Shelf, makers: Makers, made: Sequence[Made]) -> tuple[Given, Found]:
    """All groups' answers in the market's numbers.

    Nothing is overfull: within each group what is due by a day fits in the group's share of what can be made by then,
    and shares add up to all of it.
    """
    given = nothing_given(asked, makers)
    most = max((one.found.row.shape[1] for one in made), default=1)
    found = nothing_found(len(asked.units), most)
    for group, one in zip(whole.groups, made, strict=True):
        given.row[group.demands] = _renumber(one.row, group)
        given.units[group.demands] = one.units
        given.cost[group.demands] = one.cost
        ways = slice(one.found.row.shape[1])
        found.row[group.demands, ways] = _renumber(one.found.row, group)
        found.cost[group.demands, ways] = one.found.cost
        found.high[group.demands, ways] = one.found.high
    demand, part = np.nonzero(given.row != NOBODY)
    used = np.zeros(given.left.shape, np.int64)
    np.add.at(used, (shelf.factory[given.row[demand, part]], asked.due[demand]), given.units[demand, part])
    given.left[:] -= used.cumsum(axis=1).astype(np.int32)
    return given, found


def all_prices(whole: Cut, makers: Makers, made: Sequence[Made], common: Floats) -> Prices:
    """What time costs in the whole market: of each group's own factories, and of the coupled ones."""
    own = [group.factories[one.rows.factory[1:]] for group, one in zip(whole.groups, made, strict=True)]
    factory = np.concatenate([*own, whole.coupled]).astype(np.int64)
    place = np.zeros(len(makers.place), np.int32)
    place[factory] = np.arange(1, len(factory) + 1)
    nobodys = np.zeros((1, makers.made_by.shape[1]))
    return Prices(place, by_due(np.concatenate([nobodys, *(one.rows.price[1:] for one in made), common])))


def _renumber(rows: Small, group: Group) -> Small:
    """A group's capabilities as those of the market."""
    numbers = np.append(group.rows, NOBODY).astype(np.int32)  # NOBODY is -1: the last
    return numbers[rows]


def mend(whole: Cut, asked: Asked, shelf: Shelf, makers: Makers, priced: Priced, given: Given) -> Given:
    """Time that one group left free is there for all: demands that nobody has, and those that would gain by it.

    As in one market: whole where one factory has time, then by true cost. Others stay as they are.
    """
    if not len(whole.coupled):
        return given
    found = priced.found
    some = np.flatnonzero(_would_gain(whole, asked, shelf, makers, found, given))
    few = take_some(asked, some)
    own = Given(given.row[some], given.units[some], given.cost[some], given.left)
    ways = Found(found.row[some], found.cost[some], found.high[some])
    order = np.argsort(-few.units, kind="stable")
    fill(order[own.row[order, 0] == NOBODY], few, shelf, makers, priced.prices, own)
    give_better(few, shelf, makers, Priced(priced.prices, 0.0, ways), own, lambda step, done, total: None, _TRIES)
    for field in ("row", "units", "cost"):
        getattr(given, field)[some] = getattr(own, field)
    return given


def _would_gain(
    whole: Cut, asked: Asked, shelf: Shelf, makers: Makers, found: Found, given: Given
) -> NDArray[np.bool_]:
    """Demands that nobody has, that a coupled factory makes, or that one would make for less than they cost now."""
    coupled = np.zeros(len(makers.place) + 1, np.bool_)
    coupled[whole.coupled] = True
    shared = np.append(coupled[shelf.factory], False)  # by capability; NOBODY is none
    here = shared[given.row[:, 0]]
    cheaper = np.any(shared[found.row] & (found.cost * asked.units[:, None] < given.cost[:, None]), axis=1)
    answer: NDArray[np.bool_] = (given.row[:, 0] == NOBODY) | here | cheaper
    return answer
