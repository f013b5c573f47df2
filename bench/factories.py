"""How long a list of factories takes into SQLite, again with nothing new, and until a process has it as arrays.

Synthetic factories of samples/make_factories.py, about 2.8 categories each (--quick: 60,000 factories, a tenth of the
time). Files: CSV with a row for each category; the first tenth also as JSON lines and Parquet with nested capabilities.

    python -m bench.factories [--quick] [--factories N] [--seed N]
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.line import Reach, print_line
from factory_matching.registry.enlist import import_factories
from factory_matching.registry.load import read_register
from factory_matching.registry.snapshot import open_register
from models.db import connect, migrate, transaction
from samples.make_factories import COLUMNS, make_rows

_SEED = 20240901
_ALL, _FEW = 600_000, 60_000
_NOW = datetime(2026, 11, 2, tzinfo=UTC)
_OF_CAPABILITY = ("category", "materials", "techniques", "currency", "prices")


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="60,000 factories")
    parser.add_argument("--factories", type=int, help="so many instead")
    parser.add_argument("--seed", type=int, default=_SEED)
    arguments = parser.parse_args()
    count = arguments.factories or (_FEW if arguments.quick else _ALL)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure(Path(folder), count, arguments.seed)
    reach = (
        Reach("seconds_import", 120 * count / _ALL),
        Reach("seconds_snapshot_opens", 1),
    )
    return print_line("factories", arguments.seed, time.perf_counter() - started, measured, {}, reach, count < _ALL)


def _measure(folder: Path, count: int, seed: int) -> dict[str, Any]:
    path = folder / "factories.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(make_rows(count, seed))
    _bind(folder / "csv.db")
    measured: dict[str, Any] = {"factories": count, "file_mb": path.stat().st_size >> 20}
    busy = time.process_time()
    measured["seconds_import"], measured["rows"] = _import(path, count)
    measured["processor_seconds_import"] = round(time.process_time() - busy, 2)
    measured["seconds_import_again"], _ = _import(path, 0)
    with transaction() as session:
        measured["seconds_read"] = _seconds(lambda: read_register(session))
        open_register(session, folder / "registers", fewest=1)
        measured["seconds_snapshot_opens"] = _seconds(lambda: open_register(session, folder / "registers", fewest=1))
    nested = list(_nested(make_rows(count // 10, seed)))
    _write_json_lines(folder / "factories.jsonl", nested)
    _write_parquet(folder / "factories.parquet", nested)
    for kind in ("jsonl", "parquet"):
        _bind(folder / f"{kind}.db")
        measured[f"seconds_{kind}_of_a_tenth"], _ = _import(folder / f"factories.{kind}", len(nested))
    return measured


def _bind(database: Path) -> None:
    migrate(f"sqlite:///{database}")
    connect(f"sqlite:///{database}")


def _import(path: Path, new: int) -> tuple[float, int]:
    began = time.perf_counter()
    done = import_factories(path, path.with_suffix(".rejects.csv"), _NOW)
    if done.added != new or done.refused or done.changed:
        raise RuntimeError(f"{new} factories are new in {path.name}: {done}")
    return round(time.perf_counter() - began, 2), done.read


def _seconds(deed: Any) -> float:
    began = time.perf_counter()
    deed()
    return round(time.perf_counter() - began, 3)


def _nested(rows: Iterator[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Factories with their capabilities as lists."""
    factory: dict[str, Any] = {}
    for row in rows:
        if row["name"]:
            if factory:
                yield factory
            factory = {name: value for name, value in row.items() if name not in _OF_CAPABILITY}
            factory["capabilities"] = []
        factory["capabilities"].append(
            {
                "category": row["category"],
                "materials": row["materials"].split("|"),
                "techniques": row["techniques"].split("|"),
                "currency": row["currency"],
                "prices": [step.split(":") for step in row["prices"].split("|")],
            }
        )
    yield factory


def _write_json_lines(path: Path, factories: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for factory in factories:
            file.write(json.dumps(factory, ensure_ascii=False) + "\n")


def _write_parquet(path: Path, factories: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(factories), path)


if __name__ == "__main__":
    sys.exit(main())
