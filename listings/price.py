"""Buyers' prices from estimated costs, and how far a pool is from the next lower price. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, NamedTuple

from models.errors import InvalidInput
from models.money import PriceBreak, PriceLadder

_WHOLE = Decimal(1)
_DIME = Decimal("0.10")
_WHOLE_PRICES_FROM = Decimal(100)


@dataclass(frozen=True, slots=True)
class Pricing:
    """How a house prices: margin on cost, and what showing a concept costs for every unit sold."""

    margin: Decimal = Decimal("0.45")
    """Share added to cost: 0.45 sells a cost of 100 for 145."""
    exposure_cost: Decimal = Decimal("3.00")
    """Cost of showing, spread over the units sold; in the currency of the costs."""
    deposit_share: Decimal = Decimal("0.10")
    """Share of a pre-order's value that is asked as its deposit."""

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 20:
            raise InvalidInput(f"a margin of {self.margin} is outside 0-20 times the cost")
        if not 0 <= self.exposure_cost <= 1_000_000:
            raise InvalidInput(f"exposure cost {self.exposure_cost} is outside 0-1,000,000")
        if not 0 <= self.deposit_share <= 1:
            raise InvalidInput(f"deposit share {self.deposit_share} is outside 0-1")

    @staticmethod
    def from_table(table: Mapping[str, Any], where: str = "pricing") -> "Pricing":
        """From parsed TOML; InvalidInput names an unknown key or a value that is no decimal number."""
        if unknown := sorted(set(table) - set(Pricing.__dataclass_fields__)):
            raise InvalidInput(f"{where}: unknown keys {', '.join(unknown)}")
        try:
            return Pricing(**{name: Decimal(str(value)) for name, value in table.items()})
        except InvalidOperation:
            raise InvalidInput(f"{where}: {dict(table)} are not decimal numbers") from None


class Missing(NamedTuple):
    """What a pool lacks to reach a lower price."""

    units: int
    unit_price: Decimal


def price_ladder(cost: PriceLadder, pricing: Pricing, price_low: Decimal, price_high: Decimal) -> PriceLadder:
    """Unit prices by pooled quantity: cost plus margin, within the band, never below cost, ending .00 or .90.

    The first step holds from the first unit, since a buyer joins a pool with any quantity; steps that would not lower
    the price are left out. Costs above the band push prices above it: InvalidInput is for an impossible band only.
    """
    if not 0 < price_low <= price_high:
        raise InvalidInput(f"price band {price_low}-{price_high} {cost.currency} is not a band")
    breaks: list[PriceBreak] = []
    for step in cost.breaks:
        price = _price(step.unit_price, pricing, price_low, price_high)
        if not breaks:
            breaks.append(PriceBreak(1, price))
        elif price < breaks[-1].unit_price:
            breaks.append(PriceBreak(step.from_quantity, price))
    return PriceLadder(tuple(breaks), cost.currency)


def makers_minimum(cost: PriceLadder, prices: PriceLadder) -> int | None:
    """Units from which makers take an order and each unit earns something; None when no quantity earns anything."""
    steps = sorted({step.from_quantity for ladder in (cost, prices) for step in ladder.breaks})
    possible = (quantity for quantity in steps if quantity >= cost.moq)
    return next((units for units in possible if prices.unit_price(units) > cost.unit_price(units)), None)


def missing_to_next(ladder: PriceLadder, pooled_quantity: int) -> Missing | None:
    """Units still missing to the next lower price, and that price; None once the last step is reached."""
    # An empty pool already has the first step's price: what it lacks is the second.
    step = ladder.next_break(max(pooled_quantity, ladder.moq))
    return Missing(step.from_quantity - pooled_quantity, step.unit_price) if step else None


def reached_step(ladder: PriceLadder, pooled_quantity: int) -> int:
    """Index of the step whose price holds at this pooled quantity."""
    return max((i for i, step in enumerate(ladder.breaks) if pooled_quantity >= step.from_quantity), default=0)


def _price(cost: Decimal, pricing: Pricing, low: Decimal, high: Decimal) -> Decimal:
    wanted = _round_up(cost * (1 + pricing.margin) + pricing.exposure_cost)
    if wanted > high:
        wanted = _round_down(high)
    if wanted < low:
        # A band narrower than the steps between fine prices keeps its own edge.
        wanted = _round_up(low) if _round_up(low) <= high else low
    return wanted if wanted >= cost else _round_up(cost)


def _round_up(amount: Decimal) -> Decimal:
    """The next price a shop would write: whole from 100, else ending .90 or .00."""
    whole = amount.quantize(_WHOLE, ROUND_CEILING)
    if whole > _WHOLE_PRICES_FROM:
        return whole.quantize(Decimal("0.01"))
    fine = whole - _DIME
    return (fine if fine >= amount and fine > 0 else whole).quantize(Decimal("0.01"))


def _round_down(amount: Decimal) -> Decimal:
    whole = amount.quantize(_WHOLE, ROUND_FLOOR)
    fine = whole + 1 - _DIME
    if whole < _WHOLE_PRICES_FROM and fine <= amount:
        return fine.quantize(Decimal("0.01"))
    return (whole if whole > 0 else amount).quantize(Decimal("0.01"))
