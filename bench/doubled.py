"""Listings at the target whose conversions are partly sent twice, through the real ledger and the clean counting."""

import sys
import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from bench.boundaries import Whole, evidence_boundaries
from demand.interest.act import Act
from demand.interest.count import count_listings
from demand.interest.record import record
from models.db import migrate, open_engine
from models.demand_rule import Rung
from models.interest import AgentKind, Segment
from tests.builders import make_batch, make_listing

Yes = npt.NDArray[np.bool_]
DOUBLED = 0.15
P0, VIEWERS = 0.2, 200
"""Favourites, one viewer in five: many conversions in few acts; alpha bounds any target alike."""
_OPENS = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Doubled:
    """Of so many listings: confirmed by our counts, confirmed by raw acts, and figures of ours that were wrong."""

    listings: int
    confirmed: int
    confirmed_raw: int
    counted: int
    miscounted: int


def watch_doubled(listings: int, every: int, alpha: float, seed: int) -> Doubled:
    """Send, count after `every` so many viewers, and judge what was counted.

    Of the doubled conversions half are a second act (a second click), half the same act sent again by the network.
    """
    rng = np.random.default_rng(seed)
    ends = range(every - 1, VIEWERS, every)
    truth, sent = np.zeros((2, listings, len(ends)), np.int64)
    ours = np.zeros((2, listings, len(ends)), np.int64)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate(url)
        with Session(open_engine(url)) as session:
            batch = make_batch(session)
            ids = [make_listing(session, batch=batch).id for _ in range(listings)]
            for row, listing_id in enumerate(ids):
                converts = rng.random(VIEWERS) < P0
                again = converts & (rng.random(VIEWERS) < DOUBLED)
                record(session, _acts(rng, listing_id, converts, again))
                truth[row] = np.cumsum(converts)[ends]
                sent[row] = np.cumsum(converts + again.astype(np.int64))[ends]
                if row % 100 == 99:
                    print(f"\r{row + 1:,} of {listings:,} listings sent", end="", file=sys.stderr)
            session.commit()
            for look, end in enumerate(ends):
                counted = count_listings(session, ids, _at(end))
                judged = [counted[listing_id].counts.judged for listing_id in ids]
                ours[0, :, look] = [figures.viewers for figures in judged]
                ours[1, :, look] = [figures.converted(Rung.FAVOURITE) for figures in judged]
                print(f"\rcounted after {end + 1} of {VIEWERS} viewers ", end="", file=sys.stderr)
    print(file=sys.stderr)
    viewers = np.broadcast_to(np.array(ends) + 1, truth.shape)
    wrong = (ours[0] != viewers) | (ours[1] != truth)
    return Doubled(
        listings=listings,
        confirmed=_count_confirmed(ours[0], ours[1], alpha),
        confirmed_raw=_count_confirmed(viewers, sent, alpha),
        counted=wrong.size,
        miscounted=int(wrong.sum()),
    )


def _count_confirmed(viewers: Whole, converted: Whole, alpha: float) -> int:
    """Listings whose first verdict, look after look, is to confirm."""
    boundaries = evidence_boundaries(VIEWERS, P0, alpha, futile=0.0)
    up, down = converted >= boundaries.confirm[viewers - 1], converted <= boundaries.stop[viewers - 1]
    first = (up | down).argmax(axis=1)
    return int(up[np.arange(len(up)), first].sum())


def _at(viewer: int) -> datetime:
    return _OPENS + timedelta(minutes=viewer)


def _acts(rng: np.random.Generator, listing_id: int, converts: Yes, again: Yes) -> list[Act]:
    acts = []
    for person in range(len(converts)):
        visitor = f"{listing_id}-{person}"
        acts.append(_act(rng, listing_id, visitor, Rung.VIEW, person))
        if converts[person]:
            favourite = _act(rng, listing_id, visitor, Rung.FAVOURITE, person)
            acts.append(favourite)
            if again[person]:
                second_click = rng.random() < 0.5
                acts.append(_act(rng, listing_id, visitor, Rung.FAVOURITE, person) if second_click else favourite)
    return acts


def _act(rng: np.random.Generator, listing_id: int, visitor: str, rung: Rung, person: int) -> Act:
    event_id = str(uuid.UUID(bytes=rng.bytes(16), version=4))
    at = _at(person)
    return Act(event_id, listing_id, visitor, Segment.DOMESTIC_BUSINESS, rung, AgentKind.BROWSER, at, at)
