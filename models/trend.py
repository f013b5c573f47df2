"""What rises, and why we think so."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class TrendStage(StrEnum):
    """Where on its curve a trend is."""

    EMERGING = "emerging"
    RISING = "rising"
    PEAK = "peak"
    FADING = "fading"


class Trend(Base):
    """A phrase whose signals up to a date rise above their own past."""

    __tablename__ = "trends"
    __table_args__ = (UniqueConstraint("as_of", "phrase"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    as_of: Mapped[date]
    phrase: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    score: Mapped[float]
    """With 95% certainty the last weeks hold at least this many times the titles that the phrase's past lets expect."""
    momentum: Mapped[float]
    """Last weeks' level divided by the level expected from the past."""
    stage: Mapped[TrendStage] = mapped_column(choice(TrendStage, "stage"))
    rule: Mapped[str] = mapped_column(String(64))
    """Which rule let it in as goods."""
    meaning: Mapped[dict[str, Any]]
    """Attribute -> values, likeliest first."""
    attributes: Mapped[list[Any]] = mapped_column(default=list)
    """The same with reasons: [{attribute, value, confidence, basis, titles}], surest first (`trends/meaning.py`)."""
    segments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Segment -> share of the titles that speak from it, 0-1."""
    review: Mapped[str] = mapped_column(String(200), default="")
    """Why a merchandiser should say what it means; empty when the lexicon knows it."""
    evidence: Mapped[list[Any]]
    """[{date, title, source}], newest first."""
    series: Mapped[list[Any]]
    """[[first day of the week, weighted count], ...], oldest first; the last week ends on `as_of`."""
    reason: Mapped[str] = mapped_column(String(500))
    confidence: Mapped[float] = mapped_column(default=0.0)
    """How sure the rise is real, 0-1: it at least doubled, and not each of its sources rose for reasons of its own."""
    false_rate: Mapped[float] = mapped_column(default=1.0)
    """Share of chance finds to expect among all phrases of that day that are at least as surprising."""
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Source -> posts of its titles in the recent weeks."""
    is_pushed: Mapped[bool] = mapped_column(default=False)
    """One source alone speaks of it and repeats itself."""
    days: Mapped[list[Any]] = mapped_column(default=list)
    """[[day, distinct titles, weight], ...] of the recent weeks, oldest first; days without titles are left out."""
