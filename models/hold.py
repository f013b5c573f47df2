"""One row, held until the transaction ends, as the last transaction left it."""

from typing import Any, TypeVar

from sqlalchemy import false, select, update
from sqlalchemy.orm import Session

from models.base import Base

Row = TypeVar("Row", bound=Base)


def hold(session: Session, table: type[Row], row_id: int, *options: Any) -> Row | None:
    """Lock and read the row anew; None when there is none. Whoever else wants to hold it waits."""
    key: Any = table.__mapper__.primary_key[0]
    if session.get_bind().dialect.name == "sqlite":
        # SQLite has no row locks: any write, also of no row, takes its one write lock, before which a read may be old.
        nothing = update(table).where(false()).values({key.name: key})
        session.execute(nothing, execution_options={"synchronize_session": False})
    query = select(table).where(key == row_id).options(*options)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
