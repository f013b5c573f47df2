"""Appending decisions, a hundred thousand at a time, past the ORM: texts of JSON go in as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from demand.interest.ledger import moment_text
from models.decision import Verdict

_COLUMNS = ("listing_id", "looked_at", "verdict", "reason", "method", "rule", "inputs", "outcome", "figures")


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A row of `demand_decisions` to be; rule, inputs and outcome are JSON texts."""

    listing_id: int
    looked_at: datetime
    verdict: Verdict
    reason: str
    method: str
    rule: str
    inputs: str
    outcome: str
    figures: str


def append_decisions(session: Session, decisions: Sequence[NewDecision]) -> None:
    """Append all of them; one at a moment that the listing was judged at already is left out."""
    names = ", ".join(_COLUMNS)
    connection = session.connection()
    if not decisions:
        return
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(_COLUMNS))
        statement = f"INSERT INTO demand_decisions ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
        connection.exec_driver_sql(statement, [_row(one, moment_text(one.looked_at)) for one in decisions])
        return
    # COPY knows no conflicts: what is copied beside the table is inserted from there.
    connection.exec_driver_sql("CREATE TEMP TABLE new_decisions (LIKE demand_decisions) ON COMMIT DROP")
    connection.exec_driver_sql("ALTER TABLE new_decisions ALTER COLUMN id DROP NOT NULL")
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY new_decisions ({names}) FROM STDIN") as copy:
        for one in decisions:
            copy.write_row(_row(one, one.looked_at))
    connection.exec_driver_sql(
        f"INSERT INTO demand_decisions ({names}) SELECT {names} FROM new_decisions ON CONFLICT DO NOTHING"  # noqa: S608
    )
    connection.exec_driver_sql("DROP TABLE new_decisions")


def _row(one: NewDecision, looked_at: Any) -> tuple[Any, ...]:
    return (
        one.listing_id,
        looked_at,
        one.verdict.value,
        one.reason[:500],
        one.method,
        one.rule,
        one.inputs,
        one.outcome,
        one.figures,
    )
