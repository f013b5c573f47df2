"""One mockup offered publicly, openly marked as pre-production, during one test window."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, choice
from models.money import PriceBreak, PriceLadder


class ListingState(StrEnum):
    """What a buyer may expect of it; the page always says which."""

    DRAFT = "draft"
    APPROVED = "approved"
    INTEREST_ONLY = "interest_only"
    RESERVABLE = "reservable"
    COMMITTED = "committed"
    IN_PRODUCTION = "in_production"
    SHIPPING = "shipping"
    CLOSED = "closed"
    STOPPED = "stopped"
    REFUNDED = "refunded"


_S = ListingState
OPEN_STATES = (_S.INTEREST_ONLY, _S.RESERVABLE)
"""States in which acts of buyers are counted."""


class Listing(Base):
    """A virtual listing: not made yet, and saying so."""

    __tablename__ = "listings"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="window_forward"),)
    MOVES: ClassVar[Mapping[ListingState, tuple[ListingState, ...]]] = {
        _S.DRAFT: (_S.APPROVED, _S.STOPPED),
        _S.APPROVED: (_S.INTEREST_ONLY, _S.RESERVABLE, _S.STOPPED),
        _S.INTEREST_ONLY: (_S.RESERVABLE, _S.STOPPED),
        _S.RESERVABLE: (_S.COMMITTED, _S.STOPPED),
        _S.COMMITTED: (_S.IN_PRODUCTION, _S.STOPPED, _S.REFUNDED),
        _S.IN_PRODUCTION: (_S.SHIPPING, _S.REFUNDED),
        _S.SHIPPING: (_S.CLOSED, _S.REFUNDED),
        _S.STOPPED: (_S.REFUNDED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    mockup_id: Mapped[int] = mapped_column(ForeignKey("mockups.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    lead_days: Mapped[int]
    makers_minimum: Mapped[int | None]
    """Units from which its makers take the order and a sale earns something, when it was published; None: unknown."""
    state: Mapped[ListingState] = mapped_column(choice(ListingState, "state"), default=ListingState.DRAFT)
    price_breaks: Mapped[list["ListingPriceBreak"]] = relationship(
        lazy="raise", order_by="ListingPriceBreak.from_quantity"
    )
    variants: Mapped[list["ListingVariant"]] = relationship(lazy="raise", order_by="ListingVariant.position")

    @property
    def ladder(self) -> PriceLadder:
        """The buyers' price ladder; load `price_breaks` first."""
        breaks = tuple(PriceBreak(step.from_quantity, step.unit_price) for step in self.price_breaks)
        return PriceLadder(breaks, self.currency)


class ListingPriceBreak(Base):
    """Unit price from a pooled quantity upwards."""

    __tablename__ = "listing_price_breaks"
    __table_args__ = (CheckConstraint("from_quantity >= 1 AND unit_price > 0", name="break_positive"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    from_quantity: Mapped[int] = mapped_column(primary_key=True)
    unit_price: Mapped[Decimal]


class ListingVariant(Base):
    """A colour and size a buyer can choose."""

    __tablename__ = "listing_variants"
    __table_args__ = (UniqueConstraint("listing_id", "colour", "size"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    position: Mapped[int]
    colour: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
