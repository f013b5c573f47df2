"""What was declined, expired or left over is matched again at once, alone: no other demand is touched."""

from datetime import datetime

from sqlalchemy.orm import Session

from factory_matching.offers.hold import hold_open
from factory_matching.offers.ladder import find_ladder
from factory_matching.offers.manner import Manner
from factory_matching.offers.place import place_one
from factory_matching.offers.settle import settle_counter
from factory_matching.offers.supply import find_supply_for
from factory_matching.registry.register import Register
from factory_matching.store import find_offers, get_offered_design
from models.decision import ConfirmedDemand
from models.errors import Conflict
from models.factory import Factory, FactoryStanding
from models.order import Allocation, Offer, OfferState


def match_again(
    session: Session, demand_id: int, now: datetime, manner: Manner, register: Register | None = None
) -> int:
    """Offer what is open of one demand to other factories; returns how many offers were made.

    A second call, or one after the flow was quicker, finds the demand not open and does nothing; a process that dies
    before it leaves an open demand, which the next run of the flow finds. `register` is one that stays open in this
    process. InvalidInput when `manner` has no links: nobody could answer; Conflict when that register is out of date
    for a factory it chose: the caller rolls back, and the flow reads the tables anew.
    """
    if demand_id not in hold_open(session, [demand_id]):
        return 0
    demand = session.get_one(ConfirmedDemand, demand_id)
    supply = find_supply_for(session, demand, now, register)
    offers = place_one(session, demand_id, supply, now, manner).offers
    if register is not None and offers:
        _check_current(session, demand)
    return offers


def follow_up(session: Session, offer_id: int, now: datetime, manner: Manner, register: Register | None = None) -> int:
    """After a factory's answer: our word to its counter-offer, then other factories for what is open."""
    offer = session.get_one(Offer, offer_id)
    if offer.state is OfferState.COUNTERED:
        settle_counter(session, offer, now, manner.counter, manner)
    return match_again(session, session.get_one(Allocation, offer.allocation_id).demand_id, now, manner, register)


def _check_current(session: Session, demand: ConfirmedDemand) -> None:
    """Nobody suspended is asked, and nobody below its ladder of today, whatever a held register remembers."""
    _, _, design = get_offered_design(session, demand.listing_id)
    for allocation, offer in find_offers(session, [demand.id]):
        if offer.state is not OfferState.SENT or offer.counters:
            continue
        factory, ladder = (
            session.get_one(Factory, allocation.factory_id),
            find_ladder(session, allocation, design.garment),
        )
        asks = ladder.unit_price(allocation.units) if ladder is not None else None
        if factory.state is FactoryStanding.SUSPENDED or asks is None or asks > allocation.unit_price:
            raise Conflict(f"the register held in this process is out of date for {factory.code}")
