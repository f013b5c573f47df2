"""What goes into a forecast and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEK_DAYS = 7


class Tier(StrEnum):
    """How much past a series has, which decides what can be known about its future."""

    SEASONS = "seasons"
    """Three seasons or more: everything is back-tested over a whole season."""
    YOUNG = "young"
    """One and a quarter to three seasons: a smoothed season, back-tested over what is left."""
    SHORT = "short"
    """Less, or no season asked for: level and damped trend, no season."""
    TINY = "tiny"
    """Under eight values: their mean, with an interval by rule that nothing was measured for."""
    CONSTANT = "constant"
    """One value only, for as long as it is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Evenly spaced series that end on the same date.

    Raises ValueError when the names do not fit the values, or a value inside a series is missing.
    """

    names: tuple[str, ...]
    starts_on: date
    values: Floats
    """(series, dates); NaN before a series begins, nowhere else."""
    step_days: int = WEEK_DAYS

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or len(self.names) != len(self.values):
            raise ValueError(f"{len(self.names)} names for values of shape {self.values.shape}")
        known = np.isfinite(self.values)
        if not (known[:, 1:] >= known[:, :-1]).all():
            raise ValueError("a value is missing inside a series")

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many values each series has."""
        known: NDArray[np.int64] = np.isfinite(self.values).sum(axis=1)
        return known

    def date_at(self, index: int) -> date:
        """The date of a column; indices past the end go on in the same step."""
        return self.starts_on + timedelta(days=self.step_days * index)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One series carried forward: a level and an 80% interval for each date.

    Raises ValueError when the three differ in length or the mean lies outside its interval.
    """

    first_on: date
    mean: tuple[float, ...]
    lo80: tuple[float, ...]
    hi80: tuple[float, ...]
    season: tuple[float, ...]
    """What each date of the first season ahead lies above or below the year's level; empty where no season is known."""
    tier: Tier
    step_days: int = WEEK_DAYS

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.lo80) == len(self.hi80):
            raise ValueError("mean, lo80 and hi80 differ in length")
        if any(not low <= mean <= high for low, mean, high in zip(self.lo80, self.mean, self.hi80, strict=True)):
            raise ValueError("a mean lies outside its interval")

    def date_at(self, index: int) -> date:
        """The date of a value."""
        return self.first_on + timedelta(days=self.step_days * index)

    def after(self, steps: int) -> tuple[float, float, float]:
        """Mean, lower and upper end so many steps ahead, 1 the first; IndexError beyond the horizon."""
        return self.mean[steps - 1], self.lo80[steps - 1], self.hi80[steps - 1]


@dataclass(frozen=True, slots=True, eq=False)
class PanelForecast:
    """Every series of a panel carried forward; arrays are (series, horizon)."""

    names: tuple[str, ...]
    first_on: date
    step_days: int
    mean: Floats
    lo80: Floats
    hi80: Floats
    season: Floats
    """(series, season); NaN where no season is known."""
    tiers: tuple[Tier, ...]
    weights: Mapping[Tier, Mapping[str, float]]
    """Tier -> member -> weight, as back-testing chose them."""
    tested: Mapping[Tier, int]
    """Tier -> series that the weights and intervals were back-tested on."""
    notes: tuple[str, ...]
    """What a person should know: fallbacks, failed members, limits."""

    def of(self, row: int) -> Forecast:
        """One series' forecast."""
        mean, low, high = (tuple(map(float, part[row])) for part in (self.mean, self.lo80, self.hi80))
        season = tuple(map(float, self.season[row])) if np.isfinite(self.season[row]).all() else ()
        return Forecast(self.first_on, mean, low, high, season, self.tiers[row], self.step_days)
