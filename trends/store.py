"""Questions and writes about signals and trends, over a session that the caller commits."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from models.batch import BatchTrend
from models.design import Design
from models.signal import TrendSignal
from models.trend import Trend, TrendStage
from trends.signals import add_signals as add_signals


class Observation(NamedTuple):
    """What detection needs of a signal."""

    observed_on: date
    title: str
    weight: float
    source: str
    language: str


def stream_signals(session: Session, since: date, until: date) -> Iterator[Observation]:
    """Signals observed from `since` to `until` inclusive, oldest first, without holding them in memory."""
    columns = (TrendSignal.observed_on, TrendSignal.title, TrendSignal.weight, TrendSignal.source, TrendSignal.language)
    chosen = (
        select(*columns)
        .where(TrendSignal.observed_on >= since, TrendSignal.observed_on <= until)
        .order_by(TrendSignal.observed_on, TrendSignal.id)
        .execution_options(yield_per=10_000)
    )
    for row in session.execute(chosen):
        yield Observation(*row)


def count_signals(session: Session, until: date) -> int:
    """Signals observed up to a day."""
    return session.scalar(select(func.count()).where(TrendSignal.observed_on <= until)) or 0


def find_trends(session: Session, as_of: date, limit: int = 20) -> Sequence[Trend]:
    """The trends of a day, best first: those that fade come after those that rise."""
    fading = (Trend.stage == TrendStage.FADING).cast(Integer)
    chosen = select(Trend).where(Trend.as_of == as_of).order_by(fading, Trend.score.desc(), Trend.phrase)
    return session.scalars(chosen.limit(limit)).all()


def replace_trends(session: Session, as_of: date, found: Sequence[Trend]) -> list[Trend]:
    """Make `found` the trends of a day: known phrases keep their row and id, new ones are added.

    Phrases no longer found are deleted unless a batch or design already stands on them.
    """
    known = {trend.phrase: trend for trend in session.scalars(select(Trend).where(Trend.as_of == as_of))}
    kept = [_renew(session, known.pop(trend.phrase, None), trend) for trend in found]
    used = set(session.scalars(select(BatchTrend.trend_id))) | set(session.scalars(select(Design.trend_id)))
    for stale in known.values():
        if stale.id not in used:
            session.delete(stale)
    session.flush()
    return kept


def _renew(session: Session, known: Trend | None, found: Trend) -> Trend:
    if known is None:
        session.add(found)
        return found
    for name in [column.name for column in Trend.__table__.columns if column.name != "id"]:
        setattr(known, name, getattr(found, name))
    return known
