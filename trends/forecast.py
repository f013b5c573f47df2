"""How far a trend goes: every series carried forward with an 80% interval.

Series are taken together by how much past they have (`Tier`). Each tier has members (`forecasting/tiers.py`) that are
back-tested on rolling origins inside the past; those tests choose the members' weights (`choose_weights`) and the width
of the intervals (`measure_widths`). Nothing after the last date is used, and the clock is not looked at.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np

from trends.forecasting.carry import TESTED_SERIES, Carried, Part, carry
from trends.forecasting.fan_out import Advance, fitting
from trends.forecasting.season import profiles, reach_of
from trends.forecasting.tiers import tier_of
from trends.forecasting.values import Floats, Forecast, Panel, PanelForecast, Tier

YEAR_WEEKS = 52


def forecast_trend(
    weeks: Iterable[tuple[date, float]], horizon: int = YEAR_WEEKS, season: int = YEAR_WEEKS
) -> Forecast:
    """Carry one weekly series, oldest first and without gaps, forward by `horizon` weeks."""
    points = list(weeks)
    values = np.array([[value for _, value in points]], dtype=float)
    return forecast_panel(Panel(("series",), points[0][0], values), horizon, season).of(0)


def forecast_panel(
    panel: Panel,
    horizon: int = YEAR_WEEKS,
    season: int = YEAR_WEEKS,
    leading: Panel | None = None,
    advance: Advance = lambda done, total: None,
    jobs: int | None = None,
) -> PanelForecast:
    """Carry every series forward by `horizon` steps.

    `season` is the length of a season in steps, 1 for none. `leading` holds series of the same names that move earlier;
    only the dates of `panel` are used. Raises ValueError for a horizon or season below 1 or a series without values.
    """
    if horizon < 1 or season < 1 or not panel.lengths.all():
        raise ValueError(f"horizon {horizon}, season {season}, shortest series {panel.lengths.min(initial=0)}")
    tiers = tuple(tier_of(row[np.isfinite(row)], season) for row in panel.values)
    beside = aligned(leading, panel) if leading is not None else None
    shape = (len(panel.names), horizon)
    mean, low, high = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    weights, tested, notes = {}, {}, []
    with fitting(tiers.count(Tier.SEASONS), advance, jobs) as fit_each:
        for tier in [tier for tier in Tier if tier in tiers]:
            rows = np.array([row for row, own in enumerate(tiers) if own is tier])
            part = Part(tier, panel.names, panel.values, beside if tier is Tier.SEASONS else None, season).take(rows)
            carried = carry(part, horizon, fit_each)
            mean[rows], low[rows], high[rows] = carried.mean, carried.lo80, carried.hi80
            weights[tier] = {name.value: share for name, share in carried.weights.items()}
            tested[tier] = carried.tested
            notes += _notes(tier, len(rows), carried, horizon, season)
    return PanelForecast(
        panel.names,
        panel.date_at(panel.values.shape[1]),
        panel.step_days,
        mean,
        np.minimum(low, mean),
        np.maximum(high, mean),
        season_of(panel.values, season),
        tiers,
        weights,
        tested,
        tuple(notes),
    )


def aligned(leading: Panel, panel: Panel) -> Floats:
    """The leading series of the same names on the dates of `panel`; NaN where there is none (series, dates)."""
    row_of = {name: row for row, name in enumerate(leading.names)}
    shift = (panel.starts_on - leading.starts_on).days // leading.step_days
    columns = np.arange(panel.values.shape[1]) + shift
    inside = (columns >= 0) & (columns < leading.values.shape[1])
    beside = np.full(panel.values.shape, np.nan)
    for row, name in enumerate(panel.names):
        if name in row_of:
            beside[row, inside] = leading.values[row_of[name], columns[inside]]
    return beside


def season_of(values: Floats, season: int) -> Floats:
    """Smoothed profile of the last two seasons, starting with the first date ahead; NaN for shorter series."""
    found = np.full((len(values), season), np.nan)
    if season > 1 and values.shape[1] >= 2 * season:
        whole = np.isfinite(values[:, -2 * season])
        if whole.any():
            past = values[whole, -2 * season :]
            found[whole] = np.mean(profiles(past, season, reach_of(season, 2)), axis=0)
    return found


def _notes(tier: Tier, count: int, carried: Carried, horizon: int, season: int) -> list[str]:
    notes = [f"{name} could not be fitted to {failed} series" for name, failed in carried.failed.items()]
    weights = ", ".join(f"{name} {share:.0%}" for name, share in carried.weights.items())
    if tier is Tier.SEASONS:
        if count > TESTED_SERIES:
            notes.append(f"weights and intervals were back-tested on {carried.tested} of {count} series")
        if horizon > season:
            notes.append(f"after {season} steps the season repeats itself")
        return notes
    reason = {
        Tier.YOUNG: f"fewer than {3 * season} values: a smoothed season with ",
        Tier.SHORT: f"no season (fewer than {season + max(2, season // 4)} values, or none asked for): ",
        Tier.TINY: "fewer than 8 values: interval by rule, not measured: ",
        Tier.CONSTANT: "one value only: it goes on, with no width: ",
    }[tier]
    return [*notes, f"{count} series with {reason}{weights}"]
