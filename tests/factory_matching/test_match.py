from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.files import CONFIGS, read_toml
from factory_matching.assignment.feasible import WrongMatch, check
from factory_matching.assignment.match_many import match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.result import MatchResult
from factory_matching.weights import MatchWeights
from models.errors import InvalidInput
from models.factory import FactoryStanding
from models.garment import Colour, Pattern, PatternKind
from tests.builders import greatcoat
from tests.factory_matching.registers import register_of

TODAY = date(2026, 11, 2)
WEIGHTS = MatchWeights(seconds=5)


def demand(key=1, units=100, days=20, **changes):
    return OpenDemand(key, changes.pop("spec", greatcoat()), units, TODAY + timedelta(days=days), **changes)


def supply_of(*pairs, booked=()):
    return Supply(register_of(*pairs), TODAY, dict(booked))


def solve(demands, supply, weights=WEIGHTS):
    result = match(demands, supply, weights)
    check(demands, supply, result)
    return result


def cheap(price, moq=30):
    return {"breaks": ((moq, price),)}


def test_the_cheapest_factory_gets_it_when_they_are_alike():
    result = solve([demand()], supply_of(({}, cheap("95")), ({}, cheap("90")), ({}, cheap("99"))))
    (placement,) = result.placements
    assert (placement.factory, placement.units) == (2, 100)
    assert placement.unit_price == Decimal("94.50")  # 90.00 for a plain piece, 5 % for the double breast
    assert placement.next_best == Decimal("99.75")
    assert result.gap == pytest.approx(0, abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(60, 140), st.floats(0.5, 1), st.integers(1, 18)), min_size=1, max_size=8))
def test_one_demand_alone_gets_what_it_would_get_beside_another_that_does_not_compete(factories):
    roomy = {"daily_capacity": 5_000}
    supply = supply_of(
        *[({**roomy, "on_time": share, "lead_days": lead}, cheap(str(p))) for p, share, lead in factories]
    )
    alone, beside = solve([demand()], supply), solve([demand(), demand(key=2)], supply)
    assert alone.placements[0].unit_price == beside.placements[0].unit_price
    assert 2 * alone.cost == pytest.approx(beside.cost)
    assert alone.gap == pytest.approx(0, abs=1e-9)


def test_an_unreliable_factory_must_be_cheaper_by_its_risk():
    late = {"on_time": 0.2, "lead_days": 17}
    assert solve([demand()], supply_of((late, cheap("80")), ({}, cheap("90")))).placements[0].factory == 2
    assert solve([demand()], supply_of((late, cheap("40")), ({}, cheap("90")))).placements[0].factory == 1


def test_a_demand_is_split_only_when_no_single_factory_can_make_it():
    small = {"daily_capacity": 10}
    one = solve([demand(units=100)], supply_of((small, cheap("50")), ({}, cheap("90"))))
    assert len(one.placements) == 1
    both = solve([demand(units=280)], supply_of((small, cheap("50")), (small, cheap("60"))))
    assert len(both.placements) == 2
    assert sum(placement.units for placement in both.placements) == 280


def test_a_demand_that_loses_its_only_factory_to_another_is_split():
    # Factory 1 can make 800 in time, 2 and 3 can make 160 each: 1000 units need all three.
    register = (
        ({"daily_capacity": 50}, cheap("90")),
        ({"daily_capacity": 10}, cheap("95")),
        ({"daily_capacity": 10}, cheap("95")),
    )
    result = solve([demand(1, 700), demand(2, 300)], supply_of(*register))
    assert not result.unserved
    assert len({placement.demand for placement in result.placements if placement.factory in (2, 3)}) == 1


def test_a_demand_is_split_where_parts_cost_less_though_one_factory_could_make_it_all():
    register = (({}, cheap("300")), ({"daily_capacity": 4}, cheap("90")), ({"daily_capacity": 4}, cheap("95")))
    result = solve([demand(units=100)], supply_of(*register))
    assert {placement.factory for placement in result.placements} == {2, 3}


def test_units_are_made_after_the_lead_time_and_by_the_due_date():
    (placement,) = solve([demand(units=120, days=7)], supply_of(({"lead_days": 5}, {}))).placements
    assert placement.booked == (
        (TODAY + timedelta(days=5), 50),
        (TODAY + timedelta(days=6), 50),
        (placement.ends_on, 20),
    )
    assert placement.ends_on == TODAY + timedelta(days=7)
    assert solve([demand(units=160, days=7)], supply_of(({"lead_days": 5}, {}))).unserved


def test_booked_days_are_not_given_away_twice():
    days = {(1, TODAY + timedelta(days=day)): 50 for day in range(5, 10)}
    (placement,) = solve([demand()], supply_of(({}, {}), booked=days.items())).placements
    assert placement.starts_on == TODAY + timedelta(days=10)


def test_earlier_due_dates_are_made_first():
    result = solve([demand(1, 400, days=20), demand(2, 100, days=7)], supply_of(({}, {})))
    first, second = result.placements
    assert second.ends_on < first.starts_on


def test_those_left_out_are_counted_and_an_unserved_demand_says_why():
    register = (
        ({"standing": FactoryStanding.SUSPENDED}, {}),
        ({}, cheap("90", moq=500)),
        ({}, {"materials": ("cotton",)}),
        ({"lead_days": 30}, {}),
        ({}, cheap("400")),
        ({}, {}),
    )
    result = solve([demand(highest_price=Decimal(150), excluded=frozenset({6}))], supply_of(*register))
    assert result.placements == ()
    assert sum(result.exclusions[1].values()) == 6
    assert "1 declined it before" in result.unserved[1]
    assert "1 have a minimum above 100" in result.unserved[1]


def test_nothing_to_match_is_an_answer():
    assert solve([], supply_of()).placements == ()
    assert "there are no factories" in solve([demand()], supply_of()).unserved[1]


def test_a_due_date_in_the_past_or_the_far_future_is_no_problem():
    assert solve([demand(days=-3)], supply_of(({}, {}))).unserved
    assert solve([replace(demand(), due_on=date(9999, 1, 1))], supply_of(({}, {}))).placements


FACTORY = st.fixed_dictionaries(
    {
        "daily_capacity": st.integers(5, 60),
        "lead_days": st.integers(1, 12),
        "quality": st.floats(0.8, 1),
        "on_time": st.floats(0.5, 1),
    }
)


@st.composite
def abilities(draw):
    moq = draw(st.integers(5, 80))
    price = draw(st.integers(60, 140))
    steps = [(moq, str(price))]
    if draw(st.booleans()):
        steps.append((moq * 3, str(price - draw(st.integers(0, 20)))))
    return {
        "breaks": tuple(steps),
        "techniques": draw(st.sampled_from([("double_breasted",), ("double_breasted", "check")])),
    }


@st.composite
def demands_of_all_kinds(draw):
    check_ = Pattern(PatternKind.CHECK, Colour("red", "#aa1111"))
    count = draw(st.integers(1, 6))
    return [
        demand(
            key=key,
            units=draw(st.integers(5, 400)),
            days=draw(st.integers(3, 25)),
            spec=greatcoat(pattern=check_) if draw(st.booleans()) else greatcoat(),
            excluded=frozenset(draw(st.sets(st.integers(1, 3), max_size=1))),
        )
        for key in range(count)
    ]


@given(demands_of_all_kinds(), st.lists(st.tuples(FACTORY, abilities()), min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_match_is_below_a_minimum_over_capacity_or_places_a_unit_twice(demands, pairs, quick):
    from factory_matching import match as module

    supply, before = supply_of(*pairs), module.EXACT_COLUMNS
    try:
        module.EXACT_COLUMNS = 0 if quick else before
        result = solve(demands, supply)
    finally:
        module.EXACT_COLUMNS = before
    assert result.cost >= result.bound - 1e-6


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: {"units": p.units - 1},
        lambda p: {"factory": 3},
        lambda p: {"unit_price": p.unit_price - 1},
        lambda p: {"booked": ((TODAY, p.units),)},
        lambda p: {"booked": tuple((day, units * 3) for day, units in p.booked), "units": p.units * 3},
        lambda p: {"booked": tuple((day + timedelta(days=60), units) for day, units in p.booked)},
    ],
)
def test_the_check_refuses_a_wrong_match(spoil):
    supply = supply_of(({}, {}), ({}, {}), ({}, {"materials": ("cotton",)}))
    result = solve([demand()], supply)
    (placement,) = result.placements
    wrong = replace(result, placements=(replace(placement, **spoil(placement)),))
    with pytest.raises(WrongMatch):
        check([demand()], supply, wrong)
    with pytest.raises(WrongMatch):
        check([demand()], supply, replace(result, placements=(placement, placement)))


def test_the_shipped_weights_are_read():
    assert MatchWeights.from_table(read_toml(Path(CONFIGS) / "match.toml")["weights"]) == MatchWeights()


@pytest.mark.parametrize("table", [{"speed": 1}, {"lateness": "high"}, {"lateness": -1}, {"seconds": 0}])
def test_wrong_weights_are_refused(table):
    with pytest.raises(InvalidInput):
        MatchWeights.from_table(table)


def test_very_many_demands_are_left_to_whoever_matches_those():
    asked = []
    result = MatchResult((), {}, {}, 0.0, 0.0, "many")
    many = [demand(key) for key in range(2_501)]
    for count in (3, 2_501):
        match(
            many[:count],
            supply_of(({}, cheap("95"))),
            WEIGHTS,
            many=lambda *given: asked.append(len(given[0])) or result,
        )
    assert asked == [2_501]


@pytest.mark.parametrize("many", [False, True])
def test_time_has_a_price_where_it_is_scarce(many):
    # Both demands want factory 1, which can make 500 of their units in time; factory 2 asks 31.50 more.
    supply = supply_of(({"daily_capacity": 50}, cheap("60")), ({}, cheap("90")))
    solve_ = match_many if many else match
    tight = solve_([demand(1, 400, days=14), demand(2, 400, days=14)], supply, WEIGHTS)
    scarce = next(one for one in tight.placements if one.factory == 1)
    assert scarce.time_price is not None
    assert scarce.time_price > 10
    (alone,) = solve_([demand(1, 400, days=14)], supply, WEIGHTS).placements
    assert alone.time_price == 0
