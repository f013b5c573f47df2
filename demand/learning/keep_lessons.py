"""Keep what was learned, version after version, and report it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demand.learning.draw_lessons import METHOD, draw_lessons
from demand.learning.gather import count_outcomes, gather, gather_arms
from demand.learning.lift import Lift, measure_lift
from demand.learning.rungs import RungWeights
from demand.learning.yields import MakerYield
from models.factory import Factory
from models.interest import Segment
from models.learned import LearnedEffects
from models.lesson import FactoryYield, Lesson, find_lesson


def learn_lesson(session: Session, simulated: bool, now: datetime) -> Lesson | None:
    """Learn from all that is known and keep it as a new version.

    The last version comes back where nothing has changed since, None where no listing was judged yet.
    """
    gathered = gather(session, simulated, now)
    last = find_lesson(session, simulated)
    if not gathered.history or (last is not None and (last.digest, last.method) == (gathered.digest, METHOD)):
        return last
    version = (session.scalar(select(func.max(Lesson.version))) or 0) + 1
    learned = draw_lessons(gathered, version)
    lesson = Lesson(
        version=version,
        simulated=simulated,
        learned_at=now,
        method=METHOD,
        digest=gathered.digest,
        evidence={
            "listings": len({one.listing for one in gathered.history}),
            "listings_sold": len(gathered.sold),
            "lots": len(gathered.lots),
            "units": count_outcomes(session, simulated),
        },
        priors=learned.priors.to_json(),
        effects=learned.effects.to_json(),
        segment_effects={segment.value: effects.to_json() for segment, effects in learned.segments.items()},
        rungs=learned.rungs.to_json(),
    )
    session.add(lesson)
    session.flush()
    session.add_all(FactoryYield(lesson_id=lesson.id, **asdict(one)) for one in learned.yields)
    return lesson


def effects_of(lesson: Lesson, segment: Segment | None) -> LearnedEffects:
    """Over all segments, or in one."""
    return lesson.learned if segment is None else LearnedEffects.from_json(lesson.segment_effects[segment.value])


def rungs_of(lesson: Lesson) -> RungWeights:
    """Units really sold for each person on a rung."""
    return RungWeights.from_json(lesson.rungs)


def find_yields(session: Session, lesson_id: int, most: int = 50) -> list[tuple[str, MakerYield]]:
    """The makers of a lesson with their codes, the lowest share first."""
    query = (
        select(Factory.code, FactoryYield)
        .join(Factory, Factory.id == FactoryYield.factory_id)
        .where(FactoryYield.lesson_id == lesson_id)
        .order_by(FactoryYield.share, Factory.code)
        .limit(most)
    )
    return [
        (code, MakerYield(row.factory_id, row.lots, row.ordered, row.good, row.share, row.low, row.high))
        for code, row in session.execute(query)
    ]


def find_lift(session: Session, simulated: bool) -> Lift:
    """Treated against control over everything judged so far."""
    return measure_lift(gather_arms(session, simulated))


def lift_json(lift: Lift) -> dict[str, Any]:
    """Plain JSON."""
    return {"known": lift.known, **asdict(lift)}
