"""Questions that flows, the command line and the dashboard ask of demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from demand.interest.clean import DEFAULT_RULE, CleanRule
from demand.interest.count import count_interest
from demand.interest.counts import ListingCounts
from models.base import LARGEST_ID
from models.decision import DemandDecision, Verdict
from models.errors import NotFound
from models.listing import OPEN_STATES, Listing


def find_open_listings(session: Session, now: datetime) -> Sequence[Listing]:
    """Listings that take acts and whose window has begun."""
    return session.scalars(
        select(Listing).where(Listing.state.in_(OPEN_STATES), Listing.opens_at <= now).order_by(Listing.id)
    ).all()


def find_due_listings(session: Session, now: datetime) -> Sequence[Listing]:
    """Listings that still take acts although their window has ended."""
    return session.scalars(
        select(Listing).where(Listing.state.in_(OPEN_STATES), Listing.closes_at <= now).order_by(Listing.id)
    ).all()


def find_of_batch(session: Session, batch_id: int) -> Sequence[Listing]:
    """Every listing of a batch, whatever became of it."""
    return session.scalars(select(Listing).where(Listing.batch_id == batch_id).order_by(Listing.id)).all()


def find_confirmed_evidence(session: Session, batch_id: int) -> dict[int, float]:
    """The log e-value with which each confirmed listing of a batch was confirmed."""
    of_batch = select(Listing.id).where(Listing.batch_id == batch_id)
    confirmed = DemandDecision.listing_id.in_(of_batch), DemandDecision.verdict == Verdict.CONFIRM
    query = select(DemandDecision.listing_id, DemandDecision.outcome).where(*confirmed)
    found = session.execute(query.order_by(DemandDecision.looked_at.desc()))
    return {listing_id: outcome["judgement"]["log_e_confirm"] for listing_id, outcome in found}


def get_listing(session: Session, slug: str) -> Listing:
    """The listing of that slug with its variants and price breaks; NotFound without it."""
    loaded = selectinload(Listing.variants), selectinload(Listing.price_breaks)
    listing = session.scalars(select(Listing).where(Listing.slug == slug).options(*loaded)).one_or_none()
    if listing is None:
        raise NotFound("listing", slug[:80])
    return listing


def get_decision(session: Session, decision_id: int) -> DemandDecision:
    """One decision; NotFound without it."""
    decision = session.get(DemandDecision, decision_id) if decision_id <= LARGEST_ID else None
    if decision is None:
        raise NotFound("decision", decision_id)
    return decision


def find_latest_decisions(session: Session, batch_id: int) -> Mapping[int, DemandDecision]:
    """The last decision on each judged listing of a batch, by listing."""
    return find_last_decisions(session, select(Listing.id).where(Listing.batch_id == batch_id))


def find_batch_decisions(session: Session, batch_id: int) -> Sequence[DemandDecision]:
    """Every decision on a batch's listings, the oldest first."""
    of_batch = select(Listing.id).where(Listing.batch_id == batch_id)
    query = select(DemandDecision).where(DemandDecision.listing_id.in_(of_batch))
    return session.scalars(query.order_by(DemandDecision.looked_at, DemandDecision.listing_id)).all()


def find_unsettled(session: Session) -> Sequence[DemandDecision]:
    """Last decisions to confirm or stop a listing that is still open: a run was cut before it settled them."""
    later = aliased(DemandDecision)
    is_last = ~exists().where(later.listing_id == DemandDecision.listing_id, later.looked_at > DemandDecision.looked_at)
    query = select(DemandDecision).join(Listing, Listing.id == DemandDecision.listing_id)
    acts = DemandDecision.verdict.in_((Verdict.CONFIRM, Verdict.STOP)), Listing.state.in_(OPEN_STATES)
    return session.scalars(query.where(*acts, is_last).order_by(DemandDecision.listing_id)).all()


def find_last_decisions(session: Session, listing_ids: Select[tuple[int]]) -> Mapping[int, DemandDecision]:
    """The last decision on each judged listing that the query names, by listing."""
    turn = func.row_number().over(partition_by=DemandDecision.listing_id, order_by=DemandDecision.looked_at.desc())
    ranked = select(DemandDecision.id, turn.label("turn")).where(DemandDecision.listing_id.in_(listing_ids)).subquery()
    query = select(DemandDecision).join(ranked, ranked.c.id == DemandDecision.id).where(ranked.c.turn == 1)
    return {decision.listing_id: decision for decision in session.scalars(query)}


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One listing of the dashboard: raw and clean counts by segment and rung, and what was last decided."""

    listing: Listing
    counts: ListingCounts
    decision: DemandDecision | None


def funnel(
    session: Session, batch_id: int, until: datetime, clean_rule: CleanRule = DEFAULT_RULE
) -> Sequence[FunnelRow]:
    """Every listing of a batch with its people per rung over the acts received up to `until`."""
    listings = find_of_batch(session, batch_id)
    latest = find_latest_decisions(session, batch_id)
    return [
        FunnelRow(listing, count_interest(session, listing.id, until, clean_rule=clean_rule), latest.get(listing.id))
        for listing in listings
    ]
