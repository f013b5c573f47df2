"""The demo can be killed anywhere and started again on the same folder: it ends with the rows of an undisturbed run."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import prefect.settings
import pytest

from cli.demo import loop
from cli.demo.loop import DemoPlan, run_demo
from models.decision import Verdict
from tests.flows.conftest import SECRET, Enter, Undisturbed
from tests.flows.rows import all_rows

_STEPS = (
    "collect_trends",
    "design_batch",
    "publish_listings",
    "shop",
    "decide_demand",
    "place_orders",
    "answer_offers",
)
_REPOSITORY = Path(__file__).parents[2]
_PATIENCE = 240.0


class _Killed(BaseException):
    """Stands for the end of the process; nothing catches it."""


def test_the_small_demo_goes_all_the_way(undisturbed: Undisturbed) -> None:
    said = undisturbed.report
    assert said["trends"] == 2
    assert said["verdicts"].get(Verdict.CONFIRM.value), said["verdicts"]
    assert {"decline", "counter"} <= said["maker_answers"].keys(), "work for more than one round of offers"
    assert said["orders"] == said["briefs"] > 0


def test_a_demo_killed_after_every_flow_ends_as_one_never_killed(
    undisturbed: Undisturbed, enter: Enter, tmp_path: Path
) -> None:
    plan = replace(undisturbed.plan, home=tmp_path / "killed")
    for steps in count(1):  # one more step in every life
        enter(plan.home)
        report = _live(plan, steps)
        if report is not None:
            break
    assert steps > len(_STEPS)
    assert report["visits"]["refused"] == 0, "acts that were taken before are repeated, not refused"
    _assert_same(all_rows(), undisturbed.rows)


def _live(plan: DemoPlan, steps: int) -> dict[str, Any] | None:
    """Let the demo die at the end of its n-th flow, or of what simulated people do between flows; None if it died."""
    done = count(1)

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            answer = step(*args, **named)
            if next(done) == steps:
                raise _Killed
            return answer

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in _STEPS:
            patch.setattr(loop, name, dying(getattr(loop, name)))
        try:
            return run_demo(plan, quiet=True)
        except _Killed:
            return None


def test_a_finished_demo_run_again_finds_everything_done(
    undisturbed: Undisturbed, enter: Enter, tmp_path: Path
) -> None:
    plan = replace(undisturbed.plan, home=tmp_path / "home")
    shutil.copytree(undisturbed.plan.home, plan.home)
    enter(plan.home)
    report = run_demo(plan, quiet=True)
    assert report["visits"]["accepted"] == report["visits"]["refused"] == 0
    _assert_same(all_rows(), undisturbed.rows)


def test_a_demo_process_killed_while_it_works_ends_as_one_never_killed(
    undisturbed: Undisturbed, enter: Enter, tmp_path: Path
) -> None:
    plan = replace(undisturbed.plan, home=tmp_path / "killed")
    with (tmp_path / "log").open("wb") as log:
        first = _start(plan, tmp_path, log.fileno())
        try:
            _wait_for_a_row(plan.home / "demandloom.db", "interest_events", first)
        finally:
            first.kill()
            first.wait()
        killed_with = _count(plan.home / "demandloom.db", "interest_events")
        second = _start(plan, tmp_path, log.fileno())
        assert second.wait(_PATIENCE) == 0, (tmp_path / "log").read_text()[-2000:]
    assert killed_with < len(undisturbed.rows["interest_events"])
    enter(plan.home)
    _assert_same(all_rows(), undisturbed.rows)


def _start(plan: DemoPlan, folder: Path, log: int) -> "subprocess.Popen[bytes]":
    """`demandloom demo` as a process of its own, on the tests' Prefect server."""
    command = [sys.executable, "-c", "from cli import main; main()", "demo", "--json", "--home", str(plan.home)]
    command += ["--signals", *plan.signals, "--source", str(plan.source), "--as-of", str(plan.as_of)]
    command += ["--factories", str(plan.factories), "--plan", str(plan.batch), "--visitors", str(plan.visitors_a_day)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(_REPOSITORY),
        "PREFECT_API_URL": str(prefect.settings.PREFECT_API_URL.value()),
        "PREFECT_HOME": str(folder / "prefect"),
        "DEMANDLOOM_SECRET": SECRET,
        "DEMANDLOOM_GENERATION__SIZE": "128",
    }
    return subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)


def _wait_for_a_row(path: Path, table: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists() and _count(path, table):
            return
        time.sleep(0.02)
    pytest.fail(f"no row of {table} before the demo ended with {process.poll()}")


def _count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            return 0
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def _assert_same(after: dict[str, list[str]], before: dict[str, list[str]]) -> None:
    for table, rows in before.items():
        assert after[table] == rows, table
