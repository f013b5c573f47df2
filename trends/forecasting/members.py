"""The members of the ensemble: what each carries forward, from statsforecast or from arrays of our own.

statsforecast takes seconds to import (statsmodels), so only the functions that fit one of its models import it.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from trends.forecasting.values import Floats


class Member(StrEnum):
    """One way to carry a series forward."""

    POOLED = "pooled regression"
    LEADING = "pooled regression with leading series"
    SMOOTH = "smoothed season"
    HALF_SEASON = "half the smoothed season"
    SEASONAL_NAIVE = "seasonal naive"
    MSTL_LEVEL = "MSTL, level"
    MSTL_THETA = "MSTL, theta"
    CES = "AutoCES"
    THETA = "dynamic optimised theta"
    LEVEL = "level"
    DAMPED = "damped trend"
    RECENT = "mean of the last quarter"


FITTED = frozenset({Member.SEASONAL_NAIVE, Member.MSTL_LEVEL, Member.MSTL_THETA, Member.CES, Member.THETA})
"""Fitted by statsforecast, series by series."""


def fit_each(member: Member, season: int, series: Iterable[Floats]) -> Floats:
    """Carry each series one season forward (series, season); a row is NaN where the model failed."""
    model = _model(member, season)
    return np.stack([_fit(model, values, season) for values in series])


def _model(member: Member, season: int) -> Callable[[], Any]:
    from statsforecast import models

    match member:
        case Member.SEASONAL_NAIVE:
            return lambda: models.SeasonalNaive(season)
        case Member.MSTL_LEVEL:
            return lambda: models.MSTL(season, trend_forecaster=models.SimpleExponentialSmoothingOptimized())
        case Member.MSTL_THETA:
            return lambda: models.MSTL(season, trend_forecaster=models.AutoTheta(season_length=1))
        case Member.CES:
            return lambda: models.AutoCES(season)
        case Member.THETA:
            return lambda: models.DynamicOptimizedTheta(season)
        case _:
            raise ValueError(f"{member} is not a model of statsforecast")


def _fit(model: Callable[[], Any], values: Floats, season: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence of one start of many; a failure raises
        try:
            carried = np.asarray(model().forecast(values, season)["mean"], dtype=float)
        except Exception:  # whatever a library says of one odd series; the caller counts and reports the row
            return np.full(season, np.nan)
    return carried if np.isfinite(carried).all() else np.full(season, np.nan)


def known(values: Floats) -> Sequence[Floats]:
    """Each row without the dates before it begins."""
    return [row[np.isfinite(row)] for row in values]
