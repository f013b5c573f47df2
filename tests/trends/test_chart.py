from datetime import date, timedelta

from trends.chart import blocks, chart, squeeze
from trends.forecasting.values import Forecast, Tier

START = date(2026, 1, 5)


def said(horizon=52, season=(), tier=Tier.SHORT):
    return Forecast(START, (20.0,) * horizon, (10.0,) * horizon, (40.0,) * horizon, season, tier)


def past(count):
    return [(START - timedelta(weeks=count - at), float(at)) for at in range(count)]


def test_every_line_fits_a_terminal_and_the_scale_is_shared():
    lines = chart(past(30), said()).splitlines()
    assert max(map(len, lines)) <= 100
    assert "█" in lines[0]  # the upper end is the highest value of all
    assert "█" not in lines[2]


def test_the_levels_of_a_month_a_quarter_and_a_year_are_told():
    text = chart(past(30), said())
    assert "in 4 weeks 20 (10 to 40), in 12 weeks 20 (10 to 40), in 52 weeks 20 (10 to 40)" in text
    assert "in 52 weeks" not in chart(past(30), said(horizon=12))


def test_the_season_is_told_by_its_highest_and_lowest_week_or_said_to_be_unknown():
    season = (0.0, 5.0, *[0.0] * 49, -3.0)
    assert "highest around 2026-01-12, lowest around 2026-12-28" in chart(past(200), said(season=season))
    assert "not known" in chart(past(10), said())
    assert "too few weeks to measure" in chart(past(3), said(tier=Tier.TINY))


def test_no_past_and_nothing_above_zero_still_draw():
    nothing = Forecast(START, (0.0,), (0.0,), (0.0,), (), Tier.TINY)
    assert chart([], nothing).splitlines()[1].endswith("▁")


def test_squeezed_values_are_means_of_neighbours():
    assert squeeze([1, 3, 5, 7], 2) == [2, 6]
    assert squeeze([1, 2], 5) == [1, 2]
    assert squeeze([], 5) == []


def test_blocks_rise_with_the_value():
    assert blocks([0, 4, 8, -1], 8) == "▁▅█▁"
