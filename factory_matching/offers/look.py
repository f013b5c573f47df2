"""Reads of demands with what became of them: offers, answers, production orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import NotFound
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, Offer, ProductionOrder
from models.state import StateChange


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmed demand with one of its offers, and the production order it became; all None before the first."""

    demand: ConfirmedDemand
    listing: Listing
    allocation: Allocation | None
    offer: Offer | None
    factory: Factory | None
    order: ProductionOrder | None


def find_asked(
    session: Session, state: ConfirmedDemandState | None, skip: int, limit: int
) -> tuple[Sequence[Asked], int]:
    """A page of demands with their offers, newest demand first, offers in order; and how many rows there are."""
    query = (
        select(ConfirmedDemand, Listing, Allocation, Offer, Factory, ProductionOrder)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .outerjoin(Allocation, Allocation.demand_id == ConfirmedDemand.id)
        .outerjoin(Offer, Offer.allocation_id == Allocation.id)
        .outerjoin(Factory, Factory.id == Allocation.factory_id)
        .outerjoin(ProductionOrder, ProductionOrder.offer_id == Offer.id)
    )
    counted = select(func.count()).select_from(ConfirmedDemand).outerjoin(Allocation)
    if state is not None:
        query = query.where(ConfirmedDemand.state == state)
        counted = counted.where(ConfirmedDemand.state == state)
    page = query.order_by(ConfirmedDemand.id.desc(), Allocation.id).offset(skip).limit(limit)
    return [Asked(*row) for row in session.execute(page).tuples()], session.scalar(counted) or 0


def find_offers_of(session: Session, demand: ConfirmedDemand) -> Sequence[tuple[Allocation, Offer, Factory]]:
    """Every offer of a demand with the factory it went to, in order."""
    query = (
        select(Allocation, Offer, Factory)
        .join(Offer, Offer.allocation_id == Allocation.id)
        .join(Factory, Factory.id == Allocation.factory_id)
        .where(Allocation.demand_id == demand.id)
    )
    return session.execute(query.order_by(Allocation.id)).tuples().all()


def find_production_orders(session: Session, demand: ConfirmedDemand) -> Sequence[ProductionOrder]:
    """The production orders of a demand, in order of their codes."""
    query = select(ProductionOrder).where(ProductionOrder.demand_id == demand.id).order_by(ProductionOrder.code)
    return session.scalars(query).all()


def find_moves(session: Session, demand: ConfirmedDemand) -> Sequence[StateChange]:
    """Every move of a demand, oldest first."""
    own = StateChange.noun == ConfirmedDemand.__tablename__, StateChange.row_id == demand.id
    return session.scalars(select(StateChange).where(*own).order_by(StateChange.id)).all()


def get_asked_demand(session: Session, asked: str) -> tuple[ConfirmedDemand, Listing]:
    """The demand of a production order's code, a demand's number or a listing's slug, with its lines and listing.

    NotFound when it is none of the three, or the listing has no confirmed demand.
    """
    query = select(ConfirmedDemand, Listing).join(Listing, Listing.id == ConfirmedDemand.listing_id)
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        query = query.where(ConfirmedDemand.id == int(asked))
    elif asked.upper().startswith("PO-"):
        query = query.join(ProductionOrder, ProductionOrder.demand_id == ConfirmedDemand.id)
        query = query.where(ProductionOrder.code == asked.upper())
    else:
        query = query.where(Listing.slug == asked)
    row = session.execute(query.options(selectinload(ConfirmedDemand.lines))).tuples().one_or_none()
    if row is None:
        raise NotFound("production order, demand number or listing with a confirmed demand", asked[:60])
    return row


@dataclass(frozen=True, slots=True)
class LastMatch:
    """The newest match that offered something."""

    at: datetime
    offers: int
    demands: int
    facts: Mapping[str, Any]
    """Method, cost, bound, gap and weights, as its allocations store them."""


def find_last_match(session: Session) -> LastMatch | None:
    """None before anything was ever offered."""
    newest = session.execute(
        select(Allocation.reasons, Offer.sent_at)
        .join(Offer, Offer.allocation_id == Allocation.id)
        .order_by(Allocation.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    counted = select(func.count(), func.count(Allocation.demand_id.distinct())).join(
        Offer, Offer.allocation_id == Allocation.id
    )
    offers, demands = session.execute(counted.where(Offer.sent_at == newest.sent_at)).one()
    return LastMatch(newest.sent_at, offers, demands, newest.reasons)


def find_unserved(session: Session, limit: int) -> Sequence[tuple[ConfirmedDemand, Listing, str]]:
    """Demands that nobody makes with the reason that their last match gave, newest first."""
    last = (
        select(func.max(StateChange.id))
        .where(
            StateChange.noun == ConfirmedDemand.__tablename__,
            StateChange.row_id == ConfirmedDemand.id,
            StateChange.to_state == ConfirmedDemandState.UNSERVED.value,
        )
        .correlate(ConfirmedDemand)
        .scalar_subquery()
    )
    query = (
        select(ConfirmedDemand, Listing, StateChange.why)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .join(StateChange, StateChange.id == last)
        .where(ConfirmedDemand.state == ConfirmedDemandState.UNSERVED)
    )
    return session.execute(query.order_by(ConfirmedDemand.id.desc()).limit(limit)).tuples().all()
