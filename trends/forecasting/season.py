"""Seasonal profiles: what the weeks of a year lie above or below its level, smoothed over neighbouring weeks.

A single week of one past year is a noisy guess of the same week next year. A moving average over the neighbours trades
a little sharpness for much less noise; on weekly fashion series it halves the excess error of the seasonal naive.
"""

import numpy as np

from trends.forecasting.values import Floats


def smoothed(values: Floats, reach: int) -> Floats:
    """Moving average over `reach` neighbours on either side along the last axis; ends are repeated outwards."""
    if reach == 0:
        return values
    padded = np.pad(values, ((0, 0), (reach, reach)), mode="edge")
    mean: Floats = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1).mean(axis=-1)
    return mean


def profiles(past: Floats, season: int, reach: int, years: int = 2) -> list[Floats]:
    """The last seasons' smoothed profiles (series, season), newest first, each without its level."""
    recent = past[:, -(years * season + reach) :]
    flat, width = smoothed(recent, reach), recent.shape[1]
    found = []
    for year in range(years):
        own = slice(width - (year + 1) * season, width - year * season)
        found.append(flat[:, own] - recent[:, own].mean(axis=1, keepdims=True))
    return found


def reach_of(season: int, weeks: int) -> int:
    """So many weeks of a year, as steps of a season of another length."""
    return round(season * weeks / 52)


def change_over_season(past: Floats, season: int) -> Floats:
    """Mean absolute change from one season to the next (series,): the error of the seasonal naive method in the past.

    The denominator of MASE (Hyndman & Koehler 2006). Where it is zero, the spread of the series; where that is, 1.
    """
    change = np.nanmean(np.abs(past[:, season:] - past[:, :-season]), axis=1)
    spread = np.nanstd(past, axis=1)
    return np.asarray(np.where(change > 0, change, np.where(spread > 0, spread, 1.0)))


def smooth_season(past: Floats, season: int) -> Floats:
    """Last season's level with the mean of the last two seasons' smoothed profiles (series, season)."""
    usual: Floats = np.mean(profiles(past, season, reach_of(season, 2)), axis=0)
    level: Floats = past[:, -season:].mean(axis=1, keepdims=True)
    return level + usual
