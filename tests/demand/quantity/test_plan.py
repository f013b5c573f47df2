import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand.beta import Beta
from demand.decision.pool import PoolPrior
from demand.quantity.delay import Delay, coarse_days
from demand.quantity.levers import Lever
from demand.quantity.plan import plan_quantity
from demand.quantity.priors import QuantityPriors
from demand.quantity.rate_prior import RatePrior
from demand.quantity.share import allot
from demand.quantity.wishes import Schedule, Wish, Wishes
from models.interest import Segment
from models.money import PriceBreak, PriceLadder

PRIORS = QuantityPriors()
COSTS = PriceLadder((PriceBreak(30, Decimal(88)), PriceBreak(100, Decimal(80)), PriceBreak(300, Decimal(74))))
VARIANTS = tuple((colour, size) for colour in ("olive", "black") for size in ("S", "M", "L"))
SCHEDULE = Schedule(open_days=5, delivery_days=60, lead_days=14)
BUSINESS, CONSUMER, ABROAD = Segment.DOMESTIC_BUSINESS, Segment.DOMESTIC_CONSUMER, Segment.CROSS_BORDER


def plan(commitments=(), inquiries=(), price=Decimal(159), answered=(), cancelled=(), **changes):
    values = {"costs": COSTS, "priors": PRIORS, "seed": 3, "variants": VARIANTS, "schedule": SCHEDULE, **changes}
    wishes = Wishes(tuple(commitments), tuple(inquiries), tuple(answered), tuple(cancelled))
    return plan_quantity(wishes, price=price, **values)


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
    assert plan([Wish("olive", "M", 3, 1)]).units == 0


def test_a_price_below_cost_is_not_worth_it():
    assert plan([Wish("olive", "M", 5, 40)], price=Decimal(40)).units == 0


def test_commitments_are_made_and_cancellations_expected():
    made = plan([Wish("olive", "M", 5, 30), Wish("black", "L", 10, 15)])
    assert made.low <= made.units <= 300
    assert 250 <= made.expected_demand <= 300
    assert sum(line.units for line in made.lines) == made.units
    assert made.expected_profit > 0


def test_inquiries_add_to_demand_with_their_own_uncertainty():
    committed = [Wish("olive", "M", 5, 30)]
    with_inquiries = plan(committed, [Wish(None, None, 10, 40)])
    without = plan(committed)
    assert with_inquiries.expected_demand == pytest.approx(without.expected_demand + 100, rel=0.05)
    assert with_inquiries.high - with_inquiries.low > without.high - without.low


def test_a_price_break_within_reach_is_taken():
    costs = PriceLadder((PriceBreak(30, Decimal(88)), PriceBreak(100, Decimal(60))))
    made = plan(
        [Wish("olive", "M", 1, 102)],
        costs=costs,
        priors=replace(PRIORS, cancelled=RatePrior(PoolPrior(Beta(1, 9)), Delay(1, 5))),
    )
    assert made.units == 100


def test_the_interval_covers_what_comes():
    rng, inside, rounds = np.random.default_rng(5), 0, 300
    for seed in range(rounds):
        quantities = rng.integers(1, 20, 12)
        commitments = [Wish("olive", "M", int(q), int(rng.integers(1, 9))) for q in quantities]
        stands, converts = 1 - rng.beta(8, 92), rng.beta(3, 9)
        demand = sum(line.quantity * rng.binomial(line.count, stands) for line in commitments)
        inquiries = [Wish(None, None, 8, 30)]
        demand += 8 * rng.binomial(30, converts)
        made = plan(commitments, inquiries, seed=seed)
        inside += made.low <= demand <= made.high
    assert 0.85 <= inside / rounds <= 0.95


def test_the_same_seed_gives_the_same_plan():
    commitments, inquiries = [Wish("olive", "M", 5, 30)], [Wish(None, None, 10, 40)]
    assert plan(commitments, inquiries) == plan(commitments, inquiries)


@pytest.mark.parametrize("price", [Decimal(0), Decimal(-1)])
def test_a_price_is_positive(price):
    with pytest.raises(ValueError, match="price"):
        plan(price=price)


def test_units_need_a_variant():
    with pytest.raises(ValueError, match="no variant"):
        plan([Wish("olive", "M", 5, 30)], variants=())


@pytest.mark.parametrize(
    "values",
    [
        {"salvage_share": 1.0},
        {"shortage_share": -0.1},
        {"size_strength": 0.0},
        {"waits": 1.1},
        {"service_level": 1.0},
        {"learned_from": -1},
    ],
)
def test_priors_are_possible(values):
    with pytest.raises(ValueError):
        QuantityPriors(**values)
    with pytest.raises(ValueError, match="distribution"):
        Beta(0, 1)
    with pytest.raises(ValueError, match="spread"):
        RatePrior(PoolPrior(Beta(1, 1)), Delay(1, 1), -1)


def test_priors_survive_json_to_the_bit():
    rates = RatePrior(PoolPrior(Beta(1 / 3, 9.1), ((CONSUMER, -0.1),), 0.2), Delay(0.7, 2.1), 0.05)
    learned = QuantityPriors(converted=rates, size_curve=(("M", 2 / 3), ("L", 1 / 3)), learned_from=40)
    for priors in (PRIORS, learned):
        assert QuantityPriors.from_json(json.loads(json.dumps(priors.to_json()))) == priors


def test_an_inquiry_that_has_waited_long_is_worth_less():
    plans = [plan(inquiries=[Wish(None, None, 10, 40, BUSINESS, age)]) for age in (0.1, 2.0, 30.0)]
    expected = [made.expected_demand for made in plans]
    assert expected[0] > expected[1] > expected[2] >= 0
    assert expected[2] < 5


def test_a_pre_order_that_has_stood_long_is_worth_more():
    fresh, old = (plan([Wish("olive", "M", 10, 40, BUSINESS, age)]).expected_demand for age in (0.1, 40.0))
    assert 360 < fresh < 375 < old <= 400


def test_what_the_listing_saw_itself_moves_its_rates():
    asked = [Wish(None, None, 10, 40, BUSINESS, 2.0)]
    few = plan(inquiries=asked, answered=[Wish(None, None, 10, 2, BUSINESS, 5.0)])
    many = plan(inquiries=asked, answered=[Wish(None, None, 10, 30, BUSINESS, 5.0)])
    assert few.segments[0].converted.mean < many.segments[0].converted.mean
    assert few.expected_demand < many.expected_demand
    ordered = [Wish("olive", "M", 10, 40, BUSINESS, 2.0)]
    calm = plan(ordered)
    leaving = plan(ordered, cancelled=[Wish("olive", "M", 10, 15, BUSINESS, 3.0)])
    assert leaving.expected_demand < calm.expected_demand
    assert leaving.segments[0].cancelled.mean > calm.segments[0].cancelled.mean


def test_demand_at_an_earlier_delivery_leaves_less_time_to_order():
    asked = [Wish(None, None, 10, 40)]
    soon, late = (plan(inquiries=asked, schedule=replace(SCHEDULE, delivery_days=days)) for days in (1, 60))
    assert soon.expected_demand < late.expected_demand


def test_segments_sum_to_the_whole_and_buy_in_their_own_sizes():
    made = plan(
        [
            Wish("olive", "M", 2, 30, CONSUMER, 1.0),
            Wish("olive", "M", 15, 6, BUSINESS, 1.0),
            Wish("black", "L", 200, 1, ABROAD, 1.0),
        ],
        [Wish(None, None, 3, 20, CONSUMER, 1.0)],
    )
    assert [part.segment for part in made.segments] == [BUSINESS, CONSUMER, ABROAD]
    assert sum(part.units for part in made.segments) == made.units
    assert [part.units_per_order for part in made.segments] == [15, 2, 200]
    assert sum(part.expected_demand for part in made.segments) == pytest.approx(made.expected_demand)
    for part in made.segments:
        assert 0 <= part.low <= part.high


def test_a_segment_that_bought_nothing_yet_is_expected_to_buy_by_what_it_asked():
    made = plan([Wish("olive", "M", 5, 30, BUSINESS, 1.0)], [Wish(None, None, 2, 50, CONSUMER, 0.1)])
    consumer = made.segments[1]
    assert (consumer.segment, consumer.units_per_order) == (CONSUMER, 0.0)
    assert 10 < consumer.expected_demand < 40


lines_of = st.lists(
    st.builds(
        Wish,
        st.sampled_from(["olive", "black"]),
        st.sampled_from("SML"),
        st.integers(1, 60),
        st.integers(0, 60),
        st.sampled_from(Segment),
        st.floats(0, 30).map(coarse_days),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(lines_of, lines_of, lines_of, lines_of, st.integers(1, 400), st.integers(1, 200), st.integers(0, 2**32))
def test_every_plan_is_feasible_sums_up_and_repeats_to_the_bit(ordered, asked, answered, cancelled, moq, price, seed):
    costs = PriceLadder((PriceBreak(moq, Decimal(88)), PriceBreak(moq + 70, Decimal(80))))
    of = {"answered": answered, "cancelled": cancelled, "costs": costs, "price": Decimal(price), "seed": seed}
    made = plan(ordered, asked, **of)
    assert made.units == 0 or made.units >= moq
    assert made.reorder.first == 0 or made.reorder.first >= moq
    assert sum(line.units for line in made.lines) == made.units
    assert sum(part.units for part in made.segments) == made.units
    most = sum(line.units for line in (*ordered, *asked))
    assert 0 <= made.low <= made.high <= most
    assert made.expected_profit >= 0
    assert all(moved.units_low == 0 or moved.lever is Lever.MOQ or moved.units_low >= moq for moved in made.levers)
    stored = json.loads(json.dumps(made.to_json()))
    assert stored == json.loads(json.dumps(plan(ordered, asked, **of).to_json()))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.integers(1, 80))
def test_more_commitments_never_lower_a_quantity_without_price_steps(count, more):
    # With steps it may fall: what was rounded up to a step below may be worth its own number above it.
    flat = PriceLadder((PriceBreak(30, Decimal(88)),))
    fewer, larger = (plan([Wish("olive", "M", 2, units)], costs=flat) for units in (count, count + more))
    assert larger.units >= fewer.units - 0.02 * fewer.units  # two draws of the same futures differ by chance


def test_a_minimum_above_everything_and_one_variant():
    assert plan([Wish("olive", "M", 3, 9)], costs=PriceLadder((PriceBreak(5000, Decimal(88)),))).units == 0
    made = plan([Wish("olive", "M", 5, 60)], variants=(("olive", "M"),))
    assert [line.units for line in made.lines] == [made.units]


def test_sold_out_stock_is_ordered_again_in_time():
    made = plan([Wish("olive", "M", 5, 30)], schedule=Schedule(open_days=10, delivery_days=20, lead_days=4))
    reorder = made.reorder
    assert (reorder.per_day, reorder.lead_days) == (15.0, 4)
    assert reorder.lead_low < 60 < reorder.lead_high <= reorder.point + 10
    assert 0 < reorder.first <= made.units
    assert plan().reorder.point == 0
