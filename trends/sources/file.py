"""Signals from files: CSV, JSON lines and Parquet, each also as .gz, given as paths, folders or globs."""

import csv
import glob
import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pyarrow
import pyarrow.parquet

from models.errors import UnreadableSource
from trends.sources.config import SourceConfig
from trends.sources.signal import Refused, Signal, read_row

MAX_LINE = 1_000_000  # bytes; a longer line is a broken export, not a title
_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")
_ROWS_TO_JUDGE_COLUMNS = 1_000
_UNREADABLE = (OSError, EOFError, zlib.error, pyarrow.ArrowException)

Row = Mapping[str, Any]


def read_files(config: SourceConfig, paths: Iterable[str | Path], as_of: date) -> Iterator[Signal | Refused]:
    """Every row of every file, read or refused.

    Raises UnreadableSource when a path holds no files, a file cannot be opened or is damaged, a mapped column stands
    in no row, or all files together hold no row.
    """
    columns = _ColumnCheck(config)
    rows = 0
    for path in find_files(paths):
        try:
            for where, row in _rows(path):
                rows += 1
                if isinstance(row, Refused):
                    yield row
                    continue
                columns.look_at(row, path)
                yield read_row(row, config, as_of, where)
        except _UNREADABLE as error:
            raise UnreadableSource(f"{path}: {error or 'ends in the middle'}") from None
    if rows == 0:
        raise UnreadableSource(f"source {config.name}: the files hold no rows")
    columns.judge()


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files of paths, folders (files of known kinds in it) and globs, in name order; UnreadableSource if none."""
    found: list[Path] = []
    for path in map(Path, paths):
        matches = [path] if path.exists() else [Path(name) for name in glob.glob(str(path), recursive=True)]
        files = [file for match in matches for file in (sorted(match.iterdir()) if match.is_dir() else [match])]
        known = sorted(file for file in files if file.is_file() and _kind(file) in _SUFFIXES)
        if not known:
            what = "no such file" if not matches else f"no {', '.join(_SUFFIXES)} (or .gz) in it"
            raise UnreadableSource(f"{path}: {what}")
        found.extend(known)
    if not found:
        raise UnreadableSource("no path given")
    return found


def _kind(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _rows(path: Path) -> Iterator[tuple[str, Row | Refused]]:
    if _kind(path) == ".parquet":
        yield from _parquet_rows(path)
        return
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        lines = _lines(cast("IO[bytes]", stream), path)
        yield from _csv_rows(lines, path) if _kind(path) == ".csv" else _json_rows(lines)


def _lines(stream: IO[bytes], path: Path) -> Iterator[tuple[str, str | Refused]]:
    """Decoded lines; a line over 1 MB is skipped without being held in memory."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"{path.name}:{number}"
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            start = line
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield where, Refused.of(where, f"line longer than {MAX_LINE} bytes", start[:1000])
            continue
        try:
            yield where, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield where, Refused.of(where, f"invalid UTF-8 at byte {error.start}", line[:1000])


def _json_rows(lines: Iterator[tuple[str, str | Refused]]) -> Iterator[tuple[str, Row | Refused]]:
    decoder = msgspec.json.Decoder()
    for where, line in lines:
        if isinstance(line, Refused):
            yield where, line
        elif line.strip():
            try:
                row = decoder.decode(line)
            except (msgspec.DecodeError, RecursionError) as error:
                yield where, Refused.of(where, f"no JSON: {error}"[:200], line)
                continue
            yield where, row if isinstance(row, dict) else Refused.of(where, "no JSON object", line)


def _csv_rows(lines: Iterator[tuple[str, str | Refused]], path: Path) -> Iterator[tuple[str, Row | Refused]]:
    refused: list[tuple[str, Refused]] = []
    place = [f"{path.name}:1"]

    def readable() -> Iterator[str]:
        for where, line in lines:
            place[0] = where
            if isinstance(line, Refused):
                refused.append((where, line))
            elif not line.startswith("#") or header:
                yield line.replace("\x00", " ")

    header: list[str] = []
    reader = csv.reader(readable())
    while True:
        try:
            values = next(reader)
        except StopIteration:
            yield from refused
            return
        except csv.Error as error:
            values = None
            refused.append((place[0], Refused.of(place[0], f"no CSV: {error}", "")))
        yield from refused
        refused.clear()
        if not values:
            continue
        if not header:
            header = [name.strip() for name in values]
        elif len(values) > len(header):
            yield place[0], Refused.of(place[0], f"{len(values)} values under {len(header)} columns", values)
        else:
            yield place[0], dict(zip(header, values, strict=False))


def _parquet_rows(path: Path) -> Iterator[tuple[str, Row | Refused]]:
    if path.suffix == ".gz":
        raise UnreadableSource(f"{path}: Parquet is compressed inside; unpack the .gz first")
    with pyarrow.parquet.ParquetFile(path) as table:
        number = 0
        for batch in table.iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                number += 1
                yield f"{path.name}:{number}", row


class _ColumnCheck:
    """Notices a mapped column that no row has: then the mapping is wrong, not the rows."""

    def __init__(self, config: SourceConfig) -> None:
        self.name = config.name
        self.missing = set(config.columns.values())
        self.seen: dict[str, None] = {}
        self.rows = 0
        self.path: Path | None = None

    def look_at(self, row: Row, path: Path) -> None:
        """Tick off the columns of this row; after 1,000 rows without a mapped column, give up early."""
        if not self.missing:
            return
        self.missing -= row.keys()
        self.rows += 1
        self.path = path
        if len(self.seen) < 20:
            self.seen.update(dict.fromkeys(map(str, row)))
        if self.missing and self.rows >= _ROWS_TO_JUDGE_COLUMNS:
            self.judge()

    def judge(self) -> None:
        """Raise UnreadableSource when a mapped column was never seen."""
        if self.missing and self.rows:
            there = ", ".join(list(self.seen)[:12])
            raise UnreadableSource(
                f"{self.path}: source {self.name} maps column {sorted(self.missing)[0]!r}, which no row has; "
                f"columns there: {there[:300]}"
            )
