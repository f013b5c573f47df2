"""Explanations: what a change brings is computed, not guessed; who was chosen, who would be next and why not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.alone import weigh
from factory_matching.exclusion import Reason
from factory_matching.explain import explain, parts_by_days
from factory_matching.explanation import Lost
from factory_matching.match import match
from factory_matching.what_if import Change, changes_of, relaxes, what_if
from tests.factory_matching.test_match import (
    FACTORY,
    TODAY,
    WEIGHTS,
    abilities,
    cheap,
    demand,
    demands_of_all_kinds,
    solve,
    supply_of,
)


def told(asked, supply):
    """The explanation of a demand that was matched alone."""
    return explain(asked, supply, WEIGHTS, solve([asked], supply).placements)


def after(change, explanation):
    (found,) = (one for one in explanation.what_ifs if one.change is change)
    return found


def test_one_more_day_brings_a_cheaper_factory():
    # Factory 2 starts a day too late to make 100 units by day 7.
    supply = supply_of(({}, cheap("95")), ({"lead_days": 7}, cheap("80")))
    found = told(demand(days=7), supply)
    later = after(Change.DAY_LATER, found)
    assert (found.able, later.able, later.more_able) == (1, 2, 1)
    assert later.best is not None
    assert later.best.factories == (2,)
    assert later.best.unit_price == Decimal("84.00")
    assert later.saving is not None
    assert later.saving > 1_000
    assert after(Change.DAY_EARLIER, found).best is not None


def test_one_day_less_may_leave_nobody():
    found = told(demand(units=120, days=7), supply_of(({"lead_days": 5}, {})))
    earlier = after(Change.DAY_EARLIER, found)
    assert (earlier.able, earlier.more_able, earlier.best, earlier.saving) == (0, -1, None, None)


def test_five_per_cent_more_opens_a_factory():
    supply = supply_of(({"on_time": 0.1, "quality": 0.5}, cheap("90")), ({}, cheap("98")))
    found = told(demand(highest_price=Decimal(100)), supply)  # factory 2 asks 102.90
    more = after(Change.PRICE_UP, found)
    assert (found.able, more.able, more.highest_price) == (1, 2, Decimal("105.00"))
    assert more.best is not None
    assert more.best.factories == (2,)
    assert more.saving is not None
    assert more.saving > 0


def test_ten_per_cent_more_units_reach_the_next_price_break():
    supply = supply_of(({}, {"breaks": ((30, "100"), (110, "80"))}))
    more = after(Change.MORE, told(demand(units=100), supply))
    assert more.units == 110
    assert more.best is not None
    assert more.best.unit_price == Decimal("84.00")
    assert more.saving is not None
    assert more.saving > 110 * 20


def test_ten_per_cent_fewer_units_may_fall_below_every_minimum():
    fewer = after(Change.FEWER, told(demand(units=100), supply_of(({}, cheap("90", moq=95)))))
    assert (fewer.units, fewer.able, fewer.best) == (90, 0, None)


def test_where_nothing_changes_the_answer_says_so():
    found = told(demand(highest_price=Decimal(500)), supply_of(({"on_time": 1.0}, cheap("90"))))
    assert after(Change.DAY_LATER, found).is_nothing
    assert after(Change.PRICE_UP, found).is_nothing


def test_without_a_ceiling_more_money_is_no_question():
    assert Change.PRICE_UP not in {one.change for one in told(demand(), supply_of(({}, {}))).what_ifs}


def test_the_chosen_is_told_with_its_cost_in_parts():
    (one,) = told(demand(), supply_of(({}, cheap("90")))).chosen
    assert one.is_able_now
    assert one.parts.price == Decimal("94.50")
    assert one.parts.quality == Decimal("4.25")  # 3 % bad units at 1.5 prices
    assert one.parts.fees == Decimal("3.00")
    assert one.parts.total == one.parts.price + one.parts.risk + one.parts.fees
    assert one.spare_days == 14


def test_runners_up_say_whether_they_are_dearer_or_riskier():
    supply = supply_of(({}, cheap("90")), ({}, cheap("99")), ({"quality": 0.7}, cheap("89")))
    found = told(demand(), supply)
    assert [(one.factory, one.why) for one in found.others] == [(2, Lost.DEARER), (3, Lost.RISKIER)]
    assert all(one.difference is not None and one.difference > 0 for one in found.others)
    assert all(one.could_make == 100 for one in found.others)


def test_cheaper_factories_without_time_or_too_small_are_named():
    booked = {(1, TODAY + timedelta(days=day)): 50 for day in range(5, 20)}
    supply = supply_of(
        ({}, cheap("84")), ({"daily_capacity": 3}, cheap("80")), ({}, cheap("86")), booked=booked.items()
    )
    found = told(demand(), supply)
    busy, small = found.others
    assert (small.factory, small.why, small.could_make) == (2, Lost.TOO_SMALL, 48)
    assert (busy.factory, busy.why, busy.could_make) == (1, Lost.NO_TIME, 50)
    assert busy.difference is not None
    assert busy.difference < 0
    assert (found.able, found.no_time, found.in_parts) == (1, 1, 2)


def test_all_factories_are_accounted_for():
    supply = supply_of(
        ({}, {}), ({}, cheap("90", moq=500)), ({}, {"materials": ("cotton",)}), ({"daily_capacity": 3}, {})
    )
    found = told(demand(), supply)
    assert found.exclusions == {Reason.MOQ: 1, Reason.MATERIAL: 1}
    assert found.able + found.in_parts + sum(found.exclusions.values()) == found.factories == 4


def test_a_split_says_how_much_the_largest_could_make():
    small = {"daily_capacity": 10}
    found = told(demand(units=280), supply_of((small, cheap("50")), (small, cheap("60"))))
    assert found.is_split
    assert (found.able, found.largest) == (0, 160)
    assert found.present is not None
    assert found.present.factories == (1, 2)
    assert sum(one.placement.units for one in found.chosen) == 280


def test_a_demand_without_a_maker_is_explained_by_what_would_help():
    supply = supply_of(({}, cheap("200")))
    found = explain(demand(highest_price=Decimal(205)), supply, WEIGHTS)
    assert (found.chosen, found.present, found.unit_cost) == ((), None, None)
    assert found.exclusions == {Reason.PRICE: 1}
    more = after(Change.PRICE_UP, found)
    assert (more.able, more.saving) == (1, None)
    assert more.best is not None


def test_a_factory_that_is_no_longer_able_is_told_from_its_days():
    asked, supply = demand(), supply_of(({}, cheap("90")), ({}, cheap("95")))
    (placement,) = solve([asked], supply).placements
    gone = replace(supply, register=replace(supply.register, suspended=supply.register.ids == placement.factory))
    found = explain(asked, gone, WEIGHTS, [placement])
    assert not found.chosen[0].is_able_now
    assert found.chosen[0].parts == parts_by_days(placement, asked, supply.register, WEIGHTS)


def test_the_weighed_best_is_what_matching_the_demand_alone_gives():
    supply = supply_of(({}, cheap("95")), ({}, cheap("90")), ({"daily_capacity": 10}, cheap("50")))
    for asked in (demand(), demand(units=1_500), demand(days=6)):
        result, best = match([asked], supply, WEIGHTS), weigh(asked, supply, WEIGHTS).best
        if best is None:
            assert result.unserved
        else:
            assert best.cost == pytest.approx(result.cost)
            assert set(best.factories) == {one.factory for one in result.placements}


@given(demands_of_all_kinds(), st.lists(st.tuples(FACTORY, abilities()), min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_change_is_the_present_and_what_relaxes_never_costs_more(demands, pairs, capped):
    supply = supply_of(*pairs)
    asked = replace(demands[0], highest_price=Decimal(110)) if capped else demands[0]
    present = weigh(asked, supply, WEIGHTS)
    same = what_if(Change.MORE, asked, present, supply, WEIGHTS)
    assert (same.able, same.best, same.is_nothing) == (present.able, present.best, True)
    for change, changed in changes_of(asked):
        found = what_if(change, changed, present, supply, WEIGHTS)
        if not relaxes(change, changed):
            continue
        assert found.more_able >= 0
        if present.best is not None:
            assert found.best is not None
            assert found.saving is not None
            assert found.saving >= 0
            assert found.best.cost <= present.best.cost + 1e-9
