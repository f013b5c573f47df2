"""Ask factories: match open demands, hold the days, write offers with their links."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from factory_matching.assignment.feasible import check
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.offers.ask import WHO, ask_factory
from factory_matching.offers.counter import CounterRule
from factory_matching.offers.lines import cut, open_lines
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.manner import Manner
from factory_matching.offers.manner import OfferRule as OfferRule
from factory_matching.offers.slots import book
from factory_matching.result import MatchResult, Placement
from factory_matching.store import (
    LIVE,
    find_booked,
    find_offers,
    find_open_demands,
    get_offered_design,
    load_register,
)
from factory_matching.weights import MatchWeights
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, Offer
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


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An open demand with what is left of it after earlier rounds."""

    demand: ConfirmedDemand
    listing: Listing
    lines: list[dict[str, Any]]
    round: int
    question: OpenDemand


def place_open_demands(
    session: Session,
    now: datetime,
    weights: MatchWeights,
    rule: OfferRule,
    links: PortalLinks,
    counter: CounterRule = CounterRule(),  # noqa: B008 - frozen
) -> Placed:
    """Match all open demands together, book the days, make the offers and queue their messages.

    All in the caller's transaction; a second call finds no open demand and does nothing. Demands that nobody can make
    become UNSERVED, with the reason in their history. `counter` sets each offer's ceiling.
    """
    supply = Supply(load_register(session), now.date(), find_booked(session, now.date()))
    return _place(session, find_open_demands(session), supply, now, Manner(counter, rule, weights, links))


def place_one(session: Session, demand_id: int, supply: Supply, now: datetime, manner: Manner) -> Placed:
    """The same for one demand alone, if it is open: nothing of any other demand is read or written."""
    return _place(session, find_open_demands(session, demand_id), supply, now, manner)


def can_be_made(session: Session, demand: ConfirmedDemand, units: int, supply: Supply, weights: MatchWeights) -> bool:
    """Whether factories that were not asked yet could make so many of a demand's units now."""
    offered = find_offers(session, [demand.id])
    question = _question(session, demand, units, frozenset(allocation.factory_id for allocation, _ in offered))
    return not match([question], supply, weights).unserved


def _place(
    session: Session, demands: Sequence[ConfirmedDemand], supply: Supply, now: datetime, manner: Manner
) -> Placed:
    waiting = _find_waiting(session, demands)
    questions = [entry.question for entry in waiting.values()]
    result = match(questions, supply, manner.weights)
    check(questions, supply, result)
    placements = defaultdict(list)
    for placement in result.placements:
        placements[placement.demand].append(placement)
    for key, parts in placements.items():
        _offer(session, waiting[key], parts, result, manner, now)
    for key, why in result.unserved.items():
        move(session, waiting[key].demand, ConfirmedDemandState.UNSERVED, now, WHO, why)
    offers = len(result.placements)
    return Placed(len(waiting), offers, len(result.unserved), result.cost, result.bound, result.gap, result.method)


def _find_waiting(session: Session, demands: Sequence[ConfirmedDemand]) -> dict[int, _Waiting]:
    offered: dict[int, list[tuple[Allocation, Offer]]] = defaultdict(list)
    for allocation, offer in find_offers(session, [demand.id for demand in demands]):
        offered[allocation.demand_id].append((allocation, offer))
    return {demand.id: _wait(session, demand, offered[demand.id]) for demand in demands}


def _wait(session: Session, demand: ConfirmedDemand, offered: Sequence[tuple[Allocation, Offer]]) -> _Waiting:
    listing, _, design = get_offered_design(session, demand.listing_id)
    spec = design.garment
    sizes = list(spec.rule.sizes)
    wanted = sorted(
        ({"colour": line.colour, "size": line.size, "units": line.units} for line in demand.lines),
        key=lambda line: (line["colour"], sizes.index(line["size"]) if line["size"] in sizes else len(sizes)),
    )
    lines = open_lines(wanted, (line for a, offer in offered if offer.state in LIVE for line in a.lines))
    # Also those that hold a live part: one factory has one offer of a demand.
    asked = frozenset(allocation.factory_id for allocation, _ in offered)
    question = _question(session, demand, sum(line["units"] for line in lines), asked)
    round_ = max((allocation.round for allocation, _ in offered), default=0) + 1
    return _Waiting(demand, listing, lines, round_, question)


def _question(session: Session, demand: ConfirmedDemand, units: int, excluded: frozenset[int]) -> OpenDemand:
    listing, _, design = get_offered_design(session, demand.listing_id)
    return OpenDemand(
        key=demand.id,
        spec=design.garment,
        units=units,
        due_on=demand.due_on,
        currency=listing.currency,
        highest_price=listing.ladder.unit_price(demand.units),
        excluded=excluded,
    )


def _offer(
    session: Session,
    waiting: _Waiting,
    placements: Sequence[Placement],
    result: MatchResult,
    manner: Manner,
    now: datetime,
) -> None:
    cut_lines = cut(waiting.lines, [placement.units for placement in placements])
    for placement, lines in zip(placements, cut_lines, strict=True):
        factory = session.get_one(Factory, placement.factory)
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
            reasons=_reasons(placement, result, manner.weights),
        )
        session.add(allocation)
        session.flush()
        ceiling = manner.counter.ceiling(placement.unit_price, placement.next_best, waiting.question.highest_price)
        ask_factory(session, allocation, ceiling, factory, waiting.listing, waiting.demand, manner, now)
    why = f"round {waiting.round}: offered to {len(placements)} of the factories that can make it"
    move(session, waiting.demand, ConfirmedDemandState.OFFERED, now, WHO, why)


def _reasons(placement: Placement, result: MatchResult, weights: MatchWeights) -> dict[str, Any]:
    exclusions = result.exclusions[placement.demand]
    return {
        "next_best": None if placement.next_best is None else str(placement.next_best),
        "exclusions": {reason.value: count for reason, count in exclusions.items()},
        "method": result.method,
        "cost": round(result.cost, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6),
        "weights": {name: getattr(weights, name) for name in MatchWeights.__dataclass_fields__},
    }
