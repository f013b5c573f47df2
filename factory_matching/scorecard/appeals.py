"""A factory appeals, a merchandiser decides with a reason; until then the rule moves nothing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.scorecard.findings import IN_FORCE, find_findings
from factory_matching.scorecard.standings import StandingLinks, lock_factory, move_standing
from models.conduct import Appeal, AppealState, FindingState
from models.errors import Conflict, InvalidInput, NotFound
from models.factory import Factory, FactoryStanding
from models.state import begin, move

LONGEST = 2000
FACTORY = "factory"
_GRANTED = {"en": "The appeal is granted: {reason}", "zh": "申诉成立：{reason}"}


def file_appeal(session: Session, code: str, said: str, now: datetime, who: str = FACTORY) -> Appeal:
    """The factory's word against its warning, suspension or finding; the same words again are the same appeal.

    Conflict when there is nothing to appeal against, or another appeal is pending; InvalidInput without words.
    """
    said = said.strip()
    if not 0 < len(said) <= LONGEST:
        raise InvalidInput(f"an appeal has 1 to {LONGEST} characters, not {len(said)}")
    factory = lock_factory(session, code)
    pending = find_pending(session, factory.id)
    if pending is not None:
        if pending.said == said:
            return pending
        raise Conflict(f"an appeal of {code} is pending since {pending.filed_at:%Y-%m-%d}; it is decided first")
    accused = any(finding.state in IN_FORCE for finding in find_findings(session, factory.id))
    if factory.state is FactoryStanding.ACTIVE and not accused:
        raise Conflict(f"factory {code} is in good standing and nothing is held against it")
    appeal = Appeal(factory_id=factory.id, said=said, filed_by=who[:64], filed_at=now)
    session.add(appeal)
    begin(session, appeal, now, who, said)
    return appeal


def decide_appeal(
    session: Session, code: str, granted: bool, reason: str, who: str, now: datetime, links: StandingLinks
) -> Appeal:
    """Granted: its findings fall and it is in good standing again. Refused: the rule goes on. NotFound without one."""
    if not reason.strip():
        raise InvalidInput("an appeal is decided with a reason")
    factory = lock_factory(session, code)
    appeal = find_pending(session, factory.id)
    if appeal is None:
        raise NotFound("pending appeal of factory", code[:40])
    move(session, appeal, AppealState.GRANTED if granted else AppealState.REFUSED, now, who, reason)
    appeal.decided_at, appeal.decided_by, appeal.reason = now, who[:64], reason[:500]
    if granted:
        _lift(session, factory, reason, who, now, links)
    return appeal


def reinstate(session: Session, code: str, reason: str, who: str, now: datetime, links: StandingLinks) -> Factory:
    """A merchandiser puts a factory back into good standing; confirmed findings stay in its record."""
    factory = lock_factory(session, code)
    why = {"en": f"Reinstated: {reason}", "zh": f"恢复合作：{reason}"}
    move_standing(session, factory, FactoryStanding.ACTIVE, now, who, why, links)
    return factory


def find_pending(session: Session, factory_id: int) -> Appeal | None:
    """The appeal that waits for a decision."""
    query = select(Appeal).where(Appeal.factory_id == factory_id, Appeal.state == AppealState.PENDING)
    return session.scalars(query).one_or_none()


def find_appeals(session: Session, factory_id: int | None = None) -> Sequence[tuple[Appeal, Factory]]:
    """Appeals of one factory, or all that are pending; oldest first."""
    query = select(Appeal, Factory).join(Factory, Factory.id == Appeal.factory_id).order_by(Appeal.id)
    chosen = Appeal.state == AppealState.PENDING if factory_id is None else Appeal.factory_id == factory_id
    return session.execute(query.where(chosen)).tuples().all()


def _lift(session: Session, factory: Factory, reason: str, who: str, now: datetime, links: StandingLinks) -> None:
    for finding in find_findings(session, factory.id):
        if finding.state in IN_FORCE:
            over = FindingState.OVERTURNED if finding.state is FindingState.CONFIRMED else FindingState.DISMISSED
            move(session, finding, over, now, who, reason)
            finding.judged_at = now
    if factory.state is not FactoryStanding.ACTIVE:
        why = {language: words.format(reason=reason) for language, words in _GRANTED.items()}
        move_standing(session, factory, FactoryStanding.ACTIVE, now, who, why, links)
