"""Whole demands to factories, within their daily capacity, at the least cost, lateness and quality risk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np

from factory_matching.assignment.arrays import warehouses_of
from factory_matching.assignment.columns import Columns, Floats, Ways, penalties, ways_for
from factory_matching.assignment.exact import PROVEN, Solution, solve_exactly
from factory_matching.assignment.match_many import Matcher, Progress, match_many
from factory_matching.assignment.problem import Problem, best_per_demand, build_problem, relax
from factory_matching.assignment.schedule import Job, schedule
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import OTHERS_NEED_THEM, why_nobody
from factory_matching.registry.register import Ints, Register, category_place
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights
from models.money import round_cent

EXACT_COLUMNS = 20_000
"""Columns up to which the exact solver is used, after the relaxation's prices have chosen the best."""
_MOST_PAIRS = 2_000_000  # of a demand and a factory that makes its category: some 300 MB of columns
NOTHING = "nothing to match"
_MOST_OF_ONE = 300  # columns of a demand that the solver gets, the cheapest with the price of time
_FEWEST_COLUMNS = 8  # of each demand; with fewer an exact answer would not deserve the name


def match(
    demands: Sequence[OpenDemand],
    supply: Supply,
    weights: MatchWeights,
    progress: Progress | None = None,
    many: Matcher = match_many,
) -> MatchResult:
    """Assign every demand that somebody can make, in parts where that costs less with a fee for each factory.

    Very many demands are left to `many`.
    """
    if len(demands) * _FEWEST_COLUMNS > EXACT_COLUMNS or _pairs(demands, supply.register) > _MOST_PAIRS:
        return many(demands, supply, weights, progress)
    exact = _match_exactly(demands, supply, weights)
    if exact.method in (PROVEN, NOTHING):
        return exact
    # Out of time, the solver's answer may be poor: the search for very many demands needs a second.
    searched = many(demands, supply, weights, progress)
    return min(exact, searched, key=lambda result: (_units_left(demands, result), result.cost - result.penalty))


def _match_exactly(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights) -> MatchResult:
    ways = {index: ways_for(index, demand, supply, weights) for index, demand in enumerate(demands)}
    exclusions = {demands[index].key: found.exclusions for index, found in ways.items()}
    unserved = {
        demands[index].key: why_nobody(demands[index], found.exclusions)
        for index, found in ways.items()
        if not len(found.whole) and not _enough_in_parts(demands[index], found.parts)
    }
    open_ = {index: found for index, found in ways.items() if demands[index].key not in unserved}
    if not open_:
        return MatchResult((), unserved, exclusions, 0.0, 0.0, NOTHING)
    problem, solution, bound, scarce = _solve(demands, open_, supply, weights)
    for index in _left_out(problem, solution) & set(open_):
        unserved[demands[index].key] = OTHERS_NEED_THEM
    placements = _placements(demands, supply, problem, solution, scarce, ways)
    costs = {demands[index].key: float(cost) for index, cost in enumerate(solution.costs(problem)) if index in open_}
    losses = {demands[index].key: float(problem.penalty[index] * demands[index].units) for index in open_}
    cost = solution.cost(problem)
    return MatchResult(placements, unserved, exclusions, cost, bound, solution.method, costs, losses)


def _pairs(demands: Sequence[OpenDemand], register: Register) -> int:
    """Demands times the factories that make their category: each is a column of the exact problem, or several."""
    makers, asked = np.diff(register.starts), Counter(category_place(demand.spec.category) for demand in demands)
    return sum(count * int(makers[place]) for place, count in asked.items())


def _units_left(demands: Sequence[OpenDemand], result: MatchResult) -> int:
    return sum(demand.units for demand in demands if demand.key in result.unserved)


def _solve(
    demands: Sequence[OpenDemand],
    ways: Mapping[int, Ways],
    supply: Supply,
    weights: MatchWeights,
) -> tuple[Problem, Solution, float, Floats]:
    """Relax, keep the columns that its prices call for, solve those; the bound is that of all columns.

    The last is what a unit of each kept column pays for its factory's time.
    """
    columns = Columns.join([part for found in ways.values() for part in (found.whole, found.parts)])
    due = np.array([supply.due_day(demand) for demand in demands], np.int64)
    penalty = penalties(ways, weights)
    problem = build_problem(
        columns,
        np.array([demand.units if index in ways else 0 for index, demand in enumerate(demands)], np.int64),
        due,
        np.array([penalty.get(index, 0.0) for index in range(len(demands))]),
        warehouses_of(supply.register),
        _made_by(columns, due, supply),
        weights,
    )
    relaxed = relax(problem)
    best = best_per_demand(relaxed.reduced, columns.demand, min(EXACT_COLUMNS // len(ways), _MOST_OF_ONE))
    smaller = problem.take(best)
    solution = solve_exactly(smaller, weights.seconds) or Solution(np.zeros(len(best), np.int64), "none in time")
    return smaller, solution, relaxed.bound, relaxed.reduced[best] - smaller.per_unit


def _made_by(columns: Columns, due: Ints, supply: Supply) -> dict[tuple[int, int], int]:
    """(factory, due day) -> units that it can make by then, for the pairs among the columns."""
    factories = np.unique(columns.factory)
    total = supply.free(factories, int(due[columns.demand].max()) + 1).cumsum(axis=1)
    place = {int(factory): row for row, factory in enumerate(factories)}
    pairs = {(int(factory), int(day)) for factory, day in zip(columns.factory, due[columns.demand], strict=True)}
    return {(factory, day): int(total[place[factory], day]) for factory, day in pairs}


def _left_out(problem: Problem, solution: Solution) -> set[int]:
    made = np.bincount(problem.columns.demand, solution.given, len(problem.units))
    return {int(index) for index in np.flatnonzero(made < problem.units)}


def _enough_in_parts(demand: OpenDemand, parts: Columns) -> bool:
    """Whether all factories together, each once, could make it if nothing else were made."""
    most: dict[int, int] = {}
    for factory, high in zip(parts.factory.tolist(), parts.high.tolist(), strict=True):
        most[factory] = max(most.get(factory, 0), high)
    return sum(most.values()) >= demand.units


def _placements(
    demands: Sequence[OpenDemand],
    supply: Supply,
    problem: Problem,
    solution: Solution,
    scarce: Floats,
    ways: Mapping[int, Ways],
) -> tuple[Placement, ...]:
    columns, used = problem.columns, np.flatnonzero(solution.given)
    placements = []
    for factory in np.unique(columns.factory[used]):
        own = used[columns.factory[used] == factory]
        due = {int(c): supply.due_day(demands[int(columns.demand[c])]) for c in own}
        free = supply.free(np.array([factory]), max(due.values()) + 1)[0].tolist()
        plan = schedule((Job(int(c), int(solution.given[c]), due[int(c)]) for c in own), free)
        for column in own:
            index = int(columns.demand[column])
            others = ways[index].whole
            placements.append(
                Placement(
                    demand=demands[index].key,
                    factory=int(supply.register.ids[factory]),
                    units=int(solution.given[column]),
                    unit_price=Decimal(int(columns.cents[column])) / 100,
                    booked=tuple((supply.today + timedelta(days=day), units) for day, units in plan[int(column)]),
                    next_best=_cheapest_other(others, int(factory)),
                    time_price=round_cent(Decimal(max(0.0, float(scarce[column])))),
                )
            )
    return tuple(sorted(placements, key=lambda placement: (placement.demand, placement.factory)))


def _cheapest_other(whole: Columns, factory: int) -> Decimal | None:
    cents = whole.cents[whole.factory != factory]
    return Decimal(int(cents.min())) / 100 if len(cents) else None
