from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.quantity.profit import Terms, best_quantity
from demand.quantity.reorder import first_batch, lead_time_demand
from demand.quantity.wishes import Schedule, Wish
from models.money import PriceBreak, PriceLadder

FLAT = PriceLadder((PriceBreak(10, Decimal(20)),))
TERMS = Terms(price=45, costs=FLAT, salvage=5, shortage=4)


def test_the_first_batch_is_smaller_where_buyers_wait_for_a_second_one():
    demand = np.sort(np.random.default_rng(3).negative_binomial(4, 4 / 104, 4000))
    whole = best_quantity(demand, TERMS)[0]
    firsts = [first_batch(demand, TERMS, waits, whole) for waits in (0.0, 0.4, 0.8, 1.0)]
    assert firsts[0] == pytest.approx(whole, abs=4)  # nobody waits: nothing is won by ordering twice
    assert firsts == sorted(firsts, reverse=True)
    assert 0 < firsts[-1] < whole / 2


def test_a_price_break_may_be_worth_a_larger_first_batch():
    demand = np.sort(np.random.default_rng(3).poisson(95, 4000))
    steps = PriceLadder((PriceBreak(10, Decimal(30)), PriceBreak(100, Decimal(20))))
    assert first_batch(demand, Terms(45, steps, 5, 4), 1.0, 100) == 100


@given(st.lists(st.integers(0, 300), min_size=1, max_size=40), st.floats(0, 1), st.integers(1, 200))
def test_a_first_batch_is_nothing_or_at_least_the_minimum(demand, waits, moq):
    terms = Terms(45, PriceLadder((PriceBreak(moq, Decimal(20)),)), 5, 4)
    draws = np.array(sorted(demand), np.int64)
    first = first_batch(draws, terms, waits, best_quantity(draws, terms)[0])
    assert first == 0 or first >= moq


def test_demand_of_the_lead_time_goes_on_at_the_pace_so_far():
    orders = [Wish("olive", "M", 5, 20), Wish("olive", "L", 10, 10)]
    sold = lead_time_demand(orders, Schedule(open_days=10, delivery_days=0, lead_days=5), 20_000, 1)
    # 30.5 orders in 10 days of 6.67 units each, for 5 days; variance of the compound plus that of the unknown pace.
    assert sold.mean() == pytest.approx(101.7, rel=0.02)
    assert sold.std() == pytest.approx((15.25 * 50 + (5 * 20 / 3 / 10) ** 2 * 30.5) ** 0.5, rel=0.05)


@pytest.mark.parametrize(("orders", "days"), [([], 10), ([Wish("olive", "M", 5, 20)], 0), ([Wish("o", "M", 5, 0)], 3)])
def test_without_a_pace_nothing_is_expected(orders, days):
    assert not lead_time_demand(orders, Schedule(days, 0, 5), 100, 1).any()
