"""A SQLite session that property tests share; each example uses a listing of its own."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models.db import open_engine


@pytest.fixture
def plain_session(sqlite_url: str) -> Iterator[Session]:
    engine = open_engine(sqlite_url)
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()
