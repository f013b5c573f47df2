"""Collecting twice adds nothing, and a broken source leaves nothing behind."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.errors import UnreadableSource
from models.signal import TrendSignal
from trends.collect import collect
from trends.forget import forget_expired
from trends.sources import parse_source
from trends.store import count_signals, stream_signals

AS_OF = date(2026, 11, 15)
SOURCE = parse_source(
    {
        "kind": "file",
        "name": "posts",
        "licence": "ours",
        "retention_days": 100,
        "columns": {"title": "title", "date": "date", "id": "id"},
    },
    "posts.toml",
)


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def row(number, title="军大衣", day="2026-11-01"):
    return {"id": number, "title": title, "date": day}


def test_twice_is_once(session, tmp_path):
    path = write(tmp_path / "p.jsonl", row(1), row(2), row(2, "again"), row(3, ""))
    first = collect(session, SOURCE, [path], AS_OF)
    unchanged = collect(session, SOURCE, [path], AS_OF)
    again = collect(session, SOURCE, [path], AS_OF, again=True)
    assert (first.read, first.added, first.repeated, first.refused) == (4, 2, 1, 1)
    assert (unchanged.read, unchanged.added, unchanged.unchanged) == (0, 0, 1)
    assert (again.read, again.added, again.repeated, again.refused) == (4, 0, 3, 1)
    assert session.scalar(select(func.count()).select_from(TrendSignal)) == 2


def test_refused_rows_are_kept_with_where_and_why(session, tmp_path):
    rejects = tmp_path / "out" / "rejects.jsonl"
    path = write(tmp_path / "p.jsonl", row(1), row(2, day="2027-01-01"), row(3, day="2027-01-02"))
    collected = collect(session, SOURCE, [path], AS_OF, rejects)
    kept = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(line["where"], line["reason"]) for line in kept] == [
        ("p.jsonl:2", "date 2027-01-01 lies after 2026-11-15"),
        ("p.jsonl:3", "date 2027-01-02 lies after 2026-11-15"),
    ]
    assert collected.reasons == {"date … lies after …": 2}


def test_nothing_refused_leaves_no_reject_file(session, tmp_path):
    collect(session, SOURCE, [write(tmp_path / "p.jsonl", row(1))], AS_OF, tmp_path / "rejects.jsonl")
    assert not (tmp_path / "rejects.jsonl").exists()


def test_a_place_whose_every_row_is_refused_fails_and_its_rejects_say_why(session, tmp_path):
    (tmp_path / "p.jsonl").write_text("nonsense\n" * 3)
    with pytest.raises(UnreadableSource, match=r"p\.jsonl: all 3 rows are refused, 3 of them for: no JSON"):
        collect(session, SOURCE, [tmp_path / "p.jsonl"], AS_OF, tmp_path / "out" / "rejects.jsonl")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["rejects.jsonl"]
    assert len((tmp_path / "out" / "rejects.jsonl").read_text().splitlines()) == 3


def test_an_unreadable_source_leaves_no_half_reject_file(session, tmp_path):
    bad = write(tmp_path / "q.jsonl", {"date": "2026-11-01", "id": 1, "headline": "x"})
    with pytest.raises(UnreadableSource, match="maps column 'title'"):
        collect(session, SOURCE, [bad], AS_OF, tmp_path / "out" / "rejects.jsonl")
    assert not list((tmp_path / "out").glob("*.partial"))


def test_progress_counts_rows_up_to_the_end(session, tmp_path):
    seen = []
    path = write(tmp_path / "p.jsonl", *(row(number) for number in range(12_000)))
    collect(session, SOURCE, [path], AS_OF, progress=seen.append)
    assert seen == [5_000, 10_000, 12_000]
    assert count_signals(session, AS_OF) == 12_000


def test_signals_come_oldest_first_and_none_from_later(session, tmp_path):
    days = ["2026-11-03", "2026-11-01", "2026-11-02", "2026-11-15"]
    collect(session, SOURCE, [write(tmp_path / "p.jsonl", *(row(n, day=d) for n, d in enumerate(days)))], AS_OF)
    seen = [seen.observed_on.day for seen in stream_signals(session, date(2026, 11, 1), date(2026, 11, 14))]
    assert seen == [1, 2, 3]


def test_signals_are_forgotten_when_the_licence_says_so(session, tmp_path):
    path = write(tmp_path / "p.jsonl", row(1, day="2026-08-08"), row(2))
    collect(session, SOURCE, [path], AS_OF)
    assert forget_expired(session, AS_OF)["signals"] == 0
    assert forget_expired(session, AS_OF + timedelta(days=2))["signals"] == 1
    assert count_signals(session, AS_OF) == 1
