"""A batch that is killed while it is painted goes on where it was: nothing is lost, nothing is painted twice."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import prefect.settings
import pytest
from sqlalchemy import select

from configs.settings import settings
from design_gen.embedded.dataset import sample_spec
from flows.design_batch import design_batch
from models.batch import Batch, BatchState
from models.blobs import BlobStore
from models.db import transaction
from models.design import Mockup
from tests.builders import NOW, make_batch, make_design, make_trend
from tests.flows.conftest import Enter

DESIGNS = 12
_REPOSITORY = Path(__file__).parents[2]
_PATIENCE = 120.0
_LIFE = "from flows.design_batch import design_batch; design_batch('killed')"


@pytest.fixture
def home(enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A batch of twelve designs without pictures, painted in chunks of two a hand, small."""
    monkeypatch.setenv("DEMANDLOOM_GENERATION__BATCH_SIZE", "2")
    monkeypatch.setenv("DEMANDLOOM_GENERATION__PAINTERS", "2")
    enter(tmp_path / "home")
    monkeypatch.setenv("DEMANDLOOM_GENERATION__SIZE", "64")
    settings.cache_clear()
    with transaction() as session:
        trend = make_trend(session)
        batch = make_batch(session, trend, slug="killed", designs_wanted=DESIGNS)
        blobs = BlobStore(settings().blobs)
        for seed in range(DESIGNS):
            make_design(session, batch, trend, sample_spec(seed), blobs)
    return tmp_path / "home"


def test_a_batch_killed_while_it_is_painted_has_one_picture_a_design_when_run_again(home: Path) -> None:
    with (home.parent / "log").open("wb") as log:
        first = _start(home.parent, log.fileno())
        try:
            _wait_for_pictures(home / "demandloom.db", first)
        finally:
            first.kill()
            first.wait()
    before = _mockups()
    assert 0 < len(before) < DESIGNS, (home.parent / "log").read_text()[-2000:]

    answer = design_batch("killed", NOW)
    after = _mockups()
    assert answer["drawn"] == DESIGNS - len(before), "what was finished is not painted again"
    assert len(after) == len({mockup.design_id for mockup in after}) == DESIGNS
    assert {_row(mockup) for mockup in before} <= {_row(mockup) for mockup in after}
    blobs = BlobStore(settings().blobs)
    assert all(hashlib.sha256(blobs.get(mockup.picture)).hexdigest() == mockup.picture for mockup in after)
    with transaction() as session:
        assert session.scalars(select(Batch)).one().state is BatchState.DESIGNED


def _start(folder: Path, log: int) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "PYTHONPATH": str(_REPOSITORY),
        "PREFECT_API_URL": str(prefect.settings.PREFECT_API_URL.value()),
        "PREFECT_HOME": str(folder / "prefect"),
    }
    return subprocess.Popen([sys.executable, "-c", _LIFE], env=environment, cwd=folder, stdout=log, stderr=log)


def _wait_for_pictures(path: Path, process: "subprocess.Popen[bytes]") -> None:
    """Until the first chunk is stored: then the second is being painted."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with closing(sqlite3.connect(path, timeout=60)) as connection:
            if connection.execute("SELECT COUNT(*) FROM mockups").fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail(f"no picture was stored before it ended with {process.poll()}")


def _mockups() -> list[Mockup]:
    with transaction() as session:
        return list(session.scalars(select(Mockup)))


def _row(mockup: Mockup) -> tuple[object, ...]:
    return mockup.id, mockup.design_id, mockup.seed, mockup.picture, mockup.drawn_at
