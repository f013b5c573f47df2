"""Registers and files of factories for tests."""

import csv
from pathlib import Path
from typing import Any

from factory_matching.registry.enlist import merge_rows
from factory_matching.registry.records import Refused
from factory_matching.registry.register import CapabilityEntry, FactoryEntry, Register, build_register
from models.factory import FactoryStanding
from samples.make_factories import make_rows, spoil

ROW = {
    "code": "ZJ-0001",
    "name": "绍兴第一大衣厂",
    "region": "Zhejiang",
    "language": "zh",
    "daily_capacity": "120",
    "lead_days": "9",
    "quality": "0.97",
    "on_time": "95%",
    "category": "greatcoat",
    "materials": "wool|cotton",
    "techniques": "double_breasted|buttons|check",
    "prices": "50:120|100:110.50|300:101",
}


def write_csv(path: Path, *rows: dict[str, str]) -> Path:
    """One row for each mapping of changes to ROW."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list({**ROW, **(rows[0] if rows else {})}))
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def entry(number: int, **changes: Any) -> FactoryEntry:
    values: dict[str, Any] = {
        "standing": FactoryStanding.ACTIVE,
        "daily_capacity": 50,
        "lead_days": 5,
        "quality": 0.97,
        "on_time": 0.95,
    }
    return FactoryEntry(id=number, **{**values, **changes})


def capability(number: int, **changes: Any) -> CapabilityEntry:
    values: dict[str, Any] = {
        "category": "greatcoat",
        "materials": ("wool",),
        "techniques": ("double_breasted",),
        "breaks": ((30, "100.00"), (100, "90.00")),
        "currency": "CNY",
    }
    return CapabilityEntry(factory_id=number, **{**values, **changes})


def register_of(*pairs: tuple[dict[str, Any], dict[str, Any]]) -> Register:
    """One factory with one capability for each pair of changes, numbered from 1."""
    return build_register(
        [entry(n, **factory) for n, (factory, _) in enumerate(pairs, start=1)],
        [capability(n, **able) for n, (_, able) in enumerate(pairs, start=1)],
    )


def sample_register(factories: int, seed: int) -> Register:
    """Factories of the sample maker, without a database; its seven spoilt rows are refused."""
    refused: list[Refused] = []
    rows = ((f"row {n}", row) for n, row in enumerate(spoil(list(make_rows(factories, seed)))))
    records = list(merge_rows(rows, refused.append))
    assert len(refused) == 7
    return build_register(
        [
            FactoryEntry(n, r.standing or FactoryStanding.ACTIVE, r.daily_capacity, r.lead_days, r.quality, r.on_time)
            for n, r in enumerate(records)
        ],
        [
            CapabilityEntry(
                n,
                c.category,
                c.materials,
                c.techniques,
                [(step.from_quantity, step.unit_price) for step in c.ladder.breaks],
                c.ladder.currency,
            )
            for n, r in enumerate(records)
            for c in r.capabilities
        ],
    )
