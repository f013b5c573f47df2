"""From a confirmed demand to a maker: allocation, offer, production order, brief."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from models.base import Base, Id, choice
from models.errors import Conflict


class Allocation(Base):
    """Units of a confirmed demand given to a factory, in one matching round."""

    __tablename__ = "allocations"
    __table_args__ = (
        UniqueConstraint("demand_id", "factory_id", "round"),
        CheckConstraint("units > 0 AND unit_price > 0", name="positive"),
        CheckConstraint("ends_on >= starts_on", name="days_forward"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("confirmed_demands.id"), index=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), index=True)
    round: Mapped[int]
    units: Mapped[int]
    unit_price: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    lines: Mapped[list[Any]]
    """[{colour, size, units}]."""
    booked: Mapped[list[Any]]
    """[{day, units}]: what it holds of its factory's capacity slots; given back when the offer falls through."""
    reasons: Mapped[dict[str, Any]]
    """Why this factory, how many were left out and why, bound and gap of the round."""


class OfferState(StrEnum):
    """A factory's answer."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COUNTERED = "countered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class DeclineCode(StrEnum):
    """Why a factory does not take an offer, as it chooses from a list."""

    PRICE = "price"
    DATE = "date"
    CAPACITY = "capacity"
    MATERIAL = "material"
    TECHNIQUE = "technique"
    RELATION = "relation"
    OTHER = "other"


class Offer(Base):
    """The question put to a factory; answered once, or countered and then settled by the merchandiser's rule.

    Every step of the talk is an `OfferRound`; the columns here say how it stands.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("counter_price IS NULL OR counter_price > 0", name="counter_price_positive"),
        CheckConstraint("counter_units IS NULL OR counter_units > 0", name="counter_units_positive"),
        CheckConstraint("floor_price IS NULL OR floor_price <= ceiling_price", name="floor_below_ceiling"),
        Index(None, "state", "expires_at"),
    )
    MOVES: ClassVar[Mapping[OfferState, tuple[OfferState, ...]]] = {
        OfferState.SENT: (
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.COUNTERED,
            OfferState.EXPIRED,
            OfferState.WITHDRAWN,
        ),
        OfferState.COUNTERED: (
            OfferState.SENT,  # our own proposal lies with the factory
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.EXPIRED,
            OfferState.WITHDRAWN,
        ),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocations.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the portal token; the token itself is only in the message that carries the link."""
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(String(500))
    decline_code: Mapped[DeclineCode | None] = mapped_column(choice(DeclineCode, "decline_code"))
    floor_price: Mapped[Decimal | None]
    """What the factory's own ladder asks; no price below it is ever put to the factory."""
    ceiling_price: Mapped[Decimal | None]
    """A counter for all units in time is taken at once up to here."""
    counters: Mapped[int] = mapped_column(default=0)
    """How often the factory made a counter-offer."""
    counter_price: Mapped[Decimal | None]
    """What lies on the table since the first counter-offer: the factory's price, or our proposal back."""
    counter_due_on: Mapped[date | None]
    counter_units: Mapped[int | None]
    """Fewer units than offered, which is all the factory would take; None: all."""
    state: Mapped[OfferState] = mapped_column(choice(OfferState, "state"), default=OfferState.SENT)


class ProductionOrderState(StrEnum):
    """Milestones of a production order."""

    PLACED = "placed"
    SAMPLED = "sampled"
    APPROVED = "approved"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


_P = ProductionOrderState


class InspectionNeed(StrEnum):
    """Whether an order's goods must be looked at before they are shipped."""

    NONE = "none"
    REQUIRED = "required"
    PASSED = "passed"


class ProductionOrder(Base):
    """An accepted offer: units, price, date."""

    __tablename__ = "production_orders"
    __table_args__ = (
        CheckConstraint("units > 0 AND unit_price > 0", name="positive"),
        CheckConstraint("state <> 'shipped' OR inspection <> 'required'", name="shipped_after_inspection"),
    )
    MOVES: ClassVar[Mapping[ProductionOrderState, tuple[ProductionOrderState, ...]]] = {
        _P.PLACED: (_P.SAMPLED, _P.CANCELLED),
        _P.SAMPLED: (_P.APPROVED, _P.CANCELLED),
        _P.APPROVED: (_P.IN_PRODUCTION, _P.CANCELLED),
        _P.IN_PRODUCTION: (_P.SHIPPED, _P.CANCELLED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), unique=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("confirmed_demands.id"), index=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), index=True)
    units: Mapped[int]
    unit_price: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    due_on: Mapped[date]
    placed_at: Mapped[datetime]
    inspection: Mapped[InspectionNeed] = mapped_column(
        choice(InspectionNeed, "inspection"), default=InspectionNeed.NONE
    )
    state: Mapped[ProductionOrderState] = mapped_column(
        choice(ProductionOrderState, "state"), default=ProductionOrderState.PLACED
    )

    @validates("state")
    def _after_inspection(self, _: str, to: ProductionOrderState) -> ProductionOrderState:
        if to is ProductionOrderState.SHIPPED and self.inspection is InspectionNeed.REQUIRED:
            raise Conflict(f"order {self.code} is not shipped before an inspection that it passed is recorded")
        return to


class ProductionBrief(Base):
    """The document a factory cuts from: JSON the source, PDF rendered from it."""

    __tablename__ = "production_briefs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("production_orders.id"), unique=True)
    content: Mapped[dict[str, Any]]
    pdf: Mapped[str] = mapped_column(String(64))
    """Blob key."""
    written_at: Mapped[datetime]
