"""Proposals of renewal in the tables: made once, the newest of a category in place of an undecided one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.renewal.gather import RENEWAL, currency_of, load_market
from factory_matching.renewal.market import Market
from factory_matching.renewal.propose import Draft, propose
from factory_matching.renewal.rule import RenewalRule
from models.attributes import Category
from models.errors import Conflict, NotFound
from models.factory import Factory
from models.scorecard import (
    ProposalState,
    RenewalMember,
    RenewalProposal,
    RenewalSide,
    find_run,
)
from models.state import begin, move


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal, or why there is none."""

    proposal: RenewalProposal | None
    why: str
    new: bool = False


def make_proposal(
    session: Session, category: Category, rule: RenewalRule, now: datetime, who: str = RENEWAL
) -> Proposed:
    """Propose as of the newest scores; the same proposal is not made twice, another one replaces an undecided one."""
    run = find_run(session)
    if run is None:
        return Proposed(None, "no factory was scored yet: `demandloom flows score` does it")
    market = load_market(session, category, currency_of(session, category), run, rule, now)
    draft = propose(market, rule)
    if not draft.outs and not draft.lifted:
        return Proposed(None, _nothing(draft, rule))
    digest = _digest(draft)
    for known in find_proposals(session, category):
        if known.digest == digest and known.state in (ProposalState.PROPOSED, ProposalState.REJECTED):
            return Proposed(known, f"the same is {known.state} already")
        if known.state is ProposalState.APPROVED:
            raise Conflict(f"proposal {known.id} for {category} is approved and waits to be applied")
        if known.state is ProposalState.PROPOSED:
            move(session, known, ProposalState.WITHDRAWN, now, who, "newer scores say something else")
    proposal = RenewalProposal(
        category=category,
        run_id=run.id,
        proposed_at=now,
        digest=digest,
        rule=rule.to_json(),
        effect={
            **draft.effect,
            "lifted": [m.code for m in draft.lifted],
            "spared": [m.code for m in draft.spared],
            "scored": draft.scored,
            "currency": market.currency,
        },
    )
    session.add(proposal)
    begin(session, proposal, now, who, f"{len(draft.outs)} out, {len(draft.ins)} in")
    _add_members(session, proposal, draft, market, rule)
    return Proposed(proposal, "", new=True)


def _nothing(draft: Draft, rule: RenewalRule) -> str:
    if draft.spared:
        return f"the capacity of all {len(draft.spared)} worst factories is needed"
    few = f"{draft.scored} factories of it have {rule.least_orders} or more orders"
    return f"nobody is to be replaced: {few}, and none of the worst {rule.worst_share:.0%} is worse than a newcomer"


def _digest(draft: Draft) -> str:
    said = {
        "out": sorted((leaver.maker.id, leaver.step.value) for leaver in draft.outs),
        "in": sorted(maker.id for maker in draft.ins),
        "lifted": sorted(maker.id for maker in draft.lifted),
    }
    return hashlib.sha256(json.dumps([draft.category, said], sort_keys=True).encode()).hexdigest()


def _add_members(session: Session, proposal: RenewalProposal, draft: Draft, market: Market, rule: RenewalRule) -> None:
    unknown = market.unknown
    for leaver in draft.outs:
        maker, work = leaver.maker, leaver.maker.work
        if work is None:
            continue
        facts: dict[str, Any] = {
            "step": leaver.step.value, "rank": leaver.rank, "scored": draft.scored, "orders": maker.orders,
            "score": round(work.score.mean, 4), "low": round(work.low, 4), "high": round(work.high, 4),
            "expected": round(unknown.score.mean, 4), "losses": [list(loss) for loss in maker.losses],
            "days": maker.moved_days, "capacity": maker.capacity, "price": maker.price,
        }  # fmt: skip
        session.add(_member(proposal, maker.id, RenewalSide.OUT, leaver.rank, facts))
    for place, maker in enumerate(draft.ins, start=1):
        facts = {
            "orders": maker.orders, "price": maker.price, "median": draft.median_price, "currency": market.currency,
            "quantity": rule.quantity, "quality": maker.quality, "on_time": maker.on_time, "capacity": maker.capacity,
            "expected": round(unknown.score.mean, 4), "low": round(unknown.low, 4), "high": round(unknown.high, 4),
        }  # fmt: skip
        session.add(_member(proposal, maker.id, RenewalSide.IN, place, facts))
    session.flush()


def _member(
    proposal: RenewalProposal, factory_id: int, side: RenewalSide, position: int, facts: dict[str, Any]
) -> RenewalMember:
    return RenewalMember(proposal_id=proposal.id, factory_id=factory_id, side=side, position=position, facts=facts)


def get_proposal(session: Session, proposal_id: int, lock: bool = False) -> RenewalProposal:
    """By its number; NotFound without it."""
    query = select(RenewalProposal).where(RenewalProposal.id == proposal_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    proposal = session.scalars(query).one_or_none()
    if proposal is None:
        raise NotFound("renewal proposal", proposal_id)
    return proposal


def find_proposals(session: Session, category: Category | None = None, limit: int = 50) -> Sequence[RenewalProposal]:
    """Newest first, of one category or of all."""
    query = select(RenewalProposal).order_by(RenewalProposal.id.desc()).limit(limit)
    if category is not None:
        query = query.where(RenewalProposal.category == category)
    return session.scalars(query).all()


def find_members(session: Session, proposal_id: int) -> Sequence[tuple[RenewalMember, Factory]]:
    """Those who go, worst first, then those who come in."""
    query = select(RenewalMember, Factory).join(Factory, Factory.id == RenewalMember.factory_id)
    query = query.where(RenewalMember.proposal_id == proposal_id)
    order = (RenewalMember.side.desc(), RenewalMember.position)
    return session.execute(query.order_by(*order)).tuples().all()
