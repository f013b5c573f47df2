"""Milestones of production orders: the factory reports them, the merchandiser approves the sample."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.decision import ConfirmedDemand
from models.errors import InvalidInput, NotFound
from models.hold import hold
from models.listing import Listing, ListingState
from models.order import ProductionOrder, ProductionOrderState
from models.state import move

FACTORY_REPORTS = (ProductionOrderState.SAMPLED, ProductionOrderState.IN_PRODUCTION, ProductionOrderState.SHIPPED)
"""What a factory may say of its own order; a sample is approved by the merchandiser alone."""


def get_order(session: Session, code: str, factory_id: int | None = None) -> ProductionOrder:
    """The production order of that code, of one factory or of any; NotFound otherwise."""
    query = select(ProductionOrder).where(ProductionOrder.code == code)
    if factory_id is not None:
        query = query.where(ProductionOrder.factory_id == factory_id)
    order = session.scalar(query)
    if order is None:
        raise NotFound("production order", code[:40])
    return order


def next_report(order: ProductionOrder) -> ProductionOrderState | None:
    """The milestone that its factory may report now, if any."""
    return next((to for to in ProductionOrder.MOVES.get(order.state, ()) if to in FACTORY_REPORTS), None)


def report_milestone(
    session: Session, order: ProductionOrder, to: ProductionOrderState, now: datetime, who: str, why: str
) -> None:
    """What the factory says; saying it twice is saying it once.

    InvalidInput for what is not the factory's to say; Conflict when the order is not there yet, or past it.
    """
    if to not in FACTORY_REPORTS:
        raise InvalidInput(f"a factory does not report {to}; it reports {', '.join(FACTORY_REPORTS)}")
    reach_milestone(session, order, to, now, who, why)


def reach_milestone(
    session: Session, order: ProductionOrder, to: ProductionOrderState, now: datetime, who: str, why: str
) -> None:
    """Move an order on; its listing is shipping once every order of its demand is shipped. Conflict as in `move`."""
    # The demand first: of two last shipments one sees the other.
    demand = hold(session, ConfirmedDemand, order.demand_id)
    hold(session, ProductionOrder, order.id)
    if order.state is to or demand is None:
        return
    move(session, order, to, now, who, why)
    session.flush()
    states = session.scalars(select(ProductionOrder.state).where(ProductionOrder.demand_id == demand.id)).all()
    done = {ProductionOrderState.SHIPPED, ProductionOrderState.CANCELLED}
    if to is ProductionOrderState.SHIPPED and set(states) <= done:
        listing = session.get_one(Listing, demand.listing_id)
        if listing.state is ListingState.IN_PRODUCTION:
            move(session, listing, ListingState.SHIPPING, now, who, "every production order is shipped")
