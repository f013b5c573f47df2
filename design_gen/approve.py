"""A merchandiser's word on the pictures of a batch."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.batch import get_batch
from models.design import Design, Mockup, MockupState
from models.errors import NotFound
from models.state import move


def approve_mockup(session: Session, mockup_id: int, now: datetime, who: str, why: str) -> Mockup:
    """A merchandiser's yes; approving twice is once. Conflict when it was rejected."""
    return _judge(session, mockup_id, MockupState.APPROVED, now, who, why)


def reject_mockup(session: Session, mockup_id: int, now: datetime, who: str, why: str) -> Mockup:
    """A merchandiser's no."""
    return _judge(session, mockup_id, MockupState.REJECTED, now, who, why)


def _judge(session: Session, mockup_id: int, to: MockupState, now: datetime, who: str, why: str) -> Mockup:
    mockup = session.get(Mockup, mockup_id)
    if mockup is None:
        raise NotFound("mockup", mockup_id)
    if mockup.state is not to:
        move(session, mockup, to, now, who, why)
    return mockup


def find_mockups(session: Session, batch_id: int, *states: MockupState) -> Sequence[Mockup]:
    """Pictures of a batch in any of these states (all when none is named), in order of their designs."""
    query = select(Mockup).join(Design).where(Design.batch_id == batch_id).order_by(Mockup.design_id, Mockup.id)
    if states:
        query = query.where(Mockup.state.in_(states))
    return session.scalars(query).all()


def approve_drawn(session: Session, slug: str, now: datetime, who: str, why: str) -> int:
    """Approve every picture of a batch that passed its checks; flagged ones wait for a look. Returns how many."""
    drawn = find_mockups(session, get_batch(session, slug).id, MockupState.DRAWN)
    for mockup in drawn:
        move(session, mockup, MockupState.APPROVED, now, who, why)
    return len(drawn)
