"""Carry one tier of series forward: back-test the members, weigh them, combine, put intervals around."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from trends.forecasting.levels import damped_trend, mean_of_last, smoothed_level
from trends.forecasting.members import FITTED, Member
from trends.forecasting.pooled import fit_pooled
from trends.forecasting.season import profiles, reach_of, smooth_season
from trends.forecasting.tiers import Plan, expected_spread, origins_of, plan_of, scale_of
from trends.forecasting.values import Floats, Tier
from trends.forecasting.weigh import BackTests, choose_weights, combine, measure_widths

TESTED_SERIES = 200
"""Weights, widths and the pooled regression are learned from at most so many series of a tier."""
Rows = NDArray[np.intp]
FitEach = Callable[[Member, int, Floats], Floats]
"""(member of statsforecast, season, values of some series) -> (series, season); may use several processes."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The series of one tier, all ending on the same date."""

    tier: Tier
    names: tuple[str, ...]
    values: Floats
    leading: Floats | None
    season: int

    def take(self, rows: Rows, steps: int | None = None) -> "Part":
        """Some rows, without the last `steps` dates."""
        keep = slice(None, -steps if steps else None)
        leading = None if self.leading is None else self.leading[rows][:, keep]
        names = tuple(self.names[int(row)] for row in rows)
        return Part(self.tier, names, self.values[rows][:, keep], leading, self.season)


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """A tier carried one season forward; arrays are (series, horizon)."""

    mean: Floats
    lo80: Floats
    hi80: Floats
    weights: dict[Member, float]
    tested: int
    failed: dict[Member, int]
    """Members that could not be fitted to some series, with how many."""


def carry(part: Part, horizon: int, fit_each: FitEach) -> Carried:
    """The mean and 80% interval of each series for `horizon` steps.

    What is asked of the members is a season at least, so that the first weeks are the same whatever the horizon.
    """
    asked, horizon = horizon, max(horizon, part.season)
    plan = plan_of(part.tier, part.season, part.leading is not None)
    sample = part.take(_sample(part.names))
    tests = back_test(sample, plan, horizon, fit_each)
    if len(tests.came):
        weights = choose_weights(tests, plan.start)
        residuals = (tests.came - combine(tests.said, weights)) / tests.scale[:, None]
    else:
        weights, residuals = {name: 1 / len(plan.start) for name in plan.start}, np.zeros((0, horizon))
    said = say(part, sample, tuple(weights), horizon, fit_each)
    mean = combine(said, weights)
    widths = measure_widths(residuals, expected_spread(part.tier, horizon), max(1, part.season // 13))
    scale = scale_of(part.tier, part.values, part.season)[:, None]
    low, high = mean - widths.below * scale, mean + widths.above * scale
    # What was never below zero does not fall below it.
    floor = np.where(np.nanmin(part.values, axis=1) >= 0, 0.0, -np.inf)[:, None]
    failed = {name: int(np.isnan(rows).any(axis=1).sum()) for name, rows in said.items()}
    return Carried(
        np.maximum(mean, floor)[:, :asked],
        np.maximum(low, floor)[:, :asked],
        np.maximum(high, floor)[:, :asked],
        weights,
        tests.series,
        {name: count for name, count in failed.items() if count},
    )


def back_test(sample: Part, plan: Plan, horizon: int, fit_each: FitEach) -> BackTests:
    """Let every member speak at each origin that leaves it enough past."""
    said: dict[Member, list[Floats]] = {name: [] for name in plan.members}
    came, scale, series = [np.zeros((0, horizon))], [np.zeros(0)], set()
    lengths = np.isfinite(sample.values).sum(axis=1)
    for steps in origins_of(sample.tier, sample.season):
        rows = np.flatnonzero(lengths - steps >= max(plan.least, min(steps, sample.season)))
        if not len(rows):
            continue
        past = sample.take(rows, steps)
        varied = np.nanmax(past.values, axis=1) > np.nanmin(past.values, axis=1)
        rows, past = rows[varied], past.take(np.flatnonzero(varied))
        if not len(rows):
            continue
        for name, rows_said in say(past, past, plan.members, horizon, fit_each).items():
            said[name].append(rows_said)
        truth = np.full((len(rows), horizon), np.nan)
        ahead = min(steps, horizon if sample.tier is Tier.SHORT else sample.season)
        truth[:, :ahead] = sample.values[rows][:, -steps:][:, :ahead]
        came.append(truth)
        scale.append(scale_of(sample.tier, past.values, sample.season))
        series.update(rows.tolist())
    stacked = {name: np.concatenate(parts) for name, parts in said.items() if parts}
    return BackTests(stacked, np.concatenate(came), np.concatenate(scale), len(series))


def say(part: Part, teachers: Part, members: Sequence[Member], horizon: int, fit_each: FitEach) -> dict[Member, Floats]:
    """What each member says of each series (series, horizon); the pooled regressions learn from `teachers`."""
    return {name: _say(name, part, teachers, horizon, fit_each) for name in members}


def _say(name: Member, part: Part, teachers: Part, horizon: int, fit_each: FitEach) -> Floats:
    past, season = part.values, part.season
    match name:
        case Member.POOLED | Member.LEADING:
            has_leading = name is Member.LEADING
            fitted = fit_pooled(teachers.values, teachers.leading if has_leading else None, season)
            said = fitted.forecast(past, part.leading if has_leading else None)
        case Member.SMOOTH | Member.HALF_SEASON:
            said = _young_season(past, season, 1.0 if name is Member.SMOOTH else 0.5)
        case Member.LEVEL:
            return smoothed_level(past, horizon)
        case Member.DAMPED:
            return damped_trend(past, horizon)
        case Member.RECENT:
            return mean_of_last(past, horizon, max(4, season // 4))
        case _ if name in FITTED:
            said = fit_each(name, season, past)
        case _:
            raise ValueError(f"{name} has no method")
    return _as_far_as(said, horizon)


def _young_season(past: Floats, season: int, share: float) -> Floats:
    """The smoothed season of the last two years, of one where there is only one, or a share of it."""
    level: Floats = past[:, -season:].mean(axis=1, keepdims=True)
    has_two = np.isfinite(past[:, -2 * season]) if past.shape[1] >= 2 * season else np.zeros(len(past), dtype=bool)
    whole = level + _one_season(past, season)
    if has_two.any():
        whole[has_two] = smooth_season(past[has_two], season)
    return level + share * (whole - level)


def _one_season(past: Floats, season: int) -> Floats:
    return profiles(past[:, -season:], season, reach_of(season, 2), years=1)[0]


def _as_far_as(said: Floats, horizon: int) -> Floats:
    """Cut, or go on with the last season for horizons beyond one."""
    season = said.shape[1]
    return said[:, np.arange(horizon) % season]


def _sample(names: Sequence[str]) -> Rows:
    """Rows of at most `TESTED_SERIES` series, the same whatever the order of the columns."""
    by_hash = sorted(range(len(names)), key=lambda row: sha256(names[row].encode("utf-8", "replace")).digest())
    return np.array(by_hash[:TESTED_SERIES], dtype=np.intp)
