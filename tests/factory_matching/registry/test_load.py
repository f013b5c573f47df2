"""The register read column by column is that of its entries, and a snapshot is that of the tables, or none."""

import csv
import json
import shutil
from dataclasses import fields
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import select

from factory_matching.qualify import Qualifier
from factory_matching.registry.enlist import import_factories
from factory_matching.registry.kept import keep_snapshots
from factory_matching.registry.load import read_register
from factory_matching.registry.register import CapabilityEntry, FactoryEntry, Register, build_register
from factory_matching.registry.snapshot import open_register
from models.db import transaction
from models.factory import Capability, Factory, FactoryCertificate, FactoryStanding
from samples.make_factories import COLUMNS, make_rows
from tests.builders import make_factory

NOW = datetime(2026, 11, 2, tzinfo=UTC)
MORE = ("warehouse", "markets", "joined_on", "lead_days_p90", "small_order_units", "small_order_days", "certificates",
        "sizes")  # fmt: skip
SAID = ("Yiwu", "EU|US", "2025-03-01", "31", "40", "3", "BSCI:2027-05-01|GOTS:2026-12-31", "S|M")


@pytest.fixture
def imported(session, tmp_path):
    """Forty factories of the sample maker, every third with what a file may leave out."""
    with (tmp_path / "f.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *MORE], restval="")
        writer.writeheader()
        for row in make_rows(40, seed=9):
            more = dict(zip(MORE, SAID, strict=True)) if row["name"] and int(row["code"][-2:]) % 3 == 0 else {}
            writer.writerow({**row, **more})
    import_factories(tmp_path / "f.csv", tmp_path / "rejects.csv", NOW)
    return session


@pytest.fixture
def folder(tmp_path):
    """Where snapshots stand; forgotten afterwards."""
    keep_snapshots(tmp_path / "registers")
    yield tmp_path / "registers"
    keep_snapshots(None)


def by_entries(session):
    """The register by the plain builder, through the mapped classes."""
    held = {}
    for one in session.scalars(select(FactoryCertificate)):
        held.setdefault(one.factory_id, {})[one.kind] = one.expires_on
    return build_register(
        [
            FactoryEntry(
                f.id, f.state, f.daily_capacity, f.lead_days, f.quality, f.on_time, f.region, f.warehouse, f.markets,
                f.joined_on, f.lead_days_p90, f.small_order_units, f.small_order_days, held.get(f.id, {}),
            )
            for f in session.scalars(select(Factory))
        ],
        [
            CapabilityEntry(
                c.factory_id, c.category, c.materials, c.techniques, c.price_ladder["breaks"],
                c.price_ladder["currency"], c.sizes,
            )
            for c in session.scalars(select(Capability))
        ],
    )  # fmt: skip


def assert_same(one: Register, other: Register):
    for field in fields(Register):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, np.ndarray):
            assert first.dtype == second.dtype, field.name
            np.testing.assert_array_equal(first, second, err_msg=field.name)
        elif field.name == "certificates":
            assert list(first) == list(second)
            for kind in first:
                np.testing.assert_array_equal(first[kind], second[kind])
        else:
            assert first == second, field.name


def test_what_is_read_by_columns_is_what_the_entries_say(imported):
    register = read_register(imported)
    assert set(register.certificates) == {"BSCI", "GOTS"}
    assert register.market_names == ("EU", "US")
    assert register.joined.max() == date(2025, 3, 1).toordinal()
    assert_same(register, by_entries(imported))


def test_no_factory_at_all_is_a_register_too(session):
    assert_same(read_register(session), by_entries(session))


def test_a_snapshot_is_the_register_and_is_found_again(imported, folder):
    first = open_register(imported, fewest=1)
    (kept,) = folder.iterdir()
    written = (kept / "cents.npy").stat().st_mtime_ns
    second = open_register(imported, fewest=1)
    assert_same(first, second)
    assert_same(second, by_entries(imported))
    assert (kept / "cents.npy").stat().st_mtime_ns == written
    assert Qualifier.of(second).register is second


@pytest.mark.parametrize(
    "change",
    [
        lambda session: setattr(session.scalars(select(Factory).limit(1)).one(), "state", FactoryStanding.SUSPENDED),
        lambda session: setattr(session.scalars(select(Capability).limit(1)).one(), "sizes", ["XL"]),
        lambda session: session.delete(session.scalars(select(FactoryCertificate).limit(1)).one()),
        lambda session: make_factory(session),
    ],
)
def test_a_stale_snapshot_is_never_used(imported, folder, change):
    open_register(imported, fewest=1)
    with transaction() as other:
        change(other)
    imported.expire_all()
    assert_same(open_register(imported, fewest=1), by_entries(imported))
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("harm", ["names", "array", "short"])
def test_a_torn_snapshot_is_never_used(imported, folder, harm):
    open_register(imported, fewest=1)
    (kept,) = folder.iterdir()
    if harm == "names":
        (kept / "names.json").write_text("{")
    elif harm == "array":
        (kept / "cents.npy").unlink()
    else:
        (kept / "cents.npy").write_bytes((kept / "cents.npy").read_bytes()[:100])
    assert_same(open_register(imported, fewest=1), by_entries(imported))


def test_what_is_taken_back_leaves_no_snapshot_that_a_later_reader_finds(imported, folder):
    with transaction() as other:
        undone = other.begin_nested()
        make_factory(other)
        assert len(open_register(other, fewest=1).ids) == 41
        undone.rollback()
        assert_same(open_register(other, fewest=1), by_entries(imported))


def test_few_factories_and_those_without_a_place_leave_no_files(imported, folder):
    open_register(imported)
    assert not folder.exists()
    keep_snapshots(None)
    assert_same(open_register(imported, fewest=1), by_entries(imported))
    assert not folder.exists()


def test_a_disk_that_is_full_only_costs_time(imported, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.mkdir()
    state = open_register(imported, fewest=1)
    (kept,) = folder.iterdir()
    shutil.rmtree(kept)
    kept.write_text("not a folder")
    assert_same(open_register(imported, fewest=1), state)
    assert json.dumps(sorted(path.name for path in folder.iterdir())) == json.dumps([kept.name])
