"""One Prefect server for all tests of flows; each test acts in a home of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prefect.testing.utilities import prefect_test_harness

from cli.demo.loop import DemoPlan, run_demo
from configs.settings import settings
from flows.edges import ready
from tests.flows.rows import all_rows
from tests.flows.small import small_plan

SECRET = "one secret for every home, so that their rows can be compared"
Enter = Callable[[Path], None]


class Undisturbed(NamedTuple):
    """What a demo read, said and left in its tables."""

    plan: DemoPlan
    report: dict[str, Any]
    rows: dict[str, list[str]]


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server with a database of its own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session")
def enter(prefect_server: None) -> Iterator[Enter]:
    """Makes a folder the home of this process, as a fresh process would find it; nothing of it stays after a test."""
    with pytest.MonkeyPatch.context() as patch:

        def go(home: Path) -> None:
            home.mkdir(parents=True, exist_ok=True)
            patch.setenv("DEMANDLOOM_HOME", str(home))
            patch.setenv("DEMANDLOOM_SECRET", SECRET)
            patch.setenv("DEMANDLOOM_GENERATION__SIZE", "128")
            _forget()
            ready()

        yield go
    _forget()


@pytest.fixture(scope="session")
def undisturbed(enter: Enter, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """A demo that ran from start to end without a stop."""
    folder = tmp_path_factory.mktemp("undisturbed")
    plan = small_plan(folder / "inputs", folder / "home")
    enter(plan.home)
    report = run_demo(plan, quiet=True)
    return Undisturbed(plan, report, all_rows())


def _forget() -> None:
    settings.cache_clear()
    ready.cache_clear()
