"""Wide CSV files: the first column the date, one column a series; and what is forecast from them.

What is wrong with the file as a whole is an error. What is wrong with one value or one series is refused, counted and
kept with its reason; a refused or missing value between two others is filled by the straight line between them.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import isfinite
from pathlib import Path

import numpy as np

from models.errors import InvalidInput
from trends.forecasting.values import Floats, Panel, PanelForecast
from trends.rejects import Refuse
from trends.sources.signal import Refused

_MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "-"})
_MOST_CELLS = 40_000_000
_MOST_DATES = 20_000
_LARGEST = 1e15
_ENDS_EARLY = 4
"""Dates at the end that a series may lack; it goes on with its last value there."""
_LEAST_KNOWN = 0.5
_HEADER = ("series", "date", "mean", "lo80", "hi80")


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A panel and what had to be done to get it."""

    panel: Panel
    refused_values: int
    """Cells that are not numbers."""
    refused_series: int
    filled: int
    """Values between others that were missing or refused, now on the straight line between their neighbours."""
    notes: tuple[str, ...]


def read_wide(path: Path, refuse: Refuse) -> Read:
    """Read a wide CSV.

    Raises InvalidInput, which says the line, for what is not such a file: no rows, bad or repeated dates, dates off the
    grid of the most frequent step, names missing or repeated, rows of another length, too large.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(path.name, csv.reader(file, strict=True), refuse)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path.name}: not a CSV file in UTF-8 ({error})") from error


def _read(name: str, rows: "Iterator[list[str]]", refuse: Refuse) -> Read:
    names = _names(name, next(rows, []))
    dates: list[tuple[date, int]] = []
    values: list[Floats] = []
    refused = 0
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names) + 1:
            raise InvalidInput(f"{name} line {number}: {len(row)} columns, the header has {len(names) + 1}")
        if len(names) * (len(values) + 1) > _MOST_CELLS:
            raise InvalidInput(f"{name}: more than {_MOST_CELLS:,} values; split it by columns")
        dates.append((_date(name, number, row[0]), number))
        numbers, wrong = _numbers(names, row, number, refuse)
        values.append(numbers)
        refused += wrong
    if len(dates) < 2:
        raise InvalidInput(f"{name}: {len(dates)} dated rows; a series needs two at least")
    return _panel(name, names, dates, values, refused, refuse)


def _names(file: str, header: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in header[1:])
    if not names:
        raise InvalidInput(f"{file}: the first line needs a date column and a column for each series, comma-separated")
    if "" in names:
        raise InvalidInput(f"{file}: column {names.index('') + 2} has no name")
    if len(set(names)) < len(names):
        raise InvalidInput(f"{file}: two columns are called {Counter(names).most_common(1)[0][0]!r}")
    return names


def _date(file: str, number: int, cell: str) -> date:
    text = cell.strip().replace("/", "-")
    try:
        return date.fromisoformat(text.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
    except ValueError:
        raise InvalidInput(f"{file} line {number}: {cell[:40]!r} is not a date like 2026-11-02") from None


def _numbers(names: tuple[str, ...], row: list[str], number: int, refuse: Refuse) -> tuple[Floats, int]:
    found, wrong = np.full(len(names), np.nan), 0
    for at, cell in enumerate(row[1:]):
        try:
            value = float(cell)
        except ValueError:
            value = np.nan
        if isfinite(value) and abs(value) <= _LARGEST:
            found[at] = value
        elif cell.strip().lower() not in _MISSING:
            wrong += 1
            reason = f"not a number of at most {_LARGEST:g}"
            refuse(Refused(f"line {number}, {names[at]}", reason, cell[:200]))
    return found, wrong


def _panel(
    file: str,
    names: tuple[str, ...],
    dates: list[tuple[date, int]],
    values: list[Floats],
    refused: int,
    refuse: Refuse,
) -> Read:
    order = sorted(range(len(dates)), key=lambda row: dates[row])
    step = _step([dates[row][0] for row in order])
    first = dates[order[0]][0]
    places = _places(file, [dates[row] for row in order], step)
    grid = np.full((len(names), places[-1] + 1), np.nan)
    grid[:, places] = np.array([values[row] for row in order]).T
    kept, filled = [], 0
    for row, own in enumerate(grid):
        reason = _unfit(own)
        if reason:
            refuse(Refused(f"series {names[row]}", reason, ""))
        else:
            kept.append(row)
            filled += _fill(own)
    if not kept:
        raise InvalidInput(f"{file}: no series can be used; the last one: {reason}")
    missing = grid.shape[1] - len(dates)
    notes = [f"{missing} dates are missing from the file"] if missing else []
    if order != list(range(len(dates))):
        notes.append("the dates were not in order; they were sorted")
    if step != 7:
        notes.append(f"dates are {step} days apart: horizon and season count such steps, not weeks")
    panel = Panel(tuple(names[row] for row in kept), first, grid[kept], step)
    return Read(panel, refused, len(names) - len(kept), filled, tuple(notes))


def _step(days: list[date]) -> int:
    """The most frequent distance, the smaller one of two."""
    counted = Counter((after - before).days for before, after in pairwise(days))
    counted.pop(0, None)
    return min(counted, key=lambda step: (-counted[step], step), default=1)


def _places(file: str, dates: list[tuple[date, int]], step: int) -> list[int]:
    """The index of each date on the grid."""
    first = dates[0][0]
    for (before, line), (after, other) in pairwise(dates):
        if before == after:
            raise InvalidInput(f"{file} lines {line} and {other}: both are of {after}; keep one row a date")
    for day, line in dates:
        if (day - first).days % step:
            raise InvalidInput(
                f"{file} line {line}: {day} is not a whole number of {step}-day steps after {first}; "
                "bring the dates to an even distance (weeks, not months)"
            )
    length = (dates[-1][0] - first).days // step + 1
    if length > _MOST_DATES:
        raise InvalidInput(
            f"{file}: {first} to {dates[-1][0]} are {length:,} steps, at most {_MOST_DATES:,} can be used"
        )
    return [(day - first).days // step for day, _ in dates]


def _unfit(values: Floats) -> str:
    """Why a series cannot be used; empty when it can."""
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return "no values"
    if len(values) - 1 - known[-1] > _ENDS_EARLY:
        return f"ends {len(values) - 1 - known[-1]} dates before the file does"
    if len(known) < _LEAST_KNOWN * (known[-1] - known[0] + 1):
        return f"{known[-1] - known[0] + 1 - len(known)} of {known[-1] - known[0] + 1} values are missing"
    return ""


def _fill(values: Floats) -> int:
    """Fill in place from the first known value on; returns how many."""
    known = np.flatnonzero(np.isfinite(values))
    wanted = np.arange(known[0], len(values))
    values[wanted] = np.interp(wanted, known, values[known])
    return int(len(wanted) - len(known))


def write_forecast(path: Path, said: PanelForecast) -> int:
    """Write series, date, mean, lo80, hi80, one row a series and date; returns the rows. A file there is replaced."""
    partial = path.with_name(path.name + ".partial")
    horizon = int(said.mean.shape[1])
    days = [said.first_on + timedelta(days=said.step_days * ahead) for ahead in range(horizon)]
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            for row, name in enumerate(said.names):
                columns = (said.mean[row], said.lo80[row], said.hi80[row])
                for day, *level in zip(days, *columns, strict=True):
                    writer.writerow((name, day, *(f"{value:.8g}" for value in level)))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return len(said.names) * horizon
