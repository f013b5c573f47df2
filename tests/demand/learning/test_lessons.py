"""Lessons are kept version after version, and the next batch is sketched with them. On both databases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from demand.learning.gather import gather, gather_arms
from demand.learning.keep_lessons import effects_of, find_lift, find_yields, learn_lesson, rungs_of
from demand.learning.realised import MATURE
from demand.learning.record_sales import import_sales
from design_gen.sketch import sketch_batch
from design_gen.tilt import Tilt
from models.batch import Rung
from models.blobs import BlobStore
from models.design import Design, SpecArm
from models.garment import Colour
from models.learned import Leaning
from models.lesson import FactoryYield, Lesson, find_lesson
from models.money import PriceLadder
from tests.builders import (
    NOW,
    cost_ladder,
    make_allocation,
    make_batch,
    make_event,
    make_offer,
    make_production_order,
    make_trend,
)
from tests.demand.judged import LEXICON, confirmed, judged, people_batch

LATER = NOW + MATURE + timedelta(days=10)


def sell(session, listing, *rows):
    said = import_sales(
        session,
        [(str(n), {"listing": listing.slug, "on": "2026-11-02", **row}) for n, row in enumerate(rows)],
        "shop",
        LATER,
    )
    assert not said.refused


def test_nothing_is_learned_of_nothing(session):
    assert learn_lesson(session, False, NOW) is None
    assert find_lesson(session, False) is None
    assert not find_lift(session, False).known


def test_the_same_evidence_makes_no_new_version_and_new_evidence_does(session):
    batch = people_batch(session)
    listing = judged(session, batch, "camel", 40)
    first = learn_lesson(session, False, NOW)
    assert (first.version, first.evidence["listings"]) == (1, 1)
    assert learn_lesson(session, False, NOW).id == first.id
    confirmed(session, listing)
    sell(session, listing, {"kind": "sold", "units": 60}, {"kind": "returned", "units": 10, "reason": "size"})
    second = learn_lesson(session, False, LATER)
    assert second.version == 2
    assert second.evidence["units"] == {"returned": 10, "returned: size": 10, "sold": 60}
    assert find_lesson(session, False).id == second.id


def test_people_and_simulated_buyers_teach_apart(session):
    judged(session, people_batch(session), "camel", 40)
    judged(session, make_batch(session), "olive", 10)
    lessons = [learn_lesson(session, simulated, NOW) for simulated in (False, True)]
    assert [lesson.version for lesson in lessons] == [1, 2]
    colours = [{one.value for one in lesson.learned.effects if one.attribute == "colour"} for lesson in lessons]
    assert colours == [{"camel"}, {"olive"}]


def test_sales_count_once_returns_can_be_judged(session):
    batch = people_batch(session)
    listing = judged(session, batch, "camel", 40)
    confirmed(session, listing)  # 100 units
    sell(session, listing, {"kind": "sold", "units": 60}, {"kind": "returned", "units": 10})
    early, late = (gather(session, False, moment) for moment in (NOW + timedelta(days=3), LATER))
    assert [one.converted for one in early.history] == [40]
    assert [one.converted for one in late.history] == [20]
    assert (early.sold, [one.units for one in late.sold]) == ((), [50])


def test_people_are_counted_on_their_highest_rung_when_the_listing_was_confirmed(session):
    listing = judged(session, people_batch(session), "camel", 40)
    confirmed(session, listing)
    for visitor in ("a", "b"):
        make_event(session, listing, visitor)
    make_event(session, listing, "a", rung=Rung.INQUIRY, quantity=20)
    make_event(session, listing, "late", received_at=NOW + timedelta(days=5))
    sell(session, listing, {"kind": "sold", "units": 12})
    (outcome,) = gather(session, False, LATER).sold
    assert outcome.people == (1, 0, 1, 0, 0)
    lesson = learn_lesson(session, False, LATER)
    assert rungs_of(lesson).listings == 1


def test_makers_yields_are_rows_that_others_can_read(session):
    batch = people_batch(session)
    listing = judged(session, batch, "camel", 40)
    demand = confirmed(session, listing)
    orders = [
        make_production_order(session, make_offer(session, make_allocation(session, demand), token=f"t{n}"), units=100)
        for n in range(3)
    ]
    sell(
        session, listing,
        {"kind": "delivered", "units": 90, "order": orders[0].code},
        {"kind": "defective", "units": 10, "order": orders[0].code},
        {"kind": "defective", "units": 2, "order": orders[1].code},
    )  # fmt: skip
    lesson = learn_lesson(session, False, LATER)
    rows = session.scalars(select(FactoryYield).order_by(FactoryYield.good)).all()
    assert [(row.factory_id, row.ordered, row.good) for row in rows] == [
        (orders[0].factory_id, 100, 80), (orders[1].factory_id, 100, 98),
    ]  # fmt: skip
    assert all(0 < row.low < row.share < row.high < 1 for row in rows)
    assert [one.good for _, one in find_yields(session, lesson.id)] == [80, 98]


def test_lift_compares_the_arms_of_what_was_judged(session):
    batch = people_batch(session)
    judged(session, batch, "camel", 40)
    lesson = learn_lesson(session, False, NOW)
    for number in range(6):
        judged(session, batch, "camel", 40 + number, arm=SpecArm.TREATED, lesson_id=lesson.id)
        judged(session, batch, "olive", 20 + number, arm=SpecArm.CONTROL, lesson_id=lesson.id)
    assert len(gather_arms(session, False)) == 12
    lift = find_lift(session, False)
    assert lift.difference == pytest.approx(20 / 950, abs=1e-9)
    assert 0.015 < lift.low < lift.high < 0.025


@dataclass(frozen=True)
class Makeable:
    """Every spec can be made."""

    count: int = 41
    cost_ladder: PriceLadder = field(default_factory=cost_ladder)
    lead_days: int = 9
    exclusions: Mapping[str, int] = field(default_factory=dict)


def colour(name: str) -> Colour:
    return LEXICON.colour(name)


def test_the_next_batch_is_sketched_with_what_was_learned_and_says_so(session, tmp_path):
    """From judged listings and real sales to designs of the next batch."""
    first = people_batch(session, slug="first")
    for number in range(12):
        judged(session, first, "camel", 60 + number)
        judged(session, first, "olive", 6 + number % 3)
        judged(session, first, "navy", 20 + number % 5)
    lesson = learn_lesson(session, False, NOW)
    clear = {one.value: one.leaning for one in effects_of(lesson, None).effects if one.attribute == "colour"}
    assert (clear["camel"], clear["olive"]) == (Leaning.BETTER, Leaning.WORSE)
    meaning = {"category": ["coat"], "colour": ["olive", "navy", "camel"]}
    trends = [make_trend(session, meaning=meaning)]
    following = [
        people_batch(session, trend=trends[0], slug=f"next-{share}", designs_wanted=30, control_share=share, seed=5)
        for share in (1.0, 0.2)
    ]
    blobs = BlobStore(f"file://{tmp_path}")
    camel = {}
    for batch in following:
        sketched = sketch_batch(session, batch, colour, lambda spec: Makeable(), blobs, find_lesson(session, False))
        assert sketched.added == 30
        designs = session.scalars(select(Design).where(Design.batch_id == batch.id)).all()
        for arm in SpecArm:
            some = [design.garment.colour.name for design in designs if design.arm is arm]
            if some:
                camel[batch.slug, arm] = some.count("camel") / len(some)
    assert camel["next-0.2", SpecArm.TREATED] > 1.5 * camel["next-1.0", SpecArm.CONTROL]
    designs = session.scalars(select(Design).where(Design.batch_id == following[1].id).order_by(Design.id)).all()
    treated = [design for design in designs if design.arm is SpecArm.TREATED]
    assert {design.lesson_id for design in designs} == {lesson.id}
    draws = [Tilt.from_json(design.draw, lesson.learned) for design in treated]
    assert len({draw.seed for draw in draws}) == len(treated)
    assert all(not design.draw for design in designs if design.arm is SpecArm.CONTROL)
    assert sketch_batch(session, following[1], colour, lambda spec: Makeable(), blobs, None).added == 0


def test_a_batch_that_was_begun_goes_on_as_it_began(session, tmp_path):
    """Learning that comes between two calls changes nothing of what is there."""
    batch = people_batch(session, trend=make_trend(session, meaning={"category": ["mug"], "colour": ["olive"]}))
    batch.designs_wanted = 400  # more than a mug in one colour can be
    blobs = BlobStore(f"file://{tmp_path}")
    first = sketch_batch(session, batch, colour, lambda spec: Makeable(), blobs, None)
    assert 0 < first.added < 400
    judged(session, people_batch(session), "camel", 60)
    lesson = learn_lesson(session, False, NOW)
    assert sketch_batch(session, batch, colour, lambda spec: Makeable(), blobs, lesson).added == 0
    arms = session.scalars(select(Design.arm).where(Design.batch_id == batch.id)).all()
    assert set(arms) == {SpecArm.PLAIN}
    assert session.scalars(select(Lesson)).one() is lesson
