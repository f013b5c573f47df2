"""What counts beside the price: freight, keeping shipments together, a factory's own spread of lead times."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.market import make_market
from factory_matching.assignment.columns import ways_for
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import match_many
from factory_matching.assignment.rematch import OpenMarket
from factory_matching.demand import Supply
from factory_matching.freight import FreightRates
from factory_matching.match import match
from factory_matching.weights import MatchWeights
from tests.factory_matching.registers import register_of
from tests.factory_matching.test_match import TODAY, demand

RATES = FreightRates.from_table({"per_unit": {"Far": {"any": 9.0, "EU": 1.0}, "Near": {"any": 0.5, "EU": 30.0}}})
WAYS = (match, match_many, lambda asked, supply, weights: OpenMarket.open(supply, weights, 60).place(asked[0]))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("market", "chosen"), [(None, 2), ("EU", 1)])
def test_a_dearer_factory_whose_way_to_the_market_is_cheaper_is_chosen(way, market, chosen):
    cheap, dear = {"breaks": ((10, "100.00"),)}, {"breaks": ((10, "102.00"),)}
    supply = Supply(register_of(({"region": "Far"}, cheap), ({"region": "Near"}, dear)), TODAY, {})
    question = replace(demand(), market=market)
    weights = MatchWeights(freight=RATES)
    assert [placement.factory for placement in way([question], supply, MatchWeights()).placements] == [1]
    answer = way([question], supply, weights)
    assert [placement.factory for placement in answer.placements] == [chosen]
    plain = way([question], replace_factory_only(supply, chosen), MatchWeights())
    freight = {2: 0.5, 1: 1.0}[chosen]
    assert answer.cost == pytest.approx(plain.cost + freight * question.units)


def replace_factory_only(supply, chosen):
    """The same supply with only one factory left to choose."""
    register = supply.register
    return Supply(replace(register, suspended=register.ids != chosen), supply.today, {})


@pytest.mark.parametrize("way", WAYS)
def test_a_warehouse_that_a_rate_names_stands_before_the_region(way):
    rates = FreightRates.from_table({"per_unit": {"Yiwu-1": {"any": 0.1}, "Far": {"any": 9.0}}})
    same = {"breaks": ((10, "100.00"),)}
    register = register_of(({"region": "Far"}, same), ({"region": "Far", "warehouse": "Yiwu-1"}, same))
    answer = way([demand()], Supply(register, TODAY, {}), MatchWeights(freight=rates))
    assert [placement.factory for placement in answer.placements] == [2]


@pytest.mark.parametrize("way", WAYS)
def test_parts_leave_from_one_warehouse_unless_another_saves_more_than_a_shipment_costs(way):
    breaks = {"breaks": ((10, "100.00"),)}
    pairs = [
        ({"warehouse": "A", "daily_capacity": 3, "lead_days": 3}, breaks),
        ({"warehouse": "B", "daily_capacity": 3, "lead_days": 3}, {"breaks": ((10, "101.00"),)}),
        ({"warehouse": "A", "daily_capacity": 3, "lead_days": 3}, {"breaks": ((10, "101.50"),)}),
    ]
    supply = Supply(register_of(*pairs), TODAY, {})
    question = replace(demand(), units=80, due_on=TODAY + timedelta(days=20))
    together = way([question], supply, MatchWeights(fee_per_shipment=80.0))
    apart = way([question], supply, MatchWeights(fee_per_shipment=0.0))
    check([question], supply, together)
    assert {placement.factory for placement in together.placements} == {1, 3}
    assert {placement.factory for placement in apart.placements} == {1, 2}


@pytest.mark.parametrize("way", WAYS)
def test_of_two_alike_the_one_with_the_narrower_spread_of_lead_times_is_chosen(way):
    same = {"breaks": ((10, "100.00"),)}
    register = register_of(({"lead_days_p90": 25}, same), ({"lead_days_p90": 7}, same))
    assert [p.factory for p in way([demand()], Supply(register, TODAY, {}), MatchWeights()).placements] == [2]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), fee=st.sampled_from([0.0, 80.0, 2_000.0]))
def test_no_answer_of_either_method_is_below_the_bound_with_freight(seed, fee):
    demands, supply = make_market(25, 300, 2.5, seed)
    regions = ("Far", "Near")
    register = replace(
        supply.register, regions=regions, region=supply.register.ids % 2, warehouses=("A", "B", "C"),
        warehouse=supply.register.ids % 4 - 1,
    )  # fmt: skip
    supply, weights = Supply(register, supply.today, {}), MatchWeights(freight=RATES, fee_per_shipment=fee, seconds=5)
    exact, many = match(demands, supply, weights), match_many(demands, supply, weights)
    for answer in (exact, many):
        check(demands, supply, answer)
        assert answer.cost >= answer.bound * (1 - 1e-9)
        assert Counter(p.demand for p in answer.placements).keys().isdisjoint(answer.unserved)


def test_a_ways_cost_holds_its_freight():
    register = register_of(({"region": "Far"}, {}), ({"region": "Near"}, {}))
    supply = Supply(register, TODAY, {})
    plain = ways_for(0, demand(), supply, MatchWeights()).whole.unit_cost
    freight = ways_for(0, demand(), supply, MatchWeights(freight=RATES)).whole.unit_cost - plain
    assert freight.tolist() == pytest.approx([9.0, 0.5])
