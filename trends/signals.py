"""Writes of signals and ready-made series, in bulk, each natural key once, whatever order they come in."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.series import TrendSeriesValue
from models.signal import TrendSignal
from trends.sources import SeriesPoint, Signal

_CACHE_KB = 65_536
"""Page cache of a connection that stores signals; the default of 2 MB makes 1.8 million keys thrash."""
_COLUMNS = ", ".join(Signal._fields)
# Of several readings of one post the one with most engagement stands; ties go to the earliest day, then to the first
# in alphabetical order. So nothing depends on which file or which run came first.
_ORDER = "-{0}.weight, {0}.observed_on, {0}.title, {0}.language, coalesce({0}.rank, 0), coalesce({0}.url, '')"
_ON_CONFLICT = (
    "ON CONFLICT (source, external_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in Signal._fields[2:])
    + f" WHERE ({_ORDER.format('excluded')}) < ({_ORDER.format('trend_signals')})"
)
_SQLITE = f"INSERT INTO trend_signals ({_COLUMNS}) VALUES ({', '.join('?' * len(Signal._fields))}) {_ON_CONFLICT}"  # noqa: S608 - names only
_POSTGRES = f"""
    WITH kept AS (
        INSERT INTO trend_signals ({_COLUMNS})
        SELECT DISTINCT ON (source, external_id) {_COLUMNS} FROM incoming_signals
        ORDER BY source, external_id, {_ORDER.format("incoming_signals")}
        {_ON_CONFLICT}
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FROM kept WHERE is_new
"""  # noqa: S608 - names only
_POSTGRES_TABLE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_signals ON COMMIT DROP AS
    SELECT {_COLUMNS} FROM trend_signals WITH NO DATA
"""  # noqa: S608 - names only


def add_signals(session: Session, signals: Sequence[Signal]) -> int:
    """Store signals, each natural key once; returns how many keys were new."""
    if not signals:
        return 0
    session.flush()
    connection = session.connection()
    return (_add_to_postgres if connection.dialect.name == "postgresql" else _add_to_sqlite)(connection, signals)


def _add_to_sqlite(connection: Connection, signals: Sequence[Signal]) -> int:
    # In the order of their keys: 457,440 rows cost 3.2 s of processor instead of 5.5, as the index is not jumped about
    # in. By the driver's own executemany: compiling and binding them in SQLAlchemy takes longer than storing them.
    rows = [(one[0], one[1], one[2].isoformat(), *one[3:]) for one in sorted(signals, key=itemgetter(0, 1))]
    newest = select(func.coalesce(func.max(TrendSignal.id), 0))
    before = connection.scalar(newest) or 0
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KB}")
    connection.exec_driver_sql(_SQLITE, rows)
    # Ids count up one by one within the only writer, and an update takes none.
    return (connection.scalar(newest) or 0) - before


def _add_to_postgres(connection: Connection, signals: Sequence[Signal]) -> int:
    connection.exec_driver_sql(_POSTGRES_TABLE)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY incoming_signals ({_COLUMNS}) FROM STDIN") as copy:
        for signal in signals:
            copy.write_row(signal)
    added = connection.exec_driver_sql(_POSTGRES).scalar_one()
    connection.exec_driver_sql("TRUNCATE incoming_signals")
    return int(added)


def add_series(session: Session, points: Sequence[SeriesPoint]) -> int:
    """Store weeks of series, the greater value where exports disagree on a week; returns how many were new."""
    best: dict[tuple[object, ...], SeriesPoint] = {}
    for point in points:
        key = (*point[:3], point.week_on, point.exported_through)
        best[key] = point if key not in best or point.value > best[key].value else best[key]
    table = TrendSeriesValue
    count = select(func.count()).select_from(table)
    before = session.scalar(count) or 0
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    adding = insert(table)
    statement = adding.on_conflict_do_update(
        index_elements=[table.source, table.phrase, table.region, table.exported_through, table.week_on],
        set_={"value": adding.excluded.value, "language": adding.excluded.language},
        where=adding.excluded.value > table.value,
    )
    if best:
        session.connection().execute(statement, [point._asdict() for point in best.values()])
    return (session.scalar(count) or 0) - before


def known_keys(session: Session, source: str, keys: Sequence[str]) -> set[str]:
    """Those of these external ids that a source has stored already."""
    stored = select(TrendSignal.external_id).where(TrendSignal.source == source, TrendSignal.external_id.in_(keys))
    return set(session.scalars(stored))


def has_signals(session: Session, source: str) -> bool:
    """Whether anything of a source is stored."""
    for table in (TrendSignal, TrendSeriesValue):
        if session.scalar(select(table.id).where(table.source == source).limit(1)) is not None:
            return True
    return False
