from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from models.db import migrate, open_engine
from models.tables import TABLES


def test_migrations_and_tables_agree_on_both_databases(database_url):
    engine = open_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TABLES[0].metadata) == []
    engine.dispose()


def test_migrations_go_down_to_nothing_and_up_again(database_url):
    migrate(database_url, "base")
    engine = open_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(database_url)
    assert {table.__tablename__ for table in TABLES} <= set(inspect(engine).get_table_names())
    engine.dispose()
