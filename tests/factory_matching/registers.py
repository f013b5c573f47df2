"""Registers and files of factories for tests."""

import csv
from pathlib import Path

from factory_matching.register import CapabilityEntry, FactoryEntry, Register, build_register
from models.factory import FactoryStanding

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


def entry(number: int, **changes) -> FactoryEntry:
    values = {
        "standing": FactoryStanding.ACTIVE,
        "daily_capacity": 50,
        "lead_days": 5,
        "quality": 0.97,
        "on_time": 0.95,
    }
    return FactoryEntry(id=number, **{**values, **changes})


def capability(number: int, **changes) -> CapabilityEntry:
    values = {
        "category": "greatcoat",
        "materials": ("wool",),
        "techniques": ("double_breasted",),
        "breaks": ((30, "100.00"), (100, "90.00")),
        "currency": "CNY",
    }
    return CapabilityEntry(factory_id=number, **{**values, **changes})


def register_of(*pairs: tuple[dict, dict]) -> Register:
    """One factory with one capability for each pair of changes, numbered from 1."""
    return build_register(
        [entry(n, **factory) for n, (factory, _) in enumerate(pairs, start=1)],
        [capability(n, **able) for n, (_, able) in enumerate(pairs, start=1)],
    )
