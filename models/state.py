"""States that move: one append-only row for every move, with who and why."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id
from models.bulk import insert_rows
from models.errors import Conflict


class StateChange(Base):
    """One move of one thing's state."""

    __tablename__ = "state_changes"
    __table_args__ = (Index(None, "noun", "row_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    noun: Mapped[str] = mapped_column(String(32))
    row_id: Mapped[int] = mapped_column(Id)
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))


class Stateful(Protocol):
    """A row with an id and a state; its class names the permitted moves."""

    __tablename__: str
    state: Any
    MOVES: ClassVar[Mapping[Any, tuple[Any, ...]]]

    @property
    def id(self) -> Any:
        """Its primary key."""


def begin(session: Session, row: Stateful, at: datetime, who: str, why: str) -> None:
    """Record the state that a new row starts in."""
    session.flush()
    session.add(_change(row, None, row.state, at, who, why))


def begin_all(
    session: Session, table: type[Base], states: Iterable[tuple[int, StrEnum]], at: datetime, who: str, why: str
) -> None:
    """Record the state that many new rows of one table start in, given as (id, state), without loading them."""
    columns = ("noun", "row_id", "from_state", "to_state", "at", "who", "why")
    as_stored = StateChange.__table__.c.at.type.bind_processor(session.connection().dialect)
    when, noun, said = as_stored(at) if as_stored else at, table.__tablename__, why[:500]
    insert_rows(
        session, StateChange, columns, [(noun, row, None, state.value, when, who, said) for row, state in states]
    )


def move(session: Session, row: Stateful, to: StrEnum, at: datetime, who: str, why: str) -> None:
    """Move a row to another state and record it; Conflict when its class does not permit the move."""
    if to not in row.MOVES.get(row.state, ()):
        raise Conflict(f"{row.__tablename__} {row.id} is {row.state} and cannot become {to}")
    session.add(_change(row, row.state, to, at, who, why))
    row.state = to


def _change(row: Stateful, before: StrEnum | None, to: StrEnum, at: datetime, who: str, why: str) -> StateChange:
    return StateChange(
        noun=row.__tablename__,
        row_id=row.id,
        from_state=before.value if before else None,
        to_state=to.value,
        at=at,
        who=who,
        why=why[:500],
    )
