"""Manufacturing partners: what they can make, from how many, at what price, by when."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.attributes import Category
from models.base import Base, Id, choice


class FactoryStanding(StrEnum):
    """Whether offers may go to it."""

    ACTIVE = "active"
    WARNED = "warned"
    SUSPENDED = "suspended"


class Verification(StrEnum):
    """How far we trust what a factory says of itself."""

    DECLARED = "declared"
    CHECKED = "checked"
    """Papers seen, contacts answered."""
    AUDITED = "audited"
    """Somebody was there."""


class Factory(Base):
    """A manufacturing partner."""

    __tablename__ = "factories"
    __table_args__ = (
        CheckConstraint("quality BETWEEN 0 AND 1 AND on_time BETWEEN 0 AND 1", name="scores_are_shares"),
        CheckConstraint("daily_capacity > 0", name="daily_capacity_positive"),
        CheckConstraint("lead_days > 0", name="lead_days_positive"),
        CheckConstraint("lead_days_p90 > 0", name="lead_days_p90_positive"),
        CheckConstraint("small_order_units > 0", name="small_order_units_positive"),
        CheckConstraint("small_order_days > 0", name="small_order_days_positive"),
        Index(None, "name"),
        Index(None, "region", "code"),
        Index(None, "state", "code"),
        Index(None, "verification", "code"),
        Index(None, "daily_capacity"),
        Index(None, "quality"),
    )
    MOVES: ClassVar[Mapping[FactoryStanding, tuple[FactoryStanding, ...]]] = {
        FactoryStanding.ACTIVE: (FactoryStanding.WARNED, FactoryStanding.SUSPENDED),
        FactoryStanding.WARNED: (FactoryStanding.ACTIVE, FactoryStanding.SUSPENDED),
        FactoryStanding.SUSPENDED: (FactoryStanding.ACTIVE, FactoryStanding.WARNED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(40))
    warehouse: Mapped[str | None] = mapped_column(String(40))
    """Origin warehouse from which its goods leave."""
    markets: Mapped[list[Any]] = mapped_column(default=list)
    """Short names of the markets that it serves, such as EU; empty: all."""
    language: Mapped[str] = mapped_column(String(8))
    also_speaks: Mapped[list[Any]] = mapped_column(default=list)
    contacts: Mapped[list[Any]] = mapped_column(default=list)
    """{"kind": "wechat", "value": "..."}, the first is tried first."""
    joined_on: Mapped[date | None]
    verification: Mapped[Verification] = mapped_column(
        choice(Verification, "verification"), default=Verification.DECLARED
    )
    daily_capacity: Mapped[int]
    """Units a day, of any of its categories."""
    lead_days: Mapped[int]
    """Days before the first unit (material, sample, set-up), the median of its orders."""
    lead_days_p90: Mapped[int | None]
    """Nine of ten orders start within so many days."""
    small_order_units: Mapped[int | None]
    """Orders of up to so many units start sooner (small order, quick return):"""
    small_order_days: Mapped[int | None]
    """after so many days."""
    quality: Mapped[float]
    """Share of first-pass good units."""
    on_time: Mapped[float]
    """Share of past orders shipped on time."""
    webhook_url: Mapped[str | None] = mapped_column(String(500))
    webhook_secret: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[FactoryStanding] = mapped_column(choice(FactoryStanding, "state"), default=FactoryStanding.ACTIVE)


class Capability(Base):
    """What a factory can make of one category, from how many units, at what price."""

    __tablename__ = "capabilities"
    __table_args__ = (
        UniqueConstraint("factory_id", "category"),
        CheckConstraint("moq > 0", name="moq_positive"),
        Index(None, "category"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"))
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    materials: Mapped[list[Any]]
    """Material values."""
    techniques: Mapped[list[Any]]
    """Pattern kinds and closures that need equipment."""
    sizes: Mapped[list[Any]] = mapped_column(default=list)
    """Sizes that it cuts; empty: all."""
    machines: Mapped[list[Any]] = mapped_column(default=list)
    """Free words such as flat_knitting_12G."""
    gauge: Mapped[str | None] = mapped_column(String(20))
    """Of its knitting machines, needles an inch."""
    moq: Mapped[int]
    price_ladder: Mapped[dict[str, Any]]
    """As `PriceLadder.to_json`; its first quantity is the MOQ."""


class FactoryCertificate(Base):
    """A certificate that a factory holds until a day."""

    __tablename__ = "factory_certificates"

    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Short name: BSCI, OEKO-TEX, GOTS, ISO9001."""
    expires_on: Mapped[date]
    """The last day on which it is valid."""
    number: Mapped[str | None] = mapped_column(String(60))


class RegisterChange(Base):
    """Marks of changes to factories, capabilities and certificates, written by triggers of the database.

    Together they name the state of these tables: no other state, past or future, has the same count and sum of tokens.
    """

    __tablename__ = "register_changes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0, and in PostgreSQL one for each transaction that changed something."""
    token: Mapped[int] = mapped_column(BigInteger)
    """Random."""
    changed_at: Mapped[datetime]


class CapacitySlot(Base):
    """Units booked at a factory on one day; never above what it can make that day."""

    __tablename__ = "capacity_slots"
    __table_args__ = (CheckConstraint("booked BETWEEN 0 AND capacity", name="booked_within_capacity"),)

    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    booked: Mapped[int]
    stated: Mapped[bool] = mapped_column(default=False)
    """Whether the factory gave the capacity of this day itself (0: closed), or it is that of any day."""
