from datetime import date, timedelta

from sqlalchemy import func, select

from models.forecast import ForecastOf, TrendForecast
from tests.builders import make_trend
from trends.forecasting.values import Forecast, Tier
from trends.outlook import as_far_down_as_up, find_forecast, forecast_trends

AS_OF = date(2026, 10, 31)
LAST_WEEK = AS_OF - timedelta(days=6)


def weekly(*values):
    return [[(LAST_WEEK - timedelta(weeks=len(values) - 1 - at)).isoformat(), v] for at, v in enumerate(values)]


def test_each_trend_and_each_attribute_of_a_day_is_carried_forward_a_year(session):
    make_trend(session, phrase="军大衣", series=weekly(*range(1, 21)), meaning={"colour": ["olive", "brown"]})
    make_trend(session, phrase="棉袄", series=weekly(*[2] * 10, *range(10)), meaning={"colour": ["olive"]})
    rows = {(row.subject, row.name): row for row in forecast_trends(session, AS_OF)}
    assert set(rows) == {
        (ForecastOf.TREND, "军大衣"),
        (ForecastOf.TREND, "棉袄"),
        (ForecastOf.ATTRIBUTE, "colour=olive"),
    }
    for row in rows.values():
        assert row.first_on == AS_OF + timedelta(days=1)
        assert len(row.mean) == 52
        assert all(low <= mean <= high for low, mean, high in zip(row.lo80, row.mean, row.hi80, strict=True))
    trend, colour = (
        rows[key].mean[0] for key in ((ForecastOf.TREND, "军大衣"), (ForecastOf.ATTRIBUTE, "colour=olive"))
    )
    assert colour > trend


def test_weeks_before_the_first_title_are_not_known_rather_than_zero(session):
    make_trend(session, phrase="美拉德", series=weekly(*[0] * 50, 3, 5, 9))
    (row,) = [row for row in forecast_trends(session, AS_OF) if row.subject is ForecastOf.TREND]
    assert row.tier == "tiny"
    assert row.hi80[-1] > 2 * row.mean[-1]  # three weeks say next to nothing about a year


def test_a_second_run_says_the_same_and_replaces(session):
    make_trend(session, phrase="军大衣", series=weekly(*range(1, 21)))
    first = [row.mean for row in forecast_trends(session, AS_OF)]
    assert [row.mean for row in forecast_trends(session, AS_OF)] == first
    assert session.scalar(select(func.count()).select_from(TrendForecast)) == len(first)


def test_other_days_stay(session):
    make_trend(session, as_of=AS_OF - timedelta(days=1))
    forecast_trends(session, AS_OF - timedelta(days=1))
    assert forecast_trends(session, AS_OF) == []
    assert session.scalar(select(func.count()).select_from(TrendForecast)) > 0


def test_a_forecast_is_found_again_by_its_name(session):
    make_trend(session, phrase="军大衣", series=weekly(*range(1, 21)), meaning={"colour": ["olive"]})
    forecast_trends(session, AS_OF, horizon=12)
    found = find_forecast(session, AS_OF, "军大衣")
    assert len(found.mean) == 12
    assert found.date_at(0) == AS_OF + timedelta(days=1)
    assert find_forecast(session, AS_OF, "colour=olive", ForecastOf.ATTRIBUTE) is not None
    assert find_forecast(session, AS_OF, "棉袄") is None


def test_what_rose_may_fall_as_far_as_it_may_rise():
    narrow = Forecast(AS_OF, (10.0, 10.0, 0.0), (9.0, 2.0, 0.0), (20.0, 20.0, 0.0), (), Tier.SHORT)
    assert as_far_down_as_up(narrow).lo80 == (5.0, 2.0, 0.0)
