"""Read a factory file (CSV, JSON, JSON lines, each also gzipped) row by row."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from factory_matching.registry.records import CAPABILITY_COLUMNS, FACTORY_COLUMNS, OPTIONAL_COLUMNS, Refused
from models.errors import UnreadableSource

_LONGEST_LINE = 1_000_000  # characters; a factory with every category takes about 8,000
Row = tuple[str, Mapping[str, Any]]


def read_rows(path: Path) -> Iterator[Row | Refused]:
    """Yield (where, row) for each row, Refused for a line that is no row; UnreadableSource when nothing can be read."""
    name = path.name.lower().removesuffix(".gz")
    try:
        with _open(path) as file:
            if name.endswith(".csv"):
                yield from _read_csv(file, path)
            elif name.endswith((".jsonl", ".ndjson")):
                yield from _read_json_lines(file, path)
            elif name.endswith(".json"):
                yield from _read_json(file, path)
            else:
                raise UnreadableSource(f"{path}: not a .csv, .json or .jsonl file (each may end in .gz)")
    except FileNotFoundError:
        raise UnreadableSource(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UnreadableSource(f"{path}: not UTF-8 text; save the sheet as 'CSV UTF-8'") from None
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise UnreadableSource(f"{path}: {error}") from None


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    opener: Any = gzip.open if path.name.lower().endswith(".gz") else open
    # utf-8-sig: spreadsheets put a byte order mark first.
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield file


def _read_csv(file: TextIO, path: Path) -> Iterator[Row | Refused]:
    reader = csv.DictReader(file)
    columns = [column.strip().lower() for column in reader.fieldnames or ()]
    reader.fieldnames = columns
    if missing := [column for column in (*FACTORY_COLUMNS, *CAPABILITY_COLUMNS) if column not in columns]:
        raise UnreadableSource(f"{path}: columns missing: {', '.join(missing)}")
    known = {*FACTORY_COLUMNS, *CAPABILITY_COLUMNS, *OPTIONAL_COLUMNS}
    if unknown := [column for column in columns if column not in known]:
        raise UnreadableSource(f"{path}: unknown columns: {', '.join(column[:40] for column in unknown[:5])}")
    if len(columns) != len(set(columns)):
        raise UnreadableSource(f"{path}: a column stands twice")
    for row in reader:
        where = f"line {reader.line_num}"
        # DictReader puts surplus cells under None and fills missing ones with None.
        if None in row or None in row.values():
            yield Refused(where, f"the row does not have {len(columns)} cells", {str(k): v for k, v in row.items()})
        else:
            yield where, row


def _read_json_lines(file: TextIO, path: Path) -> Iterator[Row | Refused]:
    for number, line in enumerate(file, start=1):
        where = f"line {number}"
        if len(line) > _LONGEST_LINE:
            yield Refused(where, f"the line has {len(line)} characters, more than {_LONGEST_LINE}", {})
        elif line.strip():
            yield _as_object(line, where)


def _as_object(line: str, where: str) -> Row | Refused:
    try:
        entry = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return Refused(where, "not JSON", {"text": line[:200]})
    return (where, entry) if isinstance(entry, dict) else Refused(where, "not a JSON object", {"text": line[:200]})


def _read_json(file: TextIO, path: Path) -> Iterator[Row | Refused]:
    try:
        entries = json.load(file)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableSource(f"{path}: not JSON: {error}") from None
    if not isinstance(entries, list):
        raise UnreadableSource(f"{path}: not a JSON list of factories")
    for number, entry in enumerate(entries, start=1):
        where = f"entry {number}"
        yield (where, entry) if isinstance(entry, dict) else Refused(where, "not an object", {"text": str(entry)[:200]})
