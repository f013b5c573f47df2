"""Sources: what is read, what is refused with which reason, what cannot be read at all."""

import gzip
import hashlib
import json
from datetime import date

import pyarrow
import pyarrow.parquet
import pytest

from configs.files import CONFIGS, read_toml
from models.errors import InvalidInput, UnreadableSource
from tests.trends.reading import read_all
from trends.sources import Refused, Signal, SourceKind, parse_source

AS_OF = date(2026, 11, 15)
TABLE = {
    "kind": "file",
    "name": "posts",
    "licence": "ours",
    "retention_days": 1000,
    "columns": {"title": "text", "date": "day", "rank": "place"},
    "weight": "rank",
}
CONFIG = parse_source(TABLE, "test.toml")
GOOD = {"text": "军大衣", "day": "2026-11-01", "place": 1}


def write_lines(path, rows):
    body = b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


def read(path, config=CONFIG):
    return read_all(config, [path], AS_OF)


@pytest.mark.parametrize("path", sorted((CONFIGS / "sources").glob("*.toml")), ids=lambda path: path.name)
def test_the_shipped_sources_are_valid(path):
    assert parse_source(read_toml(path), path.name).name == path.stem


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "ftp"}, "kind is 'ftp'; known: file, rss, http_json, sql, trend_series, own_search"),
        ({"name": "Bad Name"}, "name is lower-case"),
        ({"retention_days": 0}, "retention_days is a whole number from 1"),
        ({"retention_days": 1.5}, "retention_days is a whole number"),
        ({"columns": {"title": "text"}}, "columns needs 'date'"),
        ({"columns": {"title": "a", "date": "b", "colour": "c"}}, "unknown 'colour'"),
        ({"columns": {"title": "a", "date": "b"}}, "needs a column for 'rank'"),
        ({"weight": "log"}, "needs a column for 'weight'"),
        ({"surprise": 1}, "unknown field 'surprise'"),
        ({"urls": ["https://example.org"]}, "a source of kind 'file' has no 'urls'"),
        ({"country": "China"}, "country is an ISO 3166 code"),
        ({"licence": " "}, "licence is a non-empty text"),
        ({"paths": "x.csv"}, "paths is a list"),
    ],
)
def test_a_wrong_configuration_is_one_clear_error(change, message):
    with pytest.raises(InvalidInput, match=r"test\.toml") as error:
        parse_source({**TABLE, **change}, "test.toml")
    assert message in str(error.value)


@pytest.mark.parametrize("missing", ["kind", "name", "licence", "retention_days"])
def test_a_configuration_says_what_it_lacks(missing):
    with pytest.raises(InvalidInput, match=f"'{missing}' is missing"):
        parse_source({key: value for key, value in TABLE.items() if key != missing}, "test.toml")


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.gz", "posts.ndjson"])
def test_a_good_row_becomes_a_signal(tmp_path, name):
    assert read(write_lines(tmp_path / name, [GOOD])) == [
        Signal(
            source="posts",
            external_id=hashlib.blake2b("2026-11-01|1|军大衣".encode(), digest_size=16).hexdigest(),
            observed_on=date(2026, 11, 1),
            language="zh",
            title="军大衣",
            rank=1,
            weight=2.0,
            url=None,
        )
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"not json\n", "no JSON"),
        (b"[1, 2]\n", "no JSON object"),
        (b"[" * 5000 + b"\n", "no JSON"),
        (b'{"text": "\xff\xfe"}\n', "invalid UTF-8"),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}\n', "longer than 1000000 bytes"),
        ({**GOOD, "text": ""}, "no title"),
        ({**GOOD, "text": "  \n\t "}, "empty title"),
        ({**GOOD, "text": None}, "no title"),
        ({**GOOD, "day": None}, "no date"),
        ({**GOOD, "day": "2026-13-40"}, "does not read as YYYY-MM-DD"),
        ({**GOOD, "day": "01/02/2026"}, "does not read as YYYY-MM-DD"),
        ({**GOOD, "day": "2026-11-17"}, "lies after 2026-11-15"),
        ({**GOOD, "day": "2020-01-01"}, "older than the 1000 days kept"),
        ({**GOOD, "place": "first"}, "no whole number"),
        ({**GOOD, "place": 0}, "outside 1-1000000"),
        ({"text": "军大衣", "day": "2026-11-01"}, "no rank"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_rest_is_read(tmp_path, row, reason):
    path = write_lines(tmp_path / "posts.jsonl", [GOOD, row, {**GOOD, "place": 2}])
    first, bad, last = read(path)
    assert isinstance(first, Signal)
    assert isinstance(last, Signal)
    assert isinstance(bad, Refused)
    assert reason in bad.reason
    assert bad.where == "posts.jsonl:2"
    assert len(bad.raw) <= 200


def test_the_day_after_as_of_is_somebody_elses_today(tmp_path):
    assert isinstance(read(write_lines(tmp_path / "p.jsonl", [{**GOOD, "day": "2026-11-16"}]))[0], Signal)


def test_csv_with_quotes_a_comment_and_too_many_values(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text('# synthetic\nday,text,place\n2026-11-01,"one,\ntwo",3\n2026-11-01,x,3,4\n2026-11-02,three,1\n')
    first, bad, last = read(path)
    assert first.title == "one, two"
    assert bad.reason == "4 values under 3 columns"
    assert last.title == "three"


def test_a_field_without_end_is_refused_and_does_not_eat_memory_or_the_run(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("day,text,place\n2026-11-01,good,1\n" + '2026-11-01,"' + "no end\n" * 60_000)
    rows = read(path)
    assert isinstance(rows[0], Signal)
    assert all(isinstance(row, Refused) for row in rows[1:])
    assert any("no CSV" in row.reason for row in rows[1:])


def test_parquet_is_read_with_its_own_dates(tmp_path):
    path = tmp_path / "posts.parquet"
    columns = {"text": ["a coat", None], "day": [date(2026, 11, 1)] * 2, "place": [4, 5]}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    good, bad = read(path)
    assert (good.title, good.language, good.weight) == ("a coat", "en", 1.5)
    assert bad.reason == "no title in column 'text'"


def test_folders_and_globs_are_read_in_name_order(tmp_path):
    for name in ("b.jsonl", "a.jsonl.gz", "notes.txt"):
        write_lines(tmp_path / name, [{**GOOD, "text": name}])
    assert [row.title for row in read(tmp_path)] == ["a.jsonl.gz", "b.jsonl"]
    assert [row.title for row in read(tmp_path / "b*")] == ["b.jsonl"]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("posts.jsonl.gz", b"not gzip", "Not a gzipped file"),
        ("posts.jsonl.gz", gzip.compress(json.dumps(GOOD).encode())[:-9], "ended before the end-of-stream"),
        ("posts.parquet", b"PAR1 nonsense", "posts.parquet"),
        ("posts.csv", b"day,title,place\n2026-11-01,coat,1\n", "maps column 'text', which no row has"),
        ("posts.jsonl", b'{"day": "2026-11-01", "text": "x"}\n' * 1500, "maps column 'place', which no row has"),
        ("posts.txt", b"text", "no .csv, .jsonl, .ndjson, .parquet"),
    ],
)
def test_an_unreadable_source_is_one_clear_error(tmp_path, name, body, message):
    (tmp_path / name).write_bytes(body)
    with pytest.raises(UnreadableSource) as error:
        read(tmp_path / name)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(UnreadableSource, match=r"nowhere: no such file"):
        read(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="no path given"):
        read_all(CONFIG, [], AS_OF)


def test_likes_count_but_not_in_proportion(tmp_path):
    config = parse_source(
        {**TABLE, "columns": {"title": "text", "date": "day", "weight": "likes"}, "weight": "log"}, "test.toml"
    )
    rows = [{**GOOD, "likes": likes} for likes in (0, 9, 999, "nan", -1)]
    weights = [getattr(row, "weight", None) for row in read(write_lines(tmp_path / "p.jsonl", rows), config)]
    assert weights == [1.0, 2.0, 4.0, None, None]


def test_the_kind_chooses_the_reader():
    assert CONFIG.kind is SourceKind.FILE
