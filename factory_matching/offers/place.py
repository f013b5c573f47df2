"""Ask factories: match open demands, hold the days, write offers with their links."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from factory_matching.assignment.feasible import check
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.offers.announce import announce_offer
from factory_matching.offers.lines import cut, open_lines
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.slots import book
from factory_matching.result import MatchResult, Placement
from factory_matching.store import (
    LIVE,
    find_booked,
    find_offers,
    find_open_demands,
    get_offered_design,
    hash_token,
    load_register,
)
from factory_matching.weights import MatchWeights
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import InvalidInput
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, Offer
from models.state import begin, move

_WHO = "matching"


@dataclass(frozen=True, slots=True)
class OfferRule:
    """How offers are made."""

    days_to_answer: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.days_to_answer <= 60:
            raise InvalidInput(f"offers: {self.days_to_answer} days to answer is not between 0 and 60")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "OfferRule":
        """From the [offers] table of configs/match.toml; InvalidInput when it says anything else."""
        if set(table) - {"days_to_answer"} or not isinstance(table.get("days_to_answer", 2.0), int | float):
            raise InvalidInput("offers: only days_to_answer, a number, is known")
        return OfferRule(**table)


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
    session: Session, now: datetime, weights: MatchWeights, rule: OfferRule, links: PortalLinks
) -> Placed:
    """Match all open demands together, book the days, make the offers and queue their messages.

    All in the caller's transaction; a second call finds no open demand and does nothing. Demands that nobody can make
    become UNSERVED, with the reason in their history.
    """
    waiting = _find_waiting(session)
    supply = Supply(load_register(session), now.date(), find_booked(session, now.date()))
    questions = [entry.question for entry in waiting.values()]
    result = match(questions, supply, weights)
    check(questions, supply, result)
    placements = defaultdict(list)
    for placement in result.placements:
        placements[placement.demand].append(placement)
    expires_at = now + timedelta(days=rule.days_to_answer)
    for key, parts in placements.items():
        _offer(session, waiting[key], parts, result, weights, now, expires_at, links)
    for key, why in result.unserved.items():
        move(session, waiting[key].demand, ConfirmedDemandState.UNSERVED, now, _WHO, why)
    offers = len(result.placements)
    return Placed(len(waiting), offers, len(result.unserved), result.cost, result.bound, result.gap, result.method)


def _find_waiting(session: Session) -> dict[int, _Waiting]:
    demands = find_open_demands(session)
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
    question = OpenDemand(
        key=demand.id,
        spec=spec,
        units=sum(line["units"] for line in lines),
        due_on=demand.due_on,
        currency=listing.currency,
        highest_price=listing.ladder.unit_price(demand.units),
        # Also those that hold a live part: one factory has one offer of a demand.
        excluded=frozenset(allocation.factory_id for allocation, _ in offered),
    )
    round_ = max((allocation.round for allocation, _ in offered), default=0) + 1
    return _Waiting(demand, listing, lines, round_, question)


def _offer(
    session: Session,
    waiting: _Waiting,
    placements: Sequence[Placement],
    result: MatchResult,
    weights: MatchWeights,
    now: datetime,
    expires_at: datetime,
    links: PortalLinks,
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
            reasons=_reasons(placement, result, weights),
        )
        session.add(allocation)
        session.flush()
        token = links.token(waiting.listing.slug, factory.code, waiting.round)
        offer = Offer(allocation_id=allocation.id, token_hash=hash_token(token), sent_at=now, expires_at=expires_at)
        session.add(offer)
        begin(session, offer, now, _WHO, f"{placement.units} units at {placement.unit_price}")
        announce_offer(session, offer, allocation, factory, waiting.listing, waiting.demand, links.to_offer(token), now)
    why = f"round {waiting.round}: offered to {len(placements)} of the factories that can make it"
    move(session, waiting.demand, ConfirmedDemandState.OFFERED, now, _WHO, why)


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
