from dataclasses import replace

import numpy as np
import pytest

from bench.market import make_market
from factory_matching.assignment.columns import ways_for
from factory_matching.assignment.feasible import check
from factory_matching.assignment.fill import fill, nothing_given
from factory_matching.assignment.match_many import match_cheapest_first, match_many, open_market
from factory_matching.assignment.parts import split
from factory_matching.assignment.price import price
from factory_matching.assignment.retrieve import NOBODY
from factory_matching.assignment.ruin import ruin_and_recreate
from factory_matching.demand import Supply
from factory_matching.exclusion import Reason
from factory_matching.match import match
from factory_matching.weights import MatchWeights

WEIGHTS = MatchWeights(seconds=10)


def solve(demands, supply):
    result = match_many(demands, supply, WEIGHTS)
    check(demands, supply, result)
    return result


@pytest.fixture(scope="module")
def market():
    return make_market(300, 2_000, 5.0, seed=5)


def test_a_match_is_near_its_bound_and_dearer_than_it(market):
    result = solve(*market)
    assert 0 <= result.gap < 0.03
    assert all(reason.startswith("nobody can make") for reason in result.unserved.values())


def test_prices_save_against_giving_each_demand_the_cheapest_factory(market):
    plain = match_cheapest_first(*market, WEIGHTS)
    check(*market, plain)
    assert solve(*market).cost < plain.cost


def test_no_exact_answer_is_below_the_bound_and_ours_is_close_to_it():
    demands, supply = make_market(60, 500, 3.0, seed=2)
    many, exact = solve(demands, supply), match(demands, supply, WEIGHTS)
    assert many.bound <= exact.cost * (1 + 1e-9) or exact.unserved
    assert sum(p.units * float(p.unit_price) for p in many.placements) == pytest.approx(
        sum(p.units * float(p.unit_price) for p in exact.placements), rel=0.03
    )


def test_the_order_of_demands_does_not_matter(market):
    demands, supply = market
    turned = list(np.random.default_rng(1).permutation(np.array(demands, dtype=object)))
    first, second = solve(demands, supply), solve(turned, supply)
    assert set(first.placements) == set(second.placements)
    assert (first.unserved, first.cost, first.bound) == (second.unserved, second.cost, second.bound)


def test_more_capacity_never_raises_the_bound(market):
    demands, supply = market
    before = solve(demands, supply)
    same = [demand for demand in demands if demand.key not in before.unserved]  # more could be made with more
    more = replace(supply.register, daily_capacity=supply.register.daily_capacity * 2)
    after = match_many(same, Supply(more, supply.today, {}), WEIGHTS)
    assert after.bound <= solve(same, supply).bound * (1 + 1e-3)


def test_what_is_booked_is_not_given_again(market):
    demands, supply = market
    first = solve(demands, supply)
    booked = {}
    for placement in first.placements:
        for day, units in placement.booked:
            booked[placement.factory, day] = booked.get((placement.factory, day), 0) + units
    second = solve(demands, Supply(supply.register, supply.today, booked))
    assert second.cost > first.cost


def test_tight_capacity_splits_demands_and_says_what_nobody_makes():
    demands, supply = make_market(200, 1_500, 1.3, seed=4)
    result = solve(demands, supply)
    assert len(result.placements) > len(demands) - len(result.unserved)
    assert all(reason for reason in result.unserved.values())


def test_exclusions_are_counted_as_the_plain_filters_count_them(market):
    demands, supply = market
    result = solve(demands, supply)
    for index in (0, 7, 99):
        plain = ways_for(index, demands[index], supply, WEIGHTS).exclusions
        counted = result.exclusions[demands[index].key]
        assert sum(counted.values()) == sum(plain.values())
        assert {r: c for r, c in counted.items() if r is not Reason.CAPACITY} == {
            r: c for r, c in plain.items() if r is not Reason.CAPACITY
        }


def test_no_demand_at_all_is_no_problem():
    _, supply = make_market(5, 50, 5.0, seed=1)
    assert match_many([], supply, WEIGHTS).placements == ()


def test_a_factory_that_declined_is_not_asked_again_whoever_has_no_time_before_it():
    demands, supply = make_market(40, 400, 5.0, seed=6)  # most factories are booked out
    before = solve(demands, supply)
    first = {placement.demand: placement.factory for placement in before.placements}
    again = [replace(demand, excluded=frozenset({first[demand.key]})) for demand in demands if demand.key in first]
    after = solve(again, supply)
    assert after.placements
    assert all(placement.factory != first[placement.demand] for placement in after.placements)
    declined = after.exclusions[again[0].key]
    assert declined[Reason.DECLINED] == 1


def test_where_time_is_scarce_placing_neighbours_anew_serves_more():
    demands, supply = make_market(300, 1_800, 2.1, seed=5)
    market = open_market(demands, supply, WEIGHTS)
    priced = price(market.asked, market.shelf, market.makers, 1, lambda done, total: None)
    given = nothing_given(market.asked, market.makers)
    order = np.argsort(-market.asked.units, kind="stable")
    fill(order, market.asked, market.shelf, market.makers, priced.prices, given)
    split(order, market.asked, market.shelf, market.makers, priced.prices, given)
    before, lost = given.cost.sum(), int((given.row[:, 0] == NOBODY).sum())
    centres = np.tile(np.arange(len(order)), 20)
    ruin_and_recreate(centres, market.asked, market.shelf, market.makers, priced.prices, priced.found, given, seed=1)
    assert given.cost.sum() < before
    assert int((given.row[:, 0] == NOBODY).sum()) < lost
    check(demands, supply, market.say(given, priced, "anew"))
