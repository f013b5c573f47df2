"""Where signals come from and under which rights, and how far each place has been read."""

from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class SignalSource(Base):
    """One source that was collected at least once: its rights decide how long its signals stay."""

    __tablename__ = "signal_sources"
    __table_args__ = (CheckConstraint("retention_days > 0", name="retention_positive"),)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    licence: Mapped[str] = mapped_column(String(500))
    retention_days: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 code of the people it observes; None for the whole world or nobody knows."""
    engagement: Mapped[str] = mapped_column(String(200))
    """What the weight of a signal stands for, in words."""


class SourceMark(Base):
    """How far one place (file, feed, address, query) of a source has been read."""

    __tablename__ = "source_marks"
    __table_args__ = (UniqueConstraint("source", "place"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(300))
    mark: Mapped[dict[str, Any]]
    """What the reader of this kind wrote down for its next time."""
