"""Signals from files: CSV, JSON lines and Parquet, each also as .gz, given as paths, folders or globs."""

import glob
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

import pyarrow

from models.errors import UnreadableSource
from trends.sources.config import SourceConfig
from trends.sources.file_mark import FileMark
from trends.sources.reading import Reading
from trends.sources.rows import Row, csv_rows, json_rows, parquet_rows, read_lines
from trends.sources.signal import Refused, Signal, read_row

_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")
_ROWS_TO_JUDGE_COLUMNS = 1_000
_UNREADABLE = (OSError, EOFError, zlib.error, pyarrow.ArrowException)


def read_file(config: SourceConfig, path: Path, reading: Reading) -> Iterator[Signal | Refused]:
    """Every row of a file, read or refused; nothing when the file is as it was, and only the lines that were added
    when JSON lines have grown.

    Raises UnreadableSource when the file cannot be opened or is damaged, or a mapped column stands in no row.
    """
    try:
        mark = FileMark.of(path, reading)
        if mark.unchanged:
            reading.unchanged, reading.next_mark = True, reading.mark
            return
        # A few new lines may well lack a column that the old ones had.
        columns = _ColumnCheck(config, set() if mark.offset else set(config.columns.values()))
        for where, row in _rows(path, mark):
            if isinstance(row, Refused):
                yield row
                continue
            columns.look_at(row, path)
            read = read_row(row, config, reading.as_of, where)
            if type(read) is Refused:
                reading.put_off(read.readable_on)
            yield read
        columns.judge()
        reading.next_mark = mark.after(reading.early_on)
    except _UNREADABLE as error:
        raise UnreadableSource(f"{path}: {error or 'ends in the middle'}") from None


def find_files(paths: Iterable[str | Path], suffixes: tuple[str, ...] = _SUFFIXES) -> list[Path]:
    """The files of paths, folders (files of known kinds in it) and globs, in name order; UnreadableSource if none."""
    found: list[Path] = []
    for path in map(Path, paths):
        matches = [path] if path.exists() else [Path(name) for name in glob.glob(str(path), recursive=True)]
        files = [file for match in matches for file in (sorted(match.iterdir()) if match.is_dir() else [match])]
        known = sorted(file for file in files if file.is_file() and _kind(file) in suffixes)
        if not known:
            what = "no such file" if not matches else f"no {', '.join(suffixes)} (or .gz) in it"
            raise UnreadableSource(f"{path}: {what}")
        found.extend(known)
    if not found:
        raise UnreadableSource("no path given")
    return list(dict.fromkeys(found))


def _kind(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _rows(path: Path, mark: FileMark) -> Iterator[tuple[str, Row | Refused]]:
    if _kind(path) == ".parquet":
        if path.suffix == ".gz":
            raise UnreadableSource(f"{path}: Parquet is compressed inside; unpack the .gz first")
        yield from parquet_rows(path)
        return
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as opened:
        stream = cast("IO[bytes]", opened)
        if _kind(path) == ".csv":
            yield from csv_rows(read_lines(stream, path.name), path.name)
            return
        stream.seek(mark.offset)
        yield from json_rows(mark.counting(read_lines(stream, path.name, mark.line)))


class _ColumnCheck:
    """Notices a mapped column that no row has: then the mapping is wrong, not the rows."""

    def __init__(self, config: SourceConfig, expected: set[str]) -> None:
        self.name = config.name
        self.missing = expected
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
