"""Databases for the tests: every store test runs on SQLite and on a real PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from models.db import connect, migrate, transaction
from tests.postgres import find_binaries, running_cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """URL template of a running cluster that holds a migrated database called 'ready'."""
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL binaries are missing; install Debian's postgresql package")
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with running_cluster(binaries) as url:
        _create_database(url, "ready", "template1")
        migrate(url.format(database="ready"))
        yield url


def _create_database(url: str, name: str, template: str) -> None:
    engine = create_engine(url.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "ready.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_ready: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "test.db"
    shutil.copy(sqlite_ready, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on each kind; `transaction` is not bound to it yet."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    cluster = str(request.getfixturevalue("postgres_cluster"))
    name = f"t{uuid.uuid4().hex[:12]}"
    _create_database(cluster, name, "ready")
    return cluster.format(database=name)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """An open session on a fresh database of each kind; `transaction` is bound to the same database."""
    engine = connect(database_url)
    with transaction() as opened:
        yield opened
    engine.dispose()
