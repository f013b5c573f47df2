"""What goods cost once they are in the market: quotes are compared by that, not by their unit price."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from factory_matching.freight import FreightRates
from factory_matching.weights import MatchWeights
from models.attributes import Category
from models.errors import InvalidInput
from models.money import CENT, round_cent


@dataclass(frozen=True, slots=True)
class LandedRule:
    """Costs beside price and freight; the losses from lateness and bad units are those of the match."""

    inspection_fee: Decimal = Decimal(300)
    """Of one lot, in the currency of the freight rates."""
    payment_share: Decimal = Decimal("0.002")
    exchange_share: Decimal = Decimal("0.01")

    def __post_init__(self) -> None:
        if self.inspection_fee < 0 or not all(0 <= share <= 1 for share in (self.payment_share, self.exchange_share)):
            raise InvalidInput("landed cost: the fee is not below 0, shares lie between 0 and 1")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "LandedRule":
        """From [landed] of configs/match.toml; InvalidInput on unknown keys or values that are no numbers."""
        if unknown := sorted(set(table) - {field.name for field in fields(LandedRule)}):
            raise InvalidInput(f"landed cost: unknown keys {', '.join(unknown)}")
        if wrong := [
            key for key, value in table.items() if isinstance(value, bool) or not isinstance(value, int | float)
        ]:
            raise InvalidInput(f"landed cost: {wrong[0]} is not a number")
        return LandedRule(**{key: Decimal(str(value)) for key, value in table.items()})


@dataclass(frozen=True, slots=True)
class Quoted:
    """One factory's price for a number of units, with what is known of the factory."""

    unit_price: Decimal
    units: int
    currency: str
    finished_on: date
    warehouse: str | None
    region: str
    on_time: float
    """Share of its past orders shipped on time."""
    quality: float
    """Share of its units that are good at first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where and when the goods are wanted."""

    category: Category
    due_on: date
    currency: str
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """Parts of the cost of all units, in the currency wanted."""

    units: int
    currency: str
    goods: Decimal
    freight: Decimal
    inspection: Decimal
    lateness: Decimal
    """Expected loss."""
    quality: Decimal
    """Expected loss."""
    payment: Decimal

    @property
    def parts(self) -> Mapping[str, Decimal]:
        """Every part by its name; they add up to the total."""
        names = ("goods", "freight", "inspection", "lateness", "quality", "payment")
        return {name: getattr(self, name) for name in names}

    @property
    def total(self) -> Decimal:
        """Of all units."""
        return sum(self.parts.values(), Decimal(0))

    @property
    def per_unit(self) -> Decimal:
        """Of one unit, to the cent."""
        return (self.total / self.units).quantize(CENT)


def landed_cost(quoted: Quoted, wanted: Wanted, rates: FreightRates, rule: LandedRule, weights: MatchWeights) -> Landed:
    """Price, way, inspection, expected losses and payment of a quote.

    A quote that is late by its own word is late for certain; else its factory's share of late orders counts, halved
    by every so many spare days, as in the match. InvalidInput when an exchange rate is missing.
    """
    goods = rates.converted(quoted.unit_price * quoted.units, quoted.currency, wanted.currency)
    lane = quoted.warehouse, quoted.region, wanted.market, wanted.category, wanted.currency
    spare = (wanted.due_on - quoted.finished_on).days
    late = 1.0 if spare < 0 else (1 - quoted.on_time) * 0.5 ** (spare / weights.slack_half_days)
    foreign = rule.exchange_share if quoted.currency != wanted.currency else Decimal(0)
    return Landed(
        units=quoted.units,
        currency=wanted.currency,
        goods=goods,
        freight=round_cent(rates.from_factory(*lane) * quoted.units),
        inspection=rates.exchanged(rule.inspection_fee, wanted.currency),
        lateness=_share(goods, weights.lateness * late),
        quality=_share(goods, weights.quality * (1 - quoted.quality)),
        payment=round_cent(goods * (rule.payment_share + foreign)),
    )


def _share(amount: Decimal, share: float) -> Decimal:
    return round_cent(amount * Decimal(str(round(share, 9))))
