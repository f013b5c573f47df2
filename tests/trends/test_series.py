"""Ready-made series: exports of different scale become one, and nothing is seen before it was over."""

from datetime import date, timedelta

import pytest

from models.db import insert_new
from models.series import TrendSeriesValue
from trends.series import find_series, is_over, join_exports, week_of

MONDAY = date(2026, 8, 3)


def weeks(start, *values):
    return {start + timedelta(weeks=number): float(value) for number, value in enumerate(values)}


def test_an_older_export_is_brought_to_the_scale_of_the_newest():
    old = weeks(MONDAY, 20, 40, 80, 100)
    new = weeks(MONDAY + timedelta(weeks=2), 40, 50, 100)
    assert join_exports({max(old): old, max(new): new}) == weeks(MONDAY, 10, 20, 40, 50, 100)


def test_an_export_that_shares_nothing_is_left_out():
    old, new = weeks(MONDAY, 20, 40), weeks(MONDAY + timedelta(weeks=9), 70, 100)
    assert join_exports({max(old): old, max(new): new}) == new
    assert join_exports({max(old): weeks(MONDAY, 0, 0), max(new): {**weeks(MONDAY, 0, 0), **new}})[MONDAY] == 0


@pytest.mark.parametrize(
    ("first_day", "week"),
    [
        (date(2026, 8, 2), MONDAY),  # Sunday to Saturday, as Google counts
        (MONDAY, MONDAY),
        (date(2026, 8, 8), date(2026, 8, 10)),  # Saturday to Friday
    ],
)
def test_a_week_belongs_to_the_monday_of_most_of_its_days(first_day, week):
    assert week_of(first_day) == week


def test_a_week_is_over_at_the_end_of_its_sunday():
    assert not is_over(MONDAY, MONDAY + timedelta(days=5))
    assert is_over(MONDAY, MONDAY + timedelta(days=6))


def test_series_are_found_as_they_were_known_on_a_day(session):
    fixed = {"source": "g", "phrase": "greatcoat", "region": "", "language": "en", "exported_through": MONDAY}
    rows = [{**fixed, "week_on": MONDAY - timedelta(weeks=back), "value": 100 - back} for back in range(3)]
    other = {**rows[0], "source": "p", "phrase": "军大衣", "language": "zh"}
    insert_new(session, TrendSeriesValue, [*rows, other])
    then = MONDAY + timedelta(days=5)
    found = find_series(session, then)
    assert [(one.source, one.phrase, one.language, [value for _, value in one.weeks]) for one in found] == [
        ("g", "greatcoat", "en", [98, 99])
    ]
    assert len(find_series(session, then + timedelta(days=1))) == 2
    assert [one.source for one in find_series(session, then + timedelta(days=1), sources=["p"])] == ["p"]
