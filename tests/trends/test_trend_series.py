"""Exports of search trends as they come: preambles, two languages, two layouts, below one, by day, not yet over."""

from datetime import date, timedelta

import pytest

from models.errors import UnreadableSource
from tests.trends.reading import read_all
from trends.collect import collect
from trends.series import find_series
from trends.sources import Refused, SeriesPoint, parse_source
from trends.sources.trend_series import split_heading

AS_OF = date(2026, 11, 15)
CONFIG = parse_source({"kind": "trend_series", "name": "g", "licence": "test", "retention_days": 1900}, "g.toml")
ENGLISH = """Category: All categories

Week,puffer coat: (United States),greatcoat: (United States)
2026-10-25,41,<1
2026-11-01,55,3
2026-11-08,100,7
2026-11-15,12,1
"""
CHINESE = "\ufeff类别：所有类别\n\n周,军大衣: (中国),马面裙：（中国）\n2026/10/25,41,<1\n2026/11/1,55,3\n"
PINTEREST = """Trends report
Rank,Trend,Weekly change,Monthly change,Yearly change,2026-10-26,2026-11-02,2026-11-09
1,military greatcoat,40%,90%,"1,000%",20,60,100
2,,1%,1%,1%,1,2,3
3,barn jacket,1%,1%,1%,50,few,52
"""


def read(tmp_path, content, name="multiTimeline.csv"):
    (tmp_path / name).write_text(content, encoding="utf-8")
    return read_all(CONFIG, [tmp_path / name], AS_OF)


def shown(rows):
    return [(row.phrase, row.week_on.isoformat(), row.value) for row in rows if isinstance(row, SeriesPoint)]


def test_an_english_export_is_read_up_to_the_weeks_that_are_over(tmp_path):
    rows = read(tmp_path, ENGLISH)
    assert shown(rows) == [
        ("greatcoat", "2026-10-26", 0.5),
        ("greatcoat", "2026-11-02", 3),
        ("greatcoat", "2026-11-09", 7),
        ("puffer coat", "2026-10-26", 41),
        ("puffer coat", "2026-11-02", 55),
        ("puffer coat", "2026-11-09", 100),
    ]
    assert {(row.region, row.language, row.exported_through) for row in rows if isinstance(row, SeriesPoint)} == {
        ("United States", "en", date(2026, 11, 16))
    }
    assert [row.reason for row in rows if isinstance(row, Refused)] == ["the week is not complete"] * 2


def test_a_chinese_export_is_read(tmp_path):
    rows = read(tmp_path, CHINESE)
    assert shown(rows)[0] == ("军大衣", "2026-10-26", 41)
    assert {(row.region, row.language) for row in rows} == {("中国", "zh")}


def test_a_list_of_phrases_with_a_date_a_column_is_read(tmp_path):
    rows = read(tmp_path, PINTEREST)
    assert [value for phrase, _, value in shown(rows) if phrase == "military greatcoat"] == [20, 60, 100]
    assert [value for phrase, _, value in shown(rows) if phrase == "barn jacket"] == [50, 52]
    assert sorted(row.reason for row in rows if isinstance(row, Refused)) == [
        "no phrase, or values missing",
        "value 'few' is no number from 0 up",
    ]


def test_days_become_the_mean_of_their_whole_week(tmp_path):
    days = [date(2026, 10, 30) + timedelta(days=number) for number in range(14)]
    lines = [f"{day},{number}" for number, day in enumerate(days)]
    rows = read(tmp_path, "Category: Shopping\n\nDay,coat: (Worldwide)\n" + "\n".join(lines))
    assert shown(rows) == [("coat", "2026-11-02", 6.0)]
    assert len([row for row in rows if isinstance(row, Refused)]) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Month,coat\n2026-01,5\n2026-02,6\n2026-03,6\n", "one value a month; export a span of five years or less"),
        ("name,likes\ncoat,5\n", "no heading row found"),
        ("", "no heading row found"),
        ("Week,coat\n", "no dates with values"),
        ("Week,coat\nsoon,5\n", "no dates with values"),
        ("\x00\x01\x02", "no heading row found"),
        ("Week,coat\n" + '2026-11-01,"' + "x" * 200_000, "no CSV"),
    ],
)
def test_what_is_no_export_is_one_clear_error(tmp_path, content, says):
    with pytest.raises(UnreadableSource) as raised:
        read(tmp_path, content)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_bytes_that_are_no_text_are_one_clear_error(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00W")
    with pytest.raises(UnreadableSource, match="is not UTF-8"):
        read_all(CONFIG, [tmp_path / "a.csv"], AS_OF)


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("puffer coat: (United States)", ("puffer coat", "United States")),
        ("马面裙：（中国）", ("马面裙", "中国")),
        ("coat", ("coat", "")),
        ("ratio 3:4", ("ratio 3:4", "")),
        ("  two   words : (UK) ", ("two words", "UK")),
    ],
)
def test_a_heading_names_phrase_and_region(heading, parts):
    assert split_heading(heading) == parts


def test_exports_are_stored_once_and_found_as_series(session, tmp_path):
    (tmp_path / "a.csv").write_text(ENGLISH)
    first = collect(session, CONFIG, [tmp_path], AS_OF)
    unchanged = collect(session, CONFIG, [tmp_path], AS_OF)
    again = collect(session, CONFIG, [tmp_path], AS_OF, again=True)
    week_later = collect(session, CONFIG, [tmp_path], AS_OF + timedelta(days=7))
    assert (first.read, first.added, first.refused) == (8, 6, 2)
    assert (unchanged.read, unchanged.unchanged) == (0, 1)
    assert (again.added, again.repeated) == (0, 6)
    assert (week_later.added, week_later.repeated, week_later.refused) == (2, 6, 0)
    greatcoat, puffer = find_series(session, AS_OF)
    assert greatcoat.weeks == ((date(2026, 10, 26), 0.5), (date(2026, 11, 2), 3.0), (date(2026, 11, 9), 7.0))
    assert puffer.phrase == "puffer coat"
