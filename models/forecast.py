"""How far a trend or an attribute goes, as it was said on a day."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class ForecastOf(StrEnum):
    """What a forecast is of."""

    TREND = "trend"
    """Named by its phrase."""
    ATTRIBUTE = "attribute"
    """All trends of the day that likeliest mean one value of an attribute; named `colour=brown`."""


class TrendForecast(Base):
    """Weekly levels ahead with 80% intervals, from nothing after `as_of`."""

    __tablename__ = "trend_forecasts"
    __table_args__ = (UniqueConstraint("as_of", "subject", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    as_of: Mapped[date]
    subject: Mapped[ForecastOf] = mapped_column(choice(ForecastOf, "subject"))
    name: Mapped[str] = mapped_column(String(200))
    first_on: Mapped[date]
    """The first day of the first week ahead."""
    tier: Mapped[str] = mapped_column(String(16))
    """How much past there was: seasons, young, short, tiny or constant."""
    mean: Mapped[list[Any]]
    """One level a week; the same unit as the trend's series."""
    lo80: Mapped[list[Any]]
    hi80: Mapped[list[Any]]
    season: Mapped[list[Any]]
    """What each week of the year ahead lies above or below its level; empty where no season is known."""
