"""Ready-made weekly series of phrases, as detection and forecast read them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.series import TrendSeriesValue

_WEEK = timedelta(days=7)
Weeks = Mapping[date, float]
"""Monday -> interest."""


class Series(NamedTuple):
    """Weekly interest in one phrase from one source, oldest week first, on the scale of its newest export.

    Values are comparable within a series only. Weeks that no export holds are absent, not zero.
    """

    source: str
    phrase: str
    region: str
    language: str
    weeks: tuple[tuple[date, float], ...]
    """(Monday, value)."""


def find_series(session: Session, as_of: date, sources: Iterable[str] | None = None) -> list[Series]:
    """Every series as it was known at the end of `as_of`: weeks that were over by then; of all or some sources."""
    table = TrendSeriesValue
    order = (table.source, table.phrase, table.region, table.exported_through, table.week_on)
    query = select(*order, table.language, table.value).where(table.week_on <= as_of - timedelta(days=6))
    if sources is not None:
        query = query.where(table.source.in_(list(sources)))
    rows = session.execute(query.order_by(*order))
    found = []
    for (source, phrase, region), own in groupby(rows, key=lambda row: row[:3]):
        points = list(own)
        exports: dict[date, dict[date, float]] = {}
        for *_, through, week, _language, value in points:
            exports.setdefault(through, {})[week] = value
        joined = tuple(sorted(join_exports(exports).items()))
        found.append(Series(source, phrase, region, points[-1].language, joined))
    return found


def join_exports(exports: Mapping[date, Weeks]) -> dict[date, float]:
    """One series out of several exports (last week -> its weeks), on the scale of the newest.

    An older export is multiplied by the median ratio of the weeks it shares with what is newer. One that shares no
    week above zero is left out: nothing tells how its scale relates.
    """
    joined: dict[date, float] = {}
    for through in sorted(exports, reverse=True):
        older = exports[through]
        shared = [joined[week] / older[week] for week in older if joined.get(week, 0) > 0 and older[week] > 0]
        if joined and not shared:
            continue
        ratio = median(shared) if joined else 1.0
        joined |= {week: value * ratio for week, value in older.items() if week not in joined}
    return joined


def week_of(day: date) -> date:
    """The Monday of the ISO week that holds most of the seven days from `day` on."""
    middle = day + timedelta(days=3)
    return middle - timedelta(days=middle.weekday())


def is_over(week: date, as_of: date) -> bool:
    """Whether all seven days of a week have passed."""
    return week + _WEEK <= as_of + timedelta(days=1)
