"""Manufacturing partners: what they can make, from how many, at what price, by when."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.attributes import Category
from models.base import Base, Id, choice


class FactoryStanding(StrEnum):
    """Whether offers may go to it."""

    ACTIVE = "active"
    WARNED = "warned"
    SUSPENDED = "suspended"


class Factory(Base):
    """A manufacturing partner."""

    __tablename__ = "factories"
    __table_args__ = (
        CheckConstraint("quality BETWEEN 0 AND 1 AND on_time BETWEEN 0 AND 1", name="scores_are_shares"),
        CheckConstraint("daily_capacity > 0", name="daily_capacity_positive"),
        CheckConstraint("lead_days > 0", name="lead_days_positive"),
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
    language: Mapped[str] = mapped_column(String(8))
    daily_capacity: Mapped[int]
    """Units a day, of any of its categories."""
    lead_days: Mapped[int]
    """Days before the first unit: material, sample, set-up."""
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
    moq: Mapped[int]
    price_ladder: Mapped[dict[str, Any]]
    """As `PriceLadder.to_json`; its first quantity is the MOQ."""


class CapacitySlot(Base):
    """Units booked at a factory on one day; never above what it can make in a day."""

    __tablename__ = "capacity_slots"
    __table_args__ = (CheckConstraint("booked BETWEEN 0 AND capacity", name="booked_within_capacity"),)

    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    booked: Mapped[int]
