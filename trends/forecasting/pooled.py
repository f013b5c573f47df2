"""One regression over all series: how much of each season, of the last weeks and of the leading series carries on.

Everything is measured in the series' own seasonal change, so that large and small series teach one another. One ridge
regression for each quarter of the season, trained on origins inside the past only, pulled towards the smoothed season
(the prior) with little data. Global linear models of this kind are at least as accurate as local ones (Montero-Manso &
Hyndman 2021, "Principles and algorithms for forecasting groups of time series").
"""

from typing import NamedTuple

import numpy as np

from trends.forecasting.season import change_over_season, profiles, reach_of
from trends.forecasting.values import Floats

_REACHES = (0, 1, 5)  # weeks; the combination learns the kernel of the smoothing
_PAST_WEEKS = (1, 4, 13, 26)
_LEADING_WEEKS = (4, 13, 26)
_RIDGE = 780.0  # chosen on rolling origins of weekly fashion series; 0.3 to 3 times as much differ by 0.3%
_LARGEST = 20.0  # in seasonal changes: a single wild value teaches no more than that


class Seen(NamedTuple):
    """What is known of the next season at one origin."""

    clues: Floats
    """(series, season, clue)"""
    level: Floats
    """(series, 1), in scales"""
    scale: Floats
    """(series, 1)"""


def see(past: Floats, leading: Floats | None, season: int) -> Seen:
    """Clues at the end of `past` (series, dates), which needs two seasons; NaN rows of `leading`: there is none."""
    scale = change_over_season(past, season)[:, None]
    recent = _from_two_seasons(past, season) / scale
    clues, level = _own_clues(recent, season)
    if leading is not None:
        clues += _leading_clues(recent, _from_two_seasons(leading, season), season)
    filled = [np.broadcast_to(clue, (len(past), season)) for clue in clues]
    return Seen(np.clip(np.stack(filled, axis=-1), -_LARGEST, _LARGEST), level, scale)


def _from_two_seasons(values: Floats, season: int) -> Floats:
    """Two seasons and what smoothing reaches before them; what a young series lacks there repeats its first value."""
    recent = values[:, -(2 * season + reach_of(season, max(_REACHES))) :]
    return np.where(np.isfinite(recent), recent, values[:, -2 * season][:, None])


def _own_clues(recent: Floats, season: int) -> tuple[list[Floats], Floats]:
    newest, older = profiles(recent, season, reach_of(season, 2))
    usual = (newest + older) / 2
    kernels = [np.mean(profiles(recent, season, reach_of(season, weeks)), axis=0) - usual for weeks in _REACHES]
    level, before = _means(recent, season)
    return [
        newest,
        older,
        *kernels,
        level - before,
        *_last(recent[:, -season:] - level - usual, season, _PAST_WEEKS),
        _year_on_year(recent, season),
    ], level


def _leading_clues(recent: Floats, leading: Floats, season: int) -> list[Floats]:
    """The leading series brought to the same level: its season, growth and last weeks, against the series' own."""
    theirs = leading[:, -season:].mean(axis=1, keepdims=True)
    ratio = recent[:, -season:].mean(axis=1, keepdims=True) / np.where(theirs > 0, theirs, np.nan)
    scaled = leading * ratio
    reach = reach_of(season, 2)
    usual = np.mean(profiles(scaled, season, reach), axis=0)
    level, before = _means(scaled, season)
    clues = [
        usual - np.mean(profiles(recent, season, reach), axis=0),
        level - before,
        *_last(scaled[:, -season:] - level - usual, season, _LEADING_WEEKS),
        _year_on_year(scaled, season),
    ]
    # A quarter of the bound for each: leading groups are small, so their series jump.
    return [np.clip(np.nan_to_num(clue), -_LARGEST / 4, _LARGEST / 4) for clue in clues]


def _means(values: Floats, season: int) -> tuple[Floats, Floats]:
    last, before = values[:, -season:], values[:, -2 * season : -season]
    return last.mean(axis=1, keepdims=True), before.mean(axis=1, keepdims=True)


def _last(above: Floats, season: int, weeks: tuple[int, ...]) -> list[Floats]:
    return [above[:, -max(1, reach_of(season, count)) :].mean(axis=1, keepdims=True) for count in weeks]


def _year_on_year(values: Floats, season: int) -> Floats:
    quarter = max(1, season // 4)
    now, before = values[:, -quarter:], values[:, -season - quarter : -season]
    change: Floats = now.mean(axis=1, keepdims=True) - before.mean(axis=1, keepdims=True)
    return change


class Pooled(NamedTuple):
    """Fitted coefficients (quarter of the season, clue)."""

    coefficients: Floats
    season: int

    def forecast(self, past: Floats, leading: Floats | None) -> Floats:
        """The next season (series, season)."""
        seen = see(past, leading, self.season)
        by_week = self.coefficients[_quarter_of(self.season)]
        carried: Floats = (np.einsum("nwc,wc->nw", seen.clues, by_week) + seen.level) * seen.scale
        return carried


def fit_pooled(past: Floats, leading: Floats | None, season: int) -> Pooled:
    """Learn from every origin inside `past` that has two seasons before it and something after it."""
    quarter, widen, width = _quarter_of(season), max(1, season // 13), past.shape[1]
    clues = see(past[:1, -2 * season :], None if leading is None else leading[:1, -2 * season :], season).clues.shape[
        -1
    ]
    prior = np.zeros(clues)
    prior[:2] = 0.5
    quarters = int(quarter[-1]) + 1
    gram, moment = np.zeros((quarters, clues, clues)), np.zeros((quarters, clues))
    for origin in range(2 * season, width, max(1, season // 13)):
        whole = np.isfinite(past[:, origin - 2 * season])
        ahead = min(season, width - origin)
        if not whole.any():
            continue
        seen = see(past[whole, :origin], None if leading is None else leading[whole, :origin], season)
        truth = past[whole, origin : origin + ahead] / seen.scale - seen.level
        truth = np.clip(truth, -_LARGEST, _LARGEST)
        for at in range(quarters):
            weeks = np.flatnonzero(quarter[:ahead] == at)
            if len(weeks):
                own = slice(max(0, weeks[0] - widen), min(ahead, weeks[-1] + 1 + widen))
                rows = seen.clues[:, own].reshape(-1, clues)
                gram[at] += rows.T @ rows
                moment[at] += rows.T @ (truth[:, own].ravel() - rows @ prior)
    step = np.linalg.solve(gram + _RIDGE * np.eye(clues), moment[..., None])[..., 0]
    return Pooled(prior + step, season)


def _quarter_of(season: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.minimum(np.arange(season) * 4 // season, 3)
