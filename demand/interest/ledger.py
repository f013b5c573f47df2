"""Appending to the ledger of interest events, many acts at a time, past the ORM.

SQLAlchemy's own bulk insert spends as long again as the database on building statements and converting values; here one
statement is written for good and the values are converted once. Same table, same constraints.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Dialect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from demand.interest.act import Act
from models.interest import InterestEvent

COLUMNS = (
    "event_id",
    "listing_id",
    "visitor",
    "segment",
    "rung",
    "colour",
    "size",
    "quantity",
    "agent",
    "occurred_at",
    "received_at",
)
"""Every column of the ledger, in the order of `_row`."""
_KNOWN = {
    "sqlite": text("SELECT event_id FROM interest_events WHERE event_id IN (SELECT value FROM json_each(:ids))"),
    "postgresql": text("SELECT event_id FROM interest_events WHERE event_id = ANY(:ids)"),
}


def append_one(session: Session, act: Act) -> bool:
    """Append one act; whether it was new, exactly, even when another process appends the same one now."""
    insert = postgresql.insert if _dialect(session).name == "postgresql" else sqlite.insert
    row = {column: getattr(act, column) for column in COLUMNS}
    statement = insert(InterestEvent).values(row).on_conflict_do_nothing().returning(InterestEvent.event_id)
    return session.scalar(statement) is not None


def append_many(session: Session, acts: Sequence[Act]) -> set[str]:
    """Append the acts that are not there yet; returns their ids.

    When two processes append the same act at the same moment, it is appended once and both are told that it was new.
    """
    known = _find_known(session, [act.event_id for act in acts])
    fresh = {act.event_id: act for act in reversed(acts) if act.event_id not in known}
    if fresh:
        dialect = _dialect(session).name
        rows = [_row(act, dialect) for act in reversed(fresh.values())]
        session.connection().exec_driver_sql(_insert_sql(dialect), rows)
    return set(fresh)


def _dialect(session: Session) -> Dialect:
    return session.get_bind().dialect


def _find_known(session: Session, ids: list[str]) -> set[str]:
    dialect = _dialect(session).name
    if not ids:
        return set()
    return set(session.scalars(_KNOWN[dialect], {"ids": json.dumps(ids) if dialect == "sqlite" else ids}))


@cache
def _insert_sql(dialect: str) -> str:
    """The statement in the driver's own language, its parameters in the order of `COLUMNS`."""
    places = "?" if dialect == "sqlite" else "%s"
    names = ", ".join(COLUMNS)
    values = ", ".join([places] * len(COLUMNS))
    return f"INSERT INTO interest_events ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"  # noqa: S608 - our names


def _row(act: Act, dialect: str) -> tuple[Any, ...]:
    """The act's values in the order of `COLUMNS`, as the driver wants them."""
    moment = moment_text if dialect == "sqlite" else _same
    return (
        act.event_id,
        act.listing_id,
        act.visitor,
        act.segment.value,
        act.rung.value,
        act.colour,
        act.size,
        act.quantity,
        act.agent.value,
        moment(act.occurred_at),
        moment(act.received_at),
    )


@lru_cache(maxsize=1024)
def moment_text(moment: datetime) -> str:
    """As SQLAlchemy writes it: UTC without zone, six decimals."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _same(moment: datetime) -> datetime:
    return moment
