"""Each flow, run twice at the same moment, adds nothing the second time, nor after the window."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demand.store import find_open_listings
from flows.collect_trends import collect_trends
from flows.decide_demand import decide_demand
from flows.design_batch import design_batch
from flows.heartbeat import without_heartbeats
from flows.place_orders import place_orders
from flows.publish_listings import publish_listings
from flows.run_batch import run_batch
from models.batch import Batch
from models.db import transaction
from tests.flows.conftest import Enter, Undisturbed
from tests.flows.rows import all_rows, count_rows


@pytest.fixture(autouse=True)
def batch(undisturbed: Undisturbed, enter: Enter, tmp_path: Path) -> Batch:
    """The batch of a finished demo; the test acts in a copy of its home."""
    shutil.copytree(undisturbed.plan.home, tmp_path / "home")
    enter(tmp_path / "home")
    with transaction() as session:
        return session.scalars(select(Batch)).one()


def test_collecting_again_repeats_every_signal_and_finds_the_same_trends(undisturbed: Undisturbed) -> None:
    plan = undisturbed.plan
    said = [collect_trends([(str(plan.source), list(plan.signals))], plan.as_of) for _ in range(2)]
    assert [source["new"] for answer in said for source in answer["sources"]] == [0, 0]
    assert said[0]["trends"] == said[1]["trends"]
    assert all_rows() == undisturbed.rows


def test_designing_again_draws_nothing(undisturbed: Undisturbed, batch: Batch) -> None:
    said = design_batch(batch.slug, batch.opens_at)
    assert (said["added"], said["drawn"]) == (0, 0)
    assert all_rows() == undisturbed.rows


def test_publishing_again_opens_nothing(undisturbed: Undisturbed, batch: Batch) -> None:
    assert publish_listings(batch.slug, batch.opens_at) == 0
    assert all_rows() == undisturbed.rows


def test_deciding_again_at_a_moment_already_judged_adds_nothing(undisturbed: Undisturbed, batch: Batch) -> None:
    first_evening = batch.opens_at + timedelta(days=1)
    decide_demand(first_evening)
    decide_demand(batch.closes_at)
    assert all_rows() == undisturbed.rows


def test_placing_again_sends_nothing(undisturbed: Undisturbed, batch: Batch) -> None:
    said = [place_orders(batch.closes_at + timedelta(days=2)) for _ in range(2)]
    assert [(answer["offers"], answer["briefs"], answer["sent"]) for answer in said] == [(0, 0, 0)] * 2
    assert all_rows() == undisturbed.rows


def test_the_whole_chain_again_after_the_window_adds_nothing(undisturbed: Undisturbed, batch: Batch) -> None:
    later = batch.closes_at + timedelta(days=3)
    before = count_rows()
    with transaction() as session:
        open_before = len(find_open_listings(session, later))
    with without_heartbeats():
        run_batch(batch.slug, later)
        once = all_rows()
        run_batch(batch.slug, later)
    assert all_rows() == once
    assert open_before == 0  # what proved nothing was closed when the window ended
    assert count_rows() == before
