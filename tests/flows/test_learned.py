"""Learning after a finished demo: kept once, and the next batch is sketched with it."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from configs.files import read_toml
from configs.load_clearance import protected_names
from design_gen.launch import BatchPlan, launch
from flows.design_batch import sketch
from flows.learn_outcomes import learn_outcomes
from models.batch import Batch, get_batch
from models.db import transaction
from models.design import Design, SpecArm
from models.lesson import Lesson
from tests.flows.conftest import Enter, Undisturbed
from tests.flows.rows import all_rows


def test_what_a_demo_teaches_is_kept_once_and_used_by_the_next_batch(
    undisturbed: Undisturbed, enter: Enter, tmp_path: Path
) -> None:
    shutil.copytree(undisturbed.plan.home, tmp_path / "home")
    enter(tmp_path / "home")
    with transaction() as session:
        batch = session.scalars(select(Batch)).one()
    night = batch.closes_at + timedelta(days=1)
    said = learn_outcomes(night)
    assert (said["version"], said["version_of_simulated"]) == (None, 1)
    before = all_rows()
    assert learn_outcomes(night + timedelta(hours=1)) == said
    assert all_rows() == before
    plan = BatchPlan.from_table(read_toml(undisturbed.plan.batch), "batch.toml")
    second = replace(plan, slug="second", designs=8, control_share=0.25, seed=11)
    with transaction() as session:
        launch(session, second, batch.trends_as_of, night, night, "tests", protected_names(), simulated=True)
    assert sketch.fn("second")["added"] == 8
    with transaction() as session:
        designs = session.scalars(select(Design).where(Design.batch_id == get_batch(session, "second").id)).all()
        lesson = session.scalars(select(Lesson)).one()
    assert {design.lesson_id for design in designs} == {lesson.id}
    assert {design.arm for design in designs} == {SpecArm.TREATED, SpecArm.CONTROL}
    assert sketch.fn("second")["added"] == 0
