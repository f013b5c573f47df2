"""What a source observed."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class TrendSignal(Base):
    """One observation from one source: topic, time, strength. Of several readings the heaviest stands."""

    __tablename__ = "trend_signals"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("weight > 0", name="weight_positive"),
        Index(None, "observed_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(128))
    observed_on: Mapped[date]
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(500))
    rank: Mapped[int | None]
    weight: Mapped[float]
    url: Mapped[str | None] = mapped_column(String(1000))
