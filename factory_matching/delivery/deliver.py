"""Send what is due in the outbox: each message once, after the transaction that caused it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from factory_matching.delivery.message import DeliveryFailed, Message, Senders
from models.factory import Factory
from models.outbox import Channel, OutboxMessage

MOST_ATTEMPTS = 12
"""About five days with the waits below; then a person has to look."""
_FIRST_WAIT = timedelta(minutes=1)  # longer than any sender's time-out: a claim outlives the attempt that it covers
_LONGEST_WAIT = timedelta(days=1)

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did; `given_up`: messages that failed MOST_ATTEMPTS times."""

    sent: int
    failed: int
    given_up: int


def send_due(transaction: Transaction, now: datetime, senders: Senders, limit: int = 1_000) -> Delivered:
    """Send up to `limit` due messages over the channels that have a sender.

    A message is claimed in one short transaction, sent outside of any, marked in another. A crash between sending and
    marking sends it again after its wait with the same key, by which the receiver knows it.
    """
    with transaction() as session:
        due = _find_due(session, now, list(senders), limit)
    sent = failed = 0
    for message_id in due:
        with transaction() as session:
            claimed = _claim(session, message_id, now)
        if claimed is None:
            continue
        channel, message = claimed
        error: str | None = None
        try:
            senders[channel](message, now)
        except DeliveryFailed as reason:
            error = str(reason)
        with transaction() as session:
            _mark(session, message_id, now, error)
        sent, failed = sent + (error is None), failed + (error is not None)
    with transaction() as session:
        given_up = session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.sent_at.is_(None), OutboxMessage.attempts >= MOST_ATTEMPTS)
        )
    return Delivered(sent, failed, given_up or 0)


def wait_after(attempts: int) -> timedelta:
    """Doubled with every attempt: 1 minute, 2, 4, ... up to a day."""
    doubled: timedelta = _FIRST_WAIT * 2 ** (attempts - 1)
    return min(doubled, _LONGEST_WAIT)


def _find_due(session: Session, now: datetime, channels: list[Channel], limit: int) -> list[int]:
    query = select(OutboxMessage.id).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.next_attempt_at <= now,
        OutboxMessage.attempts < MOST_ATTEMPTS,
        or_(*(OutboxMessage.channel == channel for channel in channels)),
    )
    return list(session.scalars(query.order_by(OutboxMessage.id).limit(limit)))


def _claim(session: Session, message_id: int, now: datetime) -> tuple[Channel, Message] | None:
    """Count the attempt and put the next one off; None when another sender was first."""
    row = session.get_one(OutboxMessage, message_id)
    claim = (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.attempts == row.attempts,
        )
        .values(attempts=row.attempts + 1, next_attempt_at=now + wait_after(row.attempts + 1))
    )
    # RETURNING says whether the row was still ours to claim, on both databases.
    if session.scalar(claim.returning(OutboxMessage.id), execution_options={"synchronize_session": False}) is None:
        return None
    code = row.payload.get("data", {}).get("factory")
    secret = session.scalar(select(Factory.webhook_secret).where(Factory.code == code)) if code else None
    return row.channel, Message(row.key, row.address, row.subject, row.payload, row.blob, secret)


def _mark(session: Session, message_id: int, now: datetime, error: str | None) -> None:
    row = session.get_one(OutboxMessage, message_id)
    if error is None:
        row.sent_at, row.last_error = now, None
    else:
        row.last_error = error[:500]
