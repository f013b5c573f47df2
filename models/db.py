"""Connections and transactions: one per request or task, committed at the edge."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from models.base import Base

_sessions = sessionmaker(expire_on_commit=False)
transaction = _sessions.begin
"""`with transaction() as session:` commits at the end and rolls back on any error."""

MIGRATIONS = Path(__file__).parent / "migrations"
_CHUNK = 500  # rows a statement; SQLite allows 32,766 parameters


def connect(url: str) -> Engine:
    """Bind `transaction` to this database; called once by each entry point."""
    engine = open_engine(url)
    _sessions.configure(bind=engine)
    return engine


def open_engine(url: str) -> Engine:
    """An engine with the settings each database needs: SQLite waits for its writer and checks foreign keys."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 60})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # The journal of a statement with a trigger is a temporary file otherwise: a third of an import's time.
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.close()


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema to a revision; runs the same migrations on both databases."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def insert_new(session: Session, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> int:
    """Append rows, leaving alone those whose natural key is already there; returns how many were new."""
    pending: Sequence[Mapping[str, Any]] = list(rows)
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    added = 0
    for start in range(0, len(pending), _CHUNK):
        statement = insert(table).on_conflict_do_nothing().values(list(pending[start : start + _CHUNK]))
        # Without the option psycopg's count of an INSERT is thrown away.
        result = session.execute(statement, execution_options={"preserve_rowcount": True})
        added += result.rowcount  # type: ignore[attr-defined]
    return added
