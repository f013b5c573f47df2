"""What is said between the house and its factories until a price stands: rounds of offers, ladders, requests."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice
from models.garment import GarmentSpec
from models.order import DeclineCode


class Side(StrEnum):
    """Who speaks in a round."""

    HOUSE = "house"
    FACTORY = "factory"


class RoundKind(StrEnum):
    """What a round says."""

    OFFERED = "offered"
    COUNTERED = "countered"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferRound(Base):
    """One step of the talk about an offer; appended, never changed."""

    __tablename__ = "offer_rounds"
    __table_args__ = (
        UniqueConstraint("offer_id", "number"),
        CheckConstraint("units > 0 AND unit_price > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    number: Mapped[int]
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    kind: Mapped[RoundKind] = mapped_column(choice(RoundKind, "kind"))
    unit_price: Mapped[Decimal]
    units: Mapped[int]
    due_on: Mapped[date]
    code: Mapped[DeclineCode | None] = mapped_column(choice(DeclineCode, "code"))
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class RfqState(StrEnum):
    """Whether factories may still quote."""

    OPEN = "open"
    AWARDED = "awarded"
    CLOSED = "closed"


class Rfq(Base):
    """A request for quotation: a spec that no registered ability covers, put to factories that are near it."""

    __tablename__ = "rfqs"
    __table_args__ = (
        CheckConstraint("demand_id IS NOT NULL OR design_id IS NOT NULL", name="for_something"),
        Index(None, "state", "answer_by"),
    )
    MOVES: ClassVar[Mapping[RfqState, tuple[RfqState, ...]]] = {
        RfqState.OPEN: (RfqState.AWARDED, RfqState.CLOSED),
        RfqState.CLOSED: (RfqState.AWARDED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("confirmed_demands.id"), index=True)
    design_id: Mapped[int | None] = mapped_column(ForeignKey("designs.id"), index=True)
    spec: Mapped[dict[str, Any]]
    """As `GarmentSpec.to_json`."""
    units_steps: Mapped[list[Any]]
    """Quantities for which a price is asked, rising; the first that counts is the units wanted."""
    units: Mapped[int]
    """Units wanted."""
    currency: Mapped[str] = mapped_column(String(3))
    market: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    state: Mapped[RfqState] = mapped_column(choice(RfqState, "state"), default=RfqState.OPEN)

    @property
    def garment(self) -> GarmentSpec:
        """The spec as a value."""
        return GarmentSpec.from_json(self.spec)


class InviteState(StrEnum):
    """What an invited factory did."""

    INVITED = "invited"
    QUOTED = "quoted"
    DECLINED = "declined"


class RfqInvite(Base):
    """A factory asked to quote; it answers through its own link."""

    __tablename__ = "rfq_invites"
    __table_args__ = (UniqueConstraint("rfq_id", "factory_id"),)
    MOVES: ClassVar[Mapping[InviteState, tuple[InviteState, ...]]] = {
        InviteState.INVITED: (InviteState.QUOTED, InviteState.DECLINED),
        InviteState.DECLINED: (InviteState.QUOTED,),
        InviteState.QUOTED: (InviteState.DECLINED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rfq_id: Mapped[int] = mapped_column(ForeignKey("rfqs.id"))
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the portal token."""
    sent_at: Mapped[datetime]
    decline_code: Mapped[DeclineCode | None] = mapped_column(choice(DeclineCode, "decline_code"))
    state: Mapped[InviteState] = mapped_column(choice(InviteState, "state"), default=InviteState.INVITED)


class Quote(Base):
    """A factory's binding ladder with dates, for a request or in answer to an offer; a later one replaces it."""

    __tablename__ = "quotes"
    __table_args__ = (CheckConstraint("(rfq_id IS NULL) <> (offer_id IS NULL)", name="answers_one_question"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rfq_id: Mapped[int | None] = mapped_column(ForeignKey("rfqs.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"), index=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    currency: Mapped[str] = mapped_column(String(3))
    steps: Mapped[list[Any]]
    """[[units, unit price, finished by]], as `LadderQuote.to_json`."""
    valid_until: Mapped[date]
    note: Mapped[str] = mapped_column(String(400))
    quoted_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
