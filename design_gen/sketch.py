"""Turn a batch's trends into designs: specs that factories can make, with their flats and tech packs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.arms import Drawn, Share, draw_designs
from design_gen.flat import flat_svg
from design_gen.tech_pack import tech_pack
from models.batch import Batch, BatchTrend
from models.blobs import BlobStore
from models.db import insert_new
from models.design import Design
from models.garment import Colour, GarmentSpec
from models.lesson import Lesson
from models.money import PriceLadder
from models.trend import Trend


class Qualified(Protocol):
    """Who could make a spec, at what cost, by when."""

    @property
    def count(self) -> int: ...  # noqa: D102 - named by the protocol
    @property
    def cost_ladder(self) -> PriceLadder | None: ...  # noqa: D102
    @property
    def lead_days(self) -> int | None: ...  # noqa: D102
    @property
    def exclusions(self) -> Mapping[Any, int]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Sketched:
    """What came of one batch."""

    designs: int
    added: int
    unmakeable: int
    """Specs that no factory could make at the price; they are not designed."""


def sketch_batch(
    session: Session,
    batch: Batch,
    colour: Callable[[str], Colour],
    qualify: Callable[[GarmentSpec], Qualified],
    blobs: BlobStore,
    lesson: Lesson | None = None,
) -> Sketched:
    """Write the batch's designs, shared out over its trends, all unlike each other; a second call adds nothing.

    With a lesson, the batch's share of control designs is drawn as without one, and the others tilted by it.
    """
    there = set(session.scalars(select(Design.fingerprint).where(Design.batch_id == batch.id)))
    if len(there) >= batch.designs_wanted:
        return Sketched(len(there), 0, 0)
    if there:  # what a cut run began goes on as it began, whatever was learned since
        lesson = _lesson_of(session, batch)
    answers: dict[str, Qualified] = {}

    def makeable(spec: GarmentSpec) -> bool:
        if spec.fingerprint not in answers:
            answers[spec.fingerprint] = qualify(spec)
        return answers[spec.fingerprint].cost_ladder is not None

    learned = lesson.learned if lesson else None
    drawn = draw_designs(_shares(session, batch), batch.seed, colour, makeable, learned, batch.control_share)
    rows = [_row(batch, one, lesson, answers[one.spec.fingerprint], blobs) for one in drawn]
    added = insert_new(session, Design, rows)
    unmakeable = sum(answer.cost_ladder is None for answer in answers.values())
    return Sketched(len(there) + added, added, unmakeable)


def _lesson_of(session: Session, batch: Batch) -> Lesson | None:
    """What the designs that are there were drawn with."""
    lesson_id = session.scalars(select(Design.lesson_id).where(Design.batch_id == batch.id).limit(1)).one()
    return None if lesson_id is None else session.get_one(Lesson, lesson_id)


def _shares(session: Session, batch: Batch) -> Sequence[Share]:
    """Each trend with its number of designs: equal shares, the strongest trends take what is left over."""
    trends = session.scalars(
        select(Trend)
        .join(BatchTrend, BatchTrend.trend_id == Trend.id)
        .where(BatchTrend.batch_id == batch.id)
        .order_by(BatchTrend.position)
    ).all()
    each, over = divmod(batch.designs_wanted, len(trends))
    shares = [Share(trend.id, trend.meaning, each + (position < over)) for position, trend in enumerate(trends)]
    return [share for share in shares if share.designs]


def _row(batch: Batch, drawn: Drawn, lesson: Lesson | None, answer: Qualified, blobs: BlobStore) -> dict[str, Any]:
    spec, ladder = drawn.spec, answer.cost_ladder
    return {
        "batch_id": batch.id,
        "trend_id": drawn.trend_id,
        "fingerprint": spec.fingerprint,
        "spec": spec.to_json(),
        "tech_pack": tech_pack(spec).to_json(),
        "flat_front": blobs.put(flat_svg(spec, "front").encode()),
        "flat_back": blobs.put(flat_svg(spec, "back").encode()),
        "makeable_by": answer.count,
        "cost_ladder": ladder.to_json() if ladder else {},
        "lead_days": answer.lead_days,
        "exclusions": {str(reason): count for reason, count in answer.exclusions.items()},
        "arm": drawn.arm,
        "lesson_id": lesson.id if lesson else None,
        "draw": drawn.tilt.to_json() if drawn.tilt else {},
    }
