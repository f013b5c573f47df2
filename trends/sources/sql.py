"""Signals from any database that SQLAlchemy speaks to: read only, streamed, by a cursor column."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from models.errors import InvalidInput, UnreadableSource
from trends.sources.config import SourceConfig
from trends.sources.options import SqlOptions
from trends.sources.reading import Mark, Reading
from trends.sources.signal import Refused, Signal, read_row

_CHUNK = 5_000
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
"""Said first in the transaction; SQLite files are opened read-only. Elsewhere give a user who may only read."""


def read_query(config: SourceConfig, reading: Reading) -> Iterator[Signal | Refused]:
    """Every row of the query beyond the cursor, read or refused.

    Whole-number cursors are taken as unique: only larger ones are read. Of dates and texts the last value is read
    again, since more rows may have come to it. UnreadableSource when the database or the query fails.
    """
    options = config.sql
    if options is None:
        raise InvalidInput(f"source {config.name}: a sql source needs a [sql] table")
    mark: dict[str, Any] = dict(reading.mark or {})
    if reading.has_come(mark.get("early_on")):
        mark = {"early_from": mark["early_from"]}  # go back to the first row that was too early
    with _connection(options, reading.environ, config.name) as connection:
        for number, row in enumerate(_rows(connection, config, options, mark.copy()), start=1):
            where = f"{config.name} row {number}"
            cursor = row.get(options.cursor) if options.cursor else None
            if options.cursor and cursor is None:
                yield Refused.of(where, f"no value in cursor column {options.cursor!r}", row)
                continue
            signal = read_row(row, config, reading.as_of, where)
            if options.cursor:
                mark |= _mark_of(cursor, config.name, options.cursor)
                _remember_early(signal, mark, reading)
            yield signal
    reading.next_mark = mark if options.cursor else None


def _remember_early(row: Signal | Refused, mark: dict[str, Any], reading: Reading) -> None:
    """Note from where to read again, and when, once the day of a row that is too early has come."""
    if isinstance(row, Signal) or row.readable_on is None:
        return
    if mark.get("early_on") is None:
        mark["early_from"] = {"type": mark["type"], "value": mark["value"]}
    earliest = min(mark.get("early_on") or "9999", row.readable_on.isoformat())
    mark["early_on"] = earliest


def _rows(connection: Connection, config: SourceConfig, options: SqlOptions, mark: Mark) -> Iterator[dict[str, Any]]:
    """Rows in the order of the cursor, a chunk at a time."""
    quoted = connection.dialect.identifier_preparer.quote(options.cursor) if options.cursor else ""
    # The query is the operator's own words, on a connection that cannot write; its colons are no parameters of ours.
    query, values = "SELECT * FROM (" + options.query.replace(":", r"\:") + ") AS source", {}  # noqa: S608
    back_to = "value" not in mark
    start = mark.get("early_from") if back_to else mark
    if options.cursor and start:
        values = {"cursor": _bound(start, options.overlap_days)}
        query += f" WHERE {quoted} {'>' if start['type'] == 'int' and not back_to else '>='} :cursor"
    if options.cursor:
        query += f" ORDER BY {quoted}"
    streamed = connection.execution_options(stream_results=True, yield_per=_CHUNK)
    try:
        result = streamed.execute(text(query), values)
        there = list(result.keys())
        if missing := sorted({*config.columns.values(), *filter(None, [options.cursor])} - set(there)):
            raise UnreadableSource(
                f"source {config.name} maps column {missing[0]!r}, which the query has not; "
                f"columns there: {', '.join(there)[:300]}"
            )
        for row in result.mappings():
            yield dict(row)
    except SQLAlchemyError as error:
        raise UnreadableSource(f"source {config.name}: {_first_line(error)}") from None


@contextmanager
def _connection(options: SqlOptions, environ: Mapping[str, str], source: str) -> Iterator[Connection]:
    url = _url(options, environ, source)
    try:
        engine = create_engine(url, poolclass=NullPool, **_read_only_file(url))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise UnreadableSource(f"source {source}: no driver for {url.drivername}: {_first_line(error)}") from None
    try:
        with engine.connect() as connection:
            if order := _READ_ONLY.get(engine.dialect.name):
                connection.execute(text(order))
            yield connection
            connection.rollback()
    except SQLAlchemyError as error:
        raise UnreadableSource(f"source {source}: {_first_line(error)}") from None
    finally:
        engine.dispose()


def _url(options: SqlOptions, environ: Mapping[str, str], source: str) -> URL:
    value = options.url or environ.get(options.url_variable, "").strip()
    if not value:
        raise InvalidInput(f"source {source} needs the environment variable {options.url_variable}, which is not set")
    try:
        return make_url(value)
    except ArgumentError:
        raise InvalidInput(f"source {source}: {options.url_variable or 'url'} holds no SQLAlchemy URL") from None


def _read_only_file(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "sqlite":
        return {}
    if not url.database or not Path(url.database).is_file():
        raise UnreadableSource(f"{url.database or 'sqlite://'}: no such database file")
    address = f"{Path(url.database).resolve().as_uri()}?mode=ro"
    return {"creator": lambda: sqlite3.connect(address, uri=True, timeout=60, check_same_thread=False)}


def _first_line(error: Exception) -> str:
    """The driver's own words, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0][:300]


def _mark_of(value: Any, source: str, column: str) -> Mark:
    match value:
        case bool():
            pass
        case int():
            return {"type": "int", "value": value}
        case Decimal() if value == value.to_integral_value():
            return {"type": "int", "value": int(value)}
        case datetime():
            return {"type": "datetime", "value": value.isoformat()}
        case date():
            return {"type": "date", "value": value.isoformat()}
        case str():
            return {"type": "text", "value": value}
    raise UnreadableSource(
        f"source {source}: cursor column {column!r} holds {type(value).__name__}; whole numbers, dates or texts go"
    )


def _bound(mark: Mark, overlap_days: int) -> Any:
    """What to compare with: the mark's value, `overlap_days` earlier when that can be told."""
    back, value = timedelta(days=overlap_days), mark["value"]
    match mark["type"]:
        case "datetime":
            return datetime.fromisoformat(value) - back
        case "date":
            return date.fromisoformat(value) - back
        case "text" if overlap_days:
            return _earlier_text(value, back)
        case _:
            return value


def _earlier_text(value: str, back: timedelta) -> str:
    """A date written as text (as in SQLite), some days earlier in the same form."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        raise UnreadableSource(f"overlap_days needs a date in the cursor column, not {value[:40]!r}") from None
    return (day - back).isoformat()
