"""Findings of infringement or of no real source: reported, then judged; a confirmed one suspends at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.scorecard.standing import Cause, Verdict
from factory_matching.scorecard.standings import StandingLinks, lock_factory, move_standing
from factory_matching.scorecard.words import explain
from models.conduct import FactoryFinding, FindingKind, FindingState
from models.errors import InvalidInput, NotFound
from models.factory import Factory, FactoryStanding
from models.state import begin, move

IN_FORCE = (FindingState.REPORTED, FindingState.CONFIRMED)
LONGEST_EVIDENCE = 2000


def report_finding(
    session: Session, code: str, kind: FindingKind, evidence: str, who: str, now: datetime
) -> FactoryFinding:
    """Note what was found; the same evidence again is the same finding. InvalidInput without any."""
    evidence = evidence.strip()
    if not 0 < len(evidence) <= LONGEST_EVIDENCE:
        raise InvalidInput(f"evidence has {len(evidence)} characters; 1 to {LONGEST_EVIDENCE} are taken")
    factory = lock_factory(session, code)
    where = (FactoryFinding.factory_id == factory.id, FactoryFinding.kind == kind, FactoryFinding.evidence == evidence)
    known = session.scalars(select(FactoryFinding).where(*where)).first()
    if known is not None:
        return known
    finding = FactoryFinding(factory_id=factory.id, kind=kind, evidence=evidence, found_by=who[:64], reported_at=now)
    session.add(finding)
    begin(session, finding, now, who, evidence)
    return finding


def judge_finding(
    session: Session, finding_id: int, confirmed: bool, reason: str, who: str, now: datetime, links: StandingLinks
) -> FactoryFinding:
    """A merchandiser's word on a report: confirmed suspends the factory at once. Conflict when it was judged before."""
    finding = session.get(FactoryFinding, finding_id)
    if finding is None:
        raise NotFound("finding", finding_id)
    factory = lock_factory(session, session.get_one(Factory, finding.factory_id).code)
    session.refresh(finding)
    move(session, finding, FindingState.CONFIRMED if confirmed else FindingState.DISMISSED, now, who, reason)
    finding.judged_at = now
    if confirmed and factory.state is not FactoryStanding.SUSPENDED:
        verdict = Verdict(FactoryStanding.SUSPENDED, Cause.CONFIRMED_FINDING, facts={"kinds": [finding.kind.value]})
        why = {language: explain(verdict, language) for language in ("en", "zh")}
        move_standing(session, factory, FactoryStanding.SUSPENDED, now, who, why, links)
    return finding


def find_waiting(session: Session) -> Sequence[tuple[FactoryFinding, Factory]]:
    """Findings that nobody has judged yet, oldest first."""
    query = select(FactoryFinding, Factory).join(Factory, Factory.id == FactoryFinding.factory_id)
    waiting = query.where(FactoryFinding.state == FindingState.REPORTED).order_by(FactoryFinding.id)
    return session.execute(waiting).tuples().all()


def find_findings(session: Session, factory_id: int) -> Sequence[FactoryFinding]:
    """Every finding of a factory, oldest first."""
    query = select(FactoryFinding).where(FactoryFinding.factory_id == factory_id).order_by(FactoryFinding.id)
    return session.scalars(query).all()
