"""What would be offered: open demands matched together and checked, before anything is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_many import Matcher, Progress, match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.offers.lines import open_lines
from factory_matching.policies.obeyed import check_policies
from factory_matching.policies.pools import join_pools
from factory_matching.policies.rules import Policies
from factory_matching.policies.store import find_facts, find_pools
from factory_matching.policies.under import Done, match_under
from factory_matching.result import MatchResult
from factory_matching.store import (
    LIVE,
    find_offers,
    find_open_demands,
    find_supply,
    get_offered_design,
)
from factory_matching.weights import MatchWeights
from models.batch import Batch
from models.decision import ConfirmedDemand, ConfirmedDemandLine
from models.listing import Listing
from models.order import Allocation, Offer


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open demand with what is left of it after earlier rounds."""

    demand: ConfirmedDemand
    listing: Listing
    lines: list[dict[str, Any]]
    round: int
    question: OpenDemand


@dataclass(frozen=True, slots=True)
class Proposal:
    """A checked match of the open demands, by their keys."""

    waiting: Mapping[int, Waiting]
    supply: Supply
    result: MatchResult
    policies: Policies = Policies()  # noqa: RUF009 - frozen
    done: Done = Done()  # noqa: RUF009 - frozen
    """What the policies did."""
    leaders: frozenset[int] = frozenset()
    """Factories that are asked for their pools."""


def propose(
    session: Session,
    demands: Sequence[ConfirmedDemand],
    supply: Supply,
    weights: MatchWeights,
    progress: Progress | None = None,
    many: Matcher = match_many,
    policies: Policies = Policies(),  # noqa: B008 - frozen
) -> Proposal:
    """Match demands together under the policies; WrongMatch when a check refuses the answer. Writes nothing."""
    waiting = find_waiting(session, demands)
    questions = [entry.question for entry in waiting.values()]
    pooled = join_pools(supply, find_pools(session, supply.today))
    facts = replace(find_facts(session, policies, questions, supply.today), networks=pooled.networks)
    answer = match_under(questions, pooled.supply, weights, policies, facts, progress, many)
    check(questions, pooled.supply, answer.result)
    check_policies(questions, pooled.supply, answer.result, policies, facts, answer.done)
    return Proposal(waiting, pooled.supply, answer.result, policies, answer.done, frozenset(pooled.networks))


def propose_open(
    session: Session,
    now: datetime,
    weights: MatchWeights,
    progress: Progress | None = None,
    many: Matcher = match_many,
    policies: Policies = Policies(),  # noqa: B008 - frozen
) -> Proposal:
    """What matching would offer of all open demands now."""
    demands, supply = find_open_demands(session), find_supply(session, now.date())
    return propose(session, demands, supply, weights, progress, many, policies)


def question_of(session: Session, demand: ConfirmedDemand, units: int, excluded: frozenset[int]) -> OpenDemand:
    """The question that units of a demand put to factories; `excluded`: ids of those that are not asked (again)."""
    listing, _, design = get_offered_design(session, demand.listing_id)
    batch, of_it = session.get_one(Batch, listing.batch_id), (ConfirmedDemandLine.demand_id == demand.id,)
    return OpenDemand(
        key=demand.id,
        spec=design.garment,
        units=units,
        due_on=demand.due_on,
        currency=listing.currency,
        highest_price=listing.ladder.unit_price(demand.units),
        excluded=excluded,
        batch=batch.id,
        brand=batch.brand,
        market=batch.market,
        certificates=frozenset(batch.certificates),
        sizes=frozenset(session.scalars(select(ConfirmedDemandLine.size).where(*of_it)).all()),
    )


def find_waiting(session: Session, demands: Sequence[ConfirmedDemand]) -> dict[int, Waiting]:
    """What is left of these demands, by their ids; their lines are loaded."""
    offered: dict[int, list[tuple[Allocation, Offer]]] = defaultdict(list)
    for allocation, offer in find_offers(session, [demand.id for demand in demands]):
        offered[allocation.demand_id].append((allocation, offer))
    # Where a database locks no rows, a demand may have been offered between the two reads: nothing of it is left.
    left = (demand for demand in demands if _units_held(offered[demand.id]) < demand.units)
    return {demand.id: _wait(session, demand, offered[demand.id]) for demand in left}


def _units_held(offered: Sequence[tuple[Allocation, Offer]]) -> int:
    return sum(allocation.units for allocation, offer in offered if offer.state in LIVE)


def _wait(session: Session, demand: ConfirmedDemand, offered: Sequence[tuple[Allocation, Offer]]) -> Waiting:
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
    question = question_of(session, demand, sum(line["units"] for line in lines), asked)
    round_ = max((allocation.round for allocation, _ in offered), default=0) + 1
    return Waiting(demand, listing, lines, round_, question)
