"""Groups of categories: every category once, even in work, those with much in common together; each a whole market."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.market import make_market
from factory_matching.assignment.arrays import Makers, Shelf
from factory_matching.assignment.coupling import Wishes, common_prices, share_out
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_in_groups import match_in_groups
from factory_matching.assignment.match_many import match_many, open_market
from factory_matching.assignment.partition import (
    BY_ENTRY,
    BY_FACTORY,
    BY_REGISTERED,
    BY_ROW,
    Cut,
    Group,
    cut,
    plan_groups,
    submarket,
)
from factory_matching.assignment.price import free_prices
from factory_matching.assignment.retrieve import retrieve
from factory_matching.fan_out import LocalCrew
from factory_matching.weights import MatchWeights


@given(st.data())
def test_every_category_with_work_is_in_one_group_and_there_are_no_more_groups_than_asked_for(data):
    kinds = data.draw(st.integers(1, 12))
    work = np.array(data.draw(st.lists(st.integers(0, 50), min_size=kinds, max_size=kinds)))
    half = np.array(data.draw(st.lists(st.integers(0, 9), min_size=kinds**2, max_size=kinds**2))).reshape(kinds, kinds)
    count = data.draw(st.integers(1, 6))
    groups = plan_groups(work, (half + half.T).astype(float), count)
    assert sorted(category for group in groups for category in group) == np.flatnonzero(work).tolist()
    assert len(groups) <= count
    assert groups == plan_groups(work, (half + half.T).astype(float), count)


def test_categories_that_the_same_factories_make_stay_together_while_the_work_is_even():
    common = np.zeros((4, 4))
    common[0, 3] = common[3, 0] = 100
    common[1, 2] = common[2, 1] = 100
    common[0, 1] = common[1, 0] = 1
    assert plan_groups(np.array([10, 10, 10, 10]), common, 2) == ((0, 3), (1, 2))
    assert plan_groups(np.array([10, 10, 10, 10]), common, 1) == ((0, 1, 2, 3),)


def test_a_category_moves_to_where_it_has_more_in_common():
    common = np.zeros((5, 5))
    for a, b, much in ((0, 1, 9), (2, 3, 8), (1, 4, 3), (3, 4, 5)):
        common[a, b] = common[b, a] = much
    assert plan_groups(np.array([10, 10, 10, 10, 4]), common, 2) == ((0, 1), (2, 3, 4))


@pytest.fixture(scope="module")
def market():
    return open_market(*make_market(300, 3_000, 4.0, seed=5), MatchWeights())


def test_a_group_finds_for_its_demands_what_the_whole_market_finds(market):
    asked, shelf, makers = market.asked, market.shelf, market.makers
    found, reduced = retrieve(asked, shelf, makers, free_prices(*makers.made_by.shape), 6, 1)
    whole = cut(asked, shelf, makers, 4)
    assert len(whole.groups) == 4
    assert len(whole.coupled)
    for group in whole.groups:
        own = submarket(asked, shelf, makers, whole, group)
        here, costs = retrieve(own.asked, own.shelf, own.makers, free_prices(*own.makers.made_by.shape), 6, 1)
        assert (costs == reduced[group.demands]).all()
        assert (np.append(group.rows, -1)[here.row] == found.row[group.demands]).all()
        assert (own.makers.place[own.coupled] == makers.place[whole.coupled[group.coupled]]).all()
        assert len(own.shelf.factory) < len(shelf.factory) / 2
        assert len(own.shelf.markets) < len(shelf.markets) / 2


def test_who_refused_is_not_asked_in_a_group_either():
    demands, supply = make_market(300, 3_000, 4.0, seed=5)
    first = match_many(demands, supply, MatchWeights())
    refused = {placement.demand: frozenset({placement.factory}) for placement in first.placements}
    again = [replace(demand, excluded=refused.get(demand.key, frozenset())) for demand in demands]
    second = match_in_groups(again, supply, MatchWeights(), 4, LocalCrew(1))
    check(again, supply, second)
    assert all(placement.factory not in refused[placement.demand] for placement in second.placements)


def test_whoever_adds_a_field_to_the_arrays_says_how_a_group_takes_its_part():
    assert {*BY_ROW, *BY_ENTRY, *BY_REGISTERED, "starts"} == set(Shelf._fields)
    whole = {"freight", "least_freight", "fee", "fee_per_shipment"}
    assert {*BY_FACTORY, *whole} == set(Makers._fields)


def two_groups(*wishes):
    """Two groups that share both of two factories, which can make 10 and 7 units a day for three days."""
    none = np.zeros(0, np.int64)
    group = Group((), none, none, none, np.arange(2))
    return Cut((group, group), np.arange(2)), np.array([[10, 20, 30], [7, 14, 21]], np.int32), wishes


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e4), st.floats(1e-4, 10)), min_size=4, max_size=4))
def test_shares_add_up_to_what_a_factory_can_make(drawn):
    wishes = [
        Wishes(
            price=np.array([[price, 0, 0] for _, price, _ in pair]),
            load=np.array([[load, 0, load] for load, _, _ in pair]),
            heat=np.array([heat for _, _, heat in pair]),
        )
        for pair in (drawn[:2], drawn[2:])
    ]
    whole, made_by, _ = two_groups()
    shares = share_out(whole, made_by, wishes)
    assert (sum(shares) == made_by).all()
    assert min(share.min() for share in shares) >= 0


def wish(load, price):
    return Wishes(np.full((2, 3), price / 3), np.full((2, 3), load / 3), np.full(2, 1.0))


def test_who_pays_more_for_as_much_gets_more_and_all_pay_one_price_in_the_end():
    whole, made_by, wishes = two_groups(wish(15.0, 3.0), wish(15.0, 2.0))
    dear, cheap = share_out(whole, made_by, wishes)
    assert (dear[:, -1] > cheap[:, -1]).all()
    assert common_prices(whole, 3, wishes) == pytest.approx(np.full((2, 3), 2.5 / 3))
