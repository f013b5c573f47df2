"""Rollups: the counts of each listing, counted again when something about it has changed.

Whatever changes a listing's counts leaves a row of news in the same transaction. Counting reads the news, finds the
listings that they concern (also those on which the same visitors acted before: flags look at everything that a visitor
does), counts these from the ledger, writes them whole, and deletes the news: all at once or not at all. So nothing is
counted twice, a cut run leaves everything as it was, and a rollup always equals a count from scratch.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from demand.interest.act import Act
from demand.interest.count import Counted, Judging, count_listings
from demand.interest.counts import ListingCounts
from demand.interest.people import rows_of
from demand.interest.window import judged_between
from models.batch import Batch
from models.demand_rule import DemandRule
from models.interest import InterestEvent
from models.listing import Listing
from models.rollup import InterestNews, InterestRollup

_CHUNK = 1000  # rows a statement


def tell_news(session: Session, acts: Collection[Act]) -> None:
    """Say that these acts were appended; one row however many they are."""
    if acts:
        times = [act.received_at for act in acts]
        session.execute(insert(InterestNews), {"received_from": min(times), "received_to": max(times)})


def judging_at(rule: DemandRule, opens_at: datetime, looked_at: datetime) -> Judging:
    """Which viewers of a listing are judged at this look."""
    return Judging(rule.burn_in_viewers, *judged_between(rule, opens_at, looked_at), rule.segment)


def roll_up(session: Session, until: datetime) -> int:
    """Bring the rollups up to the acts received until then; returns how many listings were counted."""
    news = _find_news(session, until)
    stale = _find_stale(session, news, until)
    for moment, listing_ids in _by_moment(session, stale, until).items():
        for start in range(0, len(listing_ids), _CHUNK):
            _write(session, listing_ids[start : start + _CHUNK], moment)
    done = [one.id for one in news if one.received_to is None or one.received_to <= until]
    if done:
        session.execute(delete(InterestNews).where(InterestNews.id.in_(rows_of(session, done))))
    return len(stale)


def find_counts(session: Session, listing_ids: Sequence[int], until: datetime) -> dict[int, ListingCounts]:
    """Counts of these listings over the acts received until then, each judged by its batch's rule.

    From rollups where these are up to date, else counted now; nothing is written.
    """
    stale = _find_stale(session, _find_news(session, until), until, among=listing_ids)
    rolled = select(InterestRollup.listing_id, InterestRollup.counts).where(
        InterestRollup.listing_id.in_(rows_of(session, listing_ids)), InterestRollup.counted_to <= until
    )
    found = {row.listing_id: row.counts for row in session.execute(rolled) if row.listing_id not in stale}
    counts = {listing_id: ListingCounts.from_json(json.loads(text)) for listing_id, text in found.items()}
    missing = [listing_id for listing_id in listing_ids if listing_id not in counts]
    counts.update(
        (listing_id, one.counted.counts) for listing_id, one in count_by_rule(session, missing, until).items()
    )
    return counts


@dataclass(frozen=True, slots=True)
class CountedByRule:
    """One listing's counts with the rule that says who is judged."""

    rule: DemandRule
    counted: Counted


def count_by_rule(session: Session, listing_ids: Sequence[int], until: datetime) -> dict[int, CountedByRule]:
    """These listings counted from the ledger, those judged alike in one pass."""
    if not listing_ids:
        return {}
    query = select(Listing.id, Listing.opens_at, Batch.id.label("batch_id"), Batch.rule)
    query = query.join(Batch, Batch.id == Listing.batch_id).where(Listing.id.in_(rows_of(session, listing_ids)))
    rules: dict[int, DemandRule] = {}
    alike: dict[Judging, list[tuple[int, int]]] = defaultdict(list)
    for row in session.execute(query):
        rule = rules.setdefault(row.batch_id, DemandRule.from_json(row.rule))
        alike[judging_at(rule, row.opens_at, until)].append((row.id, row.batch_id))
    counted: dict[int, CountedByRule] = {}
    for judging, listings in alike.items():
        together = count_listings(session, [listing_id for listing_id, _ in listings], until, judging)
        counted.update((key, CountedByRule(rules[batch_id], together[key])) for key, batch_id in listings)
    return counted


def _find_news(session: Session, until: datetime) -> Sequence[InterestNews]:
    known = or_(InterestNews.received_from.is_(None), InterestNews.received_from <= until)
    return session.scalars(select(InterestNews).where(known)).all()


def _find_stale(
    session: Session, news: Iterable[InterestNews], until: datetime, among: Sequence[int] | None = None
) -> set[int]:
    """Listings whose rollup is missing or out of date: all, or those among some (and others that have news)."""
    stale = {one.listing_id for one in news if one.listing_id is not None}
    stale |= _find_touched(session, [one for one in news if one.received_from is not None], until)
    rollup = InterestRollup
    versions = (
        select(Listing.id)
        .join(Batch, Batch.id == Listing.batch_id)
        .outerjoin(rollup, rollup.listing_id == Listing.id)
        .where(
            Listing.opens_at <= until,
            or_(
                rollup.listing_id.is_(None),
                rollup.due_at <= until,
                rollup.version != Batch.rule["version"].as_integer(),
            ),
        )
    )
    if among is not None:
        versions = versions.where(Listing.id.in_(rows_of(session, among)))
    return stale | set(session.scalars(versions))


def _find_touched(session: Session, news: Sequence[InterestNews], until: datetime) -> set[int]:
    """Listings on which a visitor with new acts ever acted."""
    if not news:
        return set()
    low = min(one.received_from for one in news if one.received_from is not None)
    high = min(until, max(one.received_to for one in news if one.received_to is not None))
    event = InterestEvent
    active = select(event.visitor).where(event.received_at >= low, event.received_at <= high)
    touched = select(event.listing_id).where(event.visitor.in_(active), event.received_at <= until).distinct()
    return set(session.scalars(touched))


def _by_moment(session: Session, listing_ids: Collection[int], until: datetime) -> dict[datetime, list[int]]:
    """Rollups never go back: one that was counted later than now asked is counted up to its own moment again."""
    later = select(InterestRollup.listing_id, InterestRollup.counted_to).where(InterestRollup.counted_to > until)
    moments = {row.listing_id: row.counted_to for row in session.execute(later)}
    grouped: dict[datetime, list[int]] = defaultdict(list)
    for listing_id in sorted(listing_ids):
        grouped[moments.get(listing_id, until)].append(listing_id)
    return grouped


def _write(session: Session, listing_ids: Sequence[int], until: datetime) -> None:
    rows = []
    for listing_id, one in count_by_rule(session, listing_ids, until).items():
        counts, next_view = one.counted.counts, one.counted.next_view
        rows.append(
            {
                "listing_id": listing_id,
                "counted_to": until,
                "due_at": next_view and next_view + timedelta(hours=one.rule.maturity_hours),
                "version": one.rule.version,
                "judged": ",".join(map(str, counts.judged.by_top_rung)),
                "committed_units": counts.committed_units,
                "counts": json.dumps(counts.to_json()),
            }
        )
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(InterestRollup)
    kept = {name: statement.excluded[name] for name in rows[0] if name != "listing_id"}
    session.execute(statement.on_conflict_do_update(index_elements=["listing_id"], set_=kept), rows)


def count_waiting(session: Session) -> int:
    """Rows of news that wait to be counted."""
    return session.scalar(select(func.count()).select_from(InterestNews)) or 0
