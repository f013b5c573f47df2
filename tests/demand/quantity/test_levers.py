from decimal import Decimal

import pytest

from demand.quantity.levers import Lever, Moved, Spreads, begin_at, scale_costs
from demand.quantity.wishes import Wish
from models.money import PriceBreak, PriceLadder
from tests.demand.quantity.test_plan import COSTS, plan


def levers(**of):
    return {moved.lever: moved for moved in plan(**of).levers}


def test_the_three_strongest_are_told_and_the_strongest_first():
    made = plan([Wish("olive", "M", 5, 30)], [Wish(None, None, 5, 60)])
    strength = [moved.moved(made.units) for moved in made.levers]
    assert len(made.levers) == 3
    assert strength == sorted(strength, reverse=True)
    assert strength[-1] > 0


def test_more_inquiries_and_a_higher_conversion_make_more():
    found = levers(commitments=[Wish("olive", "M", 2, 60)], inquiries=[Wish(None, None, 4, 60)])
    for lever in (Lever.CONVERSION, Lever.INQUIRIES):
        assert found[lever].units_low < found[lever].units_high
        assert found[lever].low < found[lever].high


def test_without_inquiries_nothing_is_told_of_them():
    flat = PriceLadder((PriceBreak(30, Decimal(88)),))
    found = levers(commitments=[Wish("olive", "M", 5, 60)], costs=flat)
    assert not {Lever.CONVERSION, Lever.INQUIRIES} & set(found)
    assert found[Lever.CANCELLATION].units_low > found[Lever.CANCELLATION].units_high


def test_one_price_moves_nothing():
    assert Lever.PRICE not in levers(commitments=[Wish("olive", "M", 5, 60)])


def test_a_minimum_near_the_demand_decides():
    costs = PriceLadder((PriceBreak(100, Decimal(88)),))
    moved = levers(commitments=[Wish("olive", "M", 1, 66)], costs=costs, price=Decimal(120))[Lever.MOQ]
    assert (moved.low, moved.units_low > 0) == (75, True)
    assert (moved.high, moved.units_high) == (125, 0)


def test_where_nobody_asks_nothing_is_told():
    assert plan().levers == ()


def test_costs_scale_to_the_cent_and_ladders_begin_elsewhere():
    assert scale_costs(COSTS, 1.05).unit_price(30) == Decimal("92.40")
    assert scale_costs(PriceLadder((PriceBreak(1, Decimal("0.01")),)), 0.5).unit_price(1) == Decimal("0.01")
    assert [step.from_quantity for step in begin_at(COSTS, 20).breaks] == [20, 100, 300]
    assert [(step.from_quantity, step.unit_price) for step in begin_at(COSTS, 150).breaks] == [(150, 80), (300, 74)]


def test_a_lever_survives_json():
    moved = Moved(Lever.PRICE, 1.5, 2.5, 30, 40)
    assert Moved.from_json(moved.to_json()) == moved


@pytest.mark.parametrize("values", [(-0.1, 0, 0), (0, 1, 0), (0, 0, 2)])
def test_spreads_are_shares(values):
    with pytest.raises(ValueError, match="spreads"):
        Spreads(*values)
