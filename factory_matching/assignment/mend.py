"""Better whole-job assignments by small changes, compiled: a move, an exchange, a move that pushes another job on.

All functions take `answer` (jobs,) agents, `load` (agents,) units given, and the `Ground` they stand on; what an agent
holds beyond its limit costs its price a unit. A job moves only to agents near to it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.register import Ints
from models.compiled import compiled

Floats = NDArray[np.float64]
_LEAST = 1e-9  # a smaller gain is a rounding error


class Ground(NamedTuple):
    """What does not change while an answer is mended."""

    costs: Ints  # (jobs, agents)
    uses: Ints  # (jobs, agents)
    limits: Ints  # (agents,)
    near: Ints  # (jobs, few): the agents a job may move to, cheapest by reduced cost first
    is_near: NDArray[np.bool_]  # (jobs, agents)


@compiled
def loads(answer: Ints, ground: Ground) -> Ints:
    """Units that each agent is given, (agents,)."""
    load = np.zeros(len(ground.limits), np.int64)
    for job in range(len(answer)):
        load[answer[job]] += ground.uses[job, answer[job]]
    return load


@compiled
def mend(answer: Ints, ground: Ground, prices: Floats, seed: int) -> None:
    """Improve an answer in place until no small change lowers its cost plus the price of what does not fit."""
    np.random.seed(seed)
    load = loads(answer, ground)
    improved = True
    while improved:
        improved = False
        for job in np.random.permutation(len(answer)):
            while _move(job, answer, load, ground, prices):
                improved = True
            if _swap(job, answer, load, ground, prices) or _push(job, answer, load, ground, prices):
                improved = True


@compiled
def _fine(load: int, agent: int, ground: Ground, prices: Floats) -> float:
    over = load - ground.limits[agent]
    return prices[agent] * over if over > 0 else 0.0


@compiled
def _more(units: int, agent: int, load: Ints, ground: Ground, prices: Floats) -> float:
    """How much dearer an agent gets with so many more (or, negative, fewer) units."""
    return _fine(load[agent] + units, agent, ground, prices) - _fine(load[agent], agent, ground, prices)


@compiled
def _move(job: int, answer: Ints, load: Ints, ground: Ground, prices: Floats) -> bool:
    """Make the best move of one job, if one helps."""
    costs, uses, own = ground.costs, ground.uses, answer[job]
    freed = _more(-uses[job, own], own, load, ground, prices) - costs[job, own]
    best, chosen = -_LEAST, -1
    for agent in ground.near[job]:
        if agent != own:
            change = freed + costs[job, agent] + _more(uses[job, agent], agent, load, ground, prices)
            if change < best:
                best, chosen = change, agent
    if chosen < 0:
        return False
    load[own] -= uses[job, own]
    load[chosen] += uses[job, chosen]
    answer[job] = chosen
    return True


@compiled
def _swap(job: int, answer: Ints, load: Ints, ground: Ground, prices: Floats) -> bool:
    """Make the best exchange of one job with another, if one helps."""
    costs, uses, own = ground.costs, ground.uses, answer[job]
    best, chosen = -_LEAST, -1
    for other in range(len(answer)):
        agent = answer[other]
        if agent == own or not ground.is_near[job, agent] or not ground.is_near[other, own]:
            continue
        change = costs[job, agent] - costs[job, own] + costs[other, own] - costs[other, agent]
        change += _more(uses[other, own] - uses[job, own], own, load, ground, prices)
        change += _more(uses[job, agent] - uses[other, agent], agent, load, ground, prices)
        if change < best:
            best, chosen = change, other
    if chosen < 0:
        return False
    agent = answer[chosen]
    load[own] += uses[chosen, own] - uses[job, own]
    load[agent] += uses[job, agent] - uses[chosen, agent]
    answer[job], answer[chosen] = agent, own
    return True


@compiled
def _push(job: int, answer: Ints, load: Ints, ground: Ground, prices: Floats) -> bool:
    """Make the best move of one job to an agent from which another job moves on to a third, if one helps."""
    costs, uses, own = ground.costs, ground.uses, answer[job]
    freed = _more(-uses[job, own], own, load, ground, prices) - costs[job, own]
    best, chosen, target = -_LEAST, -1, -1
    for other in range(len(answer)):
        agent = answer[other]
        if agent == own or not ground.is_near[job, agent]:
            continue
        base = freed + costs[job, agent] - costs[other, agent]
        base += _more(uses[job, agent] - uses[other, agent], agent, load, ground, prices)
        for third in ground.near[other]:
            if third in (agent, own) or base + costs[other, third] >= best:
                continue
            change = base + costs[other, third] + _more(uses[other, third], third, load, ground, prices)
            if change < best:
                best, chosen, target = change, other, third
    if chosen < 0:
        return False
    agent = answer[chosen]
    load[own] -= uses[job, own]
    load[agent] += uses[job, agent] - uses[chosen, agent]
    load[target] += uses[chosen, target]
    answer[job], answer[chosen] = agent, target
    return True


@compiled
def walk(answer: Ints, goal: Ints, ground: Ground, prices: Floats, keep: int) -> Ints:
    """Go from an answer to another, each step the best one towards it; the `keep` best points between, (keep, jobs)."""
    costs, uses, load = ground.costs, ground.uses, loads(answer, ground)
    differing = np.flatnonzero(answer != goal)
    steps = max(len(differing) - 1, 0)
    points = np.zeros((min(keep, steps), len(answer)), np.int64)
    worths = np.full(min(keep, steps), np.inf)
    worth = 0.0
    for step in range(steps):
        left = len(differing) - step
        best, chosen = np.inf, -1
        for place in range(left):
            job = differing[place]
            own, agent = answer[job], goal[job]
            change = costs[job, agent] - costs[job, own]
            change += _more(-uses[job, own], own, load, ground, prices)
            change += _more(uses[job, agent], agent, load, ground, prices)
            if change < best:
                best, chosen = change, place
        job = differing[chosen]
        load[answer[job]] -= uses[job, answer[job]]
        answer[job] = goal[job]
        load[answer[job]] += uses[job, answer[job]]
        worth += best
        differing[chosen] = differing[left - 1]
        worst = np.argmax(worths)
        if worth < worths[worst]:
            worths[worst] = worth
            points[worst] = answer
    return points
