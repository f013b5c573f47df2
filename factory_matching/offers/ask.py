"""Put an allocation to its factory: the offer with its floor and ceiling, its first round, its message."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_matching.offers.announce import announce_offer
from factory_matching.offers.manner import Manner
from factory_matching.offers.rounds import Terms, append_round
from factory_matching.store import hash_token
from models.decision import ConfirmedDemand
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, Offer
from models.quote import RoundKind, Side
from models.state import begin

WHO = "matching"


def ask_factory(
    session: Session,
    allocation: Allocation,
    ceiling: Decimal,
    factory: Factory,
    listing: Listing,
    demand: ConfirmedDemand,
    manner: Manner,
    now: datetime,
    who: str = WHO,
) -> Offer:
    """Write and announce the offer of a stored allocation; its price is the factory's own, so it is the floor."""
    token = manner.linking.token(listing.slug, factory.code, allocation.round)
    offer = Offer(
        allocation_id=allocation.id,
        token_hash=hash_token(token),
        sent_at=now,
        expires_at=now + timedelta(days=manner.offers.days_to_answer),
        floor_price=allocation.unit_price,
        ceiling_price=ceiling,
    )
    session.add(offer)
    why = f"{allocation.units} units at {allocation.unit_price}"
    begin(session, offer, now, who, why)
    terms = Terms(allocation.unit_price, allocation.units, demand.due_on)
    append_round(session, offer, Side.HOUSE, RoundKind.OFFERED, terms, now, who, why, number=1)
    announce_offer(session, offer, allocation, factory, listing, demand, manner.linking.to_offer(token), now)
    return offer
