"""The matching problem as a mixed-integer programme, solved by HiGHS through scipy."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_array, csr_array, diags_array

from factory_matching.assignment.problem import Problem
from factory_matching.registry.register import Ints


@dataclass(frozen=True, slots=True)
class Solution:
    """Units given to each column (0 where it is not used)."""

    given: Ints
    method: str

    def cost(self, problem: Problem) -> float:
        """What it costs, with the penalty of the units that nobody makes."""
        used = self.given > 0
        left = problem.units - np.bincount(problem.columns.demand, self.given, len(problem.units))
        made = float(self.given @ problem.columns.unit_cost) + problem.fee * float(used.sum())
        return made + float(left @ problem.penalty)


def solve_exactly(problem: Problem, seconds: float, gap: float = 1e-4) -> Solution | None:
    """Best answer within the time; None when the solver found no answer at all.

    Variables: units x and use y of each column, one v for each demand that is left out whole.
    """
    columns, demands = problem.columns, len(problem.units)
    n = len(columns)
    place = np.arange(n)
    gives = coo_array((np.ones(n), (columns.demand, place)), shape=(demands, n)).tocsr()
    pairs, pair_of = np.unique(columns.demand * (columns.factory.max() + 1) + columns.factory, return_inverse=True)
    once = coo_array((np.ones(n), (pair_of.reshape(-1), place)), shape=(len(pairs), n)).tocsr()
    constraints = [
        _equal(
            block_array([[gives, csr_array((demands, n)), diags_array(problem.units.astype(float))]]), problem.units
        ),
        _at_most(block_array([[diags_array(np.ones(n)), -diags_array(columns.high.astype(float)), None]]), n, demands),
        _at_most(block_array([[-diags_array(np.ones(n)), diags_array(columns.low.astype(float)), None]]), n, demands),
        LinearConstraint(_wide(once, n, demands, at=n), ub=np.ones(len(pairs))),
        LinearConstraint(_wide(problem.uses, n, demands, at=0), ub=problem.limits),
    ]
    whole = columns.low == columns.high
    answer = milp(
        np.concatenate([columns.unit_cost, np.full(n, problem.fee), problem.penalty * problem.units]),
        # The units of a whole column follow from its use: they need not be whole numbers by themselves.
        integrality=np.concatenate([~whole, np.ones(n, bool), np.ones(demands, bool)]).astype(int),
        bounds=Bounds(0, np.concatenate([columns.high, np.ones(n + demands)])),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if answer.x is None:
        return None
    return Solution(np.rint(answer.x[:n]).astype(np.int64), "exact" if answer.status == 0 else "exact, out of time")


def _wide(matrix: csr_array, n: int, demands: int, at: int) -> csr_array:
    """The matrix of one group of variables, spread over all of them."""
    wide = coo_array(matrix)
    return coo_array((wide.data, (wide.row, wide.col + at)), shape=(matrix.shape[0], 2 * n + demands)).tocsr()


def _equal(matrix: coo_array, right: Ints) -> LinearConstraint:
    return LinearConstraint(matrix.tocsr(), right, right)


def _at_most(matrix: coo_array, n: int, demands: int) -> LinearConstraint:
    return LinearConstraint(_wide(matrix.tocsr(), n, demands, at=0), ub=np.zeros(n))
