"""Proposals of renewal in the tables: made once, the newest of a category in place of an undecided one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.renewal.facts import facts_of_leaver, facts_of_newcomer
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
    outs = [(leaver.maker.id, RenewalSide.OUT, facts_of_leaver(draft, leaver, market)) for leaver in draft.outs]
    ins = [(maker.id, RenewalSide.IN, facts_of_newcomer(draft, maker, market, rule)) for maker in draft.ins]
    for members in (outs, ins):
        for position, (factory_id, side, facts) in enumerate(members, start=1):
            key = {"proposal_id": proposal.id, "factory_id": factory_id}
            session.add(RenewalMember(**key, side=side, position=position, facts=facts))
    session.flush()


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
