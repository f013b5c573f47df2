"""The matching problem as a mixed-integer programme, solved by HiGHS through scipy."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_array, csr_array, diags_array

from factory_matching.assignment.columns import Floats
from factory_matching.assignment.problem import Problem
from factory_matching.registry.register import Ints
from factory_matching.result import MOST_PARTS

PROVEN = "exact"
"""Method of an answer that no other undercuts, but for the solver's tolerance."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Units given to each column (0 where it is not used)."""

    given: Ints
    method: str

    def cost(self, problem: Problem) -> float:
        """What it costs, with the penalty of the units that nobody makes."""
        return float(self.costs(problem).sum())

    def costs(self, problem: Problem) -> Floats:
        """The same, demand by demand."""
        columns, demands = problem.columns, len(problem.units)
        left = problem.units - np.bincount(columns.demand, self.given, demands)
        own = self.given * columns.unit_cost + problem.fee * (self.given > 0)
        costs: Floats = np.bincount(columns.demand, own, demands) + left * problem.penalty
        used = np.flatnonzero(self.given)
        leaving = {*zip(columns.demand[used].tolist(), problem.warehouse[used].tolist(), strict=True)}
        shipments = np.bincount([demand for demand, _ in sorted(leaving)], minlength=demands)
        return costs + problem.fee_per_shipment * np.maximum(shipments - 1, 0)


def solve_exactly(problem: Problem, seconds: float, gap: float = 1e-4) -> Solution | None:
    """Best answer within the time; None when the solver found no answer at all.

    Variables: units x and use y of each column, v for each demand that is left out whole, and s for each warehouse that
    parts of a demand may leave from (1 when any does; the first one costs nothing).
    """
    columns, demands = problem.columns, len(problem.units)
    n = len(columns)
    partial = np.flatnonzero(columns.low != columns.high)
    sources, source_of = _number(columns.demand[partial], problem.warehouse[partial])
    split = np.unique(columns.demand[partial])
    sizes = (n, n, demands, sources)
    one = csr_array(diags_array(np.ones(n)))
    gives = coo_array((np.ones(n), (columns.demand, np.arange(n))), shape=(demands, n))
    pairs, pair_of = _number(columns.demand, columns.factory)
    once = coo_array((np.ones(n), (pair_of, np.arange(n))), shape=(pairs, n))
    uses_it = coo_array((np.ones(len(partial)), (np.arange(len(partial)), partial)), shape=(len(partial), n))
    leaves = coo_array((np.ones(len(partial)), (np.arange(len(partial)), source_of)), shape=(len(partial), sources))
    constraints = [
        LinearConstraint(
            _wide(sizes, {0: gives, 2: diags_array(problem.units.astype(float))}), problem.units, problem.units
        ),
        LinearConstraint(_wide(sizes, {0: one, 1: -diags_array(columns.high.astype(float))}), ub=np.zeros(n)),
        LinearConstraint(_wide(sizes, {0: -one, 1: diags_array(columns.low.astype(float))}), ub=np.zeros(n)),
        LinearConstraint(_wide(sizes, {1: once}), ub=np.ones(pairs)),
        LinearConstraint(_wide(sizes, {1: gives}), ub=np.full(demands, MOST_PARTS)),
        LinearConstraint(_wide(sizes, {0: problem.uses}), ub=problem.limits),
    ]
    if sources:
        constraints.append(LinearConstraint(_wide(sizes, {1: uses_it, 3: -leaves}), ub=np.zeros(len(partial))))
    # The first warehouse of a split demand is free: it is paid back unless the demand is left out.
    left_out = problem.penalty * problem.units
    left_out[split] += problem.fee_per_shipment
    whole = columns.low == columns.high
    answer = milp(
        np.concatenate(
            [columns.unit_cost, np.full(n, problem.fee), left_out, np.full(sources, problem.fee_per_shipment)]
        ),
        # The units of a whole column follow from its use: they need not be whole numbers by themselves.
        integrality=np.concatenate([~whole, np.ones(n + demands, bool), np.zeros(sources, bool)]).astype(int),
        bounds=Bounds(0, np.concatenate([columns.high, np.ones(n + demands + sources)])),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if answer.x is None:
        return None
    return Solution(np.rint(answer.x[:n]).astype(np.int64), PROVEN if answer.status == 0 else "exact, out of time")


def _number(first: Ints, second: Ints) -> tuple[int, Ints]:
    """How many different pairs there are, and the number of each."""
    if not len(first):
        return 0, first
    pairs, number = np.unique(np.stack([first, second]), axis=1, return_inverse=True)
    return pairs.shape[1], number.reshape(-1)


def _wide(sizes: tuple[int, ...], blocks: dict[int, coo_array]) -> csr_array:
    """Matrices of some groups of variables, side by side with zeros for the other groups."""
    rows = next(iter(blocks.values())).shape[0]
    row = [blocks.get(group, csr_array((rows, size))) for group, size in enumerate(sizes)]
    return csr_array(block_array([row]))
