"""What a buyer is told about a listing, worked out from its rows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil

from listings.price import Missing, missing_to_next, reached_step
from listings.store import Exhibit
from models.attributes import Category
from models.listing import OPEN_STATES, Listing, ListingState
from models.money import PriceLadder

_S = ListingState


class Order(StrEnum):
    """How the storefront sorts."""

    RECOMMENDED = "recommended"
    """By the policy in force (`web/shelf.py`): the order of those who choose none."""
    WANTED = "wanted"
    CLOSING = "closing"
    NEWEST = "newest"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Card:
    """A listing as the storefront shows it at one moment."""

    exhibit: Exhibit
    ladder: PriceLadder
    step: int
    """Index of the price step that the pool has reached."""
    missing: Missing | None
    days_left: int

    @property
    def listing(self) -> Listing:
        """The listing itself."""
        return self.exhibit.listing

    @property
    def unit_price(self) -> Decimal:
        """What a unit costs now."""
        return self.ladder.breaks[self.step].unit_price

    @property
    def lowest_price(self) -> Decimal:
        """What a unit costs on the last step."""
        return self.ladder.breaks[-1].unit_price

    @property
    def goal(self) -> int:
        """Pooled quantity at which the next step, or the last one, is reached."""
        return self.exhibit.pooled + self.missing.units if self.missing else self.ladder.breaks[-1].from_quantity

    @property
    def is_open(self) -> bool:
        """Whether buyers can still act."""
        return self.listing.state in OPEN_STATES

    def title(self, language: str) -> str:
        """Its name in the reader's language."""
        return self.listing.title_zh if language == "zh" else self.listing.title_en

    @property
    def earliest_delivery(self) -> date:
        """The day goods can leave the maker if the demand is confirmed when the window closes."""
        return (self.listing.closes_at + timedelta(days=self.listing.lead_days)).date()


def card(exhibit: Exhibit, now: datetime) -> Card:
    """One listing as shown at `now`."""
    ladder = exhibit.listing.ladder
    left = (exhibit.listing.closes_at - now).total_seconds() / 86_400
    return Card(
        exhibit,
        ladder,
        reached_step(ladder, exhibit.pooled),
        missing_to_next(ladder, exhibit.pooled),
        max(0, ceil(left)),
    )


def sort_cards(cards: Iterable[Card], order: Order) -> list[Card]:
    """The cards in the order that the buyer asked for; ties, and what is recommended, keep the order they came in."""
    match order:
        case Order.RECOMMENDED:
            return list(cards)
        case Order.WANTED:
            return sorted(cards, key=lambda one: -one.exhibit.pooled)
        case Order.CLOSING:
            return sorted(cards, key=lambda one: one.listing.closes_at)
        case Order.NEWEST:
            return sorted(cards, key=lambda one: (one.listing.opens_at, one.listing.id), reverse=True)
        case Order.PRICE:
            return sorted(cards, key=lambda one: one.unit_price)


def count_categories(exhibits: Sequence[Exhibit]) -> dict[Category, int]:
    """How many listings each category has, the largest first."""
    counts: dict[Category, int] = {}
    for exhibit in exhibits:
        counts[exhibit.spec.category] = counts.get(exhibit.spec.category, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def reached_stage(state: ListingState) -> int:
    """How many of a listing's five public stages (shown, pooled, decided, made, sent) are behind it."""
    match state:
        case _S.DRAFT | _S.APPROVED:
            return 0
        case _S.INTEREST_ONLY | _S.RESERVABLE:
            return 1
        case _S.COMMITTED | _S.STOPPED | _S.REFUNDED:
            return 3
        case _S.IN_PRODUCTION:
            return 3
        case _S.SHIPPING:
            return 4
        case _S.CLOSED:
            return 5
