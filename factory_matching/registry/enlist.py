"""Take a factory file into the tables: each factory once, whatever is imported again."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from factory_matching.registry.records import FACTORY_COLUMNS, HEAD_COLUMNS, FactoryRecord, Refused, read_factory_row
from factory_matching.registry.sheets import Row, read_rows
from factory_matching.registry.upsert import Upserted, upsert
from models.errors import UnreadableSource

_TOGETHER = 1_000  # factories per round trip to the database


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: rows read and refused; factories added, changed and found as they were."""

    read: int
    added: int
    changed: int
    unchanged: int
    refused: int


def import_factories(
    session: Session,
    path: Path,
    reject_path: Path,
    now: datetime,
    progress: Callable[[int], object] = lambda factories: None,
) -> Imported:
    """Add and update factories by their code; refused rows go to `reject_path` (CSV) with where and why.

    A factory in the file replaces all capabilities that the tables hold for it. Rows of one factory stand together;
    cells of the factory may be empty after its first row. `progress` gets the number of factories stored so far.
    UnreadableSource when the file cannot be read, has no rows, or every row is refused.
    """
    with ExitStack() as closing:
        rejects = _Rejects(reject_path, closing)
        counted = _Counted(read_rows(path))
        done = Upserted(0, 0, 0)
        for chunk in _chunks(merge_rows(counted, rejects.add)):
            done += upsert(session, chunk, now, f"imported from {path.name}")
            progress(done.total)
    if counted.rows == 0:
        raise UnreadableSource(f"{path}: no rows")
    if done.total == 0:
        raise UnreadableSource(f"{path}: all {counted.rows} rows refused; the first: {rejects.first}")
    return Imported(counted.rows, done.added, done.changed, done.unchanged, rejects.count)


def merge_rows(rows: Iterable[Row | Refused], refuse: Callable[[Refused], object]) -> Iterator[FactoryRecord]:
    """Factories from rows of which several may describe one; what cannot be used goes to `refuse`."""
    seen: set[str] = set()
    first: Mapping[str, Any] = {}
    current: FactoryRecord | None = None
    for entry in rows:
        if isinstance(entry, Refused):
            refuse(entry)
            continue
        where, row = entry
        row = _filled(row, first)
        if row.get("code") != first.get("code"):
            first = row
        record = read_factory_row(row, where)
        if isinstance(record, Refused):
            refuse(record)
        elif current is not None and record.code == current.code:
            joined = _joined(current, record)
            current = joined if isinstance(joined, FactoryRecord) else current
            if isinstance(joined, str):
                refuse(Refused(where, joined, row))
        elif record.code in seen:
            refuse(Refused(where, f"factory {record.code} stood further up; keep its rows together", row))
        else:
            if current is not None:
                yield current
            seen.add(record.code)
            current = record
    if current is not None:
        yield current


def _filled(row: Mapping[str, Any], first: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with its empty factory cells taken from the factory's first row (merged cells of a sheet)."""
    if "capabilities" in row or all(row.get(column) for column in FACTORY_COLUMNS):
        return row
    if row.get("code") and row["code"] != first.get("code"):
        return row
    return {**row, **{column: first.get(column, "") for column in HEAD_COLUMNS if not row.get(column)}}


def _joined(current: FactoryRecord, record: FactoryRecord) -> FactoryRecord | str:
    """The factory with one more capability, or why the row contradicts those before it."""
    for column in FACTORY_COLUMNS:
        if getattr(record, column) != getattr(current, column):
            return f"{column} differs from the first row of factory {current.code}"
    known = {capability.category for capability in current.capabilities}
    if repeated := next((c.category for c in record.capabilities if c.category in known), None):
        return f"category {repeated} stands twice for factory {current.code}"
    return replace(current, capabilities=current.capabilities + record.capabilities)


def _chunks(records: Iterable[FactoryRecord]) -> Iterator[list[FactoryRecord]]:
    chunk: list[FactoryRecord] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _TOGETHER:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Counted:
    """An iterable that knows how many entries it gave."""

    def __init__(self, rows: Iterable[Row | Refused]) -> None:
        self._source = rows
        self.rows = 0

    def __iter__(self) -> Iterator[Row | Refused]:
        for row in self._source:
            self.rows += 1
            yield row


class _Rejects:
    """The reject file, made when the first row is refused."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        self._path, self._closing = path, closing
        self._writer: Any = None
        self.count = 0
        self.first = ""

    def add(self, refused: Refused) -> None:
        """Write one line: where, reason, the row as JSON."""
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._closing.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(file)
            self._writer.writerow(("where", "reason", "row"))
            self.first = f"{refused.where}: {refused.reason}"
        self._writer.writerow((refused.where, refused.reason, json.dumps(refused.row, ensure_ascii=False, default=str)))
        self.count += 1
