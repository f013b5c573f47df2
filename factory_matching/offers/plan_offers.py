"""Read what a plan of over-offering rests on: past answers, the demand's parts, who would be asked next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_matching.assignment.columns import ways_for
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.offers.likelihood import PastAnswer, Question, fit_answers
from factory_matching.offers.manner import Manner
from factory_matching.offers.over_offering import MOST_STANDBYS, Candidate, OverOffering, PlanPart, plan_over_offering
from factory_matching.offers.propose import find_waiting, question_of
from factory_matching.offers.supply import find_supply_for
from factory_matching.registry.register import Register
from factory_matching.store import LIVE, find_offers
from models.decision import ConfirmedDemand
from models.errors import Conflict, NotFound
from models.factory import Factory
from models.order import Allocation, Offer, OfferState

_SAID = {OfferState.ACCEPTED: True, OfferState.DECLINED: False, OfferState.EXPIRED: False}
_MOST_ANSWERS = 20_000  # the newest; more say nothing new of six numbers


def find_past_answers(session: Session, now: datetime) -> list[PastAnswer]:
    """Every offer that was accepted, declined or left to expire before a moment, in order of its answer."""
    query = (
        select(Offer, Allocation, ConfirmedDemand.due_on, Factory)
        .join(Allocation, Allocation.id == Offer.allocation_id)
        .join(ConfirmedDemand, ConfirmedDemand.id == Allocation.demand_id)
        .join(Factory, Factory.id == Allocation.factory_id)
        .where(Offer.state.in_(_SAID), Offer.answered_at < now)
        .order_by(Offer.answered_at.desc(), Offer.id.desc())
        .limit(_MOST_ANSWERS)
    )
    found = []
    for offer, allocation, due_on, factory in session.execute(query).tuples():
        floor = offer.floor_price or allocation.unit_price
        price = (offer.counter_price or allocation.unit_price) if _SAID[offer.state] else allocation.unit_price
        days = (due_on - offer.sent_at.date()).days - factory.lead_days
        question = Question(
            factory=factory.id,
            price_over=float(price / floor) - 1,
            slack_days=(due_on - allocation.ends_on).days,
            size=_share(allocation.units, factory.daily_capacity, days),
        )
        found.append(PastAnswer(question, _SAID[offer.state]))
    return found[::-1]


def plan_for_demand(
    session: Session,
    demand_id: int,
    now: datetime,
    manner: Manner,
    target: float = 0.9,
    seed: int = 1,
    register: Register | None = None,
) -> OverOffering:
    """What to have ready for one demand: its live offers, what a match would offer of the rest, who comes after.

    Reads only. NotFound when there is no such demand; Conflict when nobody can make what is open of it.
    """
    demand = session.get(ConfirmedDemand, demand_id, options=[selectinload(ConfirmedDemand.lines)])
    if demand is None:
        raise NotFound("demand", demand_id)
    model = fit_answers(find_past_answers(session, now))
    supply = find_supply_for(session, demand, now, register)
    offered = find_offers(session, [demand_id])
    live = [(allocation, offer) for allocation, offer in offered if offer.state in LIVE]
    asked = frozenset(allocation.factory_id for allocation, _ in offered)
    spread = _Spread(session, supply, manner)
    parts = [spread.part_of(demand, allocation, offer, asked) for allocation, offer in live]
    if sum(part.units for part in parts) < demand.units:
        question = find_waiting(session, [demand])[demand_id].question
        parts += spread.open_parts(question)
    if (missing := demand.units - sum(part.units for part in parts)) > 0:
        raise Conflict(f"nobody is registered for {missing} units of demand {demand_id}: ask near factories for quotes")
    return plan_over_offering(parts, demand.units, spread.turns(demand, parts, now), model, target, seed)


class _Spread:
    """Who could take a part of a demand, cheapest with its risks first."""

    def __init__(self, session: Session, supply: Supply, manner: Manner) -> None:
        self._session, self._supply, self._manner = session, supply, manner
        self._place = {int(factory): place for place, factory in enumerate(supply.register.ids)}

    def part_of(self, demand: ConfirmedDemand, allocation: Allocation, offer: Offer, asked: frozenset[int]) -> PlanPart:
        """A live offer with those that would be asked after it."""
        question = question_of(self._session, demand, allocation.units, asked)
        price = offer.counter_price or allocation.unit_price
        over = float(price / (offer.floor_price or allocation.unit_price)) - 1
        first = self._candidate(question, allocation.factory_id, price, over)
        accepted = offer.state is OfferState.ACCEPTED
        return PlanPart(allocation.units, first, accepted, () if accepted else self._standbys(question))

    def open_parts(self, question: OpenDemand) -> list[PlanPart]:
        """What a match would offer now; empty when nobody can make it."""
        placed = match([question], self._supply, self._manner.weights).placements
        firsts = frozenset(placement.factory for placement in placed)
        found = []
        for placement in placed:
            own = replace(question, units=placement.units, excluded=question.excluded | firsts)
            first = self._candidate(own, placement.factory, placement.unit_price, 0.0)
            found.append(PlanPart(placement.units, first, False, self._standbys(own)))
        return found

    def turns(self, demand: ConfirmedDemand, parts: Sequence[PlanPart], now: datetime) -> int:
        """Answers that fit one after the other before the last day on which a factory could still begin."""
        firsts = [(self._place.get(part.first.question.factory), part.units) for part in parts if not part.accepted]
        needed = [self._needs(place, units) for place, units in firsts if place is not None]
        spare = (demand.due_on - now.date()).days - float(np.median(needed or [0]))
        return max(1, int(spare / self._manner.offers.days_to_answer))

    def _standbys(self, question: OpenDemand) -> tuple[Candidate, ...]:
        whole = ways_for(0, question, self._supply, self._manner.weights).whole
        best = np.argsort(whole.unit_cost, kind="stable")[:MOST_STANDBYS]
        ids = self._supply.register.ids
        return tuple(
            self._candidate(question, int(ids[whole.factory[way]]), Decimal(int(whole.cents[way])) / 100, 0.0)
            for way in best
        )

    def _candidate(self, question: OpenDemand, factory_id: int, price: Decimal, over: float) -> Candidate:
        code, place = self._session.get_one(Factory, factory_id).code, self._place.get(factory_id)
        days = self._supply.due_day(question)
        needs = days if place is None else self._needs(place, question.units)
        lead = 0 if place is None else int(self._supply.register.lead_days[place])
        daily = 1 if place is None else int(self._supply.register.daily_capacity[place])
        size = _share(question.units, daily, days - lead)
        return Candidate(Question(factory_id, over, days - needs, size), code, f"{price:.2f}")

    def _needs(self, place: int, units: int) -> int:
        register = self._supply.register
        return int(register.lead_days[place]) + -(-units // int(register.daily_capacity[place]))


def _share(units: int, daily: int, days: int) -> float:
    return min(1.0, units / (daily * days)) if days > 0 else 1.0
