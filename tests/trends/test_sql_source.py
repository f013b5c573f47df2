"""Databases: read only, only what is new, streamed, and told clearly when they cannot be read."""

import sqlite3
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from models.db import open_engine
from models.errors import InvalidInput, UnreadableSource
from models.signal import TrendSignal
from trends.collect import Outside, collect
from trends.sources import parse_source

AS_OF = date(2026, 11, 15)
TABLE = {
    "kind": "sql",
    "name": "sales",
    "licence": "test",
    "retention_days": 400,
    "columns": {"id": "line", "date": "sold_on", "title": "item", "weight": "pieces"},
    "weight": "log",
    "sql": {"url_variable": "SALES_URL", "query": "SELECT line, sold_on, item, pieces FROM sales;", "cursor": "line"},
}


def config(**sql):
    return parse_source({**TABLE, "sql": {**TABLE["sql"], **sql}}, "sales.toml")


class Shop:
    """A foreign database with a table of sales."""

    def __init__(self, url):
        self.url = url
        self.engine = open_engine(url)
        with self.engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE sales (line INTEGER, sold_on DATE, item VARCHAR(80), pieces INTEGER)")
            )

    def sell(self, *rows):
        with self.engine.begin() as connection:
            for row in rows:
                values = dict(zip("ldip", row, strict=True))
                connection.execute(text("INSERT INTO sales VALUES (:l, :d, :i, :p)"), values)


@pytest.fixture
def shop(database_url, tmp_path):
    """On PostgreSQL beside our own tables; of SQLite a file of its own, which has one writer at a time."""
    return Shop(f"sqlite:///{tmp_path}/shop.db" if database_url.startswith("sqlite") else database_url)


def take(session, shop, source, as_of=AS_OF, **given):
    return collect(session, source, [], as_of, outside=Outside({"SALES_URL": shop.url}), **given)


def day(back):
    return AS_OF - timedelta(days=back)


@pytest.fixture
def session(shop, session):
    return session


def test_the_second_run_reads_only_larger_numbers(session, shop):
    shop.sell((1, day(3), "军大衣", 5), (2, day(2), "coat: '%' :x", 0), (3, day(1), "", 1))
    first = take(session, shop, config())
    shop.sell((4, day(9), "back-dated", 2))
    second, third = take(session, shop, config()), take(session, shop, config())
    assert [(one.read, one.added, one.refused) for one in (first, second, third)] == [(3, 2, 1), (1, 1, 0), (0, 0, 0)]
    titles = session.scalars(select(TrendSignal.title).order_by(TrendSignal.title)).all()
    assert titles == ["back-dated", "coat: '%' :x", "军大衣"]


def test_rows_of_the_last_day_and_of_the_overlap_are_read_again(session, shop):
    shop.sell((1, day(5), "a", 1), (2, day(2), "b", 1))
    take(session, shop, config(cursor="sold_on"))
    shop.sell((3, day(2), "same day", 1), (4, day(4), "late", 1))
    second = take(session, shop, config(cursor="sold_on"))
    assert (second.read, second.added) == (2, 1)
    third = take(session, shop, config(cursor="sold_on", overlap_days=2))  # other rules: everything again
    fourth = take(session, shop, config(cursor="sold_on", overlap_days=2))
    assert (third.read, third.added) == (4, 1)
    assert (fourth.read, fourth.added) == (3, 0)


def test_rows_whose_day_has_not_come_are_read_when_it_has(session, shop):
    shop.sell((1, day(1), "now", 1), (2, day(-5), "later", 1), (3, day(1), "now too", 1), (4, day(-9000), "typo", 1))
    first, second = take(session, shop, config()), take(session, shop, config())
    assert (first.added, first.refused) == (2, 2)
    assert second.read == 0
    later = take(session, shop, config(), as_of=day(-5))
    assert (later.read, later.added, later.refused) == (3, 1, 1)
    assert take(session, shop, config(), as_of=day(-6)).read == 0


def test_without_a_cursor_everything_is_read_every_time(session, shop):
    shop.sell((1, day(1), "a", 1))
    source = parse_source({**TABLE, "sql": {k: v for k, v in TABLE["sql"].items() if k != "cursor"}}, "sales.toml")
    assert [take(session, shop, source).read for _ in range(2)] == [1, 1]


def test_the_connection_cannot_write(session, shop):
    shop.sell((1, day(1), "a", 1))
    query = "WITH gone AS (DELETE FROM sales RETURNING *) SELECT * FROM gone"
    with pytest.raises(UnreadableSource, match=r"source sales: .*(read-only|syntax|DELETE|WITH)"):
        take(session, shop, config(query=query))
    with shop.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sales")) == 1


def test_a_file_database_is_opened_read_only(tmp_path):
    from trends.sources.sql import _connection

    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")
    options = config().sql
    with (
        pytest.raises(UnreadableSource, match="readonly"),
        _connection(options, {"SALES_URL": f"sqlite:///{path}"}, "sales") as reading,
    ):
        reading.execute(text("INSERT INTO t VALUES (1)"))


@pytest.mark.parametrize(
    ("url", "sql", "says"),
    [
        ("sqlite:////nowhere/shop.db", {}, "no such database file"),
        ("sqlite://", {}, "no such database file"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/x", {}, "source sales: "),
        ("nonsense", {}, "SALES_URL holds no SQLAlchemy URL"),
        ("mysql+nodriver://x/y", {}, "no driver for mysql"),
        ("", {}, "SALES_URL, which is not set"),
    ],
)
def test_a_database_that_cannot_be_read_is_one_clear_error(sqlite_session, url, sql, says):
    with pytest.raises(InvalidInput) as raised:
        collect(sqlite_session, config(**sql), [], AS_OF, outside=Outside({"SALES_URL": url}))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.fixture
def sqlite_session(sqlite_url):
    from models.db import connect, transaction

    engine = connect(sqlite_url)
    with transaction() as opened:
        yield opened
    engine.dispose()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ({"query": "SELECT nothing FROM nowhere"}, "source sales: "),
        ({"query": "SELECT 1 AS line, 2 AS other"}, "maps column 'item', which the query has not; columns there: line"),
        (
            {"query": "SELECT 1.5 AS line, '2026-11-01' AS sold_on, 'a' AS item, 1 AS pieces"},
            "cursor column 'line' holds",
        ),
    ],
)
def test_a_query_that_does_not_fit_is_one_clear_error(session, shop, sql, says):
    with pytest.raises(UnreadableSource) as raised:
        take(session, shop, config(**sql))
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ({"url": "postgresql://me:secret@host/db"}, "needs either url or url_variable"),
        ({"query": "DELETE FROM sales"}, "sql.query is one SELECT"),
        ({"query": "SELECT 1; DROP TABLE sales"}, "sql.query is one SELECT"),
        ({"url_variable": "postgresql://x"}, "name of an environment variable"),
    ],
)
def test_a_wrong_description_is_told(sql, says):
    with pytest.raises(InvalidInput, match=says):
        config(**sql)


def test_a_password_does_not_stand_in_a_file():
    sql = {"url": "postgresql://me:secret@host/db", "query": "SELECT 1"}
    with pytest.raises(InvalidInput, match="holds a password") as raised:
        parse_source({**TABLE, "sql": sql}, "sales.toml")
    assert "secret" not in str(raised.value).replace("secret_headers", "")
