"""Commands run in this process over a home of their own; no flows, so that nothing waits for Prefect."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, func, select

from cli import main
from configs.settings import settings
from models.base import Base
from models.db import connect, transaction


class Said(NamedTuple):
    """What a command printed and the code it ended with."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def home(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The configured home, with a migrated database to which `transaction` is bound."""
    monkeypatch.setenv("DEMANDLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DEMANDLOOM_DATABASE_URL", sqlite_url)
    settings.cache_clear()
    engine: Engine = connect(sqlite_url)
    yield tmp_path / "home"
    engine.dispose()
    settings.cache_clear()


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("design", "flat", ...)` is what a terminal would see of `demandloom design flat ...`."""

    def run_command(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["demandloom", *map(str, words)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        else:
            code = 0
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run_command


def count_rows() -> dict[str, int]:
    """Rows by table: what a refused input must leave as it was."""
    with transaction() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def the_one_line(said: Said, code: int) -> str:
    """The single line on stderr of a command that ended with `code` and printed no result."""
    assert (said.code, said.out) == (code, ""), said
    (line,) = said.err.strip().splitlines()
    assert line.startswith("demandloom: ")
    assert len(line) < 600
    return line.removeprefix("demandloom: ")
