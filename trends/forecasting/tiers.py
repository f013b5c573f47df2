"""What each tier of series is carried forward with, and where in its past that is tested."""

from collections.abc import Sequence
from typing import NamedTuple, assert_never

import numpy as np

from trends.forecasting.levels import change_per_step
from trends.forecasting.members import Member
from trends.forecasting.season import change_over_season
from trends.forecasting.values import Floats, Tier

_SHORTEST = 8
_SHORT_ORIGINS = (4, 8, 13, 26)


class Plan(NamedTuple):
    """The members of a tier, those that start with a vote, and the least past that they need."""

    members: tuple[Member, ...]
    start: tuple[Member, ...]
    least: int


def tier_of(values: Floats, season: int) -> Tier:
    """The tier of one series, given without the dates before it begins; season 1: none."""
    if len(values) > 1 and np.ptp(values) == 0:
        return Tier.CONSTANT
    if season > 1 and len(values) >= 3 * season:
        return Tier.SEASONS
    if season > 1 and len(values) >= season + max(2, season // 4):
        return Tier.YOUNG
    return Tier.SHORT if len(values) >= _SHORTEST else Tier.TINY


def plan_of(tier: Tier, season: int, has_leading: bool) -> Plan:
    """What a tier is carried forward with."""
    match tier:
        case Tier.SEASONS:
            pooled = (Member.POOLED, Member.LEADING) if has_leading else (Member.POOLED,)
            fitted = (Member.SEASONAL_NAIVE, Member.MSTL_LEVEL, Member.MSTL_THETA, Member.CES, Member.THETA)
            start = (pooled[-1], Member.SMOOTH, Member.MSTL_LEVEL)
            return Plan((*pooled, Member.SMOOTH, *fitted), start, 2 * season)
        case Tier.YOUNG:
            members = (Member.SMOOTH, Member.HALF_SEASON, Member.LEVEL, Member.RECENT)
            return Plan(members, (Member.HALF_SEASON, Member.LEVEL), season)
        case Tier.SHORT:
            return Plan((Member.LEVEL, Member.DAMPED, Member.RECENT), (Member.LEVEL, Member.DAMPED), 4)
        case Tier.TINY | Tier.CONSTANT:
            return Plan((Member.RECENT,), (Member.RECENT,), 1)
        case _:
            assert_never(tier)


def origins_of(tier: Tier, season: int) -> Sequence[int]:
    """How many steps before the end a tier is tested from."""
    quarter = max(1, season // 4)
    match tier:
        case Tier.SEASONS:
            return [season + quarter * count for count in range(5)]
        case Tier.YOUNG:
            return [quarter * count for count in range(1, 5)]
        case Tier.SHORT:
            return _SHORT_ORIGINS
        case Tier.TINY | Tier.CONSTANT:
            return ()
        case _:
            assert_never(tier)


def scale_of(tier: Tier, past: Floats, season: int) -> Floats:
    """What errors of each series are measured in (series,)."""
    match tier:
        case Tier.SEASONS:
            return change_over_season(past, season)
        case Tier.YOUNG | Tier.SHORT:
            return change_per_step(past)
        case Tier.TINY:
            # Nothing can be measured: as wide as the values themselves.
            return np.asarray(np.maximum(np.nanstd(past, axis=1), np.abs(np.nanmean(past, axis=1))))
        case Tier.CONSTANT:
            return np.zeros(len(past))
        case _:
            assert_never(tier)


def expected_spread(tier: Tier, horizon: int) -> Floats:
    """The standard deviation of errors, in scales, that is expected before back-tests show it (horizon,).

    Within seasons the seasonal change itself, else half noise, half a random walk whose steps are the series' own
    (1.25: the standard deviation of a normal variable over its mean absolute value).
    """
    ahead = np.arange(1, horizon + 1)
    match tier:
        case Tier.SEASONS:
            return np.full(horizon, 1.0)
        case Tier.YOUNG | Tier.SHORT:
            return 1.25 * np.sqrt((1 + ahead) / 2)
        case Tier.TINY | Tier.CONSTANT:
            return np.sqrt(1 + ahead / 4)
        case _:
            assert_never(tier)
