from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.quantity.profit import Terms, best_quantity, expected_profits, profit_curve
from models.money import PriceBreak, PriceLadder

COSTS = PriceLadder((PriceBreak(30, Decimal(30)), PriceBreak(50, Decimal(24)), PriceBreak(100, Decimal(20))))
TERMS = Terms(price=45, costs=COSTS, salvage=5, shortage=4)


def whole(*values):
    return np.array(sorted(values), np.int64)


@pytest.mark.parametrize(
    ("demand", "quantity", "profit"),
    [
        (60, 0, 0),
        (60, 30, 49 * 30 - 30 * 30),
        (60, 60, 49 * 60 - 24 * 60),
        (60, 100, 49 * 60 + 5 * 40 - 20 * 100),
    ],
)
def test_profit_counts_sales_leftovers_and_the_step_of_the_ladder(demand, quantity, profit):
    assert expected_profits(whole(demand), whole(quantity), TERMS)[0] == pytest.approx(profit)


@pytest.mark.parametrize(
    ("demand", "best"),
    [
        ([0], 0),
        ([5], 0),  # the minimum order costs more than five buyers bring
        ([22], 30),
        ([45], 50),  # five leftovers cost less than the dearer step
        ([98], 100),
        ([120], 120),
        ([10, 200], 200),
    ],
)
def test_the_best_quantity_is_a_demand_a_step_or_nothing(demand, best):
    assert best_quantity(whole(*demand), TERMS)[0] == best


def test_the_critical_ratio_of_the_newsvendor_without_steps():
    flat = Terms(price=10, costs=PriceLadder((PriceBreak(1, Decimal(4)),)), salvage=0, shortage=0)
    assert best_quantity(np.arange(1, 1001), flat)[0] == 600  # (10 - 4) / 10


def test_a_leftover_never_earns():
    dear = Terms(price=45, costs=COSTS, salvage=1000, shortage=0)
    assert best_quantity(whole(120), dear)[0] == 120


demands = st.lists(st.integers(0, 400), min_size=1, max_size=25)
ladders = st.lists(st.tuples(st.integers(1, 300), st.integers(1, 60)), min_size=1, max_size=4).map(
    lambda steps: PriceLadder(
        tuple(
            PriceBreak(at, Decimal(price))
            for at, price in zip(
                sorted({at for at, _ in steps}), sorted((price for _, price in steps), reverse=True), strict=False
            )
        )
    )
)


@given(demands, ladders, st.integers(1, 90), st.integers(0, 20), st.integers(0, 9))
def test_no_feasible_quantity_earns_more_than_the_best(demand, costs, price, salvage, shortage):
    terms, draws = Terms(price, costs, salvage, shortage), whole(*demand)
    best, profit = best_quantity(draws, terms)
    assert best == 0 or best >= costs.moq
    every = np.array([0, *range(costs.moq, max(402, costs.breaks[-1].from_quantity + 2))], np.int64)
    assert profit == pytest.approx(expected_profits(draws, every, terms).max(), abs=1e-6)
    assert profit >= 0


@given(demands, ladders, st.integers(1, 90))
def test_the_curve_holds_nothing_the_best_and_every_step(demand, costs, price):
    terms, draws = Terms(price, costs, 3, 1), whole(*demand)
    best, profit = best_quantity(draws, terms)
    curve = dict(profit_curve(draws, terms, best))
    assert curve[0] == 0
    assert curve[best] == pytest.approx(profit, abs=0.006) == max(curve.values())
    assert all(quantity == 0 or quantity >= costs.moq for quantity in curve)
    assert len(curve) < 80


@pytest.mark.parametrize("values", [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1), (float("nan"), 1, 1)])
def test_terms_are_possible(values):
    price, salvage, shortage = values
    with pytest.raises(ValueError, match="price"):
        Terms(price, COSTS, salvage, shortage)
