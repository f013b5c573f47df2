"""Verdicts on listings, replayable, and the demand they confirm."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, choice


class Verdict(StrEnum):
    """What the evidence allows."""

    CONFIRM = "confirm"
    EXTEND = "extend"
    STOP = "stop"


class DemandDecision(Base):
    """One judgement of one listing at one moment, with everything needed to repeat it."""

    __tablename__ = "demand_decisions"
    __table_args__ = (
        UniqueConstraint("listing_id", "looked_at"),
        Index(None, "verdict", "listing_id"),  # what is to be settled is a few among many that were extended
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    looked_at: Mapped[datetime]
    """Events received up to here were counted."""
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    reason: Mapped[str] = mapped_column(String(500))
    method: Mapped[str] = mapped_column(String(64))
    """Name and version of the method, so that an old decision replays by its own."""
    rule: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]
    """Counts, raw and clean, by segment and variant, as the decision saw them."""
    outcome: Mapped[dict[str, Any]]
    """e-values, rate with interval, quantity with interval, by variant."""
    figures: Mapped[str | None] = mapped_column(String(200))
    """What it was judged from and why, in short: a look that finds the same again writes no decision."""


class ConfirmedDemandState(StrEnum):
    """How far a confirmed demand has come towards a maker."""

    OPEN = "open"
    OFFERED = "offered"
    ORDERED = "ordered"
    UNSERVED = "unserved"


class ConfirmedDemand(Base):
    """Units by variant whose commitments stand after settlement."""

    __tablename__ = "confirmed_demands"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)
    MOVES: ClassVar[Mapping[ConfirmedDemandState, tuple[ConfirmedDemandState, ...]]] = {
        ConfirmedDemandState.OPEN: (ConfirmedDemandState.OFFERED, ConfirmedDemandState.UNSERVED),
        ConfirmedDemandState.OFFERED: (ConfirmedDemandState.ORDERED, ConfirmedDemandState.OPEN),
        ConfirmedDemandState.UNSERVED: (ConfirmedDemandState.OPEN,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("demand_decisions.id"))
    units: Mapped[int]
    due_on: Mapped[date]
    confirmed_at: Mapped[datetime]
    state: Mapped[ConfirmedDemandState] = mapped_column(
        choice(ConfirmedDemandState, "state"), default=ConfirmedDemandState.OPEN
    )
    lines: Mapped[list["ConfirmedDemandLine"]] = relationship(lazy="raise")


class ConfirmedDemandLine(Base):
    """Units of one colour and size."""

    __tablename__ = "confirmed_demand_lines"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("confirmed_demands.id"), primary_key=True)
    colour: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[str] = mapped_column(String(20), primary_key=True)
    units: Mapped[int]
