"""Level and damped trend of series too short for a season, all series at once.

Simple exponential smoothing and Gardner & McKenzie's damped trend (1985), their parameters on a grid by the squared
one-step error. Written here rather than taken from statsforecast because that import takes longer than forecasting all
trends of a day, whose series are short.
"""

import numpy as np

from trends.forecasting.values import Floats

_ALPHAS = np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9])
_BETAS = np.array([0.02, 0.1, 0.3])
_DAMPING = 0.9


def smoothed_level(past: Floats, horizon: int) -> Floats:
    """Simple exponential smoothing (series, horizon)."""
    return _smooth(past, horizon, _ALPHAS, np.zeros_like(_ALPHAS))


def damped_trend(past: Floats, horizon: int) -> Floats:
    """Holt's method with a trend that dies out by a tenth each step (series, horizon)."""
    alphas, betas = (part.ravel() for part in np.meshgrid(_ALPHAS, _BETAS))
    return _smooth(past, horizon, alphas, betas)


def mean_of_last(past: Floats, horizon: int, count: int) -> Floats:
    """The mean of the last values that are known (series, horizon)."""
    mean = np.nanmean(past[:, -count:], axis=1, keepdims=True)
    return np.repeat(mean, horizon, axis=1)


def _smooth(past: Floats, horizon: int, alphas: Floats, betas: Floats) -> Floats:
    shape = (len(past), len(alphas))
    level, trend, squares = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    for value in past.T[:, :, None]:
        error = value - (level + _DAMPING * trend)
        begins, goes_on = np.isfinite(value) & np.isnan(level), np.isfinite(error)
        squares += np.where(goes_on, error, 0.0) ** 2
        level = np.where(begins, value, np.where(goes_on, level + _DAMPING * trend + alphas * error, level))
        trend = np.where(goes_on, _DAMPING * trend + alphas * betas * error, trend)
    rows, best = np.arange(len(past)), squares.argmin(axis=1)
    growth = np.cumsum(_DAMPING ** np.arange(1, horizon + 1))
    carried: Floats = level[rows, best][:, None] + trend[rows, best][:, None] * growth
    return carried


def change_per_step(past: Floats) -> Floats:
    """Mean absolute change from one value to the next (series,); the spread of the series, then 1, where it is zero."""
    change = np.nanmean(np.abs(np.diff(past, axis=1)), axis=1)
    return np.where(change > 0, change, 1.0)
