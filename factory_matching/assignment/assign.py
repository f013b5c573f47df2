"""Whole jobs to agents within their capacity at the least cost: prices, a search, a solver on what they leave. Seeded.

The generalised assignment problem (Martello & Toth, Knapsack Problems, 1990, ch. 7). The linear relaxation prices
capacity, and with the prices only few agents of a job are worth trying. The search keeps a pool of good answers and
starts anew on the way from one to another (path relinking: Yagiura, Ibaraki, Glover, A path relinking approach with
ejection chains for the generalized assignment problem, EJOR 169, 2006). Answers may overfill agents at prices that rise
where agents stay overfull and fall when all fit. HiGHS works beside it, on the agents that a better answer can use;
at the end the search goes on from what both found.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

from factory_matching.assignment.mend import Floats, Ground, loads, mend, walk
from factory_matching.registry.register import Ints

Flags = NDArray[np.bool_]
_POOL = 20
_FEWEST = 5  # answers to begin with
_STEPS = 10  # best points of a way that are mended
_NEAR = 5  # agents of a job that the search tries
_NEAR_FOR_SOLVER = 10
_SEARCH_FIRST, _BOTH = 0.05, 0.9  # shares of the time: until the solver starts, and until it ends


@dataclass(frozen=True, slots=True)
class Assigned:
    """Each job's agent (jobs,), what that costs, and the bound below which no answer lies."""

    agents: Ints
    cost: int
    bound: float


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: its value, and what one more unit of each agent's capacity is worth to it (agents,)."""

    bound: float
    prices: Floats


def assign(costs: Ints, uses: Ints, limits: Ints, seconds: float, seed: int) -> Assigned | None:
    """The best answer found within the time; None when none was found that fits, or none exists.

    `costs` and `uses` are (jobs, agents) whole numbers of at least 0, `limits` (agents,).
    """
    started = time.monotonic()
    relaxed = relax_assignment(costs, uses, limits)
    if relaxed is None:
        return None
    search = _Search(costs, uses, limits, relaxed.prices, np.random.default_rng(seed))
    search.begin()
    search.run(started + _SEARCH_FIRST * seconds)
    until = started + _BOTH * seconds
    with ThreadPoolExecutor(1) as beside:  # HiGHS lets other threads run
        may = search.worth_trying(relaxed.bound)
        solving = beside.submit(_solve, costs, uses, limits, may, max(until - time.monotonic(), 0.0))
        search.run(until)
        if (solved := solving.result()) is not None:
            search.offer(solved)
    search.run(started + seconds)
    if search.cost is None:
        return None
    return Assigned(search.agents, search.cost, relaxed.bound)


def relax_assignment(costs: Ints, uses: Ints, limits: Ints) -> Relaxed | None:
    """Solve the linear relaxation; None when not even parts of jobs fit."""
    jobs, agents = costs.shape
    place = np.arange(jobs * agents)
    once = coo_array((np.ones(len(place)), (place // agents, place))).tocsr()
    room = coo_array((uses.ravel().astype(float), (place % agents, place))).tocsr()
    answer = linprog(costs.ravel(), A_ub=room, b_ub=limits, A_eq=once, b_eq=np.ones(jobs), method="highs")
    if answer.status != 0:
        return None
    return Relaxed(float(answer.fun), np.maximum(-answer.ineqlin.marginals, 0.0))


def solve_alone(costs: Ints, uses: Ints, limits: Ints, seconds: float) -> int | None:
    """What HiGHS alone makes of it in the time: the cost, or None; for comparison."""
    answer = _solve(costs, uses, limits, np.ones(costs.shape, np.bool_), seconds)
    return None if answer is None else int(costs[np.arange(len(costs)), answer].sum())


def _solve(costs: Ints, uses: Ints, limits: Ints, may: Flags, seconds: float) -> Ints | None:
    """HiGHS on the pairs of job and agent that `may` names, (jobs, agents); None when it finds nothing in time."""
    if not may.any(axis=1).all():
        return None  # no better answer exists
    job, agent = np.nonzero(may)
    place, shape = np.arange(len(job)), (len(limits), len(job))
    once = coo_array((np.ones(len(job)), (job, place))).tocsr()
    room = coo_array((uses[job, agent].astype(float), (agent, place)), shape=shape).tocsr()
    answer = milp(
        costs[job, agent],
        integrality=np.ones(len(job)),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(once, 1, 1), LinearConstraint(room, ub=limits)],
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    if answer.x is None:
        return None
    chosen: Ints = agent[np.flatnonzero(np.rint(answer.x))].astype(np.int64)
    return chosen


class _Search:
    """A pool of answers, and the prices of overfull agents."""

    def __init__(self, costs: Ints, uses: Ints, limits: Ints, worth: Floats, rng: np.random.Generator) -> None:
        self._reduced = costs + worth * uses
        near = np.argsort(self._reduced, axis=1, kind="stable")[:, :_NEAR].astype(np.int64)
        is_near = np.zeros(costs.shape, np.bool_)
        np.put_along_axis(is_near, near, True, axis=1)
        self.ground = Ground(np.ascontiguousarray(costs), np.ascontiguousarray(uses), limits, near.copy(), is_near)
        # A unit too much costs at first twice what the relaxation pays for one more.
        self._prices: Floats = 2 * np.maximum(worth, max(float(worth.max()), 1e-6) / 10)
        self._rng = rng
        self._pool: list[Ints] = []
        self.agents: Ints = np.zeros(0, np.int64)
        self.cost: int | None = None

    def worth_trying(self, bound: float) -> Flags:
        """Pairs of job and agent that a better answer can use: others cost more than what lies between best and bound.

        Reduced-cost fixing (Dantzig, Fulkerson, Johnson 1954); beyond the nearest few of a job it is a guess.
        """
        rank = np.argsort(np.argsort(self._reduced, axis=1, kind="stable"), axis=1, kind="stable")
        near: Flags = rank < _NEAR_FOR_SOLVER
        if self.cost is None:
            return near
        more = self._reduced - self._reduced.min(axis=1, keepdims=True)
        affordable: Flags = more <= self.cost - 1 - bound + 1e-6  # costs are whole: better is at least 1 better
        return near & affordable

    def begin(self) -> None:
        """The first answers, however little time there is."""
        for _ in range(_FEWEST):
            self.offer(self._draw())

    def run(self, until: float) -> None:
        """Search until the monotonic clock says so."""
        while time.monotonic() < until:
            if len(self._pool) < min(_POOL, 2 + int(self._rng.integers(_POOL))):
                self.offer(self._draw())
                continue
            first, second = self._rng.choice(len(self._pool), 2, replace=False)
            start, goal = self._pool[first].copy(), self._pool[second]
            for point in walk(start, goal, self.ground, self._prices, _STEPS):
                self.offer(point.copy())
                if time.monotonic() >= until:
                    return

    def offer(self, agents: Ints) -> None:
        """Mend an answer, keep it if it is good, and let the prices learn from it."""
        mend(agents, self.ground, self._prices, int(self._rng.integers(2**31)))
        over = np.maximum(loads(agents, self.ground) - self.ground.limits, 0)
        cost = int(self.ground.costs[np.arange(len(agents)), agents].sum())
        if not over.any() and (self.cost is None or cost < self.cost):
            self.agents, self.cost = agents.copy(), cost
        self._keep(agents)
        # Rates of the paper: a tenth down when all fit, up to a tenth up where it is worst.
        if over.any():
            share = over / np.maximum(self.ground.limits, 1)
            self._prices = self._prices * (1 + 0.1 * share / share.max())
        else:
            self._prices = self._prices * 0.9

    def _draw(self) -> Ints:
        """Each job to the agent that is cheapest by slightly blurred reduced costs; agents may be overfull."""
        lowest = np.sort(self._reduced, axis=1)[:, :2]
        spread = max(float(np.median(lowest[:, -1] - lowest[:, 0])), 1e-9)
        drawn: Ints = np.argmin(self._reduced + self._rng.exponential(spread, self._reduced.shape), axis=1)
        return drawn

    def _keep(self, agents: Ints) -> None:
        if any(np.array_equal(agents, one) for one in self._pool):
            return
        if len(self._pool) < _POOL:
            self._pool.append(agents)
            return
        worst = max(range(_POOL), key=lambda place: self._worth(self._pool[place]))
        if self._worth(agents) < self._worth(self._pool[worst]):
            self._pool[worst] = agents

    def _worth(self, agents: Ints) -> float:
        over = np.maximum(loads(agents, self.ground) - self.ground.limits, 0)
        return float(self.ground.costs[np.arange(len(agents)), agents].sum() + self._prices @ over)
