"""The storefront's policy of a moment: count, believe, draw the pages, keep all of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from demand.exposure.belief import Belief, Reals, pool_segments, recalibrate
from demand.exposure.explore import look_ahead
from demand.exposure.pages import Pages, discovery_pages, merge, pack, thompson_pages, with_minimum
from demand.exposure.rule import ExposureRule, Phase
from demand.exposure.standing import Standing
from demand.interest.counts import ListingCounts, RungCount
from demand.interest.roll_up import find_counts
from demand.learning.history import find_attributes
from demand.learning.learn import find_priors
from demand.store import find_open_listings
from models.batch import Batch, Rung
from models.exposure import ExposurePages, ExposureSnapshot, PageShown
from models.interest import Segment
from models.listing import Listing

SEGMENTS = tuple(Segment)
_BATCH = 500.0  # viewers between two policies, about


def find_snapshot(session: Session, now: datetime) -> ExposureSnapshot | None:
    """The policy in force at a moment."""
    before = select(ExposureSnapshot).where(ExposureSnapshot.made_at <= now)
    return session.scalars(before.order_by(ExposureSnapshot.made_at.desc()).limit(1)).one_or_none()


def make_snapshot(session: Session, now: datetime, rule: ExposureRule) -> ExposureSnapshot | None:
    """The policy from now on; the one in force when nothing has changed since, None without open listings."""
    last = find_snapshot(session, now)
    if session.scalar(select(ExposureSnapshot.id).where(ExposureSnapshot.made_at > now).limit(1)):
        return last  # the past is not drawn again
    listings = find_open_listings(session, now)
    if not listings or (last is not None and last.made_at == now):
        return last if listings else None
    ids = [listing.id for listing in listings]
    of_these = select(Batch).where(Batch.id.in_({listing.batch_id for listing in listings}))
    batches = {batch.id: batch for batch in session.scalars(of_these)}
    phases = {str(key): rule.phase_of(one.opens_at, one.closes_at, now) for key, one in batches.items()}
    counted = find_counts(session, ids, now)
    counts = [counted[listing] for listing in ids]
    rungs = [batches[listing.batch_id].demand_rule.rung for listing in listings]
    prior = _priors(session, ids, rungs, now)
    standings = _standings(last, ids, prior, counts, rungs, now, rule)
    if last is not None and _unchanged(last, ids, phases, standings, rule):
        return last
    belief = _believe(prior, standings, rule)
    snapshot = ExposureSnapshot(
        made_at=now,
        rule=rule.to_json(),
        slots=min(rule.slots, len(ids)),
        pages=rule.pages,
        listing_ids=ids,
        standings={
            segment.value: standing.believed(Belief(belief.a[row], belief.b[row])).to_json()
            for row, (segment, standing) in enumerate(standings.items())
        },
        phases=phases,
    )
    session.add(snapshot)
    session.flush()
    for row, segment in enumerate(SEGMENTS):
        drawn = _draw(
            Belief(belief.a[row], belief.b[row]), standings[segment].seen, listings, phases, rule, _seed(now, row)
        )
        session.add(ExposurePages(snapshot_id=snapshot.id, segment=segment, orders=pack(drawn)))
    session.flush()
    return snapshot


def _priors(session: Session, ids: Sequence[int], rungs: Sequence[Rung], now: datetime) -> Belief:
    """What is believed of each listing before anybody saw it; segments first."""
    attributes = find_attributes(session, list(ids))
    learned = {rung: find_priors(session, now, rung) for rung in set(rungs)}
    found = [
        [learned[rung].prior_for(attributes[listing], segment) for listing, rung in zip(ids, rungs, strict=True)]
        for segment in SEGMENTS
    ]
    return Belief(
        np.array([[one.a for one in row] for row in found]), np.array([[one.b for one in row] for row in found])
    )


def _standings(
    last: ExposureSnapshot | None,
    ids: Sequence[int],
    prior: Belief,
    counts: Sequence[ListingCounts],
    rungs: Sequence[Rung],
    now: datetime,
    rule: ExposureRule,
) -> Mapping[Segment, Standing]:
    days = (now - last.made_at) / timedelta(days=1) if last else 0.0
    standings = {}
    for row, segment in enumerate(SEGMENTS):
        viewers = np.array([_people(one, segment, Rung.VIEW) for one in counts])
        converted = np.array([_people(one, segment, rung) for one, rung in zip(counts, rungs, strict=True)])
        before = Standing.new(prior.mean[row])
        if last is not None:
            stored = Standing.from_json(last.standings[segment.value])
            before = stored.aligned(last.listing_ids, ids, prior.mean[row])
        standings[segment] = before.after(
            viewers, np.minimum(converted, viewers), days, rule.half_life_days, rule.level_conversions
        )
    return standings


def _people(counts: ListingCounts, segment: Segment, rung: Rung) -> float:
    return float(counts.segments.get(segment, {}).get(rung, RungCount()).people)


def _unchanged(
    last: ExposureSnapshot,
    ids: Sequence[int],
    phases: Mapping[str, Phase],
    standings: Mapping[Segment, Standing],
    rule: ExposureRule,
) -> bool:
    same = last.listing_ids == list(ids) and last.phases == phases and last.rule == rule.to_json()
    return same and all(
        standing.counted.tolist() == last.standings[segment.value]["counted"]
        and standing.did.tolist() == last.standings[segment.value]["did"]
        for segment, standing in standings.items()
    )


def _believe(prior: Belief, standings: Mapping[Segment, Standing], rule: ExposureRule) -> Belief:
    seen = np.stack([standing.seen for standing in standings.values()])
    kept = np.stack([standing.kept for standing in standings.values()])
    return pool_segments(recalibrate(prior, seen, kept), seen, kept, rule.alike_viewers)


def _draw(
    belief: Belief,
    seen: Reals,
    listings: Sequence[Listing],
    phases: Mapping[str, Phase],
    rule: ExposureRule,
    seed: int,
) -> Pages:
    """Each batch's pages by its phase, merged; every listing comes up at the last of the first positions."""
    members: dict[int, list[int]] = defaultdict(list)
    for index, listing in enumerate(listings):
        members[listing.batch_id].append(index)
    parts, order = [], []
    for number, (batch_id, places) in enumerate(members.items()):
        part = Belief(belief.a[places], belief.b[places])
        slots = max(1, round(min(rule.slots, len(listings)) * len(places) / len(listings)))
        order += places
        if phases[str(batch_id)] is Phase.DISCOVERY:
            top, horizon = rule.top_of(len(places)), look_ahead(float(seen[places].sum()), _BATCH)
            parts.append(discovery_pages(part, top, slots, rule.pages, horizon, seed + number))
        else:
            parts.append(thompson_pages(part, rule.pages, seed + number))
    merged = np.asarray(order, np.uint16)[merge(parts, seed)]
    return with_minimum(merged, min(rule.slots, len(listings)), seed)


def _seed(now: datetime, row: int) -> int:
    return int(now.timestamp()) * len(SEGMENTS) + row


def forget_pages(session: Session, now: datetime, rule: ExposureRule) -> int:
    """Delete pages shown longer ago than the rule keeps them, and snapshots that nobody has seen for a day."""
    old = delete(PageShown).where(PageShown.shown_at < now - timedelta(days=rule.keep_days))
    gone = session.execute(old, execution_options={"preserve_rowcount": True}).rowcount  # type: ignore[attr-defined]
    current = find_snapshot(session, now)
    unseen = (
        select(ExposureSnapshot.id)
        .where(
            ExposureSnapshot.made_at < now - timedelta(days=1),
            ExposureSnapshot.id != (current.id if current else 0),
            ~exists().where(PageShown.snapshot_id == ExposureSnapshot.id),
        )
        .scalar_subquery()
    )
    session.execute(delete(ExposurePages).where(ExposurePages.snapshot_id.in_(unseen)))
    session.execute(delete(ExposureSnapshot).where(ExposureSnapshot.id.in_(unseen)))
    return int(gone)
