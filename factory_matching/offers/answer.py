"""Factories' answers to offers, and what follows: orders, or days given back and the demand open again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.offers.ladder import find_ladder
from factory_matching.offers.orders import order_when_all_accepted
from factory_matching.offers.rounds import append_round, terms_of
from factory_matching.offers.slots import give_back, keep_part
from factory_matching.store import find_expired, get_offered_design
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.order import Allocation, DeclineCode, Offer, OfferState
from models.policy import PoolPlacing
from models.quote import RoundKind, Side
from models.state import move

FACTORY = "factory"
"""Who answers through a portal link."""
ROUNDS = 3
"""Counter-offers that a factory may make to one offer, where the entry point says nothing else."""
_KIND = {
    OfferState.ACCEPTED: RoundKind.ACCEPTED,
    OfferState.DECLINED: RoundKind.DECLINED,
    OfferState.EXPIRED: RoundKind.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Held:
    """An offer with its allocation and demand, locked until the transaction ends."""

    offer: Offer
    allocation: Allocation
    demand: ConfirmedDemand


def hold(session: Session, offer: Offer) -> Held:
    """Lock the demand, then the offer: two answers to one demand wait for each other, always in this order."""
    allocation = session.get_one(Allocation, offer.allocation_id)
    fresh = {"populate_existing": True}
    by_id = select(ConfirmedDemand).where(ConfirmedDemand.id == allocation.demand_id)
    demand = session.scalars(by_id.with_for_update().execution_options(**fresh)).one()
    session.scalars(select(Offer).where(Offer.id == offer.id).with_for_update().execution_options(**fresh)).one()
    return Held(offer, allocation, demand)


def accept(session: Session, offer: Offer, now: datetime, who: str = FACTORY) -> None:
    """The factory takes what lies on the table: the offer, or our proposal to its counter-offer.

    When every part of the demand is taken, its orders are placed. Accepting twice is accepting once. Conflict when the
    offer has expired or was answered otherwise.
    """
    held = hold(session, offer)
    if offer.state is OfferState.ACCEPTED:
        return
    _check_open(offer, now)
    if offer.state is OfferState.COUNTERED:
        raise Conflict("the counter-offer is not answered yet")
    if _is_unplaced(session, held):
        raise Conflict("say first which members of the pool make it")
    why = "accepted our proposal" if offer.counters else "accepted as offered"
    take(session, held, now, Side.FACTORY, who, why)


def decline(
    session: Session,
    offer: Offer,
    reason: str,
    now: datetime,
    who: str = FACTORY,
    code: DeclineCode = DeclineCode.OTHER,
) -> None:
    """The factory does not take it: its days are free again, the demand goes to others.

    Declining twice is declining once. Conflict when the offer has expired or was answered otherwise.
    """
    held = hold(session, offer)
    if offer.state is OfferState.DECLINED:
        return
    _check_open(offer, now)
    offer.decline_code = code
    fall_through(session, held, OfferState.DECLINED, now, Side.FACTORY, who, reason or f"{code}, no words given")


def counter(
    session: Session,
    offer: Offer,
    price: Decimal,
    due_on: date | None,
    reason: str,
    now: datetime,
    who: str = FACTORY,
    units: int | None = None,
    rounds: int = ROUNDS,
) -> None:
    """The factory asks another unit price, another date, fewer units; up to the offer's ceiling it is taken at once.

    InvalidInput for a price that is none, a date in the past, units that are below its minimum or above the offer;
    Conflict when the offer is no longer open or the rounds are used up.
    """
    held = hold(session, offer)
    if not price.is_finite() or not 0 < price < 10_000_000:
        raise InvalidInput(f"{price} is no unit price")
    if due_on is not None and due_on < now.date():
        raise InvalidInput(f"{due_on} has passed")
    _check_units(session, held, units)
    _check_open(offer, now)
    if offer.state is OfferState.COUNTERED:
        raise Conflict("the counter-offer was already made")
    if _is_unplaced(session, held):
        raise Conflict("a pool places an offer with its members or declines it")
    if offer.state is OfferState.SENT and offer.counters >= rounds:
        raise Conflict(f"{rounds} counter-offers were made; please accept or decline")
    offer.counter_price, offer.counter_due_on = price, due_on
    offer.counter_units = units if units != held.allocation.units else None
    _answer(session, held, OfferState.COUNTERED, now, who, reason or "no reason given")
    offer.counters += 1
    asked = terms_of(offer, held.allocation, held.demand)
    append_round(session, offer, Side.FACTORY, RoundKind.COUNTERED, asked, now, who, reason)
    in_time = asked.due_on <= held.demand.due_on and asked.units == held.allocation.units
    if in_time and offer.ceiling_price is not None and price <= offer.ceiling_price:
        take(session, held, now, Side.HOUSE, "ceiling", f"{price} is within {offer.ceiling_price}, taken at once")


def expire_offers(session: Session, now: datetime) -> int:
    """Give up on offers that were not answered in time; returns how many."""
    expired = 0
    for offer in find_expired(session, now):
        held = hold(session, offer)
        if offer.state is OfferState.SENT:
            why = f"no answer by {offer.expires_at:%Y-%m-%d %H:%M} UTC"
            fall_through(session, held, OfferState.EXPIRED, now, Side.FACTORY, "deadline", why)
            expired += 1
    return expired


def take(session: Session, held: Held, now: datetime, side: Side, who: str, why: str) -> None:
    """What lies on the table is agreed; with fewer units than offered, the others are open again."""
    offer, allocation, demand = held.offer, held.allocation, held.demand
    terms = terms_of(offer, allocation, demand)
    _answer(session, held, OfferState.ACCEPTED, now, who, why)
    append_round(session, offer, side, RoundKind.ACCEPTED, terms, now, who, why)
    if terms.units < allocation.units:
        released = keep_part(session, allocation, terms.units)
        reopen(session, demand, now, who, f"{released} units that an offer left over")
    order_when_all_accepted(session, demand, now, who)


def fall_through(session: Session, held: Held, to: OfferState, now: datetime, side: Side, who: str, why: str) -> None:
    """Nothing comes of the offer: its days are given back, its units are open again."""
    offer, allocation = held.offer, held.allocation
    terms = terms_of(offer, allocation, held.demand)
    _answer(session, held, to, now, who, why)
    append_round(session, offer, side, _KIND[to], terms, now, who, why, offer.decline_code)
    give_back(session, allocation)
    reopen(session, held.demand, now, who, f"an offer of {allocation.units} units is {to}")


def reopen(session: Session, demand: ConfirmedDemand, now: datetime, who: str, why: str) -> None:
    """Let the demand's missing units be matched again."""
    if demand.state is ConfirmedDemandState.OFFERED:
        move(session, demand, ConfirmedDemandState.OPEN, now, who, why)


def _is_unplaced(session: Session, held: Held) -> bool:
    placing = session.get(PoolPlacing, held.allocation.id)
    return placing is not None and placing.placed_at is None


def _check_units(session: Session, held: Held, units: int | None) -> None:
    if units is None or units == held.allocation.units:
        return
    _, _, design = get_offered_design(session, held.demand.listing_id)
    ladder = find_ladder(session, held.allocation, design.garment)
    moq = ladder.moq if ladder else 1
    if units > held.allocation.units:
        raise InvalidInput(f"{units} units: the offer is for {held.allocation.units}, more is not wanted")
    if units < moq:
        raise InvalidInput(f"{units} units are below your own minimum of {moq}; lower that first")


def _check_open(offer: Offer, now: datetime) -> None:
    if offer.state is OfferState.SENT and now >= offer.expires_at:
        raise Conflict(f"the offer was open until {offer.expires_at:%Y-%m-%d %H:%M} UTC")


def _answer(session: Session, held: Held, to: OfferState, now: datetime, who: str, why: str) -> None:
    move(session, held.offer, to, now, who, why)
    held.offer.answered_at, held.offer.answer_reason = now, why[:500]
