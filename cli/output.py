"""Print results for people (tables) or machines (one JSON object)."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

Day = datetime | None
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Use nothing after this day. [default: today]")
]

At = Annotated[
    datetime | None,
    typer.Option("--at", formats=["%Y-%m-%dT%H:%M"], help="Act as of this UTC moment. [default: now]"),
]


def moment_or_now(at: datetime | None) -> datetime:
    """The moment asked for, or now, in UTC."""
    return at.replace(tzinfo=UTC) if at else datetime.now(UTC)


def day_or_today(as_of: datetime | None) -> date:
    """The day asked for, or today in UTC."""
    return as_of.date() if as_of else datetime.now(UTC).date()


def day_or_none(day: datetime | None) -> date | None:
    """The day asked for, if any."""
    return day.date() if day else None


def print_json(value: object) -> None:
    """One JSON object on stdout; dates and paths as strings."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table; the first column is the name, numbers are right-aligned."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    kept = [tuple(row) for row in rows]
    for index, column in enumerate(columns):
        numeric = bool(kept) and all(isinstance(row[index], int | float) for row in kept)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in kept:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def say(line: str) -> None:
    """Progress and advice go to stderr, so that stdout stays for the result."""
    print(line, file=sys.stderr, flush=True)


def existing(path: Path) -> Path:
    """The path, or one clear line when nothing is there."""
    from models.errors import InvalidInput

    if not path.exists():
        raise InvalidInput(f"{path}: no such file or folder")
    return path


def writable(path: Path) -> Path:
    """The path of a file to write, or one clear line before any work is done for it."""
    from models.errors import InvalidInput

    if path.is_dir() or not path.parent.is_dir():
        raise InvalidInput(f"{path}: {'is a folder' if path.is_dir() else 'its folder does not exist'}")
    return path
