"""Read a factory file (CSV, JSON, JSON lines, each also gzipped, or Parquet) row by row."""

import csv
import gzip
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from factory_matching.registry.records import CAPABILITY_COLUMNS, FACTORY_COLUMNS, OPTIONAL_COLUMNS, Refused
from models.errors import UnreadableSource

_LONGEST_LINE = 1_000_000  # bytes; a factory with every category takes about 8,000
_ROWS_AT_ONCE = 5_000
Row = tuple[str, Mapping[str, Any]]


def read_rows(path: Path) -> Iterator[Row | Refused]:
    """Yield (where, row) for each row, Refused for a line that is no row; UnreadableSource when nothing can be read."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if path.name.lower().endswith(".parquet"):
            yield from _read_parquet(path)
            return
        with _open(path) as file:
            if name.endswith(".csv"):
                yield from _read_csv(file, path)
            elif name.endswith((".jsonl", ".ndjson")):
                yield from _read_json_lines(file)
            elif name.endswith(".json"):
                yield from _read_json(file, path)
            else:
                raise UnreadableSource(f"{path}: not a .csv, .json, .jsonl or .parquet file")
    except FileNotFoundError:
        raise UnreadableSource(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UnreadableSource(f"{path}: not UTF-8 text; save the sheet as 'CSV UTF-8'") from None
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise UnreadableSource(f"{path}: {error}") from None


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    opener: Any = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rb") as file:
        yield file


def _read_csv(file: BinaryIO, path: Path) -> Iterator[Row | Refused]:
    # utf-8-sig: spreadsheets put a byte order mark first.
    reader = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", newline=""))
    columns = _check_columns([column.strip().lower() for column in next(reader, [])], path)
    for row in reader:
        where = f"line {reader.line_num}"
        if len(row) == len(columns):
            yield where, dict(zip(columns, row, strict=True))
        elif row:
            known = dict(zip(columns, row, strict=False))
            yield Refused(where, f"the row does not have {len(columns)} cells", known)


def _check_columns(columns: list[str], path: Path) -> list[str]:
    if missing := [column for column in (*FACTORY_COLUMNS, *CAPABILITY_COLUMNS) if column not in columns]:
        raise UnreadableSource(f"{path}: columns missing: {', '.join(missing)}")
    known = {*FACTORY_COLUMNS, *CAPABILITY_COLUMNS, *OPTIONAL_COLUMNS}
    if unknown := [column for column in columns if column not in known]:
        raise UnreadableSource(f"{path}: unknown columns: {', '.join(column[:40] for column in unknown[:5])}")
    if len(columns) != len(set(columns)):
        raise UnreadableSource(f"{path}: a column stands twice")
    return columns


def _read_json_lines(file: BinaryIO) -> Iterator[Row | Refused]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(file, start=1):
        where = f"line {number}"
        if len(line) > _LONGEST_LINE:
            yield Refused(where, f"the line has {len(line)} bytes, more than {_LONGEST_LINE}", {})
        elif line.strip():
            yield _as_object(line.removeprefix(BOM_UTF8), where, decode)


def _as_object(line: bytes, where: str, decode: Callable[[bytes], Any]) -> Row | Refused:
    seen = {"text": line[:200].decode("utf-8", "replace")}
    try:
        entry = decode(line)
    except (msgspec.DecodeError, RecursionError):
        return Refused(where, "not JSON", seen)
    return (where, entry) if isinstance(entry, dict) else Refused(where, "not a JSON object", seen)


def _read_json(file: BinaryIO, path: Path) -> Iterator[Row | Refused]:
    try:
        entries = msgspec.json.decode(file.read().removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableSource(f"{path}: not JSON: {error}") from None
    if not isinstance(entries, list):
        raise UnreadableSource(f"{path}: not a JSON list of factories")
    for number, entry in enumerate(entries, start=1):
        where = f"entry {number}"
        yield (where, entry) if isinstance(entry, dict) else Refused(where, "not an object", {"text": str(entry)[:200]})


def _read_parquet(path: Path) -> Iterator[Row | Refused]:
    """A row for each factory with `capabilities` as a list of structs, or flat rows as in a sheet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as opened:
        try:
            file = pq.ParquetFile(opened)
        except pa.ArrowInvalid as error:
            raise UnreadableSource(f"{path}: not a Parquet file: {error}") from None
        columns = file.schema_arrow.names
        if "capabilities" not in columns:
            _check_columns(columns, path)
        number = 0
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield f"row {number}", row
