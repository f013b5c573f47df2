"""What policies go by: forbidden pairs, chain leaders' pools and what they placed inside."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class ForbiddenPair(Base):
    """A factory that may not make for a brand."""

    __tablename__ = "forbidden_pairs"

    brand: Mapped[str] = mapped_column(String(80), primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    why: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class Pool(Base):
    """A chain leader's network: it is asked as one, through its leader, with its members' joint time."""

    __tablename__ = "pools"
    __table_args__ = (
        CheckConstraint("hours_to_place > 0", name="hours_to_place_positive"),
        CheckConstraint("gain_share BETWEEN 0 AND 1", name="gain_share_is_share"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), unique=True)
    hours_to_place: Mapped[float]
    """Time from our offer until the leader has placed it inside."""
    gain_share: Mapped[float]
    """The leader's share of what its members are paid less than our price; the rest is ours."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """From then on its members are asked one by one again."""


class PoolMember(Base):
    """A factory whose time belongs to a pool; of one pool only."""

    __tablename__ = "pool_members"

    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)


class PoolPlacing(Base):
    """An offer to a pool, and what came of it: until it is placed inside, its allocation's days are the pool's."""

    __tablename__ = "pool_placings"

    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocations.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    gain_share: Mapped[float]
    """As agreed when it was offered."""
    placed_at: Mapped[datetime | None]
    gain: Mapped[Decimal | None]
    """Our price less what the members are paid, for all units; below 0 when the leader pays more."""
    leader_gain: Mapped[Decimal | None]
    """The leader's share of a gain above 0."""


class PoolPart(Base):
    """Units of a pool's offer given to a member, with its days."""

    __tablename__ = "pool_parts"
    __table_args__ = (
        UniqueConstraint("allocation_id", "factory_id"),
        CheckConstraint("units > 0 AND unit_price > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("pool_placings.allocation_id"))
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), index=True)
    units: Mapped[int]
    unit_price: Mapped[Decimal]
    """What the leader pays the member."""
    booked: Mapped[list[Any]]
    """[{day, units}] of the member's capacity slots."""
