"""Forget what the licence of its source no longer lets us keep."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.search import SearchCount
from models.series import TrendSeriesValue
from models.signal import TrendSignal
from models.source import SignalSource
from models.trend import Trend

_REJECTS = re.compile(r"(?P<source>[a-z][a-z0-9_]*)-(?P<day>\d{4}-\d{2}-\d{2})(\.\d+)?\.jsonl")
OWN_SEARCH = "own_search"


def forget_expired(session: Session, as_of: date, rejects_folder: Path | None = None) -> dict[str, int]:
    """Delete what is older than its source's retention, of every source that was ever collected; counts by kind.

    Signals, ready-made series, titles quoted as evidence of trends, files of refused rows, and, by the longest
    retention of the sources that read them, our own searches.
    """
    sources = session.execute(select(SignalSource.name, SignalSource.kind, SignalSource.retention_days)).tuples().all()
    oldest = {name: as_of - timedelta(days=days) for name, _, days in sources}
    own = [oldest[name] for name, kind, _ in sources if kind == OWN_SEARCH]
    return {
        "signals": sum(_forget(session, TrendSignal, TrendSignal.observed_on, *one) for one in oldest.items()),
        "series": sum(_forget(session, TrendSeriesValue, TrendSeriesValue.week_on, *one) for one in oldest.items()),
        "evidence": _forget_evidence(session, oldest),
        "searches": _forget_searches(session, min(own)) if own else 0,
        "reject_files": _forget_rejects(rejects_folder, oldest) if rejects_folder else 0,
    }


def _forget(
    session: Session,
    table: type[TrendSignal] | type[TrendSeriesValue],
    day: InstrumentedAttribute[date],
    source: str,
    oldest: date,
) -> int:
    return int(session.connection().execute(delete(table).where(table.source == source, day < oldest)).rowcount)


def _forget_searches(session: Session, oldest: date) -> int:
    gone = delete(SearchCount).where(SearchCount.searched_on < oldest)
    return int(session.connection().execute(gone).rowcount)


def _forget_evidence(session: Session, oldest: Mapping[str, date]) -> int:
    """Trends stay, the titles quoted in them go."""
    count = 0
    for trend in session.scalars(select(Trend).execution_options(yield_per=500)):
        kept = [quoted for quoted in trend.evidence if not _has_expired(quoted, oldest)]
        if len(kept) < len(trend.evidence):
            count += len(trend.evidence) - len(kept)
            trend.evidence = kept
    session.flush()
    return count


def _has_expired(quoted: Mapping[str, str], oldest: Mapping[str, date]) -> bool:
    limit = oldest.get(quoted.get("source", ""))
    return limit is not None and quoted.get("date", "9999") < limit.isoformat()


def _forget_rejects(folder: Path, oldest: Mapping[str, date]) -> int:
    """A reject file quotes rows: it goes when a row read on its day would."""
    count = 0
    for path in folder.glob("*.jsonl"):
        named = _REJECTS.fullmatch(path.name)
        limit = oldest.get(named["source"]) if named else None
        if named and limit and named["day"] < limit.isoformat():
            path.unlink(missing_ok=True)
            count += 1
    return count
