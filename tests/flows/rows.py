"""What stands in a home's tables, comparable between homes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.db import transaction
from models.factory import Factory, RegisterChange
from models.interest import PreOrder
from models.rollup import InterestNews, InterestRollup
from models.state import StateChange
from models.tables import TABLES

_KEPT = [table for table in TABLES if table not in (InterestNews, InterestRollup, RegisterChange)]
"""Rollups are counted from the other tables and say nothing of their own; when they were last counted may differ. Marks
of the register's changes are random on purpose."""
_BY_ARRIVAL: Mapping[str, frozenset[str]] = {
    # Visitors post side by side: who comes first decides ids and the step of the price ladder, in every run anew.
    PreOrder.__tablename__: frozenset({"id", "unit_price", "deposit"}),
    StateChange.__tablename__: frozenset({"id"}),
}


def count_rows() -> dict[str, int]:
    """Rows of every table."""
    with transaction() as session:
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in _KEPT}


def all_rows() -> dict[str, list[str]]:
    """Every row of every table as sorted text, without what the order of arrival or the clock on the wall decides."""
    with transaction() as session:
        return {
            table.__tablename__: sorted(
                _text(table.__tablename__, row) for row in session.execute(select(table.__table__)).mappings()
            )
            for table in _KEPT
        }


def _text(table: str, row: Mapping[Any, Any]) -> str:
    cells = {key: value for key, value in row.items() if key not in _BY_ARRIVAL.get(table, ())}
    if table == StateChange.__tablename__ and row["noun"] == PreOrder.__tablename__:
        del cells["row_id"]
    if table == StateChange.__tablename__ and row["noun"] == Factory.__tablename__:
        del cells["at"]  # a list is imported when it is imported, not in the demo's time
    return json.dumps(cells, default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
