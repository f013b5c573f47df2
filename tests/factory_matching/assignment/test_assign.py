from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.assignment.assign import assign, relax_assignment, solve_alone


def cheapest(costs, uses, limits):
    """Every assignment tried; None when none fits."""
    best = None
    for answer in product(range(len(limits)), repeat=len(costs)):
        load = np.zeros(len(limits), np.int64)
        for job, agent in enumerate(answer):
            load[agent] += uses[job, agent]
        cost = sum(int(costs[job, agent]) for job, agent in enumerate(answer))
        if (load <= limits).all() and (best is None or cost < best):
            best = cost
    return best


@st.composite
def instances(draw):
    jobs, agents = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    table = st.lists(st.lists(st.integers(1, 30), min_size=agents, max_size=agents), min_size=jobs, max_size=jobs)
    limits = st.lists(st.integers(1, 80), min_size=agents, max_size=agents)
    return tuple(np.array(draw(part), np.int64) for part in (table, table, limits))


@given(instances())
@settings(max_examples=25, deadline=None)
def test_small_instances_are_solved_to_the_best_answer_or_said_to_have_none(instance):
    costs, uses, limits = instance
    best = cheapest(*instance)
    found = assign(costs, uses, limits, 0.2, seed=1)
    assert (found and found.cost) == best
    if found:
        at = np.arange(len(costs))
        assert (np.bincount(found.agents, uses[at, found.agents], len(limits)) <= limits).all()
        assert found.bound <= found.cost + 1e-6


def test_jobs_that_fit_nowhere_even_in_parts_have_no_relaxation():
    assert relax_assignment(np.ones((2, 1), np.int64), np.full((2, 1), 9), np.array([10])) is None


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tight_instance_is_filled_at_least_as_well_as_by_the_solver_alone(seed):
    rng = np.random.default_rng(seed)
    uses = rng.integers(5, 26, (60, 6))
    costs = 111 - uses + rng.integers(-10, 11, uses.shape)  # cheap where it takes much: type D of the literature
    limits = np.full(6, int(0.8 * uses.sum() / 36))
    found = assign(costs, uses, limits, 1.5, seed=1)
    alone = solve_alone(costs, uses, limits, 1.5)
    assert found is not None
    assert alone is not None
    assert found.cost <= alone * 1.005
