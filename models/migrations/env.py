"""Alembic environment: the URL comes from `models.db.migrate`."""

from alembic import context

from models.db import open_engine
from models.tables import TABLES

engine = open_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=TABLES[0].metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
