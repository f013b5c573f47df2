"""Factories' answers to offers, and what follows: orders, or days given back and the demand open again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.offers.counter import CounterRule, judge_counter
from factory_matching.offers.orders import order_when_all_accepted
from factory_matching.offers.slots import give_back
from factory_matching.store import find_countered, find_expired
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.order import Allocation, Offer, OfferState
from models.state import move

FACTORY = "factory"
"""Who answers through a portal link."""
_RULE = "counter rule"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the counter-offers."""

    accepted: int
    declined: int


def accept(session: Session, offer: Offer, now: datetime, who: str = FACTORY) -> None:
    """The factory takes it; when every part of the demand is taken, its orders are placed.

    Accepting twice is accepting once. Conflict when the offer has expired or was answered otherwise.
    """
    _, demand = _lock(session, offer)
    if offer.state is OfferState.ACCEPTED:
        return
    _check_open(offer, now)
    _answer(session, offer, OfferState.ACCEPTED, now, who, "accepted as offered")
    order_when_all_accepted(session, demand, now, who)


def decline(session: Session, offer: Offer, reason: str, now: datetime, who: str = FACTORY) -> None:
    """The factory does not take it: its days are free again, the demand goes to others in the next round.

    Declining twice is declining once. Conflict when the offer has expired or was answered otherwise.
    """
    allocation, demand = _lock(session, offer)
    if offer.state is OfferState.DECLINED:
        return
    _check_open(offer, now)
    _fall_through(session, offer, allocation, demand, OfferState.DECLINED, now, who, reason or "no reason given")


def counter(
    session: Session,
    offer: Offer,
    price: Decimal,
    due_on: date | None,
    reason: str,
    now: datetime,
    who: str = FACTORY,
) -> None:
    """The factory asks another unit price, another date, or both; the merchandiser's rule settles it.

    InvalidInput for a price that is none or a date in the past; Conflict when the offer is no longer open.
    """
    _lock(session, offer)
    if not price.is_finite() or not 0 < price < 10_000_000:
        raise InvalidInput(f"{price} is no unit price")
    if due_on is not None and due_on < now.date():
        raise InvalidInput(f"{due_on} has passed")
    _check_open(offer, now)
    if offer.state is OfferState.COUNTERED:
        raise Conflict("the counter-offer was already made")
    offer.counter_price, offer.counter_due_on = price, due_on
    _answer(session, offer, OfferState.COUNTERED, now, who, reason or "no reason given")


def settle_counters(session: Session, now: datetime, rule: CounterRule) -> Settled:
    """Accept or decline every counter-offer by the rule."""
    accepted = declined = 0
    for offer in find_countered(session):
        allocation, demand = _lock(session, offer)
        if offer.state is not OfferState.COUNTERED or offer.counter_price is None:
            continue
        best = allocation.reasons.get("next_best")
        verdict = judge_counter(
            offer.counter_price,
            offer.counter_due_on,
            allocation.unit_price,
            Decimal(best) if best else None,
            demand.due_on,
            rule,
        )
        if verdict.accept:
            move(session, offer, OfferState.ACCEPTED, now, _RULE, verdict.why)
            order_when_all_accepted(session, demand, now, _RULE)
            accepted += 1
        else:
            _fall_through(session, offer, allocation, demand, OfferState.DECLINED, now, _RULE, verdict.why)
            declined += 1
    return Settled(accepted, declined)


def expire_offers(session: Session, now: datetime) -> int:
    """Give up on offers that were not answered in time; returns how many."""
    expired = 0
    for offer in find_expired(session, now):
        allocation, demand = _lock(session, offer)
        if offer.state is OfferState.SENT:
            why = f"no answer by {offer.expires_at:%Y-%m-%d %H:%M} UTC"
            _fall_through(session, offer, allocation, demand, OfferState.EXPIRED, now, "deadline", why)
            expired += 1
    return expired


def _lock(session: Session, offer: Offer) -> tuple[Allocation, ConfirmedDemand]:
    """Hold the demand, then the offer: two answers to one demand wait for each other, always in this order."""
    allocation = session.get_one(Allocation, offer.allocation_id)
    fresh = {"populate_existing": True}
    by_id = select(ConfirmedDemand).where(ConfirmedDemand.id == allocation.demand_id)
    demand = session.scalars(by_id.with_for_update().execution_options(**fresh)).one()
    session.scalars(select(Offer).where(Offer.id == offer.id).with_for_update().execution_options(**fresh)).one()
    return allocation, demand


def _check_open(offer: Offer, now: datetime) -> None:
    if offer.state is OfferState.SENT and now >= offer.expires_at:
        raise Conflict(f"the offer was open until {offer.expires_at:%Y-%m-%d %H:%M} UTC")


def _answer(session: Session, offer: Offer, to: OfferState, now: datetime, who: str, why: str) -> None:
    move(session, offer, to, now, who, why)
    offer.answered_at, offer.answer_reason = now, why[:500]


def _fall_through(
    session: Session,
    offer: Offer,
    allocation: Allocation,
    demand: ConfirmedDemand,
    to: OfferState,
    now: datetime,
    who: str,
    why: str,
) -> None:
    _answer(session, offer, to, now, who, why)
    give_back(session, allocation)
    if demand.state is ConfirmedDemandState.OFFERED:
        move(session, demand, ConfirmedDemandState.OPEN, now, who, f"an offer of {allocation.units} units is {to}")
