"""Turn a batch's trends into designs: specs that factories can make, with their flats and tech packs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from design_gen.flat import flat_svg
from design_gen.spec import specs_for
from design_gen.tech_pack import tech_pack
from models.batch import Batch, BatchTrend
from models.blobs import BlobStore
from models.db import insert_new
from models.design import Design
from models.garment import Colour, GarmentSpec
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
) -> Sketched:
    """Write the batch's designs, shared out over its trends, all unlike each other; a second call adds nothing."""
    there = set(session.scalars(select(Design.fingerprint).where(Design.batch_id == batch.id)))
    if len(there) >= batch.designs_wanted:
        return Sketched(len(there), 0, 0)
    taken: list[GarmentSpec] = []
    rows: list[dict[str, Any]] = []
    answers: dict[str, Qualified] = {}

    def makeable(spec: GarmentSpec) -> bool:
        answers[spec.fingerprint] = answer = qualify(spec)
        return answer.cost_ladder is not None

    for trend, share in _shares(session, batch):
        fresh = specs_for(trend.meaning, share, batch.seed + trend.id, colour, beside=taken, makeable=makeable)
        rows += [_row(batch, trend, spec, answers[spec.fingerprint], blobs) for spec in fresh]
        taken += fresh
    added = insert_new(session, Design, rows)
    unmakeable = sum(answer.cost_ladder is None for answer in answers.values())
    return Sketched(len(there) + added, added, unmakeable)


def _shares(session: Session, batch: Batch) -> Sequence[tuple[Trend, int]]:
    """Each trend with its number of designs: equal shares, the strongest trends take what is left over."""
    trends = session.scalars(
        select(Trend)
        .join(BatchTrend, BatchTrend.trend_id == Trend.id)
        .where(BatchTrend.batch_id == batch.id)
        .order_by(BatchTrend.position)
    ).all()
    each, over = divmod(batch.designs_wanted, len(trends))
    shares = [(trend, each + (position < over)) for position, trend in enumerate(trends)]
    return [(trend, share) for trend, share in shares if share]


def _row(batch: Batch, trend: Trend, spec: GarmentSpec, answer: Qualified, blobs: BlobStore) -> dict[str, Any]:
    ladder = answer.cost_ladder
    return {
        "batch_id": batch.id,
        "trend_id": trend.id,
        "fingerprint": spec.fingerprint,
        "spec": spec.to_json(),
        "tech_pack": tech_pack(spec).to_json(),
        "flat_front": blobs.put(flat_svg(spec, "front").encode()),
        "flat_back": blobs.put(flat_svg(spec, "back").encode()),
        "makeable_by": answer.count,
        "cost_ladder": ladder.to_json() if ladder else {},
        "lead_days": answer.lead_days,
        "exclusions": {str(reason): count for reason, count in answer.exclusions.items()},
    }
