"""The matching problem in numbers: columns, capacities up to each due date, and a lower bound on any answer."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, identity

from factory_matching.assignment.columns import Columns, Floats
from factory_matching.registry.register import Ints
from factory_matching.weights import MatchWeights

_AT_ONCE = 24  # columns of a demand that enter the linear programme together
_ROUNDS = 15
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Problem:
    """Give each demand's units to columns, or leave them out at a penalty, within what factories can make in time.

    Rows are (factory, due date) pairs: what a factory makes for demands due by then fits in what it can make by then.
    All demands of a factory may start on the same day, so these rows are exactly what a day-by-day plan needs
    (earliest due date first; Jackson 1955).
    """

    columns: Columns
    units: Ints  # (demands,)
    penalty: Floats  # (demands,): of a unit that nobody makes
    fee: float  # for each factory that works on a demand
    warehouse: Ints  # (columns,): where its units leave from
    fee_per_shipment: float  # for each warehouse beyond the first that a demand leaves from
    uses: csr_array  # (rows, columns): 1 where the column's units count against the row
    limits: Floats  # (rows,)

    @property
    def per_unit(self) -> Floats:
        """Least cost of one unit through each column: the fee spread over the most units."""
        spread: Floats = self.columns.unit_cost + self.fee / self.columns.high
        return spread

    def take(self, keep: Ints) -> "Problem":
        """The same problem with some of the columns."""
        return replace(self, columns=self.columns.take(keep), warehouse=self.warehouse[keep], uses=self.uses[:, keep])


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation over all columns."""

    bound: float
    """No answer costs less."""
    reduced: Floats
    """(columns,): cost of a unit including the price of the capacity it takes."""


def build_problem(
    columns: Columns,
    units: Ints,
    due: Ints,
    penalty: Floats,
    warehouse: Ints,
    made_by: dict[tuple[int, int], int],
    weights: MatchWeights,
) -> Problem:
    """`due`: each demand's due day, counted from today; `made_by`: (factory, due) -> units it can make by then;
    `warehouse`: of each factory that a column names, by its index in the register, negative for its own door.
    """
    keys = np.stack([columns.factory, due[columns.demand]], axis=1)
    rows, own = np.unique(keys, axis=0, return_inverse=True)
    own = own.reshape(-1)
    # A column counts against its own row and the later rows of its factory, which follow it in this order.
    last = np.searchsorted(rows[:, 0], columns.factory, side="right")
    counts = last - own
    column_of = np.repeat(np.arange(len(columns)), counts)
    row_of = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts) + np.repeat(own, counts)
    uses = coo_array((np.ones(len(row_of)), (row_of, column_of)), shape=(len(rows), len(columns)))
    limits = np.array([made_by[int(factory), int(day)] for factory, day in rows], np.float64)
    leaving = warehouse[columns.factory]
    fees = weights.fee_per_factory, weights.fee_per_shipment
    return Problem(columns, units, penalty, fees[0], leaving, fees[1], uses.tocsr(), limits)


def relax(problem: Problem) -> Relaxed:
    """Solve the linear relaxation by column generation: few columns first, then those that its prices call for.

    The bound is Lagrangian, so it holds for all columns even if the rounds end before the last one is called.
    """
    per_unit, demand = problem.per_unit, problem.columns.demand
    chosen = best_per_demand(per_unit, demand, _AT_ONCE)
    bound, reduced = -np.inf, per_unit
    for _ in range(_ROUNDS):
        duals, prices = _solve(problem.take(chosen))
        reduced = per_unit - problem.uses.T @ prices
        best = problem.penalty.copy()
        np.minimum.at(best, demand, reduced)
        bound = max(bound, float(best @ problem.units + prices @ problem.limits))
        called = np.flatnonzero(reduced < duals[demand] - _TOLERANCE)
        called = called[~np.isin(called, chosen)]
        if not len(called):
            break
        chosen = np.union1d(chosen, called[best_per_demand(reduced[called], demand[called], _AT_ONCE)])
    return Relaxed(max(bound, 0.0), reduced)


def best_per_demand(cost: Floats, demand: Ints, most: int) -> Ints:
    """Positions of the `most` cheapest columns of each demand, ascending."""
    order = np.lexsort((cost, demand))
    sorted_demand = demand[order]
    rank = np.arange(len(order)) - np.searchsorted(sorted_demand, sorted_demand)
    return np.sort(order[rank < most])


def _solve(problem: Problem) -> tuple[Floats, Floats]:
    """Duals of the demands and of the capacity rows (not above 0) of the linear programme."""
    columns, demands = problem.columns, len(problem.units)
    gives = coo_array((np.ones(len(columns)), (columns.demand, np.arange(len(columns)))), shape=(demands, len(columns)))
    idle = csr_array((problem.uses.shape[0], demands))
    answer = linprog(
        np.concatenate([problem.per_unit, problem.penalty]),
        A_ub=hstack([problem.uses, idle]).tocsr(),
        b_ub=problem.limits,
        A_eq=hstack([gives, identity(demands)]).tocsr(),
        b_eq=problem.units,
        method="highs",
    )
    if answer.status != 0:
        raise RuntimeError(f"the linear relaxation could not be solved: {answer.message}")
    return answer.eqlin.marginals, np.minimum(answer.ineqlin.marginals, 0.0)
