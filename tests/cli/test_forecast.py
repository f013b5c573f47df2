"""`demandloom trends forecast` on good and bad files; short series, which need no statsforecast."""

import csv
import json
from datetime import date, timedelta

import pytest

from tests.cli.conftest import the_one_line

START = date(2026, 1, 5)


def days(count, step=7):
    return [START + timedelta(days=step * at) for at in range(count)]


def write(path, header, rows):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def good(path, count=30, **cells):
    rows = [f"{day},{10 + at % 3},{cells.get(f'b{at}', 5 + at)}" for at, day in enumerate(days(count))]
    return write(path, "week,a,b", rows)


def answer_of(run, source, out, *words):
    said = run("trends", "forecast", source, "--out", out, "--json", *words)
    assert said.code == 0, said
    return json.loads(said.out)


def test_each_series_gets_a_row_a_week_in_order(run, tmp_path):
    out = tmp_path / "out.csv"
    answer = answer_of(run, good(tmp_path / "in.csv"), out, "--horizon", 4)
    rows = list(csv.reader(out.open(encoding="utf-8")))
    assert rows[0] == ["series", "date", "mean", "lo80", "hi80"]
    assert [row[:2] for row in rows[1:]] == [
        [name, str(START + timedelta(weeks=30 + w))] for name in "ab" for w in range(4)
    ]
    assert all(float(low) <= float(mean) <= float(high) for *_, mean, low, high in rows[1:])
    assert answer["rows"] == 8
    assert answer["tiers"] == {"short": 2}
    assert "no season" in answer["notes"][0]


def test_text_says_what_was_done_and_notes_go_to_stderr(run, tmp_path):
    said = run("trends", "forecast", good(tmp_path / "in.csv"), "--out", tmp_path / "out.csv")
    assert said.code == 0
    assert "2 series, 52 steps from 2026-08-03: 104 rows" in said.out
    assert "2 of tier short: " in said.out
    assert "note: 2 series with no season" in said.err


def test_what_is_no_number_is_counted_kept_and_filled(run, tmp_path):
    source = good(tmp_path / "in.csv", b3="many", b4="", b5="inf")
    answer = answer_of(run, source, tmp_path / "out.csv")
    assert (answer["refused_values"], answer["filled_values"]) == (2, 3)
    kept = [json.loads(line) for line in (tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()]
    assert [(row["where"], row["raw"]) for row in kept] == [("line 5, b", "many"), ("line 7, b", "inf")]


def test_missing_weeks_are_told_and_filled_on_a_straight_line(run, tmp_path):
    rows = [f"{day},{at}" for at, day in enumerate(days(30)) if at not in (7, 8)]
    whole = write(tmp_path / "whole.csv", "week,a", [f"{day},{at}" for at, day in enumerate(days(30))])
    answer = answer_of(run, write(tmp_path / "in.csv", "week,a", rows), tmp_path / "out.csv")
    assert answer["filled_values"] == 2
    assert "2 dates are missing from the file" in answer["notes"]
    answer_of(run, whole, tmp_path / "whole_out.csv")
    assert (tmp_path / "out.csv").read_text() == (tmp_path / "whole_out.csv").read_text()


def test_series_that_cannot_be_used_are_refused_with_a_reason_and_the_others_go_on(run, tmp_path):
    rows = [f"{day},{at},,{at if at < 20 else ''},{at if at % 3 == 0 else ''}" for at, day in enumerate(days(30))]
    answer = answer_of(run, write(tmp_path / "in.csv", "week,fine,empty,ended,holes", rows), tmp_path / "out.csv")
    assert (answer["series"], answer["refused_series"]) == (1, 3)
    reasons = (tmp_path / "out.csv.rejects.jsonl").read_text()
    for told in ("no values", "ends 10 dates before the file does", "values are missing"):
        assert told in reasons


def test_dates_out_of_order_are_sorted_and_daily_ones_are_told(run, tmp_path):
    rows = [f"{day},{at}" for at, day in enumerate(days(20, step=1))]
    answer = answer_of(run, write(tmp_path / "in.csv", "day,a", rows[::-1]), tmp_path / "out.csv")
    assert any("sorted" in note for note in answer["notes"])
    assert any("1 days apart" in note for note in answer["notes"])
    assert answer["first_date"] == str(START + timedelta(days=20))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the first line needs a date column and a column for each series"),
        ("week\n2026-01-05\n", "the first line needs a date column"),
        ("week;a\n2026-01-05;1\n", "the first line needs a date column"),
        ("week,a\n", "0 dated rows"),
        ("week,a\n2026-01-05,1\n", "1 dated rows"),
        ("week,a\n2026-01-05,1\n2026-13-12,2\n", "line 3: '2026-13-12' is not a date like"),
        ("week,a\n05.01.2026,1\n12.01.2026,2\n", "line 2: '05.01.2026' is not a date like"),
        ("week,a\n2026-01-05,1\n2026-01-05,2\n2026-01-12,2\n", "lines 2 and 3: both are of 2026-01-05"),
        ("week,a\n2026-01-31,1\n2026-02-28,2\n2026-03-31,3\n2026-04-30,3\n", "not a whole number of"),
        ("week,a\n2026-01-05,1\n2026-01-06,1\n2026-01-07,1\n9999-01-05,2\n", "steps, at most 20,000"),
        ("week,a,a\n2026-01-05,1,2\n2026-01-12,1,2\n", "two columns are called 'a'"),
        ("week,a,\n2026-01-05,1,2\n2026-01-12,1,2\n", "column 3 has no name"),
        ("week,a\n2026-01-05,1\n2026-01-12,1,2\n", "line 3: 3 columns, the header has 2"),
        ("week,a\n2026-01-05,x\n2026-01-12,y\n", "no series can be used; the last one: no values"),
        ('week,a\n2026-01-05,"1\n', "not a CSV file"),
        ("week,a\n2026-01-05,\udcff\n", "not a CSV file in UTF-8"),
    ],
)
def test_a_bad_file_is_one_line_that_says_where_and_nothing_is_written(run, tmp_path, content, says):
    source = tmp_path / "in.csv"
    source.write_bytes(content.encode("utf-8", "surrogateescape"))
    line = the_one_line(run("trends", "forecast", source, "--out", tmp_path / "out.csv"), 2)
    assert says in line
    assert not (tmp_path / "out.csv").exists()


def test_the_file_that_is_read_is_not_replaced(run, tmp_path):
    source = good(tmp_path / "in.csv")
    before = source.read_text()
    assert "would replace what is read" in the_one_line(run("trends", "forecast", source, "--out", source), 2)
    assert source.read_text() == before


@pytest.mark.parametrize(
    ("header", "shift", "count", "says"),
    [
        ("week,x,y", 0, 30, "no leading series has the name"),
        ("week,a,b", 1, 30, "bring both to the same weekday"),
        ("week,a,b", 0, 20, "the leading series end on 2026-05-18, before the series do (2026-07-27)"),
    ],
)
def test_leading_series_that_cannot_lead_are_refused(run, tmp_path, header, shift, count, says):
    rows = [f"{day + timedelta(days=shift)},1,{at}" for at, day in enumerate(days(count))]
    leading = write(tmp_path / "leading.csv", header, rows)
    source = good(tmp_path / "in.csv")
    assert says in the_one_line(run("trends", "forecast", source, "--out", tmp_path / "o.csv", "--leading", leading), 2)


def test_long_series_are_carried_by_the_whole_ensemble_and_its_weights_are_told(run, tmp_path):
    rows = [f"{day},{10 + at % 12},{20 - at % 12}" for at, day in enumerate(days(48))]
    source = write(tmp_path / "in.csv", ",a,b", rows)
    out = tmp_path / "out.csv"
    answer = answer_of(
        run, source, out, "--season", 12, "--horizon", 12, "--leading", write(tmp_path / "l.csv", ",b,c", rows)
    )
    assert answer["tiers"] == {"seasons": 2}
    assert answer["leading_series"] == 1
    assert sum(answer["weights"]["seasons"].values()) == pytest.approx(1, abs=0.01)
    means = [float(row["mean"]) for row in csv.DictReader(out.open(encoding="utf-8")) if row["series"] == "a"]
    assert means == pytest.approx([10 + at for at in range(12)], abs=2)
