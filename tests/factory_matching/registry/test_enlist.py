import csv
import gzip
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from factory_matching.registry.enlist import Imported, import_factories
from models.errors import UnreadableSource
from models.factory import Capability, Factory, FactoryStanding
from models.state import StateChange
from tests.factory_matching.registers import ROW, write_csv

NOW = datetime(2026, 11, 2, tzinfo=UTC)
BLANK = dict.fromkeys(("name", "region", "language", "daily_capacity", "lead_days", "quality", "on_time"), "")


def take(session, path, tmp_path):
    return import_factories(session, path, tmp_path / "rejects.csv", NOW)


def test_rows_of_one_factory_join_and_empty_cells_come_from_its_first_row(session, tmp_path):
    path = write_csv(tmp_path / "f.csv", {}, {**BLANK, "category": "coat"}, {**BLANK, "code": "", "category": "blazer"})
    assert take(session, path, tmp_path) == Imported(read=3, added=1, changed=0, unchanged=0, refused=0)
    assert session.scalars(select(Capability.category).order_by(Capability.id)).all() == ["greatcoat", "coat", "blazer"]
    assert not (tmp_path / "rejects.csv").exists()


def test_importing_twice_changes_nothing(session, tmp_path):
    path = write_csv(tmp_path / "f.csv", {}, {"code": "ZJ-2"})
    take(session, path, tmp_path)
    assert take(session, path, tmp_path) == Imported(2, added=0, changed=0, unchanged=2, refused=0)
    assert session.scalar(select(func.count()).select_from(StateChange)) == 2


def test_a_later_file_changes_factories_and_replaces_their_capabilities(session, tmp_path):
    take(session, write_csv(tmp_path / "a.csv", {}, {"category": "coat"}, {"code": "ZJ-2"}), tmp_path)
    newer = [{"lead_days": "4"}, {"lead_days": "4", "category": "blazer"}, {"code": "ZJ-2", "prices": "10:99"}]
    done = take(session, write_csv(tmp_path / "b.csv", *newer), tmp_path)
    assert (done.added, done.changed, done.unchanged) == (0, 2, 0)
    first, second = session.scalars(select(Factory).order_by(Factory.code)).all()
    assert first.lead_days == 4
    rows = session.execute(select(Capability.factory_id, Capability.category, Capability.moq).order_by(Capability.id))
    assert set(map(tuple, rows)) == {
        (first.id, "greatcoat", 50),
        (first.id, "blazer", 50),
        (second.id, "greatcoat", 10),
    }


def test_an_import_that_leaves_the_standing_open_does_not_lift_a_suspension(session, tmp_path):
    take(session, write_csv(tmp_path / "a.csv", {"state": "suspended"}), tmp_path)
    take(session, write_csv(tmp_path / "b.csv", {"lead_days": "4"}), tmp_path)
    assert session.scalars(select(Factory)).one().state is FactoryStanding.SUSPENDED
    take(session, write_csv(tmp_path / "c.csv", {"state": "active"}), tmp_path)
    assert session.scalars(select(Factory)).one().state is FactoryStanding.ACTIVE
    assert session.scalars(select(StateChange.to_state).order_by(StateChange.id)).all() == ["suspended", "active"]


def test_refused_rows_are_counted_and_written_with_where_and_why(session, tmp_path):
    rows = [{}, {"category": "space_suit"}, {"code": "ZJ-2"}, {}, {"code": "ZJ-2", "category": "coat", "name": "other"}]
    done = take(session, write_csv(tmp_path / "f.csv", *rows), tmp_path)
    assert (done.read, done.added, done.refused) == (5, 2, 3)
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["where"] for row in written] == ["line 3", "line 5", "line 6"]
    assert "space_suit" in written[0]["reason"]
    assert "stood further up" in written[1]["reason"]
    assert json.loads(written[2]["row"])["name"] == "other"


def test_json_lines_and_gzip_are_read_too(session, tmp_path):
    path = tmp_path / "f.jsonl.gz"
    lines = [json.dumps(ROW), "{broken", "[]", json.dumps({**ROW, "code": "ZJ-2"}), "x" * 1_000_001]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert take(session, path, tmp_path) == Imported(5, added=2, changed=0, unchanged=0, refused=3)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("f.csv", b"", "columns missing: code"),
        ("f.csv", b"code,name\n1,2\n", "columns missing: region"),
        ("f.csv", (",".join(ROW) + ",colour\n").encode(), "unknown columns: colour"),
        ("f.csv", (",".join(ROW) + "\n").encode(), "no rows"),
        ("f.csv", (",".join(ROW) + "\n1,2\n").encode(), "all 1 rows refused; the first: line 2"),
        ("f.csv", (",".join(ROW) + "\n").encode() + "军大衣".encode("gb18030"), "not UTF-8 text"),
        ("f.csv", (",".join(ROW) + "\n").encode() + b"x" * 10_000_000, "field larger than field limit"),
        ("f.csv.gz", b"not gzip", "gzip"),
        ("f.json", b"{", "not JSON"),
        ("f.json", b"{}", "not a JSON list"),
        ("f.txt", b"", "not a .csv, .json or .jsonl file"),
        (None, b"", "no such file"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_and_where(session, tmp_path, name, content, message):
    path = tmp_path / (name or "missing.csv")
    if name:
        path.write_bytes(content)
    with pytest.raises(UnreadableSource, match=message) as refused:
        take(session, path, tmp_path)
    assert str(path) in str(refused.value)
    assert session.scalar(select(func.count()).select_from(Factory)) == 0
