import csv
import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from factory_matching.registry.enlist import Imported, import_factories
from factory_matching.registry.records import Refused, read_factory_row
from models.errors import UnreadableSource
from models.factory import Capability, Factory, FactoryCertificate, FactoryStanding, Verification
from models.state import StateChange
from tests.factory_matching.registers import ROW, write_csv

NOW = datetime(2026, 11, 2, tzinfo=UTC)
BLANK = dict.fromkeys(("name", "region", "language", "daily_capacity", "lead_days", "quality", "on_time"), "")


def take(session, path, tmp_path):
    return import_factories(path, tmp_path / "rejects.csv", NOW)


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
        ("f.parquet", b"PAR1", "not a Parquet file"),
        ("f.json", b"{}", "not a JSON list"),
        ("f.txt", b"", "not a .csv, .json, .jsonl"),
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


SAYS = {
    "warehouse": "Yiwu",
    "markets": "EU|CN-domestic",
    "also_speaks": "en|ko",
    "contacts": "wechat:haining7|phone:+86 573 1234",
    "joined_on": "2025-03-01",
    "verification": "audited",
    "lead_days_p90": "14",
    "small_order_units": "40",
    "small_order_days": "4",
    "certificates": "BSCI:2027-05-01|GOTS:2026-12-31:CU 1234",
    "sizes": "S|M|L",
    "machines": "flat_knitting_12G|linking",
    "gauge": "12G",
}


def stands(session):
    """The only factory, its capability and its certificates, as plain values."""
    session.expire_all()
    factory, capability = session.scalars(select(Factory)).one(), session.scalars(select(Capability)).one()
    held = session.scalars(select(FactoryCertificate).order_by(FactoryCertificate.kind)).all()
    return (
        {name: getattr(factory, name) for name in SAYS if hasattr(Factory, name)}
        | {name: getattr(capability, name) for name in ("sizes", "machines", "gauge")},
        [(one.kind, one.expires_on, one.number) for one in held],
    )


def test_what_a_file_says_beyond_the_usual_is_taken_in_and_kept_when_a_later_file_leaves_it_open(session, tmp_path):
    take(session, write_csv(tmp_path / "a.csv", SAYS), tmp_path)
    values, held = stands(session)
    assert values == {
        "warehouse": "Yiwu",
        "markets": ["EU", "CN-domestic"],
        "also_speaks": ["en", "ko"],
        "contacts": [{"kind": "wechat", "value": "haining7"}, {"kind": "phone", "value": "+86 573 1234"}],
        "joined_on": date(2025, 3, 1),
        "verification": Verification.AUDITED,
        "lead_days_p90": 14,
        "small_order_units": 40,
        "small_order_days": 4,
        "sizes": ["L", "M", "S"],
        "machines": ["flat_knitting_12G", "linking"],
        "gauge": "12G",
    }
    assert held == [("BSCI", date(2027, 5, 1), None), ("GOTS", date(2026, 12, 31), "CU 1234")]
    assert take(session, write_csv(tmp_path / "b.csv", {"prices": "50:99"}), tmp_path).changed == 1
    assert stands(session) == (values, held)
    assert take(session, write_csv(tmp_path / "c.csv", {**SAYS, "prices": "50:99"}), tmp_path).unchanged == 1


def test_a_dash_takes_back_what_was_said(session, tmp_path):
    take(session, write_csv(tmp_path / "a.csv", SAYS), tmp_path)
    nothing = {**dict.fromkeys(SAYS, "-"), "verification": "declared"}
    assert take(session, write_csv(tmp_path / "b.csv", nothing), tmp_path).changed == 1
    values, held = stands(session)
    assert not any(values[name] for name in SAYS if name not in ("verification", "certificates"))
    assert held == []


def test_a_killed_import_started_again_neither_doubles_nor_loses(session, tmp_path):
    path = write_csv(tmp_path / "f.csv", *({"code": f"ZJ-{number}"} for number in range(2_500)))

    def kill(stored):
        if stored == 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_factories(path, tmp_path / "rejects.csv", NOW, kill)
    done = take(session, path, tmp_path)
    assert (done.added, done.unchanged) == (500, 2_000)
    for table in (Factory, Capability, StateChange):
        assert session.scalar(select(func.count()).select_from(table)) == 2_500


def test_parquet_holds_flat_rows_or_factories_with_their_capabilities(session, tmp_path):
    flat = {**ROW, **SAYS, "daily_capacity": 120, "lead_days": 9, "quality": 0.97, "on_time": 0.95}
    pq.write_table(pa.Table.from_pylist([flat, {**flat, "category": "space_suit"}]), tmp_path / "flat.parquet")
    assert take(session, tmp_path / "flat.parquet", tmp_path) == Imported(2, added=1, changed=0, unchanged=0, refused=1)
    able = ("category", "materials", "techniques", "prices", "sizes", "machines", "gauge")
    nested = {name: value for name, value in flat.items() if name not in able}
    one = {
        "category": "greatcoat",
        "materials": ["wool", "cotton"],
        "techniques": ["double_breasted", "buttons", "check"],
        "prices": [{"quantity": q, "price": p} for q, p in ((50, Decimal(120)), (100, Decimal("110.5")), (300, 101))],
    }
    nested |= {"markets": ["EU", "CN-domestic"], "joined_on": date(2025, 3, 1), "capabilities": [one]}
    nested["contacts"] = [{"kind": "wechat", "value": "haining7"}, {"kind": "phone", "value": "+86 573 1234"}]
    pq.write_table(pa.Table.from_pylist([nested]), tmp_path / "nested.parquet")
    assert take(session, tmp_path / "nested.parquet", tmp_path).unchanged == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sizes": "M|huge"}, "unknown size 'huge'"),
        ({"joined_on": "last year"}, "is not a date"),
        ({"certificates": "BSCI"}, "expiry of BSCI '' is not a date"),
        ({"certificates": "BSCI:2027-01-01|bsci:2028-01-01"}, "stands twice"),
        ({"contacts": "haining7"}, "is not KIND:VALUE"),
        ({"verification": "trusted"}, "unknown verification"),
        ({"markets": "x" * 41}, "longer than 40"),
        ({"markets": "|".join(f"M{n}" for n in range(41))}, "more than 40"),
        ({"small_order_days": "-3"}, "is not a whole number"),
        ({"gauge": "x" * 21}, "longer than 20"),
        ({"warehouse": "x" * 41}, "longer than 40"),
    ],
)
def test_a_cell_beyond_the_usual_that_cannot_be_used_is_refused(change, reason):
    refused = read_factory_row({**ROW, **change}, "line 7")
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_rows_that_continue_a_refused_factory_do_not_go_to_the_one_before(session, tmp_path):
    bad = {"code": "ZJ-2", "lead_days": "soon", "category": "coat"}
    path = write_csv(tmp_path / "f.csv", {}, bad, {**BLANK, "code": "", "category": "blazer"})
    done = take(session, path, tmp_path)
    assert (done.added, done.refused) == (1, 2)
    assert session.scalars(select(Capability.category)).all() == ["greatcoat"]
