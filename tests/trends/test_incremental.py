"""Files: only what is new is read; order, repeats and splitting change nothing; a broken part stops nothing else."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.db import connect, transaction
from models.errors import UnreadableSource
from models.signal import TrendSignal
from models.source import SourceMark
from models.trend import Trend
from tests.builders import make_trend
from trends.collect import collect, collect_apart
from trends.forget import forget_expired
from trends.sources import parse_source

AS_OF = date(2026, 11, 15)
TABLE = {
    "kind": "file",
    "name": "posts",
    "licence": "ours",
    "retention_days": 100,
    "columns": {"title": "title", "date": "date", "id": "id", "weight": "likes"},
    "weight": "log",
}
SOURCE = parse_source(TABLE, "posts.toml")


def row(number, title="军大衣", day="2026-11-01", likes=1):
    return {"id": number, "title": title, "date": day, "likes": likes}


def lines(*rows):
    return "".join(json.dumps(one) + "\n" for one in rows)


def stored(session):
    columns = [column for column in TrendSignal.__table__.columns if column.name != "id"]
    return sorted(map(tuple, session.execute(select(*columns))))


def test_of_grown_lines_only_the_new_ones_are_read_and_their_numbers_go_on(session, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(lines(row(1), row(2)) + '{"id": 3, "title": "half a li')
    first = collect(session, SOURCE, [path], AS_OF)
    path.write_text(lines(row(1), row(2), row(3)) + "nonsense\n")
    second = collect(session, SOURCE, [path], AS_OF, tmp_path / "rejects.jsonl")
    assert (first.read, first.added, first.refused) == (3, 2, 1)
    assert (second.read, second.added, second.refused) == (2, 1, 1)
    assert json.loads((tmp_path / "rejects.jsonl").read_text())["where"] == "p.jsonl:4"


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv"])
def test_a_file_that_is_another_one_now_is_read_from_its_start(session, tmp_path, name):
    def write(*titles):
        if name.endswith("csv"):
            return "id,title,date,likes\n" + "".join(f"{t},{t},2026-11-01,1\n" for t in titles)
        return lines(*(row(title, title) for title in titles))

    path = tmp_path / name
    path.write_text(write("a", "b"))
    collect(session, SOURCE, [path], AS_OF)
    path.write_text(write("c", "d", "e"))
    assert collect(session, SOURCE, [path], AS_OF).added == 3


def test_same_size_and_time_but_other_words_is_another_file(session, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(lines(row(1, "aaa")))
    stamp = path.stat()
    collect(session, SOURCE, [path], AS_OF)
    path.write_text(lines(row(2, "bbb")))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert collect(session, SOURCE, [path], AS_OF).added == 1


def test_a_file_replaced_while_it_is_read_is_read_again(session, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(lines(*(row(number) for number in range(6_000))))

    def replace_once(rows):
        if rows == 5_000:
            path.with_name("new").write_text(lines(*(row(-number, "another one") for number in range(1, 9_000))))
            path.with_name("new").rename(path)

    collect(session, SOURCE, [path], AS_OF, progress=replace_once)
    assert collect(session, SOURCE, [path], AS_OF).added == 8_999


def test_a_changed_mapping_reads_everything_again(session, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(lines({**row(1), "text": "greatcoat"}))
    collect(session, SOURCE, [path], AS_OF)
    other = parse_source({**TABLE, "columns": {**TABLE["columns"], "title": "text"}}, "posts.toml")
    assert collect(session, other, [path], AS_OF).read == 1


def test_rows_of_days_to_come_are_read_when_they_have_come_and_not_before(session, tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(lines(row(1), row(2, day="2026-11-20"), row(3, day="2999-01-01")))
    reads = [collect(session, SOURCE, [path], AS_OF + timedelta(days=days)).read for days in (0, 1, 3, 4, 5)]
    assert reads == [3, 0, 0, 3, 0]
    assert len(stored(session)) == 2


def test_back_dated_rows_fold_in(session, tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(row(1, day="2026-11-10")))
    collect(session, SOURCE, [tmp_path], AS_OF)
    (tmp_path / "b.jsonl").write_text(lines(row(2, day="2026-09-01")))
    second = collect(session, SOURCE, [tmp_path], AS_OF)
    assert (second.read, second.added, second.unchanged) == (1, 1, 1)


def test_a_broken_file_stops_no_other_and_leaves_nothing(sqlite_url, tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(row(1)))
    (tmp_path / "b.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (tmp_path / "c.jsonl").write_text("nonsense\n")
    (tmp_path / "d.jsonl").write_text(lines(row(2)))
    engine = connect(sqlite_url)
    done = collect_apart(transaction, SOURCE, [tmp_path, tmp_path / "none"], AS_OF, tmp_path / "out" / "r.jsonl")
    again = collect_apart(transaction, SOURCE, [tmp_path], AS_OF, tmp_path / "out" / "r.jsonl")
    with transaction() as session:
        assert [one[1] for one in stored(session)] == ["1", "2"]
    engine.dispose()
    assert (done.added, done.read, len(done.failures)) == (2, 2, 3)
    assert [any(name in told for told in done.failures) for name in ("b.jsonl.gz", "c.jsonl", "none")] == [True] * 3
    assert (again.added, again.unchanged, len(again.failures)) == (0, 2, 2)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["r.jsonl"]


def test_a_source_of_which_every_row_is_too_old_fails(session, tmp_path):
    (tmp_path / "p.jsonl").write_text(lines(row(1, day="2020-01-01"), row(2, day="2020-01-02")))
    with pytest.raises(UnreadableSource, match="source posts: all 2 rows are refused, 2 for: date … is older"):
        collect(session, SOURCE, [tmp_path / "p.jsonl"], AS_OF)


def test_other_refusals_of_the_same_day_do_not_overwrite_the_first(session, tmp_path):
    names = []
    for number, bad in enumerate(["one", "two", "two"]):
        (tmp_path / "p.jsonl").write_text(lines(row(number)) + bad + "\n")
        names.append(collect(session, SOURCE, [tmp_path / "p.jsonl"], AS_OF, tmp_path / "r.jsonl", again=True).rejects)
    assert [path.name for path in names] == ["r.jsonl", "r.2.jsonl", "r.2.jsonl"]


def test_titles_quoted_in_trends_and_reject_files_are_forgotten_too(session, tmp_path):
    (tmp_path / "p.jsonl").write_text(lines(row(1)))
    collect(session, SOURCE, [tmp_path / "p.jsonl"], AS_OF)
    quoted = [
        {"date": "2026-08-01", "title": "old", "source": "posts"},
        {"date": "2026-11-01", "title": "new", "source": "posts"},
    ]
    make_trend(session, as_of=AS_OF, evidence=quoted)
    rejects = tmp_path / "rejects"
    rejects.mkdir()
    for name in ("posts-2026-08-01.jsonl", "posts-2026-11-01.2.jsonl", "other-2020-01-01.jsonl", "notes.txt"):
        (rejects / name).write_text("{}")
    forgotten = forget_expired(session, AS_OF, rejects)
    assert (forgotten["evidence"], forgotten["reject_files"]) == (1, 1)
    assert [one["title"] for one in session.scalars(select(Trend.evidence)).one()] == ["new"]
    assert not (rejects / "posts-2026-08-01.jsonl").exists()


# --- what is stored does not depend on how it came ---------------------------------------------------------------

POST = st.builds(
    row,
    st.integers(1, 6),
    st.sampled_from(["军大衣", "greatcoat", "马面裙 裙子", ""]),
    st.sampled_from(["2026-11-01", "2026-11-02", "2026-11-30", "never"]),
    st.integers(0, 3),
)


@contextmanager
def emptied(session: Session) -> Iterator[Path]:
    session.execute(delete(TrendSignal))
    session.execute(delete(SourceMark))
    with TemporaryDirectory() as folder:
        yield Path(folder)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(POST, min_size=1, max_size=12), data=st.data())
def test_order_repeats_and_splitting_do_not_change_what_is_stored(session, posts, data):
    good = row(99, "always good")
    with emptied(session) as folder:
        (folder / "all.jsonl").write_text(lines(good, *posts))
        collect(session, SOURCE, [folder], AS_OF)
        expected = stored(session)
    mixed = data.draw(st.permutations([*posts, *data.draw(st.lists(st.sampled_from(posts), max_size=4))]))
    cut = data.draw(st.integers(0, len(mixed)))
    with emptied(session) as folder:
        (folder / "b.jsonl").write_text(lines(good, *mixed[:cut]))
        (folder / "a.jsonl").write_text(lines(*mixed[cut:], good))
        collect(session, SOURCE, [folder / "b.jsonl"], AS_OF)
        collect(session, SOURCE, [folder], AS_OF)
    assert stored(session) == expected


def test_a_chunk_boundary_does_not_matter(session, tmp_path, monkeypatch):
    monkeypatch.setattr("trends.collect._CHUNK", 3)
    (tmp_path / "p.jsonl").write_text(lines(*(row(number % 7, likes=number) for number in range(20))))
    done = collect(session, SOURCE, [tmp_path / "p.jsonl"], AS_OF)
    assert (done.read, done.added, done.repeated) == (20, 7, 13)
    assert len(stored(session)) == 7
