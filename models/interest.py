"""Buyers' acts: the append-only ledger, and the commitments that some of them are."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice
from models.batch import Rung
from models.segment import Segment as Segment


class AgentKind(StrEnum):
    """What the browser said it was."""

    BROWSER = "browser"
    DECLARED_BOT = "declared_bot"
    UNKNOWN = "unknown"


class InterestEvent(Base):
    """One act of one visitor; appended once, never changed, never deleted."""

    __tablename__ = "interest_events"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity BETWEEN 1 AND 100000", name="quantity_range"),
        CheckConstraint("rung NOT IN ('inquiry', 'pre_order') OR quantity IS NOT NULL", name="quantity_given"),
        Index(None, "listing_id", "occurred_at"),
        Index(None, "received_at"),  # rollups ask for what is new
        Index(None, "visitor", "occurred_at"),  # bots show in what a visitor does everywhere, not on one listing
    )

    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Chosen by the browser, so that a repeated request is the same act."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    visitor: Mapped[str] = mapped_column(String(64))
    """Pseudonym: keyed hash of the visitor's cookie."""
    segment: Mapped[Segment] = mapped_column(choice(Segment, "segment"))
    rung: Mapped[Rung] = mapped_column(choice(Rung, "rung"))
    colour: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[str | None] = mapped_column(String(20))
    quantity: Mapped[int | None]
    agent: Mapped[AgentKind] = mapped_column(choice(AgentKind, "agent"))
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]


class PreOrderState(StrEnum):
    """Whether the commitment stands."""

    PLACED = "placed"
    DEPOSITED = "deposited"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    RELEASED = "released"


class PreOrder(Base):
    """A buyer's commitment to a variant and quantity, with its deposit state."""

    __tablename__ = "pre_orders"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity_range"),
        CheckConstraint("unit_price > 0", name="unit_price_positive"),
        CheckConstraint("deposit >= 0", name="deposit_not_negative"),
        Index(None, "listing_id", "state"),
    )
    MOVES: ClassVar[Mapping[PreOrderState, tuple[PreOrderState, ...]]] = {
        PreOrderState.PLACED: (
            PreOrderState.DEPOSITED,
            PreOrderState.SETTLED,  # when no deposit was asked
            PreOrderState.CANCELLED,
            PreOrderState.RELEASED,
        ),
        PreOrderState.DEPOSITED: (
            PreOrderState.SETTLED,
            PreOrderState.CANCELLED,
            PreOrderState.RELEASED,
            PreOrderState.PLACED,  # when the provider gave the deposit back without being asked
        ),
        PreOrderState.SETTLED: (PreOrderState.RELEASED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("interest_events.event_id"), unique=True)
    """The act that made it: a repeated act cannot order twice."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    visitor: Mapped[str] = mapped_column(String(64))
    segment: Mapped[Segment] = mapped_column(choice(Segment, "segment"))
    colour: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]
    """The price at the ladder's step when it was placed; the buyer never pays more."""
    deposit: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    state: Mapped[PreOrderState] = mapped_column(choice(PreOrderState, "state"), default=PreOrderState.PLACED)
