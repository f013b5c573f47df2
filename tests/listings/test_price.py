"""Prices cover cost, fall with quantity and stay in the band where cost permits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.files import CONFIGS, read_toml
from listings.price import Missing, Pricing, makers_minimum, missing_to_next, price_ladder, reached_step
from models.errors import InvalidInput
from models.money import PriceBreak, PriceLadder

cents = st.integers(1, 500_000).map(lambda value: Decimal(value) / 100)


@st.composite
def cost_ladders(draw: st.DrawFn) -> PriceLadder:
    quantities = sorted(draw(st.sets(st.integers(1, 5000), min_size=1, max_size=6)))
    prices = sorted(draw(st.lists(cents, min_size=len(quantities), max_size=len(quantities))), reverse=True)
    return PriceLadder(tuple(PriceBreak(q, p) for q, p in zip(quantities, prices, strict=True)))


def ladder(*steps: tuple[int, str]) -> PriceLadder:
    return PriceLadder(tuple(PriceBreak(q, Decimal(p)) for q, p in steps))


@given(cost_ladders(), cents, cents, st.decimals(0, 3, places=2), st.decimals(0, 20, places=2))
def test_no_price_is_below_cost_and_prices_fall(cost, one, other, margin, exposure) -> None:
    low, high = sorted((one, other))
    prices = price_ladder(cost, Pricing(margin, exposure), low, high)
    assert prices.breaks[0].from_quantity == 1
    assert all(
        upper.unit_price < lower.unit_price for lower, upper in zip(prices.breaks, prices.breaks[1:], strict=False)
    )
    for step in cost.breaks:
        assert prices.unit_price(step.from_quantity) >= step.unit_price


@given(cost_ladders(), cents, cents)
def test_prices_stay_in_the_band_where_cost_permits(cost, one, other) -> None:
    low, high = sorted((one, other))
    prices = price_ladder(cost, Pricing(), low, high)
    for step in cost.breaks:
        price = prices.unit_price(step.from_quantity)
        assert price >= low
        assert price <= high or step.unit_price > high or price - step.unit_price <= 1


@given(cost_ladders())
def test_prices_end_as_a_shop_writes_them(cost) -> None:
    for step in price_ladder(cost, Pricing(), Decimal("0.01"), Decimal(10**7)).breaks:
        assert step.unit_price % 1 in (Decimal("0.00"), Decimal("0.90"))


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (ladder((30, "39.80")), ladder((1, "60.90"))),
        (ladder((30, "88.00"), (100, "80.96")), ladder((1, "131.00"), (100, "121.00"))),
        (ladder((30, "10.00"), (100, "9.00")), ladder((1, "50.00"))),
        (ladder((30, "180.00"), (100, "160.00")), ladder((1, "199.00"))),
        (ladder((30, "250.50"), (100, "160.00")), ladder((1, "251.00"), (100, "199.00"))),
    ],
    ids=["fine price", "two steps", "band's floor", "band's ceiling", "cost above the band"],
)
def test_prices_follow_costs(cost, expected) -> None:
    assert price_ladder(cost, Pricing(), Decimal(50), Decimal(199)) == expected


def test_an_impossible_band_is_refused() -> None:
    with pytest.raises(InvalidInput, match="199-99 CNY"):
        price_ladder(ladder((30, "40.00")), Pricing(), Decimal(199), Decimal(99))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"margin": "-1"}, "margin of -1"),
        ({"exposure_cost": -1}, "exposure cost -1"),
        ({"deposit_share": 2}, "deposit share 2"),
        ({"margin": "much"}, "not decimal numbers"),
        ({"margins": 1}, "unknown keys margins"),
        ({"margin": "NaN"}, "NaN"),
    ],
)
def test_impossible_pricing_is_refused(table, message) -> None:
    with pytest.raises(InvalidInput, match=message):
        Pricing.from_table(table)


def test_the_shipped_pricing_is_readable() -> None:
    assert Pricing.from_table(read_toml(CONFIGS / "pricing.toml")) == Pricing()


@pytest.mark.parametrize(
    ("pooled", "missing", "step"),
    [
        (0, Missing(100, Decimal("149.00")), 0),
        (99, Missing(1, Decimal("149.00")), 0),
        (100, Missing(200, Decimal("139.00")), 1),
        (300, None, 2),
        (9000, None, 2),
    ],
)
def test_a_pool_knows_what_it_lacks(pooled, missing, step) -> None:
    steps = ladder((1, "159.00"), (100, "149.00"), (300, "139.00"))
    assert missing_to_next(steps, pooled) == missing
    assert reached_step(steps, pooled) == step


@pytest.mark.parametrize(
    ("costs", "prices", "units"),
    [
        ([(30, 88), (100, 80)], [(1, 131)], 30),
        ([(30, 88), (100, 80)], [(1, 88)], 100),
        ([(30, 88), (100, 80)], [(1, 80)], None),
        ([(10, 88)], [(1, 90), (50, 88)], 10),
    ],
)
def test_makers_ask_for_the_first_quantity_they_take_that_earns_something(costs, prices, units):
    cost, price = (PriceLadder(tuple(PriceBreak(q, Decimal(p)) for q, p in steps)) for steps in (costs, prices))
    assert makers_minimum(cost, price) == units
