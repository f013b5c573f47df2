"""Ask factories: match open demands, hold the days, write offers with their links."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from factory_matching.assignment.match_many import Matcher, Progress, match_many
from factory_matching.demand import Supply
from factory_matching.match import match
from factory_matching.offers.ask import WHO, ask_factory
from factory_matching.offers.counter import CounterRule
from factory_matching.offers.hold import hold_open
from factory_matching.offers.lines import cut
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.manner import Manner
from factory_matching.offers.manner import OfferRule as OfferRule
from factory_matching.offers.propose import Proposal, Waiting, propose, question_of
from factory_matching.offers.slots import book
from factory_matching.policies.place_inside import offer_to_pool, pool_of
from factory_matching.policies.rules import Policies
from factory_matching.result import Placement
from factory_matching.store import find_offers, find_open_demands, find_supply
from factory_matching.weights import MatchWeights
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.factory import Factory
from models.order import Allocation
from models.state import move


@dataclass(frozen=True, slots=True)
class Placed:
    """What one round did."""

    demands: int
    offers: int
    unserved: int
    cost: float
    bound: float
    gap: float
    method: str
    proposal: Proposal
    """What was matched, for whoever shows it."""


def place_open_demands(
    session: Session,
    now: datetime,
    weights: MatchWeights,
    rule: OfferRule,
    links: PortalLinks,
    counter: CounterRule = CounterRule(),  # noqa: B008 - frozen
    progress: Progress | None = None,
    many: Matcher = match_many,
    policies: Policies = Policies(),  # noqa: B008 - frozen
) -> Placed:
    """Match all open demands together, very many by `many`, book the days, make the offers and queue their messages.

    All in the caller's transaction; a second call finds no open demand and does nothing. Demands that nobody can make
    become UNSERVED, with the reason in their history. `counter` sets each offer's ceiling.
    """
    supply = find_supply(session, now.date())
    manner = Manner(counter, rule, weights, links, policies)
    return _place(session, find_open_demands(session), supply, now, manner, progress, many)


def place_one(session: Session, demand_id: int, supply: Supply, now: datetime, manner: Manner) -> Placed:
    """The same for one demand alone, if it is open: nothing of any other demand is read or written.

    The new factories' guarantee is kept by whole runs; one demand that fell through is not called upon again.
    """
    alone = replace(manner, policies=manner.policies.without_guarantee())
    return _place(session, find_open_demands(session, demand_id), supply, now, alone)


def can_be_made(session: Session, demand: ConfirmedDemand, units: int, supply: Supply, weights: MatchWeights) -> bool:
    """Whether factories that were not asked yet could make so many of a demand's units now."""
    offered = find_offers(session, [demand.id])
    question = question_of(session, demand, units, frozenset(allocation.factory_id for allocation, _ in offered))
    return not match([question], supply, weights).unserved


def _place(
    session: Session,
    demands: Sequence[ConfirmedDemand],
    supply: Supply,
    now: datetime,
    manner: Manner,
    progress: Progress | None = None,
    many: Matcher = match_many,
) -> Placed:
    proposal = propose(session, demands, supply, manner.weights, progress, many, manner.policies)
    waiting, result = proposal.waiting, proposal.result
    placements = defaultdict(list)
    still_open = hold_open(session, list(waiting))  # another process may have offered one while this one matched
    for placement in result.placements:
        if placement.demand in still_open:
            placements[placement.demand].append(placement)
    for key, parts in placements.items():
        _offer(session, waiting[key], parts, proposal, manner, now)
    for key, why in result.unserved.items():
        if key in still_open:
            move(session, waiting[key].demand, ConfirmedDemandState.UNSERVED, now, WHO, why)
    return Placed(
        demands=len(waiting),
        offers=sum(len(parts) for parts in placements.values()),
        unserved=len(result.unserved),
        cost=result.cost,
        bound=result.bound,
        gap=result.gap,
        method=result.method,
        proposal=proposal,
    )


def _offer(
    session: Session,
    waiting: Waiting,
    placements: Sequence[Placement],
    proposal: Proposal,
    manner: Manner,
    now: datetime,
) -> None:
    cut_lines = cut(waiting.lines, [placement.units for placement in placements])
    for placement, lines in zip(placements, cut_lines, strict=True):
        factory = session.get_one(Factory, placement.factory)
        pool = pool_of(session, factory.id) if placement.factory in proposal.leaders else None
        if pool is None:
            book(session, factory, placement.booked)
        allocation = Allocation(
            demand_id=waiting.demand.id,
            factory_id=factory.id,
            round=waiting.round,
            units=placement.units,
            unit_price=placement.unit_price,
            currency=waiting.question.currency,
            starts_on=placement.starts_on,
            ends_on=placement.ends_on,
            lines=lines,
            booked=[{"day": day.isoformat(), "units": units} for day, units in placement.booked],
            reasons=_reasons(placement, proposal, manner.weights),
        )
        session.add(allocation)
        session.flush()
        ceiling = manner.counter.ceiling(placement.unit_price, placement.next_best, waiting.question.highest_price)
        asking = manner if pool is None else manner.within(pool.hours_to_place)
        if pool is not None:
            offer_to_pool(session, pool, allocation)
        ask_factory(session, allocation, ceiling, factory, waiting.listing, waiting.demand, asking, now)
    why = f"round {waiting.round}: offered to {len(placements)} of the factories that can make it"
    move(session, waiting.demand, ConfirmedDemandState.OFFERED, now, WHO, why)


def _reasons(placement: Placement, proposal: Proposal, weights: MatchWeights) -> dict[str, Any]:
    result, done = proposal.result, proposal.done
    exclusions, pair = result.exclusions[placement.demand], (placement.demand, placement.factory)
    policies = {"rules": proposal.policies.to_json(), "did": done.to_json(), "why": done.why.get(pair)}
    return {
        **({"inspection": "required"} if pair in done.inspect else {}),
        "policies": policies,
        "next_best": None if placement.next_best is None else str(placement.next_best),
        "time_price": None if placement.time_price is None else str(placement.time_price),
        "exclusions": {reason.value: count for reason, count in exclusions.items()},
        "method": result.method,
        "cost": round(result.cost, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6),
        "weights": weights.numbers(),
    }
