"""Bad files, specs, names and numbers: one line that says what and where, the right code, nothing half-written."""

import csv
import json
import os
import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import select

from models.db import transaction
from models.errors import InvalidInput, UnreadableSource
from models.factory import Factory
from models.signal import TrendSignal
from tests.builders import NOW, greatcoat, make_decision, make_trend
from tests.cli.conftest import count_rows, the_one_line
from tests.factory_matching.registers import write_csv
from trends.collect import collect
from trends.sources import parse_source

DAY = date(2026, 11, 15)
SOURCE = {
    "kind": "file",
    "name": "posts",
    "licence": "made by a test",
    "retention_days": 30,
    "language": "zh",
    "columns": {"title": "text", "date": "day"},
}
GARBAGE = bytes(range(256)) * 40


def take(home, *places, **changes):
    """What `trends detect` does with a source before it looks for trends, in one transaction as the flow has it."""
    with transaction() as session:
        return collect(session, parse_source({**SOURCE, **changes}, "posts.toml"), places, DAY, home / "rejects.jsonl")


def rejects_in(home):
    return [json.loads(line) for line in (home / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]


# --- sources of signals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "source posts: the files hold no rows"),
        ("header.csv", b"day,text\n", "source posts: the files hold no rows"),
        (
            "wrong.csv",
            b"when,what\n2026-11-14,coats\n",
            "maps column 'day', which no row has; columns there: when, what",
        ),
        ("wrong.jsonl", b'{"day": "2026-11-14", "headline": "coats"}\n', "maps column 'text', which no row has"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00broken", "cut.csv.gz: "),
        ("garbage.parquet", GARBAGE, "garbage.parquet: "),
        ("notes.txt", b"coats everywhere", "no .csv, .jsonl, .ndjson, .parquet (or .gz) in it"),
    ],
)
def test_a_source_that_holds_no_signal_is_refused_whole(home, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    before = count_rows()
    with pytest.raises(UnreadableSource) as raised:
        take(home, tmp_path / name)
    assert says in str(raised.value)
    assert len(str(raised.value)) < 600
    assert count_rows() == before
    assert not list(home.glob("*.partial"))


def test_an_empty_folder_is_named(home, tmp_path):
    (tmp_path / "posts").mkdir()
    with pytest.raises(UnreadableSource, match=r"posts: no \.csv"):
        take(home, tmp_path / "posts")


def test_rows_that_cannot_be_used_are_refused_counted_and_kept_while_the_others_count(home, tmp_path):
    lines = [
        b"day,text",
        b"2026-11-14,\xe5\x86\x9b\xe5\xa4\xa7\xe8\xa1\xa3",
        b"2026-11-14,not \xff\xfe UTF-8",
        b"2026-11-14," + b"long " * 2_000_000,
        b"2027-02-01,from the future",
        b"the day before yesterday,no date",
        b"2026-11-14,",
        b"2026-11-13,still read",
    ]
    (tmp_path / "posts.csv").write_bytes(b"\n".join(lines) + b"\n")
    taken = take(home, tmp_path / "posts.csv")
    assert (taken.read, taken.added, taken.repeated, taken.refused) == (7, 2, 0, 5)
    with transaction() as session:
        assert set(session.scalars(select(TrendSignal.title))) == {"军大衣", "still read"}
    kept = rejects_in(home)
    assert [one["where"] for one in kept] == [f"posts.csv:{number}" for number in (3, 4, 5, 6, 7)]
    utf8, long, future, no_date, empty = (one["reason"] for one in kept)
    assert utf8 == "invalid UTF-8 at byte 15"
    assert long == "line longer than 1000000 bytes"
    assert "2027-02-01" in future
    assert "the day before yesterday" in no_date
    assert "text" in empty or "title" in empty
    assert max(len(json.dumps(one)) for one in kept) < 10_000


def test_binary_garbage_is_a_failure_whose_every_line_is_kept(home, tmp_path):
    (tmp_path / "posts.csv").write_bytes(GARBAGE)
    before = count_rows()
    with pytest.raises(UnreadableSource, match=r"posts\.csv: all \d+ rows are refused"):
        take(home, tmp_path / "posts.csv")
    assert rejects_in(home)
    assert count_rows() == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "ftp"}, "posts.toml: kind"),
        ({"columns": {"title": "text"}}, "posts.toml: columns needs 'date'"),
        ({"retention_days": 0}, "posts.toml: retention_days"),
        ({"passwords": "yes"}, "posts.toml: unknown field 'passwords'"),
    ],
)
def test_a_source_description_says_which_field_is_wrong(home, changes, says):
    with pytest.raises(InvalidInput) as raised:
        take(home, "anything.csv", **changes)
    assert says in str(raised.value)


def test_a_terminal_sees_one_line_for_an_empty_source_and_a_home_that_is_made_on_the_way(tmp_path):
    (tmp_path / "posts").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment["DEMANDLOOM_HOME"] = str(tmp_path / "not" / "there" / "yet")
    command = [sys.executable, "-c", "from cli import main; main()", "trends", "detect", "--signals"]
    said = subprocess.run(
        [*command, str(tmp_path / "posts"), "--as-of", "2026-11-15"],
        env=environment, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.splitlines()[-1].startswith(f"demandloom: {tmp_path / 'posts'}: no .csv")
    assert "Traceback" not in said.stderr
    assert len(said.stderr.splitlines()) == 1, said.stderr


# --- factories ----------------------------------------------------------------------------------------------------


def test_a_factory_row_with_an_unknown_capability_is_refused_and_kept_while_the_others_count(run, home, tmp_path):
    path = write_csv(
        tmp_path / "f.csv", {}, {"code": "ZJ-2", "category": "spacesuit"}, {"code": "ZJ-3", "materials": "mithril"}
    )
    said = run("factories", "import", path, "--json")
    answer = json.loads(said.out)
    assert (said.code, answer["read"], answer["added"], answer["refused"]) == (0, 3, 1, 2)
    with transaction() as session:
        assert session.scalars(select(Factory.code)).all() == ["ZJ-0001"]
    with open(answer["rejects"], encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    assert [(one["where"], json.loads(one["row"])["code"]) for one in kept] == [("line 3", "ZJ-2"), ("line 4", "ZJ-3")]
    assert "spacesuit" in kept[0]["reason"]
    assert "mithril" in kept[1]["reason"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("f.csv", b"", "columns missing: code, name"),
        ("f.csv", b"code,name\nF1,Factory\n", "columns missing: region"),
        ("f.csv", GARBAGE, "f.csv: "),
        ("f.csv", b"\xff\xfe\x00 not text", "not UTF-8"),
        ("f.json", b"{", "not JSON"),
        ("f.json", b"{}", "not a JSON list of factories"),
        ("f.jsonl", b"", "no rows"),
        ("f.jsonl", b"[1]\n", "all 1 rows refused; the first: line 1: not a JSON object"),
        ("f.jsonl", b'{"name": "' + b"x" * 10_000_000 + b'"}\n', "all 1 rows refused; the first: line 1: the line has"),
        ("f.csv.gz", b"\x1f\x8b\x08\x00broken", "f.csv.gz: "),
        ("f.xlsx", b"PK\x03\x04", "not a .csv, .json, .jsonl or .parquet file"),
    ],
)
def test_a_factory_file_that_cannot_be_read_changes_nothing(run, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    before = count_rows()
    line = the_one_line(run("factories", "import", tmp_path / name), 2)
    assert says in line
    assert str(tmp_path / name) in line
    assert count_rows() == before


def test_a_factory_file_that_is_not_there(run, tmp_path):
    assert the_one_line(run("factories", "import", tmp_path / "none.csv"), 2) == (
        f"{tmp_path / 'none.csv'}: no such file or folder"
    )


# --- specs --------------------------------------------------------------------------------------------------------

COAT = greatcoat().to_json()
BAD_SPECS = {
    "outside the vocabulary": (json.dumps({**COAT, "category": "spacesuit"}), "category 'spacesuit' is unknown"),
    "contradictory": (json.dumps({**COAT, "collar": "hood"}), "cannot have collar"),
    "unknown key": (json.dumps({**COAT, "price": 3}), "unknown spec keys: 'price'"),
    "another version": (json.dumps({**COAT, "version": 99}), "spec version 99 is newer than 2"),
    "bad colour": (json.dumps({**COAT, "colour": {"name": "olive", "hex": "green"}}), "green"),
    "10,000 characters": (json.dumps({**COAT, "category": "x" * 10_000}), "is unknown"),
    "10,000 character colour": (json.dumps({**COAT, "colour": {"name": "x" * 10_000, "hex": "#5b613a"}}), "colour"),
    "10,000 character key": (json.dumps({**COAT, "x" * 10_000: 1}), "unknown spec keys"),
    "pattern without colour": (json.dumps({**COAT, "pattern": {"kind": "stripes"}}), "second colour"),
    "wild repeat": (json.dumps({**COAT, "pattern": {"kind": "plain", "repeat_mm": 10**30}}), "repeat"),
    "a list": ("[]", "a spec is a JSON object"),
    "nothing": ("", "not JSON"),
    "not JSON": ("olive coat, please", "not JSON"),
    "not text": ("\udcff\udcfe", "not JSON"),
    "nested 60,000 deep": ("[" * 60_000, "not JSON"),
    "huge": (" " * 8_400_000 + "{}", "specs have at most"),
}


@pytest.mark.parametrize("name", BAD_SPECS)
def test_a_bad_spec_is_told_in_one_line_and_draws_nothing(run, tmp_path, name):
    content, says = BAD_SPECS[name]
    spec, out = tmp_path / "spec.json", tmp_path / "out"
    spec.write_bytes(content.encode("utf-8", "surrogateescape"))
    for words in (("design", "flat", spec, "--out", out), ("design", "draw", spec, "--out", out)):
        line = the_one_line(run(*words), 2)
        assert line.startswith(f"{spec}: ")
        assert says in line
    assert not out.exists()
    assert says in the_one_line(run("factories", "qualify", spec), 2)


@pytest.mark.parametrize("command", ["flat", "draw"])
def test_a_spec_that_is_not_there_or_is_a_folder(run, tmp_path, command):
    out = tmp_path / "out"
    missing = tmp_path / "none.json"
    assert the_one_line(run("design", command, missing, "--out", out), 2) == f"{missing}: no such file or folder"
    assert str(tmp_path) in the_one_line(run("design", command, tmp_path, "--out", out), 2)
    assert not out.exists()


def test_a_drawing_into_a_folder_that_is_not_there_is_told_in_one_line(run, spec, tmp_path):
    out = tmp_path / "none" / "flat.svg"
    assert str(out) in the_one_line(run("design", "flat", spec, "--out", out), 2)


@pytest.fixture
def spec(tmp_path):
    """A good one."""
    path = tmp_path / "coat.json"
    path.write_text(json.dumps(COAT), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "has no model_index.json"),
        ({"model_index.json": b"{}"}, "KeyError"),
        ({"model_index.json": GARBAGE}, "picture model"),
        ({"model_index.json": b'{"_class_name": "FlatToPicturePipeline"}', "painter": b"a file"}, "picture model"),
    ],
)
def test_an_unreadable_model_folder_is_named_and_nothing_is_drawn(run, spec, tmp_path, files, says):
    model, out = tmp_path / "model", tmp_path / "out.png"
    model.mkdir()
    for name, content in files.items():
        (model / name).write_bytes(content)
    said = run("design", "draw", spec, "--out", out, "--model", model)
    assert (said.code, said.out) == (2, "")
    line = said.err.strip().splitlines()[-1]
    assert line.startswith(f"demandloom: picture model {model}: ")
    assert says in line
    assert not out.exists()


def test_a_model_folder_that_is_not_there(run, spec, tmp_path):
    said = run("design", "draw", spec, "--out", tmp_path / "out.png", "--model", tmp_path / "none")
    assert said.code == 2
    assert said.err.strip().splitlines()[-1].endswith(f"there is no folder {tmp_path / 'none'}")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--low", 100, "--high", 50), "100"),
        (("--currency", "yuan"), "yuan"),
        (("--high", "inf"), "inf"),
    ],
)
def test_a_band_that_is_none_is_told_in_one_line(run, spec, words, says):
    assert says in the_one_line(run("factories", "qualify", spec, *words), 2)


# --- batches ------------------------------------------------------------------------------------------------------

PLAN = """
slug = "winter"
designs = 4
price = {{low = {low}, high = 99}}
{more}
"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "winter.toml: price is missing"),
        (b'slug = "winter', "winter.toml: "),
        (GARBAGE, "winter.toml: "),
        (PLAN.format(low=29, more="discount = 3").encode(), "unknown keys discount"),
        (PLAN.format(low='"cheap"', more="").encode(), "winter.toml: "),
        (PLAN.format(low='"NaN"', more="").encode(), "price"),
        (PLAN.format(low=500, more="").encode(), "price band 500-99 is not a band"),
        (PLAN.format(low=29, more="rule = {target_rate = 7.0}").encode(), "target rate 7.0"),
        (PLAN.format(low=29, more='rule = {target_rate = "high"}').encode(), "winter.toml: "),
        (PLAN.format(low=29, more="rule = {mood = 1}").encode(), "mood"),
        (PLAN.format(low=29, more="rule = 3").encode(), "winter.toml: "),
        (PLAN.format(low=29, more="test_days = 900").encode(), "test_days 1-90"),
        (PLAN.format(low=29, more=f"designs_ = '{'x' * 10_000}'").encode(), "unknown keys designs_"),
        (PLAN.format(low=29, more="").replace('"winter"', f'"{"w" * 10_000}"').encode(), "is not letters, digits"),
        (PLAN.format(low=29, more="").replace("99}", '99, currency = "yuan"}').encode(), "currency"),
        (PLAN.format(low=29, more='phrases = ["nobody says this"]').encode(), "no trend called nobody says this"),
        (PLAN.format(low=29, more="seed = -1").encode(), "seed"),
        (PLAN.format(low=29, more=f"seed = {2**62}").encode(), "seed"),
        (PLAN.format(low=29, more="").replace("99}", "1e400}").encode(), "is not a band"),
        (b"price = 3", "winter.toml: "),
        (b"rule = 3\n" + PLAN.format(low=29, more="").encode(), "winter.toml: "),
    ],
)
def test_a_malformed_batch_file_launches_nothing(run, tmp_path, content, says):
    with transaction() as session:
        make_trend(session, as_of=DAY)
    path = tmp_path / "winter.toml"
    path.write_bytes(content)
    before = count_rows()
    assert says in the_one_line(run("batch", "launch", path, "--as-of", DAY), 2)
    assert count_rows() == before


def test_a_batch_without_trends_or_a_file_is_not_launched(run, tmp_path):
    path = tmp_path / "winter.toml"
    assert the_one_line(run("batch", "launch", path, "--as-of", DAY), 2) == f"{path}: no such file"
    path.write_text(PLAN.format(low=29, more=""))
    assert "no trends as of 2026-11-15" in the_one_line(run("batch", "launch", path, "--as-of", DAY), 2)


def test_a_slug_that_is_taken_is_a_conflict(run, tmp_path):
    with transaction() as session:
        make_trend(session, as_of=DAY)
    path = tmp_path / "winter.toml"
    path.write_text(PLAN.format(low=29, more=""))
    assert run("batch", "launch", path, "--as-of", DAY).code == 0
    path.write_text(PLAN.format(low=29, more="seed = 8"))
    before = count_rows()
    assert "batch winter was launched" in the_one_line(run("batch", "launch", path, "--as-of", DAY), 5)
    assert count_rows() == before


@pytest.mark.parametrize("words", [("batch", "approve", "nobody"), ("demand", "list", "nobody")])
def test_an_unknown_batch_is_not_found(run, words):
    assert the_one_line(run(*words), 3) == "no batch 'nobody'"


@pytest.mark.parametrize("day", ["yesterday", "2026-13-40", "15.11.2026"])
def test_a_day_that_is_none_is_told_by_its_option(run, day):
    said = run("trends", "list", "--as-of", day)
    assert said.code == 2
    assert "--as-of" in said.err
    assert day in said.err
    assert "Traceback" not in said.err


def test_an_unknown_trend_is_not_found(run):
    assert "no trend" in the_one_line(run("trends", "show", "nothing"), 3)


# --- decisions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999999999"])
def test_an_unknown_decision_is_not_found(run, number):
    assert "no decision" in the_one_line(run("demand", "replay", number), 3)


@pytest.mark.parametrize("rate", ["0", "1", "2", "-1", "nan", "much"])
def test_a_decision_is_not_replayed_under_an_impossible_rate(run, rate):
    with transaction() as session:
        number = make_decision(session, looked_at=NOW).id
    said = run("demand", "replay", number, "--target-rate", rate)
    assert said.code == 2, said
    assert "Traceback" not in said.err
    assert "rate" in said.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no rows"),
        (b"listing_id,n,converted\n", "no rows"),
        (GARBAGE, "log.csv: "),
        (b"\xff\xfe\x00a", "log.csv: "),
        (b"listing_id,views,sales\nA,10,1\n", "no column 'n'"),
        (b"listing_id,n,converted\nA,10,1\nB,ten,1\n", "row 2"),
        (b"listing_id,n,converted\nA,10\n", "row 1"),
        (b"listing_id,n,converted\nA,10,11\n", "row 1"),
        (b"listing_id,n,converted\nA,-5,0\n", "row 1"),
        (b"listing_id,n,converted\nA," + b"9" * 5_000 + b",1\n", "row 1"),
        (b"listing_id,n,converted\nA," + b"9" * 400 + b",1\n", "row 1"),
        (b'listing_id,n,converted\n"' + b"A" * 200_000 + b'",10,1\n', "log.csv: "),
        (b"listing_id,n,converted\n\x00,10,1\n", ""),
    ],
)
def test_a_broken_log_is_told_in_one_line(run, tmp_path, content, says):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    said = run("demand", "replay", path)
    if says:
        line = the_one_line(said, 2)
        assert line.startswith(f"{path}: ")
        assert says in line
    else:
        assert said.code in (0, 2)


def test_a_log_that_is_not_there_or_is_a_folder(run, tmp_path):
    missing = tmp_path / "none.csv"
    assert the_one_line(run("demand", "replay", missing), 2) == f"{missing}: no such file or folder"
    assert str(tmp_path) in the_one_line(run("demand", "replay", tmp_path), 2)
