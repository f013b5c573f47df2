"""A merchandiser decides about a renewal; what is approved is applied to standings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.renewal.gather import RENEWAL, load_market
from factory_matching.renewal.keep import find_members, get_proposal
from factory_matching.renewal.market import shortfalls
from factory_matching.renewal.propose import Step
from factory_matching.renewal.rule import RenewalRule
from factory_matching.scorecard.appeals import find_pending
from factory_matching.scorecard.standings import StandingLinks, lock_factory, move_standing
from models.errors import Conflict, InvalidInput
from models.factory import FactoryStanding
from models.scorecard import ProposalState, RenewalProposal, RenewalSide, ScoreRun
from models.state import move

_WHY = {
    "notice": {
        "en": "Renewal of {category}, proposal {id}: put on notice.",
        "zh": "{category} 供应商更新（提案 {id}）：警告。",
    },
    "leave": {
        "en": "Renewal of {category}, proposal {id}: replaced by newcomers.",
        "zh": "{category} 供应商更新（提案 {id}）：由新工厂替换。",
    },
    "lifted": {
        "en": "Renewal of {category}, proposal {id}: no longer among the worst.",
        "zh": "{category} 供应商更新（提案 {id}）：已不在末位之列。",
    },
}


_FROM = {
    Step.NOTICE.value: FactoryStanding.ACTIVE,
    Step.LEAVE.value: FactoryStanding.WARNED,
    "lifted": FactoryStanding.WARNED,
}
_TO = {
    Step.NOTICE.value: FactoryStanding.WARNED,
    Step.LEAVE.value: FactoryStanding.SUSPENDED,
    "lifted": FactoryStanding.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Applied:
    """Standings moved, and those held by an appeal or moved otherwise meanwhile."""

    moved: int
    held: int


def decide_proposal(
    session: Session, proposal_id: int, approved: bool, reason: str, who: str, now: datetime
) -> RenewalProposal:
    """A merchandiser's word with a reason. Conflict when it was decided before."""
    if not reason.strip():
        raise InvalidInput("a proposal is decided with a reason")
    proposal = get_proposal(session, proposal_id, lock=True)
    move(session, proposal, ProposalState.APPROVED if approved else ProposalState.REJECTED, now, who, reason)
    return proposal


def apply_approved(session: Session, now: datetime, who: str, links: StandingLinks, withdraw: bool = False) -> Applied:
    """Move the standings of every approved proposal; running twice moves nothing twice.

    One that would by now leave too little capacity is withdrawn, or, where a person waits for the answer, a Conflict.
    """
    query = select(RenewalProposal).where(RenewalProposal.state == ProposalState.APPROVED).order_by(RenewalProposal.id)
    moved = held = 0
    for proposal in session.scalars(query.with_for_update()):
        short = _say_shortage(session, proposal, now)
        if short and not withdraw:
            raise Conflict(f"proposal {proposal.id}: {short}")
        if short:
            move(session, proposal, ProposalState.WITHDRAWN, now, who, short)
            continue
        done = _apply(session, proposal, now, who, links)
        moved, held = moved + done.moved, held + done.held
    return Applied(moved, held)


def _apply(session: Session, proposal: RenewalProposal, now: datetime, who: str, links: StandingLinks) -> Applied:
    moved = held = 0
    members = find_members(session, proposal.id)
    todo = [(f.code, member.facts["step"]) for member, f in members if member.side is RenewalSide.OUT]
    for code, step in (*todo, *((code, "lifted") for code in proposal.effect["lifted"])):
        factory = lock_factory(session, code)
        to = _TO[step]
        fits = factory.state is _FROM[step]
        if not fits or find_pending(session, factory.id) is not None:
            held += 1
            continue
        values = {"category": proposal.category.value, "id": proposal.id}
        why = {language: words.format_map(values) for language, words in _WHY[step].items()}
        move_standing(session, factory, to, now, f"{RENEWAL}: {who}", why, links)
        moved += 1
    move(session, proposal, ProposalState.APPLIED, now, who, f"{moved} standings moved, {held} held")
    return Applied(moved, held)


def _say_shortage(session: Session, proposal: RenewalProposal, now: datetime) -> str:
    """Demand may have grown since it was proposed: where what is left would not do; empty where it would."""
    rule = RenewalRule.from_table(proposal.rule)
    run = session.get_one(ScoreRun, proposal.run_id)
    market = load_market(session, proposal.category, proposal.effect["currency"], run, rule, now)
    sides = {member.factory_id: member.side for member, _ in find_members(session, proposal.id)}
    outs = [maker for maker in market.proven if sides.get(maker.id) is RenewalSide.OUT]
    ins = [maker for maker in market.makers if sides.get(maker.id) is RenewalSide.IN]
    short = shortfalls(market, outs, ins, rule.reserve)
    said = ", ".join(f"{name}: {left:.0f} of {least:.0f} a day" for name, (left, least) in short.items())
    return f"it would leave too little capacity by now ({said}); propose again" if short else ""
