"""Ready-made weekly series: CSV exports of Google Trends (multiTimeline.csv) and Pinterest Trends."""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from models.errors import UnreadableSource
from trends.series import is_over, week_of
from trends.sources.config import SourceConfig
from trends.sources.file_mark import FileMark
from trends.sources.reading import Reading
from trends.sources.signal import Refused, Why, detect_language

_MOST_BYTES = 20_000_000
_BELOW_ONE = 0.5  # "<1": above zero and below one; the middle
_DATE_HEADS = ("week", "day", "date", "time", "month", "周", "星期", "天", "日", "日期", "时间", "月", "月份")
_PHRASE_HEADS = ("trend", "trends", "keyword", "search term", "term", "趋势", "关键词", "关键字", "搜索字词")
_TERM = re.compile(r"^(?P<phrase>.*\S)\s*[:：]\s*[（(](?P<region>[^()（）]*)[)）]$")


class SeriesPoint(NamedTuple):
    """One week of one phrase, ready to be stored."""

    source: str
    phrase: str
    region: str
    language: str
    week_on: date
    value: float
    exported_through: date


@dataclass(frozen=True, slots=True)
class _Cell:
    """One value of the export as it stands there."""

    where: str
    phrase: str
    day: date
    text: str


def read_export(config: SourceConfig, path: Path, reading: Reading) -> Iterator[SeriesPoint | Refused]:
    """Every week of every phrase; weeks that are not over by `as_of` are refused as early.

    Both layouts are known: a date a row and a phrase a column (Google, Pinterest's comparison), or a phrase a row and a
    date a column (Pinterest's list of trends). Daily values become the mean of their whole week. UnreadableSource
    when the file is no such table, or its step is not a day or a week.
    """
    mark = FileMark.of(path, reading)
    if mark.unchanged:
        reading.unchanged, reading.next_mark = True, reading.mark
        return
    cells = list(_cells(path))
    days = sorted({cell.day for cell in cells if isinstance(cell, _Cell)})
    if not days:
        raise UnreadableSource(f"{path}: no dates with values in it; is it an export of interest over time?")
    step = _step(days, path)
    values: dict[tuple[str, date], list[tuple[date, float]]] = {}
    for cell in cells:
        number = cell if isinstance(cell, Refused) else _number(cell)
        if isinstance(number, Refused):
            yield number
        elif isinstance(cell, _Cell):
            week = week_of(cell.day) if step == 7 else cell.day - timedelta(days=cell.day.weekday())
            values.setdefault((cell.phrase, week), []).append((cell.day, number))
    for point in _points(config, values, 1 if step == 7 else 7, path, reading.as_of):
        if isinstance(point, Refused):
            reading.put_off(point.readable_on)
        yield point
    reading.next_mark = mark.after(reading.early_on)


def _points(
    config: SourceConfig, values: dict[tuple[str, date], list[tuple[date, float]]], full: int, path: Path, as_of: date
) -> Iterator[SeriesPoint | Refused]:
    through = max((week for _, week in values), default=date.min)
    oldest = as_of - timedelta(days=config.retention_days)
    for (heading, week), dated in sorted(values.items()):
        numbers = [number for _, number in dated]
        where = f"{path.name} {heading[:80]} {week}"
        if not is_over(week, as_of) or len({day for day, _ in dated}) < full:
            over, last_day = is_over(week, as_of), week + timedelta(days=6)
            why, readable_on = (Why.MALFORMED, None) if over else (Why.EARLY, last_day)
            yield Refused.of(where, "the week is not complete", numbers, why, readable_on)
        elif week < oldest:
            yield Refused.of(where, f"older than the {config.retention_days} days kept", numbers, Why.EXPIRED)
        else:
            phrase, region = split_heading(heading)
            language = config.language if config.language != "auto" else detect_language(phrase)
            yield SeriesPoint(config.name, phrase, region, language, week, fmean(numbers), through)


def split_heading(heading: str) -> tuple[str, str]:
    """Phrase and region of a column heading such as 'puffer coat: (United States)'."""
    found = _TERM.match(heading.strip())
    phrase, region = (found["phrase"], found["region"]) if found else (heading.strip(), "")
    return " ".join(phrase.split())[:120], region.strip()[:64]


def _cells(path: Path) -> Iterator[_Cell | Refused]:
    rows = _table(path)
    for number, row in rows:
        heads = [cell.strip().lower() for cell in row]
        dates = {at: day for at, cell in enumerate(row) if (day := _date(cell)) is not None}
        phrase_at = next((at for at, head in enumerate(heads) if head in _PHRASE_HEADS), None)
        if phrase_at is not None and dates:
            return (yield from _by_phrase(rows, path, phrase_at, dates))
        if heads and heads[0] in _DATE_HEADS and len(row) > 1:
            return (yield from _by_date(rows, path, row))
        if number > 50:
            break
    raise UnreadableSource(
        f"{path}: no heading row found; the first column is called one of {', '.join(_DATE_HEADS[:8])}, "
        f"or one column {', '.join(_PHRASE_HEADS[:3])} with a date a column"
    )


def _by_date(rows: Iterator[tuple[int, list[str]]], path: Path, heading: Sequence[str]) -> Iterator[_Cell | Refused]:
    for number, row in rows:
        where = f"{path.name}:{number}"
        day = _date(row[0])
        if day is None:
            yield Refused.of(where, f"{row[0][:40]!r} is no date", row)
        elif len(row) != len(heading):
            yield Refused.of(where, f"{len(row)} values under {len(heading)} columns", row)
        else:
            for phrase, text in zip(heading[1:], row[1:], strict=True):
                if phrase.strip() and phrase.strip().lower() != "ispartial":
                    yield _Cell(where, phrase.strip(), day, text.strip())


def _by_phrase(
    rows: Iterator[tuple[int, list[str]]], path: Path, phrase_at: int, dates: dict[int, date]
) -> Iterator[_Cell | Refused]:
    for number, row in rows:
        where = f"{path.name}:{number}"
        if len(row) <= max(phrase_at, *dates) or not row[phrase_at].strip():
            yield Refused.of(where, "no phrase, or values missing", row)
        else:
            for at, day in dates.items():
                yield _Cell(where, row[phrase_at].strip(), day, row[at].strip())


def _table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Non-empty rows with their line numbers."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableSource(f"{path}: larger than {_MOST_BYTES} bytes, which no export of trends is")
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableSource(f"{path}: is not UTF-8") from None
    except OSError as error:
        raise UnreadableSource(f"{path}: {error.strerror}") from None
    lines = content.replace("\x00", "").splitlines()
    delimiter = "\t" if lines and "\t" in "".join(lines[:5]) and "," not in "".join(lines[:5]) else ","
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableSource(f"{path}:{reader.line_num}: no CSV: {error}") from None


def _date(text: str) -> date | None:
    """The day of an ISO date or date-time; months and hours give none here and are told by their step."""
    cleaned = text.strip().replace("/", "-")
    try:
        return datetime.fromisoformat(cleaned).date()
    except ValueError:
        pass
    month = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", cleaned)
    try:
        return date(int(month[1]), int(month[2]), int(month[3] or 1)) if month else None
    except ValueError:
        return None


def _step(days: Sequence[date], path: Path) -> int:
    """Days from one value to the next: 1 or 7."""
    steps = sorted((after - before).days for before, after in pairwise(days))
    step = steps[len(steps) // 2] if steps else 7
    if step not in (1, 7):
        told = "a month" if 28 <= step <= 31 else f"{step} days"
        raise UnreadableSource(f"{path}: one value {told}; export a span of five years or less, which comes by week")
    return step


def _number(cell: _Cell) -> float | Refused:
    text = cell.text.replace(",", "").removesuffix("%")
    if text.replace(" ", "") in ("<1", "＜1"):
        return _BELOW_ONE
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        return Refused.of(cell.where, f"value {cell.text[:40]!r} is no number from 0 up", cell.text)
    return number
