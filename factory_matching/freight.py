"""What it costs to bring a unit from where it is made to the market it is sold in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.attributes import Category
from models.errors import InvalidInput
from models.money import round_cent

ANY = "any"
"""Origin or market of a rate that stands where no closer one is named."""
Lane = tuple[str, str]
"""(origin, market)."""


@dataclass(frozen=True, slots=True)
class FreightRates:
    """Freight by lane, a unit or a kilogram; a rate for a lane by name stands before one for any origin or market."""

    currency: str = "CNY"
    """Of the rates."""
    per_kg: Mapping[Lane, Decimal] = field(default_factory=dict)
    per_unit_of: Mapping[Lane, Decimal] = field(default_factory=dict)
    """Where a unit pays the same whatever it weighs; stands before a rate per kilogram of the same lane."""
    weight_kg: Mapping[Category, Decimal] = field(default_factory=dict)
    """Shipping weight of a unit with its packing."""
    default_kg: Decimal = Decimal("0.5")
    exchange: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of `currency` that one unit of another currency costs."""

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "FreightRates":
        """From configs/freight.toml; InvalidInput on unknown keys, or values that are no amounts."""
        known = {"currency", "default_kg", "per_kg", "per_unit", "weight_kg", "exchange"}
        if unknown := sorted(set(table) - known):
            raise InvalidInput(f"freight: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        weights = _amounts("weight_kg", table.get("weight_kg", {}))
        if strange := sorted(set(weights) - {category.value for category in Category}):
            raise InvalidInput(f"freight: [weight_kg] {strange[0]} is no category")
        currency = table.get("currency", "CNY")
        if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
            raise InvalidInput(f"freight: currency {currency!r} is not an ISO 4217 code")
        exchange = _amounts("exchange", table.get("exchange", {}))
        if free := sorted(name for name, rate in exchange.items() if rate == 0):
            raise InvalidInput(f"freight: [exchange] {free[0]} is 0")
        return FreightRates(
            currency=currency,
            per_kg=_lanes("per_kg", table.get("per_kg", {})),
            per_unit_of=_lanes("per_unit", table.get("per_unit", {})),
            weight_kg={Category(name): weight for name, weight in weights.items()},
            default_kg=_amount("default_kg", table.get("default_kg", 0.5)),
            exchange=exchange,
        )

    @property
    def free(self) -> bool:
        """Whether no rate stands at all."""
        return not self.per_kg and not self.per_unit_of

    def per_unit(self, origin: str | None, market: str | None, category: Category, currency: str = "CNY") -> Decimal:
        """Freight of one unit from a warehouse or region to a market, to the cent; 0 where no rate stands.

        InvalidInput when the rates must be changed into a currency that [exchange] does not name.
        """
        for lane in self._lanes_of(origin, market):
            if lane in self.per_unit_of:
                return self.exchanged(self.per_unit_of[lane], currency)
            if lane in self.per_kg:
                return self.exchanged(self.per_kg[lane] * self.weight_kg.get(category, self.default_kg), currency)
        return Decimal("0.00")

    def from_factory(
        self, warehouse: str | None, region: str, market: str | None, category: Category, currency: str = "CNY"
    ) -> Decimal:
        """`per_unit` from the factory's warehouse where a rate names it, else from its region."""
        named = warehouse is not None and any(warehouse == lane[0] for lane in (*self.per_unit_of, *self.per_kg))
        return self.per_unit(warehouse if named else region, market, category, currency)

    def exchanged(self, amount: Decimal, currency: str) -> Decimal:
        """An amount of the rates' currency in another one, to the cent; InvalidInput when its rate is not known."""
        if currency == self.currency:
            return round_cent(amount)
        if currency not in self.exchange:
            raise InvalidInput(f"no exchange rate for {currency}: add it to [exchange] in configs/freight.toml")
        return round_cent(amount / self.exchange[currency])

    def converted(self, amount: Decimal, source: str, target: str) -> Decimal:
        """An amount of one currency in another, to the cent; InvalidInput when a rate is not known."""
        if source == target:
            return round_cent(amount)
        if source not in (self.currency, *self.exchange):
            raise InvalidInput(f"no exchange rate for {source}: add it to [exchange] in configs/freight.toml")
        return self.exchanged(amount * self.exchange.get(source, Decimal(1)), target)

    def _lanes_of(self, origin: str | None, market: str | None) -> tuple[Lane, ...]:
        """Closest first: the market weighs more than the origin, since the sea is longer than the road."""
        here, there = origin or ANY, market or ANY
        return (here, there), (ANY, there), (here, ANY), (ANY, ANY)


def _lanes(name: str, table: Any) -> dict[Lane, Decimal]:
    if not isinstance(table, Mapping) or not all(isinstance(row, Mapping) for row in table.values()):
        raise InvalidInput(f"freight: [{name}] is a table of origins, each a table of markets")
    return {
        (origin, market): rate
        for origin, row in table.items()
        for market, rate in _amounts(f"{name}.{origin}", row).items()
    }


def _amounts(name: str, table: Any) -> dict[str, Decimal]:
    if not isinstance(table, Mapping):
        raise InvalidInput(f"freight: [{name}] is a table")
    return {str(key): _amount(f"{name}.{key}", value) for key, value in table.items()}


def _amount(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1_000_000:
        raise InvalidInput(f"freight: {name} is {value!r}, not an amount of 0 or more")
    return Decimal(str(value))
