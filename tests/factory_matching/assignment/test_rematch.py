from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.market import make_market
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import match_many
from factory_matching.assignment.rematch import OpenMarket
from factory_matching.demand import Supply
from factory_matching.match import match
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights

WEIGHTS = MatchWeights(seconds=10)
DAYS = 41


@pytest.fixture(scope="module")
def matched():
    demands, supply = make_market(150, 1_200, 3.0, seed=8)
    return {demand.key: demand for demand in demands}, supply, match_many(demands, supply, WEIGHTS)


def open_with(supply, placements):
    market = OpenMarket.open(supply, WEIGHTS, DAYS)
    market.take(placements)
    return market


def decline(market, demand, placements):
    """Its factories say no; it is placed again."""
    own = [placement for placement in placements if placement.demand == demand.key]
    market.give_back(own)
    again = replace(demand, excluded=demand.excluded | {placement.factory for placement in own})
    return again, market.place(again)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 149), max_size=25))
def test_declined_demands_are_placed_again_with_all_others_as_they_were(matched, order):
    demands, supply, result = matched
    demands, placements = dict(demands), list(result.placements)
    unserved = dict(result.unserved)
    market = open_with(supply, placements)
    for key in order:
        before = {placement for placement in placements if placement.demand != key}
        demands[key], answer = decline(market, demands[key], placements)
        placements = [placement for placement in placements if placement.demand != key] + list(answer.placements)
        assert {placement for placement in placements if placement.demand != key} == before
        unserved.pop(key, None)
        unserved.update(answer.unserved)
    whole = MatchResult(tuple(placements), unserved, {}, 0.0, 0.0, "")
    check(list(demands.values()), supply, whole)  # independent: nobody's days are booked twice, nobody is asked again


def test_one_demand_placed_alone_costs_what_the_exact_match_of_it_costs(matched):
    demands, supply, result = matched
    booked = {}
    for placement in result.placements:
        for day, units in placement.booked:
            booked[placement.factory, day] = booked.get((placement.factory, day), 0) + units
    later = Supply(supply.register, supply.today, booked)
    market = open_with(supply, result.placements)
    compared = 0
    for demand in list(demands.values())[:40]:
        alone, exact = market.place(demand), match([demand], later, WEIGHTS)
        market.give_back(alone.placements)
        assert bool(alone.placements) == bool(exact.placements)
        assert alone.cost >= exact.cost * (1 - 1e-9)  # parts may cost less; one demand alone goes whole where it can
        if len(alone.placements) == len(exact.placements) == 1:
            assert alone.cost == pytest.approx(exact.cost)
            assert alone.placements[0].factory == exact.placements[0].factory
            compared += 1
        assert alone.bound <= exact.cost * (1 + 1e-9)
    assert compared > 20


def test_giving_back_what_was_taken_leaves_the_market_as_it_was(matched):
    _, supply, result = matched
    market = OpenMarket.open(supply, WEIGHTS, DAYS)
    before = market.left.copy()
    market.take(result.placements)
    assert (market.left < before).any()
    market.give_back(result.placements)
    assert (market.left == before).all()


def test_hands_that_are_not_there_cannot_be_taken(matched):
    _, supply, result = matched
    market = open_with(supply, result.placements)
    busiest = max(result.placements, key=lambda placement: placement.units)
    with pytest.raises(ValueError, match="no hands"):
        market.take([busiest] * 50)


def test_what_nobody_can_make_says_why(matched):
    demands, supply, _ = matched
    market = OpenMarket.open(supply, WEIGHTS, DAYS)
    lost = market.place(replace(demands[0], due_on=supply.today))
    assert lost.placements == ()
    assert "nobody can make" in lost.unserved[0]
