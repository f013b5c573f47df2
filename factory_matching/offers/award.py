"""A quote is taken: the factory's own word for this spec becomes an allocation and an offer, by the usual path."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_matching.assignment.schedule import Job, schedule
from factory_matching.offers.ask import ask_factory
from factory_matching.offers.ladder_quote import read_quote
from factory_matching.offers.manner import Manner
from factory_matching.offers.propose import Waiting, find_waiting
from factory_matching.offers.quotes import find_quotes
from factory_matching.offers.slots import book
from factory_matching.store import find_offers
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.factory import CapacitySlot, Factory, FactoryStanding
from models.order import Allocation, Offer
from models.quote import Quote, Rfq, RfqState
from models.state import move


def award(
    session: Session, quote: Quote, now: datetime, manner: Manner, who: str, demand_id: int | None = None
) -> Offer | None:
    """Take a quote of a request: the demand's open units are offered to its factory at its own price and date.

    None for a request about a design that no demand stands behind yet: the quote is then marked as taken, and awarding
    it again with a `demand_id` makes the offer. A second award of the same quote changes nothing. Conflict when the
    quote no longer holds, is not the factory's newest, is late, or its days are taken; InvalidInput for a quote that
    answered an offer (its counter-offer is settled there).
    """
    if quote.rfq_id is None:
        raise InvalidInput(f"quote {quote.id} answers an offer: accept or decline its counter-offer instead")
    rfq = session.scalars(select(Rfq).where(Rfq.id == quote.rfq_id).with_for_update()).one()
    demand_id = demand_id or rfq.demand_id
    if demand_id is None:
        _mark(session, rfq, quote, now, who)
        return None
    demand = _hold(session, demand_id)
    if (made := _find_made(session, demand_id, quote)) is not None:
        return made
    if demand.state not in (ConfirmedDemandState.OPEN, ConfirmedDemandState.UNSERVED):
        raise Conflict(f"demand {demand.id} is {demand.state}: nothing of it waits for a maker")
    waiting = find_waiting(session, [demand])[demand.id]
    _check(session, rfq, quote, waiting, now, manner)
    _mark(session, rfq, quote, now, who)
    if demand.state is ConfirmedDemandState.UNSERVED:
        move(session, demand, ConfirmedDemandState.OPEN, now, who, f"quote {quote.id} of request {rfq.id} is taken")
    offer = _offer(session, rfq, quote, waiting, now, manner, who)
    move(session, demand, ConfirmedDemandState.OFFERED, now, who, f"round {waiting.round}: offered at quote {quote.id}")
    return offer


def _hold(session: Session, demand_id: int) -> ConfirmedDemand:
    query = select(ConfirmedDemand).where(ConfirmedDemand.id == demand_id).options(selectinload(ConfirmedDemand.lines))
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _find_made(session: Session, demand_id: int, quote: Quote) -> Offer | None:
    """The offer that this quote became."""
    offered = find_offers(session, [demand_id])
    return next((offer for allocation, offer in offered if allocation.reasons.get("quote") == quote.id), None)


def _check(session: Session, rfq: Rfq, quote: Quote, waiting: Waiting, now: datetime, manner: Manner) -> None:
    units, due_on = waiting.question.units, waiting.demand.due_on
    if waiting.question.spec.fingerprint != rfq.garment.fingerprint:
        raise InvalidInput(f"request {rfq.id} is about another spec than demand {waiting.demand.id}")
    if quote.valid_until < now.date():
        raise Conflict(f"quote {quote.id} held until {quote.valid_until}")
    if quote.id not in {newest.id for newest, _ in find_quotes(session, rfq_id=rfq.id)}:
        raise Conflict(f"quote {quote.id} was replaced by a later one of the same factory")
    if quote.factory_id in waiting.question.excluded:
        raise Conflict("this factory has an offer of the demand already, or declined one")
    step = read_quote(quote).at(units)
    if step is None:
        raise Conflict(f"quote {quote.id} starts above the {units} units that are open")
    if step.finished_on > due_on + timedelta(days=manner.counter.days_late):
        raise Conflict(f"quote {quote.id} finishes {units} units on {step.finished_on}, due on {due_on}")
    if waiting.question.highest_price is not None and step.unit_price > waiting.question.highest_price:
        raise Conflict(f"{step.unit_price} each is above {waiting.question.highest_price}, what buyers pay")


def _mark(session: Session, rfq: Rfq, quote: Quote, now: datetime, who: str) -> None:
    if quote.accepted_at is None:
        quote.accepted_at = now
    if rfq.state is not RfqState.AWARDED:
        move(session, rfq, RfqState.AWARDED, now, who, f"quote {quote.id} of factory {quote.factory_id} is taken")


def _offer(
    session: Session, rfq: Rfq, quote: Quote, waiting: Waiting, now: datetime, manner: Manner, who: str
) -> Offer:
    units, factory = waiting.question.units, session.get_one(Factory, quote.factory_id)
    if factory.state is FactoryStanding.SUSPENDED:
        raise Conflict(f"{factory.code} is suspended")
    step = read_quote(quote).at(units)
    assert step is not None  # noqa: S101 - checked before
    finished_on = min(step.finished_on, waiting.demand.due_on)
    days = _find_days(session, factory, units, now.date(), finished_on)
    book(session, factory, days)
    allocation = Allocation(
        demand_id=waiting.demand.id,
        factory_id=factory.id,
        round=waiting.round,
        units=units,
        unit_price=step.unit_price,
        currency=quote.currency,
        starts_on=days[0][0],
        ends_on=days[-1][0],
        lines=waiting.lines,
        booked=[{"day": day.isoformat(), "units": made} for day, made in days],
        reasons={
            "quote": quote.id,
            "rfq": rfq.id,
            "method": "quotation",
            "next_best": _next_best(session, quote, units),
        },
    )
    session.add(allocation)
    session.flush()
    # A quote binds the factory: nothing above it is taken.
    return ask_factory(session, allocation, step.unit_price, factory, waiting.listing, waiting.demand, manner, now, who)


def _next_best(session: Session, quote: Quote, units: int) -> str | None:
    """What the cheapest other quote of the request asks for the same units."""
    prices: list[Decimal] = []
    for other, _ in find_quotes(session, rfq_id=quote.rfq_id):
        step = read_quote(other).at(units) if other.factory_id != quote.factory_id else None
        if step is not None and other.currency == quote.currency:
            prices.append(step.unit_price)
    return str(min(prices)) if prices else None


def _find_days(session: Session, factory: Factory, units: int, today: date, until: date) -> Sequence[tuple[date, int]]:
    """Free days up to the promised one: after the factory's lead time where that leaves enough, else from tomorrow."""
    own = CapacitySlot.factory_id == factory.id, CapacitySlot.day.between(today, until)
    slots = {slot.day: slot.capacity - slot.booked for slot in session.scalars(select(CapacitySlot).where(*own))}
    span = (until - today).days
    free = [slots.get(today + timedelta(days=offset), factory.daily_capacity) for offset in range(span + 1)]
    for first in dict.fromkeys((min(factory.lead_days, span), 1)):
        hands = [0 if offset < first else max(0, made) for offset, made in enumerate(free)]
        if sum(hands) >= units:
            return [(today + timedelta(days=day), made) for day, made in schedule([Job(0, units, span)], hands)[0]]
    raise Conflict(f"{factory.code} has no days free for {units} units up to {until}")
