"""Write the factories of the tables as a file that an import reads: CSV, JSON lines or Parquet."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.registry.cells import NOTHING
from factory_matching.registry.records import FACTORY_COLUMNS, MORE_COLUMNS
from models.errors import InvalidInput
from models.factory import Capability, Factory, FactoryCertificate

_AT_ONCE = 1_000
_HEAD = (*FACTORY_COLUMNS, "state", *MORE_COLUMNS, "certificates")
_ABLE = ("category", "materials", "techniques", "currency", "prices", "sizes", "machines", "gauge")


def export_factories(session: Session, path: Path) -> int:
    """Write every factory with its capabilities; returns how many. Webhooks and their secrets stay here.

    InvalidInput for a file name that says no known kind.
    """
    name = path.name.lower()
    if name.removesuffix(".gz").endswith((".jsonl", ".csv")):
        opener: Any = gzip.open if name.endswith(".gz") else open
        with opener(path, "wt", encoding="utf-8", newline="") as file:
            if ".csv" in name:
                return _write_csv(session, file)
            return _write_json_lines(session, file)
    if name.endswith(".parquet"):
        return _write_parquet(session, path)
    raise InvalidInput(f"{path}: not a .csv, .jsonl (each may end in .gz) or .parquet file")


def _read(session: Session) -> Iterator[list[dict[str, Any]]]:
    """Factories by code, some at once, with `capabilities`; in the words of an import file."""
    last = ""
    while rows := session.scalars(
        select(Factory).where(Factory.code > last).order_by(Factory.code).limit(_AT_ONCE)
    ).all():
        last, ids = rows[-1].code, [row.id for row in rows]
        able: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for one in session.scalars(
            select(Capability).where(Capability.factory_id.in_(ids)).order_by(Capability.category)
        ):
            able[one.factory_id].append(_capability(one))
        held: dict[int, list[str]] = defaultdict(list)
        kinds = select(FactoryCertificate).where(FactoryCertificate.factory_id.in_(ids))
        for certificate in session.scalars(kinds.order_by(FactoryCertificate.kind)):
            number = f":{certificate.number}" if certificate.number else ""
            held[certificate.factory_id].append(f"{certificate.kind}:{certificate.expires_on}{number}")
        yield [{**_factory(row), "certificates": held[row.id], "capabilities": able[row.id]} for row in rows]
        session.expunge_all()


def _factory(row: Factory) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _HEAD if name not in ("state", "certificates", "contacts")}
    joined = row.joined_on.isoformat() if row.joined_on else None
    contacts = [f"{one['kind']}:{one['value']}" for one in row.contacts]
    return values | {"state": row.state.value, "joined_on": joined, "contacts": contacts}


def _capability(one: Capability) -> dict[str, Any]:
    return {
        "category": one.category.value,
        "materials": one.materials,
        "techniques": one.techniques,
        "currency": one.price_ladder["currency"],
        "prices": [f"{quantity}:{price}" for quantity, price in one.price_ladder["breaks"]],
        "sizes": one.sizes,
        "machines": one.machines,
        "gauge": one.gauge,
    }


def _write_json_lines(session: Session, file: Any) -> int:
    count = 0
    for chunk in _read(session):
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in chunk)
        count += len(chunk)
    return count


def _write_csv(session: Session, file: Any) -> int:
    writer = csv.DictWriter(file, (*_HEAD, *_ABLE))
    writer.writeheader()
    count = 0
    for chunk in _read(session):
        for one in chunk:
            writer.writerows(_cells({**one, **able}) for able in one["capabilities"])
        count += len(chunk)
    return count


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in (*_HEAD, *_ABLE)}
    return {name: "|".join(value) or NOTHING if isinstance(value, list) else value for name, value in values.items()}


def _write_parquet(session: Session, path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    words, text, whole = pa.list_(pa.string()), pa.string(), pa.int64()
    lists = ("markets", "also_speaks", "contacts", "certificates", "materials", "techniques", "prices", "sizes",
             "machines")  # fmt: skip
    numbers = ("daily_capacity", "lead_days", "lead_days_p90", "small_order_units", "small_order_days")
    kinds: dict[str, Any] = {**dict.fromkeys(lists, words), **dict.fromkeys(numbers, whole)}
    kinds |= {"quality": pa.float64(), "on_time": pa.float64()}
    able = pa.struct([(name, kinds.get(name, text)) for name in _ABLE])
    schema = pa.schema([*((name, kinds.get(name, text)) for name in _HEAD), ("capabilities", pa.list_(able))])
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for chunk in _read(session):
            writer.write_table(pa.Table.from_pylist(chunk, schema))
            count += len(chunk)
    return count
