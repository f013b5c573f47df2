"""What holds for every match, whatever the demands and factories."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import match_many
from factory_matching.demand import Supply
from factory_matching.match import match
from factory_matching.weights import MatchWeights
from tests.factory_matching.test_match import FACTORY, abilities, demands_of_all_kinds, supply_of

WEIGHTS = MatchWeights(seconds=10)
MARKETS = (demands_of_all_kinds(), st.lists(st.tuples(FACTORY, abilities()), min_size=1, max_size=6))
_SOLVER = 1e-3  # the solver stops within a ten-thousandth of the best, twice


def answer(way, demands, supply):
    result = way(demands, supply, WEIGHTS)
    check(demands, supply, result)
    return result


@given(*MARKETS, st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_the_order_of_demands_and_factories_numbers_does_not_change_what_it_costs(demands, pairs, seed):
    turned = random.Random(seed).sample(demands, len(demands))
    supply = supply_of(*pairs)
    for way, tolerance in ((match, _SOLVER), (match_many, 1e-9)):
        first, second = answer(way, demands, supply), answer(way, turned, supply)
        assert second.cost == pytest.approx(first.cost, rel=tolerance)
        assert len(second.unserved) == len(first.unserved)


@given(*MARKETS, st.integers(2, 4))
@settings(max_examples=60, deadline=None)
def test_more_capacity_never_leaves_more_without_maker_nor_costs_more(demands, pairs, times):
    supply = supply_of(*pairs)
    before = answer(match, demands, supply)
    served = [demand for demand in demands if demand.key not in before.unserved]
    before = answer(match, served, supply)
    register = replace(supply.register, daily_capacity=supply.register.daily_capacity * times)
    after = answer(match, served, Supply(register, supply.today, supply.booked))
    assert not after.unserved
    assert after.cost <= before.cost * (1 + _SOLVER)
    assert after.bound <= before.cost * (1 + 1e-9)


@given(*MARKETS)
@settings(max_examples=40, deadline=None)
def test_the_search_for_very_many_never_undercuts_the_bound_of_the_exact_match_nor_serves_what_cannot_be(
    demands, pairs
):
    supply = supply_of(*pairs)
    exact, searched = answer(match, demands, supply), answer(match_many, demands, supply)
    if not exact.unserved and not searched.unserved:
        assert searched.cost >= exact.bound * (1 - 1e-9)
        assert exact.cost >= searched.bound * (1 - 1e-9)
