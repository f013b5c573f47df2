"""What is known of a factory's conduct: inspections, disputes, findings, and its appeals against what followed."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class Inspection(Base):
    """One inspection of a production order: how many pieces were good at first, how many were counted."""

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("order_id", "reference"),
        CheckConstraint("good BETWEEN 0 AND inspected AND inspected > 0", name="good_of_inspected"),
        CheckConstraint("counted IS NULL OR counted >= 0", name="counted_not_negative"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("production_orders.id"))
    reference: Mapped[str] = mapped_column(String(60))
    """The report's own number; the same one again replaces nothing."""
    inspected_on: Mapped[date]
    inspected: Mapped[int]
    good: Mapped[int]
    """Pieces without a fault before any was mended."""
    counted: Mapped[int | None]
    """Pieces of the whole order that were there; None when nobody counted."""
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))
    """What was found, in words."""
    recorded_at: Mapped[datetime]


class DisputeKind(StrEnum):
    """What a dispute with a factory is about."""

    QUALITY = "quality"
    QUANTITY = "quantity"
    LATENESS = "lateness"
    PAYMENT = "payment"
    OTHER = "other"


class DisputeState(StrEnum):
    """How a dispute stands; only those upheld count against the factory."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Dispute(Base):
    """A complaint about one production order; the moves say who opened and who settled it, and why."""

    __tablename__ = "disputes"
    __table_args__ = (UniqueConstraint("order_id", "kind"),)
    MOVES: ClassVar[Mapping[DisputeState, tuple[DisputeState, ...]]] = {
        DisputeState.OPEN: (DisputeState.UPHELD, DisputeState.DISMISSED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("production_orders.id"))
    kind: Mapped[DisputeKind] = mapped_column(choice(DisputeKind, "kind"))
    opened_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[DisputeState] = mapped_column(choice(DisputeState, "state"), default=DisputeState.OPEN)


class FindingKind(StrEnum):
    """What a factory must not do."""

    INFRINGEMENT = "infringement"
    """It made or offered goods that infringe somebody's rights."""
    NO_REAL_SOURCE = "no_real_source"
    """It does not make what it says it makes: a trader, or nobody at the address."""


class FindingState(StrEnum):
    """Whether a finding holds."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    OVERTURNED = "overturned"
    """Confirmed once; an appeal showed that it was wrong."""


class FactoryFinding(Base):
    """Evidence of infringement or of no real source, with who found it."""

    __tablename__ = "factory_findings"
    __table_args__ = (Index(None, "factory_id", "state"),)
    MOVES: ClassVar[Mapping[FindingState, tuple[FindingState, ...]]] = {
        FindingState.REPORTED: (FindingState.CONFIRMED, FindingState.DISMISSED),
        FindingState.CONFIRMED: (FindingState.OVERTURNED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    kind: Mapped[FindingKind] = mapped_column(choice(FindingKind, "kind"))
    evidence: Mapped[str] = mapped_column(String(2000))
    found_by: Mapped[str] = mapped_column(String(64))
    reported_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    state: Mapped[FindingState] = mapped_column(choice(FindingState, "state"), default=FindingState.REPORTED)


class AppealState(StrEnum):
    """What became of an appeal."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


class Appeal(Base):
    """A factory says why its warning, suspension or finding is wrong; a merchandiser decides with a reason."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index(
            "uq_appeals_pending",
            "factory_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )
    MOVES: ClassVar[Mapping[AppealState, tuple[AppealState, ...]]] = {
        AppealState.PENDING: (AppealState.GRANTED, AppealState.REFUSED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), index=True)
    said: Mapped[str] = mapped_column(String(2000))
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[AppealState] = mapped_column(choice(AppealState, "state"), default=AppealState.PENDING)
