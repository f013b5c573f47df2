"""What is kept about sources: their rights, and how far each place has been read."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.source import SignalSource, SourceMark
from trends.sources import SourceConfig
from trends.sources.reading import Mark


def register_source(session: Session, source: SourceConfig) -> None:
    """Keep a source's rights as they stand in its file now; they decide what is forgotten and when."""
    session.merge(
        SignalSource(
            name=source.name,
            kind=source.kind.value,
            licence=source.licence[:500],
            retention_days=source.retention_days,
            language=source.language,
            country=source.country,
            engagement=source.engagement[:200],
        )
    )


def find_mark(session: Session, source: SourceConfig, place: str) -> Mark | None:
    """How far a place was read; None when never, or when its rows are read by other rules since."""
    row = _find(session, source.name, place)
    return row.mark["at"] if row is not None and row.mark.get("rules") == source.rules() else None


def set_mark(session: Session, source: SourceConfig, place: str, mark: Mark | None) -> None:
    """Note how far a place has been read; None: it is read from its start the next time."""
    row = _find(session, source.name, place)
    if mark is None:
        session.execute(delete(SourceMark).where(SourceMark.source == source.name, SourceMark.place == place))
        return
    noted = {"rules": source.rules(), "at": dict(mark)}
    if row is None:
        session.add(SourceMark(source=source.name, place=place, mark=noted))
    elif row.mark != noted:
        row.mark = noted


def _find(session: Session, source: str, place: str) -> SourceMark | None:
    return session.scalar(select(SourceMark).where(SourceMark.source == source, SourceMark.place == place))
