"""The explanation of one demand from the tables: its standing offers, a proposal, or what it would find by itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.demand import Supply
from factory_matching.explain import explain
from factory_matching.explanation import Basis, Explanation
from factory_matching.offers.look import find_offers_of
from factory_matching.offers.propose import Proposal, question_of
from factory_matching.registry.register import Register
from factory_matching.result import Placement
from factory_matching.store import LIVE, find_booked, find_calendar, load_register
from factory_matching.weights import MatchWeights
from models.decision import ConfirmedDemand
from models.factory import Factory
from models.order import Allocation, Offer, OfferState


@dataclass(frozen=True, slots=True)
class Why:
    """One demand explained, with the factories that it names."""

    basis: Basis
    as_of: date
    """The day from which lead times were counted."""
    explanation: Explanation
    factories: Mapping[int, Factory]
    match: Mapping[str, Any] | None
    """Facts of its match: method, cost, bound, gap, weights; None where nothing is placed."""


def explain_standing(
    session: Session,
    demand: ConfirmedDemand,
    now: datetime,
    weights: MatchWeights,
    register: Register | None = None,
) -> Why:
    """Explain the offers of a demand that stand, or by itself where none does; the register is loaded where not given.

    Costs and changes are reckoned with the register and the other bookings of now.
    """
    offered = [(allocation, offer) for allocation, offer, _ in find_offers_of(session, demand)]
    live = [(allocation, offer) for allocation, offer in offered if offer.state in LIVE]
    today = min((offer.sent_at.date() for _, offer in live), default=now.date())
    booked = find_booked(session, today)
    for allocation, _ in live:
        booked = _without(booked, allocation)
    supply = Supply(register or load_register(session), today, booked, find_calendar(session, today))
    refused = frozenset(allocation.factory_id for allocation, offer in offered if offer.state not in LIVE)
    question = question_of(session, demand, demand.units, refused)
    told = explain(question, supply, weights, [_placement(allocation, offer) for allocation, offer in live])
    match = live[-1][0].reasons if live else None
    return _why(session, Basis.OFFERED if live else Basis.ALONE, today, told, match)


def explain_proposed(session: Session, key: int, proposal: Proposal, weights: MatchWeights) -> Why:
    """Explain what a proposal has for one of its demands, all its other demands placed."""
    result, supply = proposal.result, proposal.supply
    own = [placement for placement in result.placements if placement.demand == key]
    others = (placement for placement in result.placements if placement.demand != key)
    standing = replace(supply, booked=_with(supply.booked, others))
    told = explain(proposal.waiting[key].question, standing, weights, own)
    match = {"method": result.method, "cost": result.cost, "bound": result.bound, "gap": result.gap}
    return _why(session, Basis.PROPOSED, supply.today, told, match)


def _why(session: Session, basis: Basis, as_of: date, explanation: Explanation, match: Mapping[str, Any] | None) -> Why:
    named = {one.placement.factory for one in explanation.chosen} | {one.factory for one in explanation.others}
    named |= {factory for one in explanation.what_ifs if one.best for factory in one.best.factories}
    rows = session.scalars(select(Factory).where(Factory.id.in_(named)))
    return Why(basis, as_of, explanation, {factory.id: factory for factory in rows}, match)


def _placement(allocation: Allocation, offer: Offer) -> Placement:
    """With the price that was agreed where a counter-offer was taken."""
    agreed = offer.counter_price if offer.state is OfferState.ACCEPTED else None
    reasons = allocation.reasons
    return Placement(
        demand=allocation.demand_id,
        factory=allocation.factory_id,
        units=allocation.units,
        unit_price=agreed or allocation.unit_price,
        booked=tuple(_days(allocation.booked)),
        next_best=_money(reasons.get("next_best")),
        time_price=_money(reasons.get("time_price")),
    )


def _money(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


def _days(booked: Sequence[Mapping[str, Any]]) -> Iterable[tuple[date, int]]:
    return ((date.fromisoformat(one["day"]), int(one["units"])) for one in booked)


def _without(booked: Mapping[tuple[int, date], int], allocation: Allocation) -> dict[tuple[int, date], int]:
    left = dict(booked)
    for day, units in _days(allocation.booked):
        key = allocation.factory_id, day
        left[key] = max(0, left.get(key, 0) - units)
    return left


def _with(booked: Mapping[tuple[int, date], int], placements: Iterable[Placement]) -> dict[tuple[int, date], int]:
    held = Counter(booked)
    for placement in placements:
        for day, units in placement.booked:
            held[placement.factory, day] += units
    return dict(held)
