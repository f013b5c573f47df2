"""What was learned from what became of listings and goods: one version after another, none changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id
from models.learned import LearnedEffects


class Lesson(Base):
    """What was known at one moment, of people or of simulated buyers, never of both together."""

    __tablename__ = "lessons"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    simulated: Mapped[bool]
    learned_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of everything it was learned from: the same evidence makes no new version."""
    evidence: Mapped[dict[str, Any]]
    """How much it was learned from: listings, listings sold and mature, lots, units by what became of them."""
    priors: Mapped[dict[str, Any]]
    """The fitted regression, as `AttributePriors.to_json`."""
    effects: Mapped[dict[str, Any]]
    """Over all segments, as `LearnedEffects.to_json`."""
    segment_effects: Mapped[dict[str, Any]]
    """Segment -> the same, in that segment."""
    rungs: Mapped[dict[str, Any]]
    """Units really sold for each person on a rung, as `RungWeights.to_json`."""

    @property
    def learned(self) -> LearnedEffects:
        """The effects as a value."""
        return LearnedEffects.from_json(self.effects)


class FactoryYield(Base):
    """A factory's share of good units as one lesson believed it."""

    __tablename__ = "factory_yields"
    __table_args__ = (
        CheckConstraint("good BETWEEN 0 AND ordered", name="good_of_ordered"),
        CheckConstraint("0 <= low AND low <= share AND share <= high AND high <= 1", name="share_in_interval"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    factory_id: Mapped[int] = mapped_column(ForeignKey("factories.id"), primary_key=True)
    lots: Mapped[int]
    ordered: Mapped[int]
    good: Mapped[int]
    share: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    """90% interval."""


def find_lesson(session: Session, simulated: bool) -> Lesson | None:
    """The newest lesson of people or of simulated buyers."""
    query = select(Lesson).where(Lesson.simulated == simulated).order_by(Lesson.version.desc()).limit(1)
    return session.scalars(query).one_or_none()
