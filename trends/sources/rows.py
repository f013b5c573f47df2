"""Rows of CSV, JSON lines and Parquet files, each with its place; broken ones are refused where they stand."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow.parquet

from trends.sources.signal import Refused

MAX_LINE = 1_000_000  # bytes; a longer line is a broken export, not a title

Row = Mapping[str, Any]
Line = tuple[str, str | Refused]


def read_lines(stream: IO[bytes], name: str, number: int = 0) -> Iterator[Line]:
    """Decoded lines from the stream's position on, counted on from `number`; a line over 1 MB is never held whole."""
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        where = f"{name}:{number}"
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


def json_rows(lines: Iterable[Line]) -> Iterator[tuple[str, Row | Refused]]:
    """One JSON object a line; empty lines are none."""
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


def csv_rows(lines: Iterable[Line], name: str) -> Iterator[tuple[str, Row | Refused]]:
    """Rows under their heading; lines that start with # before the heading are comments."""
    refused: list[tuple[str, Refused]] = []
    place = [f"{name}:1"]

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
            header = [heading.strip() for heading in values]
        elif len(values) > len(header):
            yield place[0], Refused.of(place[0], f"{len(values)} values under {len(header)} columns", values)
        else:
            yield place[0], dict(zip(header, values, strict=False))


def parquet_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Rows of a Parquet file, a chunk at a time."""
    with pyarrow.parquet.ParquetFile(path) as table:
        number = 0
        for batch in table.iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                number += 1
                yield f"{path.name}:{number}", row
