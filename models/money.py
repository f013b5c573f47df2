"""Money: an exact amount in one currency, and price ladders made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_WHOLE = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
"""Currencies without a smaller coin in payments (docs.stripe.com/currencies)."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with two decimals in one currency (ISO 4217)."""

    amount: Decimal
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"{self.currency!r} is not an ISO 4217 code")
        object.__setattr__(self, "amount", round_cent(self.amount))

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount * quantity, self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def round_cent(amount: Decimal | int | str) -> Decimal:
    """Round half up to the cent, as shops do."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def round_payable(amount: Decimal, currency: str) -> Decimal:
    """Round half up to what can be paid: to the cent, in yen and its like to whole units."""
    step = Decimal(1) if currency in _WHOLE else CENT
    return round_cent(amount.quantize(step, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """Unit price from a quantity upwards."""

    from_quantity: int
    unit_price: Decimal

    def __post_init__(self) -> None:
        if self.from_quantity < 1 or self.unit_price <= 0:
            raise ValueError(f"price break {self.unit_price} from {self.from_quantity} units")


@dataclass(frozen=True, slots=True)
class PriceLadder:
    """Price breaks with rising quantities and falling unit prices; the first quantity is the MOQ."""

    breaks: tuple[PriceBreak, ...]
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not self.breaks:
            raise ValueError("a price ladder needs at least one break")
        for lower, upper in zip(self.breaks, self.breaks[1:], strict=False):
            if upper.from_quantity <= lower.from_quantity or upper.unit_price > lower.unit_price:
                raise ValueError(f"breaks at {lower.from_quantity} and {upper.from_quantity} are not a falling ladder")

    @property
    def moq(self) -> int:
        """Minimum order quantity: where the ladder begins."""
        return self.breaks[0].from_quantity

    def unit_price(self, quantity: int) -> Decimal:
        """Unit price at this quantity; below the MOQ the first break's price, which the maker may refuse."""
        price = self.breaks[0].unit_price
        for step in self.breaks:
            if quantity >= step.from_quantity:
                price = step.unit_price
        return price

    def next_break(self, quantity: int) -> PriceBreak | None:
        """The first break not yet reached at this quantity."""
        return next((step for step in self.breaks if step.from_quantity > quantity), None)

    def to_json(self) -> dict[str, object]:
        """Plain JSON; prices as strings, exact."""
        return {"currency": self.currency, "breaks": [[b.from_quantity, str(b.unit_price)] for b in self.breaks]}

    @staticmethod
    def from_json(data: dict[str, object]) -> "PriceLadder":
        """Read back what `to_json` wrote."""
        breaks: Sequence[Sequence[object]] = data["breaks"]  # type: ignore[assignment]
        return PriceLadder(
            tuple(PriceBreak(int(str(q)), Decimal(str(p))) for q, p in breaks), str(data.get("currency", "CNY"))
        )
