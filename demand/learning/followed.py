"""What became of buyers of earlier listings: who asked and then ordered or not, who ordered and then cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.attributes import Category
from models.demand_rule import Rung
from models.design import Design, Mockup
from models.interest import AgentKind, InterestEvent, PreOrder, PreOrderState, Segment
from models.listing import OPEN_STATES, Listing, ListingState
from models.state import StateChange

MOST_LISTINGS = 500
"""Only the latest so many listings are looked at: what buyers did years ago says little, and costs as much to count."""
_DAY = timedelta(days=1)
_ENDS = (PreOrderState.CANCELLED, PreOrderState.RELEASED, PreOrderState.SETTLED)


@dataclass(frozen=True, slots=True)
class Followed:
    """One buyer of a listing, seen for so many days after an inquiry or a pre-order: until it happened, or in vain."""

    listing_id: int
    segment: Segment
    days: float
    happened: bool


@dataclass(frozen=True, slots=True)
class SizeSold:
    """Units of one size that were pre-ordered and not cancelled in one category."""

    category: Category
    size: str
    units: int


def find_earlier_listings(session: Session, until: datetime) -> Sequence[int]:
    """The latest listings that took acts and do not any more."""
    shown = Listing.state.not_in((ListingState.DRAFT, ListingState.APPROVED))
    over = or_(Listing.closes_at <= until, Listing.state.not_in(OPEN_STATES))
    latest = select(Listing.id).where(shown, over, Listing.opens_at <= until)
    return session.scalars(latest.order_by(Listing.opens_at.desc(), Listing.id.desc()).limit(MOST_LISTINGS)).all()


def find_answers(session: Session, listing_ids: Sequence[int], until: datetime) -> list[Followed]:
    """Inquiries, each followed until the buyer's first pre-order after it, or the listing's closing.

    Acts of declared bots and of unknown agents are left out; a buyer who ordered first has not asked.
    """
    closed = _closed_at(session, listing_ids, until)
    first_order = (
        select(PreOrder.listing_id, PreOrder.visitor, func.min(PreOrder.placed_at).label("at"))
        .where(PreOrder.listing_id.in_(listing_ids), PreOrder.placed_at <= until)
        .group_by(PreOrder.listing_id, PreOrder.visitor)
        .subquery()
    )
    event = InterestEvent
    inquiry = event.rung == Rung.INQUIRY, event.agent == AgentKind.BROWSER
    first_inquiry = (
        select(
            event.listing_id,
            event.visitor,
            func.min(event.segment).label("segment"),
            func.min(event.occurred_at).label("at"),
        )
        .where(event.listing_id.in_(listing_ids), event.received_at <= until, *inquiry)
        .group_by(event.listing_id, event.visitor)
        .subquery()
    )
    same = (first_order.c.listing_id == first_inquiry.c.listing_id) & (first_order.c.visitor == first_inquiry.c.visitor)
    rows = session.execute(
        select(first_inquiry.c.listing_id, first_inquiry.c.segment, first_inquiry.c.at, first_order.c.at)
        .join(first_order, same, isouter=True)
        .order_by(first_inquiry.c.listing_id, first_inquiry.c.visitor)
    )
    found = []
    for listing_id, segment, asked_at, ordered_at in rows:
        if ordered_at is None or ordered_at >= asked_at:
            end = ordered_at or closed.get(listing_id, until)
            days = max((end - asked_at) / _DAY, 0.0)
            found.append(Followed(listing_id, Segment(segment), days, ordered_at is not None))
    return found


def find_cancellations(session: Session, listing_ids: Sequence[int], until: datetime) -> list[Followed]:
    """Pre-orders, each followed until it was cancelled, settled or released."""
    ended = (
        select(StateChange.row_id, func.min(StateChange.at).label("at"))
        .where(StateChange.noun == PreOrder.__tablename__, StateChange.to_state.in_(_ENDS), StateChange.at <= until)
        .group_by(StateChange.row_id)
        .subquery()
    )
    rows = session.execute(
        select(PreOrder.listing_id, PreOrder.segment, PreOrder.placed_at, PreOrder.state, ended.c.at)
        .join(ended, ended.c.row_id == PreOrder.id, isouter=True)
        .where(PreOrder.listing_id.in_(listing_ids), PreOrder.placed_at <= until)
        .order_by(PreOrder.id)
    )
    return [
        Followed(
            listing_id,
            segment,
            max(((ended_at or until) - placed_at) / _DAY, 0.0),
            state is PreOrderState.CANCELLED and ended_at is not None,
        )
        for listing_id, segment, placed_at, state, ended_at in rows
    ]


def find_sizes(session: Session, listing_ids: Sequence[int], until: datetime) -> list[SizeSold]:
    """Units by category and size."""
    kept = PreOrder.state.not_in((PreOrderState.CANCELLED, PreOrderState.RELEASED)), PreOrder.placed_at <= until
    rows = session.execute(
        select(Design, PreOrder.size, func.sum(PreOrder.quantity))
        .join(Mockup, Mockup.design_id == Design.id)
        .join(Listing, Listing.mockup_id == Mockup.id)
        .join(PreOrder, PreOrder.listing_id == Listing.id)
        .where(Listing.id.in_(listing_ids), *kept)
        .group_by(Design.id, PreOrder.size)
        .order_by(Design.id, PreOrder.size)
    )
    return [SizeSold(design.garment.category, size, int(units)) for design, size, units in rows]


def _closed_at(session: Session, listing_ids: Sequence[int], until: datetime) -> dict[int, datetime]:
    """When each listing stopped taking acts; left out where it still did."""
    moved = (
        select(StateChange.row_id, func.min(StateChange.at))
        .where(
            StateChange.noun == Listing.__tablename__,
            StateChange.row_id.in_(listing_ids),
            StateChange.from_state.in_(OPEN_STATES),
            StateChange.to_state.not_in(OPEN_STATES),
            StateChange.at <= until,
        )
        .group_by(StateChange.row_id)
    )
    return dict(session.execute(moved).tuples().all())
