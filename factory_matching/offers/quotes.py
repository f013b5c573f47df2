"""Ladder quotes in answer to an offer, and quotes of one demand or request beside each other by landed cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_matching.freight import FreightRates
from factory_matching.offers.answer import FACTORY, ROUNDS, counter, hold
from factory_matching.offers.ladder_quote import LadderQuote, read_quote
from factory_matching.offers.landed import Landed, LandedRule, Quoted, Wanted, landed_cost
from factory_matching.offers.rfq import check_ladder
from factory_matching.store import get_offered_design
from factory_matching.weights import MatchWeights
from models.batch import Batch
from models.decision import ConfirmedDemand
from models.errors import InvalidInput
from models.factory import Factory
from models.order import Allocation, Offer
from models.quote import Quote, Rfq


@dataclass(frozen=True, slots=True)
class Costing:
    """What landed costs are made with: what an entry point reads once and passes on."""

    rates: FreightRates
    rule: LandedRule
    weights: MatchWeights

    @staticmethod
    def from_tables(freight: Mapping[str, Any], match: Mapping[str, Any]) -> "Costing":
        """From configs/freight.toml and configs/match.toml; InvalidInput when one says anything unknown."""
        rule, rates = LandedRule.from_table(match["landed"]), FreightRates.from_table(freight)
        return Costing(rates, rule, MatchWeights.from_table(match["weights"], rates))


@dataclass(frozen=True, slots=True)
class Compared:
    """One factory's newest quote at the units wanted, or at its smallest quantity where that is more."""

    quote: Quote
    factory: Factory
    ladder: LadderQuote
    landed: Landed
    late_days: int
    """Days after the due date by its own word; 0 when in time."""
    valid: bool
    """Whether it still holds."""


def quote_offer(
    session: Session,
    offer: Offer,
    ladder: LadderQuote,
    note: str,
    now: datetime,
    who: str = FACTORY,
    rounds: int = ROUNDS,
) -> Quote:
    """A factory answers an offer with a whole ladder: it is kept, and its best step for us is its counter-offer.

    Best is the quantity offered if the ladder finishes that in time, else the most that it finishes in time. The same
    ladder twice is one. InvalidInput when it starts above the quantity offered; Conflict as for any counter-offer.
    """
    held = hold(session, offer)
    check_ladder(ladder, held.allocation.currency, now.date())
    last = session.scalar(select(Quote).where(Quote.offer_id == offer.id).order_by(Quote.id.desc()).limit(1))
    if last is not None and last.steps == ladder.to_json() and last.valid_until == ladder.valid_until:
        return last
    step = ladder.at(held.allocation.units)
    if step is None:
        raise InvalidInput(f"the ladder starts at {ladder.smallest} units; the offer is for {held.allocation.units}")
    part = ladder.most_by(held.demand.due_on)
    if step.finished_on > held.demand.due_on and part is not None and part.units < step.units:
        step = part
    counter(session, offer, step.unit_price, step.finished_on, note or "ladder quote", now, who, step.units, rounds)
    row = Quote(
        offer_id=offer.id,
        factory_id=held.allocation.factory_id,
        currency=ladder.currency,
        steps=ladder.to_json(),
        valid_until=ladder.valid_until,
        note=note[:400],
        quoted_at=now,
    )
    session.add(row)
    session.flush()
    return row


def wanted_of(session: Session, demand: ConfirmedDemand) -> Wanted:
    """Where and when a demand's goods are wanted."""
    listing, _, design = get_offered_design(session, demand.listing_id)
    batch = session.get_one(Batch, listing.batch_id)
    return Wanted(design.garment.category, demand.due_on, listing.currency, batch.market)


def wanted_of_rfq(rfq: Rfq) -> Wanted:
    """Where and when a request's goods are wanted."""
    return Wanted(rfq.garment.category, rfq.due_on, rfq.currency, rfq.market)


def find_quotes(
    session: Session, demand_id: int | None = None, rfq_id: int | None = None
) -> Sequence[tuple[Quote, Factory]]:
    """The newest quote of each factory for a demand (its offers and its requests), or for one request."""
    query = (
        select(Quote, Factory)
        .join(Factory, Factory.id == Quote.factory_id)
        .outerjoin(Rfq, Rfq.id == Quote.rfq_id)
        .outerjoin(Offer, Offer.id == Quote.offer_id)
        .outerjoin(Allocation, Allocation.id == Offer.allocation_id)
        .order_by(Quote.id)
    )
    if rfq_id is not None:
        query = query.where(Quote.rfq_id == rfq_id)
    else:
        query = query.where(or_(Rfq.demand_id == demand_id, Allocation.demand_id == demand_id))
    newest = {factory.id: (quote, factory) for quote, factory in session.execute(query).tuples()}
    return list(newest.values())


def compare_quotes(
    quotes: Iterable[tuple[Quote, Factory]], units: int, wanted: Wanted, costing: Costing, now: datetime
) -> list[Compared]:
    """Cheapest landed first; those that no longer hold, are late, or start above the units wanted come after."""
    found = [_compare(quote, factory, units, wanted, costing, now) for quote, factory in quotes]
    return sorted(
        found,
        key=lambda one: (not one.valid, one.late_days > 0, one.landed.units > units, one.landed.per_unit, one.quote.id),
    )


def _compare(quote: Quote, factory: Factory, units: int, wanted: Wanted, costing: Costing, now: datetime) -> Compared:
    ladder = read_quote(quote)
    step = ladder.at(units) or ladder.steps[0]
    quoted = Quoted(
        unit_price=step.unit_price,
        units=step.units,
        currency=ladder.currency,
        finished_on=step.finished_on,
        warehouse=factory.warehouse,
        region=factory.region,
        on_time=factory.on_time,
        quality=factory.quality,
    )
    landed = landed_cost(quoted, wanted, costing.rates, costing.rule, costing.weights)
    late = max(0, (step.finished_on - wanted.due_on).days)
    return Compared(quote, factory, ladder, landed, late, quote.valid_until >= now.date())
