"""Our answers to counter-offers, by the merchandiser's rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_matching.offers.announce import announce_proposal
from factory_matching.offers.answer import Held, fall_through, hold, take
from factory_matching.offers.counter import Answer, CounterRule, CounterVerdict, Talk, judge_counter
from factory_matching.offers.ladder import find_ladder
from factory_matching.offers.manner import Manner
from factory_matching.offers.place import can_be_made
from factory_matching.offers.rounds import append_round, find_our_last_price, terms_of
from factory_matching.offers.supply import find_supply_for
from factory_matching.store import find_countered, get_offered_design
from models.factory import Factory
from models.listing import Listing
from models.order import Offer, OfferState
from models.quote import RoundKind, Side
from models.state import move

_RULE = "counter rule"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the counter-offers."""

    accepted: int = 0
    declined: int = 0
    proposed: int = 0


def settle_counters(session: Session, now: datetime, rule: CounterRule, manner: Manner | None = None) -> Settled:
    """Accept, decline or answer every counter-offer by the rule."""
    said = [settle_counter(session, offer, now, rule, manner or Manner(rule)) for offer in find_countered(session)]
    return Settled(said.count(Answer.ACCEPT), said.count(Answer.DECLINE), said.count(Answer.PROPOSE))


def settle_counter(session: Session, offer: Offer, now: datetime, rule: CounterRule, manner: Manner) -> Answer | None:
    """Answer one counter-offer; None when it was answered meanwhile."""
    held = hold(session, offer)
    if offer.state is not OfferState.COUNTERED or offer.counter_price is None:
        return None
    verdict = _judge(session, held, now, rule, manner)
    match verdict.answer:
        case Answer.ACCEPT:
            take(session, held, now, Side.HOUSE, _RULE, verdict.why)
        case Answer.DECLINE:
            fall_through(session, held, OfferState.DECLINED, now, Side.HOUSE, _RULE, verdict.why)
        case Answer.PROPOSE:
            _propose(session, held, verdict, now, manner)
    return verdict.answer


def _judge(session: Session, held: Held, now: datetime, rule: CounterRule, manner: Manner) -> CounterVerdict:
    offer, allocation, demand = held.offer, held.allocation, held.demand
    asked = terms_of(offer, allocation, demand)
    rest = allocation.units - asked.units
    if rest and not can_be_made(session, demand, rest, find_supply_for(session, demand, now), manner.weights):
        return CounterVerdict(Answer.DECLINE, f"nobody else can make the other {rest} units in time")
    best = allocation.reasons.get("next_best")
    listing, _, design = get_offered_design(session, demand.listing_id)
    offered, ladder = allocation.unit_price, find_ladder(session, allocation, design.garment)
    if rest and ladder:
        offered = max(offered, ladder.unit_price(asked.units))  # fewer units may be a dearer step of its ladder
    talk = Talk(
        rounds_left=manner.offers.rounds - offer.counters,
        ours=find_our_last_price(session, offer.id),
        most=listing.ladder.unit_price(demand.units),
    )
    next_best = Decimal(best) if best else None
    return judge_counter(asked.unit_price, offer.counter_due_on, offered, next_best, demand.due_on, rule, talk)


def _propose(session: Session, held: Held, verdict: CounterVerdict, now: datetime, manner: Manner) -> None:
    """Our own price and date lie on the table; the factory has its full time to answer again."""
    offer, allocation = held.offer, held.allocation
    offer.counter_price, offer.counter_due_on = verdict.price, verdict.due_on
    move(session, offer, OfferState.SENT, now, _RULE, verdict.why)
    offer.expires_at = now + timedelta(days=manner.offers.days_to_answer)
    terms = terms_of(offer, allocation, held.demand)
    said = append_round(session, offer, Side.HOUSE, RoundKind.PROPOSED, terms, now, _RULE, verdict.why)
    if manner.links is not None:
        factory = session.get_one(Factory, allocation.factory_id)
        listing = session.get_one(Listing, held.demand.listing_id)
        token = manner.links.token(listing.slug, factory.code, allocation.round)
        announce_proposal(session, offer, said, allocation, factory, listing, manner.links.to_offer(token), now)
