from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.beta import Beta
from demand.counts import Units
from demand.quantity import QuantityPriors, plan_quantity, split
from demand.share import allot
from models.money import PriceBreak, PriceLadder

PRIORS = QuantityPriors()
COSTS = PriceLadder((PriceBreak(30, Decimal(88)), PriceBreak(100, Decimal(80)), PriceBreak(300, Decimal(74))))
VARIANTS = tuple((colour, size) for colour in ("olive", "black") for size in ("S", "M", "L"))


def plan(commitments=(), inquiries=(), price=Decimal(159), costs=COSTS, priors=PRIORS, seed=3, variants=VARIANTS):
    return plan_quantity(commitments, inquiries, variants, costs, price, priors, seed)


@given(st.integers(0, 5000), st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda w: sum(w) > 0))
def test_parts_sum_to_the_whole_and_stay_within_one_of_their_share(units, weights):
    parts = allot(units, weights)
    assert sum(parts) == units
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - units * weight / sum(weights)) < 1 + 1e-6


@pytest.mark.parametrize(("units", "weights"), [(3, []), (3, [0.0]), (3, [1.0, -1.0]), (-1, [1.0])])
def test_what_cannot_be_shared_out_is_refused(units, weights):
    with pytest.raises(ValueError, match="shared"):
        allot(units, weights)


def test_nobody_wants_anything_so_nothing_is_made():
    nothing = plan()
    assert (nothing.units, nothing.low, nothing.high, nothing.expected_profit, nothing.lines) == (0, 0, 0, 0.0, ())


def test_a_minimum_order_far_above_demand_is_not_worth_it():
    assert plan([Units("olive", "M", 3, 1)]).units == 0


def test_a_price_below_cost_is_not_worth_it():
    assert plan([Units("olive", "M", 5, 40)], price=Decimal(40)).units == 0


def test_commitments_are_made_and_cancellations_expected():
    made = plan([Units("olive", "M", 5, 30), Units("black", "L", 10, 15)])
    assert made.low <= made.units <= 300
    assert 250 <= made.expected_demand <= 300
    assert sum(line.units for line in made.lines) == made.units
    assert made.expected_profit > 0


def test_inquiries_add_to_demand_with_their_own_uncertainty():
    committed = [Units("olive", "M", 5, 30)]
    with_inquiries = plan(committed, [Units(None, None, 10, 40)])
    without = plan(committed)
    assert with_inquiries.expected_demand == pytest.approx(without.expected_demand + 100, rel=0.05)
    assert with_inquiries.high - with_inquiries.low > without.high - without.low


def test_a_price_break_within_reach_is_taken():
    costs = PriceLadder((PriceBreak(30, Decimal(88)), PriceBreak(100, Decimal(60))))
    made = plan([Units("olive", "M", 1, 102)], costs=costs, priors=replace(PRIORS, cancelled=Beta(1, 9)))
    assert made.units == 100


def test_the_interval_covers_what_comes():
    rng, inside, rounds = np.random.default_rng(5), 0, 300
    for seed in range(rounds):
        quantities = rng.integers(1, 20, 12)
        commitments = [Units("olive", "M", int(q), int(rng.integers(1, 9))) for q in quantities]
        stands, converts = 1 - rng.beta(8, 92), rng.beta(3, 9)
        demand = sum(line.quantity * rng.binomial(line.count, stands) for line in commitments)
        inquiries = [Units(None, None, 8, 30)]
        demand += 8 * rng.binomial(30, converts)
        made = plan(commitments, inquiries, seed=seed)
        inside += made.low <= demand <= made.high
    assert 0.85 <= inside / rounds <= 0.95


def test_the_same_seed_gives_the_same_plan():
    commitments, inquiries = [Units("olive", "M", 5, 30)], [Units(None, None, 10, 40)]
    assert plan(commitments, inquiries) == plan(commitments, inquiries)


def test_small_colours_borrow_the_size_curve_of_the_listing():
    commitments = [Units("olive", "M", 1, 60), Units("olive", "L", 1, 30), Units("olive", "S", 1, 10)]
    lines = split(1000, [*commitments, Units("black", "S", 1, 2)], VARIANTS, 20.0)
    black = {line.size: line.units for line in lines if line.colour == "black"}
    assert black["M"] > black["L"] > 0
    assert sum(line.units for line in lines) == 1000


def test_wishes_for_variants_that_do_not_exist_do_not_count():
    assert split(10, [Units("pink", "M", 5, 1)], (("olive", "M"),), 20.0)[0].units == 10


@pytest.mark.parametrize("price", [Decimal(0), Decimal(-1)])
def test_a_price_is_positive(price):
    with pytest.raises(ValueError, match="price"):
        plan(price=price)


def test_units_need_a_variant():
    with pytest.raises(ValueError, match="no variant"):
        split(3, [], (), 20.0)


@pytest.mark.parametrize("values", [{"salvage_share": 1.0}, {"shortage_share": -0.1}, {"size_strength": 0.0}])
def test_priors_are_possible(values):
    with pytest.raises(ValueError):
        QuantityPriors(**values)
    with pytest.raises(ValueError, match="distribution"):
        Beta(0, 1)


def test_priors_survive_json():
    assert QuantityPriors.from_json(PRIORS.to_json()) == PRIORS
