from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import Money, PriceBreak, PriceLadder, round_cent

LADDER = PriceLadder((PriceBreak(5, Decimal("129")), PriceBreak(20, Decimal("109")), PriceBreak(100, Decimal("89.5"))))


@pytest.mark.parametrize(("quantity", "price"), [(1, "129"), (5, "129"), (19, "129"), (20, "109"), (1_000, "89.5")])
def test_the_price_falls_as_the_quantity_reaches_the_next_break(quantity, price):
    assert LADDER.unit_price(quantity) == Decimal(price)


def test_the_next_break_says_how_many_are_missing():
    assert LADDER.next_break(17) == PriceBreak(20, Decimal("109"))
    assert LADDER.next_break(100) is None


@pytest.mark.parametrize("breaks", [(), ((5, "10"), (5, "9")), ((5, "10"), (20, "11"))])
def test_a_ladder_that_does_not_fall_is_refused(breaks):
    with pytest.raises(ValueError, match="ladder"):
        PriceLadder(tuple(PriceBreak(q, Decimal(p)) for q, p in breaks))


def test_a_ladder_survives_json():
    assert PriceLadder.from_json(LADDER.to_json()) == LADDER


@given(st.decimals(min_value=0, max_value=10**8, places=4))
def test_money_is_exact_to_the_cent(amount):
    assert Money(amount).amount == round_cent(amount)
    assert abs(Money(amount).amount - amount) <= Decimal("0.005")
