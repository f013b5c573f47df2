"""Take a factory file into the tables: each factory once, whatever is imported again."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from factory_matching.registry.records import (
    FACTORY_COLUMNS,
    HEAD_COLUMNS,
    CapabilityRecord,
    FactoryRecord,
    Refused,
    read_parts,
)
from factory_matching.registry.sheets import Row, read_rows
from factory_matching.registry.upsert import Upserted, upsert
from models.bulk import without_collecting
from models.db import transaction
from models.errors import UnreadableSource

_TOGETHER = 1_000  # factories a transaction
_OF_FACTORY = (*HEAD_COLUMNS, "certificates")
_BESIDE_CODE = tuple(column for column in _OF_FACTORY if column != "code")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: rows read and refused; factories added, changed and found as they were."""

    read: int
    added: int
    changed: int
    unchanged: int
    refused: int


def import_factories(
    path: Path,
    reject_path: Path,
    now: datetime,
    progress: Callable[[int], object] = lambda factories: None,
) -> Imported:
    """Add and update factories by their code; refused rows go to `reject_path` (CSV) with where and why.

    A factory in the file replaces all capabilities that the tables hold for it. Rows of one factory stand together;
    cells of the factory may be empty after its first row. A transaction for each thousand factories: after a kill
    the same file is imported again, and what was stored is found unchanged. `progress` gets the number of factories
    stored so far. UnreadableSource when the file cannot be read, has no rows, or every row is refused.
    """
    with ExitStack() as closing:
        closing.enter_context(without_collecting())
        rejects = _Rejects(reject_path, closing)
        counted = _Counted(read_rows(path))
        done = Upserted(0, 0, 0)
        for chunk in _chunks(merge_rows(counted, rejects.add)):
            with transaction() as session:
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
    makes: list[CapabilityRecord] = []
    for entry in rows:
        if isinstance(entry, Refused):
            refuse(entry)
            continue
        where, row = entry
        of_first = current if current is not None and _continues(row, first, current.code) else None
        if of_first is None:
            row = _filled(row, first)
            if row.get("code") != first.get("code"):
                first = row
        read = read_parts(row, where, of_first)
        if isinstance(read, Refused):
            refuse(read)
            continue
        head, capabilities = read
        if current is not None and head.code == current.code:
            if why := _contradiction(current, makes, head, capabilities):
                refuse(Refused(where, why, row))
            else:
                makes += capabilities
        elif head.code in seen:
            refuse(Refused(where, f"factory {head.code} stood further up; keep its rows together", row))
        else:
            if current is not None:
                yield replace(current, capabilities=tuple(makes))
            seen.add(head.code)
            current, makes = head, [*capabilities]
    if current is not None:
        yield replace(current, capabilities=tuple(makes))


def _continues(row: Mapping[str, Any], first: Mapping[str, Any], code: str) -> bool:
    """Whether a flat row says nothing of its factory but, perhaps, the code of the one before, which was taken."""
    if first.get("code") != code or row.get("code", "") not in ("", code) or "capabilities" in row:
        return False
    return not any(map(row.get, _BESIDE_CODE))


def _filled(row: Mapping[str, Any], first: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with its empty factory cells taken from the factory's first row (merged cells of a sheet)."""
    if "capabilities" in row or all(map(row.get, FACTORY_COLUMNS)):
        return row
    if row.get("code") and row["code"] != first.get("code"):
        return row
    return {**row, **{column: value for column in _OF_FACTORY if (value := first.get(column)) and not row.get(column)}}


def _contradiction(
    current: FactoryRecord,
    makes: Sequence[CapabilityRecord],
    head: FactoryRecord,
    capabilities: Sequence[CapabilityRecord],
) -> str | None:
    """Why a further row of a factory cannot be joined to those before it."""
    if head is not current:
        for column in FACTORY_COLUMNS:
            if getattr(head, column) != getattr(current, column):
                return f"{column} differs from the first row of factory {current.code}"
    for before in makes:
        for capability in capabilities:
            if capability.category is before.category:
                return f"category {capability.category} stands twice for factory {current.code}"
    return None


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
