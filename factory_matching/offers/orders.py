"""Production orders: placed when every part of a demand has found its maker."""

from datetime import datetime

from sqlalchemy.orm import Session

from factory_matching.store import LIVE, find_offers
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.listing import Listing, ListingState
from models.order import Allocation, InspectionNeed, Offer, OfferState, ProductionOrder
from models.state import begin, move


def order_when_all_accepted(session: Session, demand: ConfirmedDemand, now: datetime, who: str) -> int:
    """Place the orders of a demand whose units are all accepted; returns how many were placed."""
    if demand.state is not ConfirmedDemandState.OFFERED:
        return 0
    live = [(a, offer) for a, offer in find_offers(session, [demand.id]) if offer.state in LIVE]
    accepted = sum(a.units for a, offer in live if offer.state is OfferState.ACCEPTED)
    if accepted != demand.units:
        return 0
    for part, (allocation, offer) in enumerate(live, start=1):
        _order(session, demand, allocation, offer, part, now, who)
    move(session, demand, ConfirmedDemandState.ORDERED, now, who, f"{len(live)} factories make it")
    listing = session.get_one(Listing, demand.listing_id)
    if listing.state is ListingState.COMMITTED:
        move(session, listing, ListingState.IN_PRODUCTION, now, who, "production orders are placed")
    return len(live)


def _order(
    session: Session,
    demand: ConfirmedDemand,
    allocation: Allocation,
    offer: Offer,
    part: int,
    now: datetime,
    who: str,
) -> None:
    """The agreed price and date are those of the counter-offer where there was one."""
    order = ProductionOrder(
        code=f"PO-{demand.id:06d}-{part}",
        offer_id=offer.id,
        demand_id=demand.id,
        factory_id=allocation.factory_id,
        units=allocation.units,
        unit_price=offer.counter_price or allocation.unit_price,
        currency=allocation.currency,
        due_on=offer.counter_due_on or demand.due_on,
        placed_at=now,
        inspection=InspectionNeed(allocation.reasons.get("inspection", "none")),
    )
    session.add(order)
    begin(session, order, now, who, "every part of the demand is accepted")
