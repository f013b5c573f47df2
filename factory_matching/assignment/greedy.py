"""A quick answer to large matching problems: dearest mistakes first, then mending."""

import numpy as np

from factory_matching.assignment.columns import Floats
from factory_matching.assignment.exact import Solution
from factory_matching.assignment.problem import Problem
from factory_matching.registry.register import Ints

_PASSES = 3


class _Room:
    """What is left of each capacity row while columns are filled."""

    def __init__(self, problem: Problem) -> None:
        self._uses = problem.uses.tocsc()
        self._left = problem.limits.astype(np.int64)
        self.given = np.zeros(len(problem.columns), np.int64)

    def for_column(self, column: int) -> int:
        """Units that still fit."""
        return int(self._left[self._rows(column)].min())

    def give(self, column: int, units: int) -> None:
        """Take units, or give them back when negative."""
        self._left[self._rows(column)] -= units
        self.given[column] += units

    def _rows(self, column: int) -> Ints:
        rows: Ints = self._uses.indices[self._uses.indptr[column] : self._uses.indptr[column + 1]]
        return rows


def solve_greedily(problem: Problem, reduced: Floats) -> Solution:
    """Regret order by the relaxation's prices, splits for what no single factory has room for, then moves.

    Regret: demands that would lose most by their second-best column choose first (Martello and Toth 1981).
    """
    room = _Room(problem)
    choices = _choices(problem, reduced)
    whole = problem.columns.low == problem.units[problem.columns.demand]
    for demand in _by_regret(problem, reduced, choices):
        if not _give_whole(room, problem, choices[demand][whole[choices[demand]]]):
            _give_parts(room, problem, demand, choices[demand][~whole[choices[demand]]])
    _mend(room, problem, choices, whole)
    return Solution(room.given, "greedy")


def _choices(problem: Problem, reduced: Floats) -> list[Ints]:
    """Columns of each demand, best first."""
    order = np.lexsort((reduced, problem.columns.demand))
    ends = np.searchsorted(problem.columns.demand[order], np.arange(len(problem.units)), side="right")
    return np.split(order, ends[:-1])


def _by_regret(problem: Problem, reduced: Floats, choices: list[Ints]) -> Ints:
    regret = np.array(
        [
            ((reduced[own[1]] if len(own) > 1 else problem.penalty[demand]) - reduced[own[0]]) if len(own) else 0.0
            for demand, own in enumerate(choices)
        ]
    )
    return np.argsort(-regret * problem.units, kind="stable")


def _give_whole(room: _Room, problem: Problem, own: Ints) -> bool:
    for column in own:
        units = int(problem.columns.low[column])
        if room.for_column(column) >= units:
            room.give(column, units)
            return True
    return False


def _give_parts(room: _Room, problem: Problem, demand: int, own: Ints) -> bool:
    """Fill the demand from several factories, each at least its minimum; nothing is given when that fails."""
    columns, left = problem.columns, int(problem.units[demand])
    taken: list[tuple[int, int]] = []
    used: set[int] = set()
    by_room = sorted(own, key=lambda column: -min(room.for_column(column), int(columns.high[column])))
    for column in by_room:
        factory = int(columns.factory[column])
        units = min(left, room.for_column(column), int(columns.high[column]))
        # Leave the next factory a part that it may take.
        low = min((int(columns.low[c]) for c in own if int(columns.factory[c]) not in used | {factory}), default=0)
        if 0 < left - units < low:
            units = left - low
        if factory in used or units < columns.low[column]:
            continue
        taken.append((column, units))
        used.add(factory)
        left -= units
        if left == 0:
            for part, size in taken:
                room.give(part, size)
            return True
    return False


def _mend(room: _Room, problem: Problem, choices: list[Ints], whole: np.ndarray) -> None:
    """Move demands to cheaper columns that have become free; serve those left out by moving one other away."""
    for _ in range(_PASSES):
        changed = False
        for own in choices:
            given = own[room.given[own] > 0]
            if len(given) == 1 and whole[given[0]]:
                changed |= _improve(room, problem, int(given[0]), own[whole[own]])
            elif len(given) == 0:
                changed |= _make_way(room, problem, choices, own[whole[own]], whole)
        if not changed:
            return


def _improve(room: _Room, problem: Problem, current: int, own: Ints) -> bool:
    cost, units = problem.columns.unit_cost, int(problem.columns.low[current])
    room.give(current, -units)
    better = [column for column in own if cost[column] < cost[current] - 1e-9 and room.for_column(column) >= units]
    best = min(better, key=lambda column: cost[column], default=current)
    room.give(best, units)
    return best != current


def _make_way(room: _Room, problem: Problem, choices: list[Ints], own: Ints, whole: np.ndarray) -> bool:
    """Give a demand without maker its column after moving one other demand of that factory elsewhere."""
    columns = problem.columns
    holders = np.flatnonzero((room.given > 0) & whole)
    for wanted in own:
        units = int(columns.low[wanted])
        for held in holders[columns.factory[holders] == columns.factory[wanted]]:
            size = int(columns.low[held])
            room.give(held, -size)
            if room.for_column(wanted) >= units:
                room.give(wanted, units)
                others = choices[columns.demand[held]]
                if _give_whole(room, problem, others[whole[others]]):
                    return True
                room.give(wanted, -units)
            room.give(held, size)
    return False
