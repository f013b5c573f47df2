"""Rules that forecasts keep, on series whose future is known."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trends.forecast import aligned, forecast_panel, forecast_trend
from trends.forecasting.carry import Part, carry
from trends.forecasting.fan_out import fitting
from trends.forecasting.members import Member
from trends.forecasting.values import Forecast, Panel, Tier
from trends.forecasting.weigh import BackTests, choose_weights, combine, measure_widths

START = date(2022, 1, 3)
SEASON = 12  # a short season keeps the tests quick; the rules are the same


def panel(values, names=None, starts_on=START):
    rows = np.atleast_2d(np.asarray(values, dtype=float))
    return Panel(tuple(names or (f"s{row}" for row in range(len(rows)))), starts_on, rows)


def wave(length, level=10.0, height=3.0, phase=0.0):
    return level + height * np.sin(2 * np.pi * (np.arange(length) + phase) / SEASON)


def last_season(member, season, values):
    """Stands in for statsforecast where the rule is not about its models: seasonal naive without the import."""
    return values[:, -season:]


def carried(values, leading=None, horizon=SEASON, names=None):
    names = names or tuple(f"s{row}" for row in range(len(values)))
    return carry(Part(Tier.SEASONS, names, values, leading, SEASON), horizon, last_season)


def weeks(values):
    return [(START + timedelta(weeks=at), value) for at, value in enumerate(values)]


short_series = st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=40)


# --- what is known stays known ------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [2, 7, 30, 60, 200])
def test_a_constant_series_goes_on(length):
    said = forecast_trend(weeks([5.0] * length), 52)
    assert said.tier is Tier.CONSTANT
    assert set(said.mean) == set(said.lo80) == set(said.hi80) == {5.0}


def test_a_pure_season_goes_on():
    length, phases = 5 * SEASON, (0, 3, 7)
    said = forecast_panel(panel([wave(length, phase=phase) for phase in phases]), SEASON, SEASON)
    came = np.stack([wave(length + SEASON, phase=phase)[-SEASON:] for phase in phases])
    assert set(said.tiers) == {Tier.SEASONS}
    assert np.abs(said.mean - came).max() < 0.3  # a tenth of the season's height
    assert np.abs(said.season - (came - 10)).max() < 0.6  # smoothed over neighbours where the season is long enough


def test_a_season_is_shown_from_the_first_week_ahead():
    said = forecast_trend(weeks(wave(2 * SEASON + 5)), SEASON, SEASON)
    assert said.tier is Tier.YOUNG
    came = wave(3 * SEASON + 5)[-SEASON:] - 10
    assert np.argmax(said.season) == np.argmax(came)
    assert np.argmin(said.season) == np.argmin(came)


def test_eighty_percent_intervals_hold_about_eighty_percent():
    rng = np.random.default_rng(3)
    values = np.stack([wave(6 * SEASON, phase=phase) for phase in range(40)]) + rng.normal(0, 1, (40, 6 * SEASON))
    said = carried(values[:, :-SEASON])
    inside = (said.lo80 <= values[:, -SEASON:]) & (values[:, -SEASON:] <= said.hi80)
    assert 0.72 <= inside.mean() <= 0.88
    # with the noise known, an interval that holds 80% is 2.56 wide; one that is needlessly wide says nothing
    assert (said.hi80 - said.lo80).mean() < 4


def test_leading_series_that_tell_the_future_are_used():
    rng = np.random.default_rng(4)
    steps = 50 + np.cumsum(rng.normal(0, 1, (60, 7 * SEASON)), axis=1)
    ahead, end = SEASON // 2, 5 * SEASON
    came = steps[:, end : end + ahead]
    alone = carried(steps[:, :end], horizon=ahead)
    led = carried(steps[:, :end], steps[:, ahead : end + ahead], horizon=ahead)
    assert led.weights.get(Member.LEADING, 0) > 0.3
    assert np.abs(led.mean - came).mean() < 0.9 * np.abs(alone.mean - came).mean()


# --- what may not matter ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy():
    rng = np.random.default_rng(5)
    return np.stack([wave(4 * SEASON, phase=phase) for phase in range(6)]) + rng.normal(0, 1, (6, 4 * SEASON))


def test_the_order_of_columns_does_not_matter(noisy):
    order, said = [4, 2, 0, 5, 3, 1], carried(noisy)
    turned = carried(noisy[order], names=tuple(f"s{row}" for row in order))
    for part in ("mean", "lo80", "hi80"):
        np.testing.assert_allclose(getattr(turned, part), getattr(said, part)[order], rtol=1e-6)


def test_a_series_in_other_units_gets_the_same_forecast_in_those_units(noisy):
    units, said = np.array([1, 10, 0.01, 1000, 3, 1e-5])[:, None], carried(noisy)
    scaled = carried(noisy * units)
    np.testing.assert_allclose(scaled.mean, said.mean * units, rtol=1e-6)
    np.testing.assert_allclose(scaled.hi80, said.hi80 * units, rtol=1e-6)


def test_the_horizon_does_not_change_the_first_weeks(noisy):
    near, year, far = (carried(noisy, horizon=horizon) for horizon in (3, SEASON, 2 * SEASON))
    np.testing.assert_allclose(near.mean, year.mean[:, :3], rtol=1e-9)
    np.testing.assert_allclose(far.hi80[:, :SEASON], year.hi80, rtol=1e-9)
    assert ((far.hi80 - far.lo80)[:, -1] > (far.hi80 - far.lo80)[:, SEASON - 1]).all()


def test_processes_of_their_own_say_the_same(noisy):
    from trends.forecasting.members import fit_each

    counted = []
    with fitting(10_000, lambda done, total: counted.append(done), jobs=2) as apart:
        rows = apart(Member.SEASONAL_NAIVE, SEASON, noisy)
    np.testing.assert_array_equal(rows, fit_each(Member.SEASONAL_NAIVE, SEASON, noisy))
    assert counted[-1] == len(noisy)


# --- every tier, whatever the values ------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(short_series, min_size=1, max_size=4), st.integers(1, 30))
def test_a_mean_lies_in_its_interval_and_counts_do_not_fall_below_zero(rows, horizon):
    length = max(map(len, rows))
    values = np.array([[np.nan] * (length - len(row)) + row for row in rows])
    # 366 keeps every series in the tiers without statsforecast
    said = forecast_panel(panel(values), horizon, 366)
    for row in range(len(rows)):
        one = said.of(row)  # raises when a mean lies outside
        assert np.isfinite(one.mean + one.hi80).all()
        assert min(one.lo80) >= 0


def test_a_series_may_be_below_zero():
    said = forecast_trend(weeks(np.linspace(-5, -3, 30)), 4)
    assert max(said.mean) < 0


@pytest.mark.parametrize(
    ("length", "tier", "told"),
    [
        (3, Tier.TINY, "interval by rule"),
        (8, Tier.SHORT, "no season"),
        (64, Tier.SHORT, "no season"),
        (65, Tier.YOUNG, "smoothed season"),
        (155, Tier.YOUNG, "smoothed season"),
    ],
)
def test_a_short_series_says_what_it_falls_back_to(length, tier, told):
    rng = np.random.default_rng(6)
    said = forecast_panel(panel(rng.uniform(5, 15, length)), 52)
    assert said.tiers == (tier,)
    assert any(told in note for note in said.notes)


def test_the_less_is_known_the_wider_the_interval():
    rng = np.random.default_rng(7)
    values = rng.uniform(5, 15, 40)
    tiny, short = (forecast_trend(weeks(values[-length:]), 12) for length in (5, 40))
    assert tiny.hi80[-1] - tiny.lo80[-1] > short.hi80[-1] - short.lo80[-1]
    assert short.hi80[-1] > short.mean[-1]


def test_series_of_every_length_go_together():
    rng = np.random.default_rng(8)
    values = rng.uniform(5, 15, (5, 4 * SEASON))
    for row, length in enumerate((4 * SEASON, 3 * SEASON, 2 * SEASON, 9, 2)):
        values[row, :-length] = np.nan
    said = forecast_panel(panel(values), SEASON, SEASON)
    assert said.tiers == (Tier.SEASONS, Tier.SEASONS, Tier.YOUNG, Tier.SHORT, Tier.TINY)
    assert np.isfinite([said.mean, said.lo80, said.hi80]).all()


@pytest.mark.parametrize(("horizon", "season"), [(0, 52), (4, 0)])
def test_nonsense_is_refused(horizon, season):
    with pytest.raises(ValueError, match="horizon"):
        forecast_panel(panel([1.0, 2.0]), horizon, season)


def test_a_hole_inside_a_series_is_refused():
    with pytest.raises(ValueError, match="missing inside"):
        panel([1.0, np.nan, 2.0])


def test_a_mean_outside_its_interval_cannot_be_built():
    with pytest.raises(ValueError, match="outside"):
        Forecast(START, (1.0,), (2.0,), (3.0,), (), Tier.SHORT)


def test_leading_series_are_taken_by_name_and_date():
    leaders = panel([[1.0, 2, 3, 4], [5, 6, 7, 8]], ["b", "x"], START - timedelta(weeks=1))
    beside = aligned(leaders, panel([[0.0, 0, 0], [0, 0, 0]], ["a", "b"]))
    assert np.isnan(beside[0]).all()
    assert beside[1].tolist() == [2, 3, 4]


# --- weights and widths -------------------------------------------------------------------------------------------


def back_tests(said, came):
    return BackTests(said, came, np.ones(len(came)), len(came))


def test_weights_follow_who_was_right():
    came = np.tile([1.0, 2.0, 3.0], (20, 1))
    said = {Member.LEVEL: came + 0.1, Member.DAMPED: came - 2.0, Member.RECENT: came + 1.0}
    weights = choose_weights(back_tests(said, came), (Member.DAMPED,))
    assert max(weights, key=weights.get) is Member.LEVEL
    assert sum(weights.values()) == pytest.approx(1)


def test_few_back_tests_leave_the_weights_near_their_start():
    came = np.array([[1.0, 2.0]])
    said = {Member.LEVEL: came, Member.DAMPED: came + 5}
    few = choose_weights(back_tests(said, came), (Member.LEVEL, Member.DAMPED))
    assert few[Member.DAMPED] == pytest.approx(1 / 4)


def test_a_member_that_fails_often_is_not_chosen_and_the_others_stand_in_where_it_fails():
    came = np.ones((20, 2))
    broken = np.where(np.arange(20)[:, None] < 5, np.nan, 1.0) * came
    weights = choose_weights(back_tests({Member.CES: broken, Member.LEVEL: came + 1}, came), (Member.LEVEL,))
    assert set(weights) == {Member.LEVEL}
    both = combine({Member.CES: broken, Member.LEVEL: came + 1}, {Member.CES: 0.5, Member.LEVEL: 0.5})
    assert both[0].tolist() == [2, 2]
    assert both[19].tolist() == [1.5, 1.5]


def test_widths_are_the_tenth_and_ninetieth_part_of_what_was_wrong():
    errors = np.repeat(np.linspace(-1, 3, 4001)[:, None], 3, axis=1)
    widths = measure_widths(errors, np.ones(3), reach=1)
    assert widths.below == pytest.approx([0.6] * 3, abs=0.02)
    assert widths.above == pytest.approx([2.6] * 3, abs=0.02)


def test_untested_horizons_widen_with_the_square_root_of_time():
    errors = np.full((500, 8), np.nan)
    errors[:, :2] = np.random.default_rng(9).normal(0, 1, (500, 2))
    widths = measure_widths(errors, np.ones(8), reach=0)
    assert widths.above[7] == pytest.approx(2 * widths.above[1])
