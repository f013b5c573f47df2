"""Rows to be sent, written in the same transaction as their cause; sent after it, once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, choice
from models.db import insert_new


class Channel(StrEnum):
    """How a message leaves the house."""

    FILE = "file"
    WEBHOOK = "webhook"
    PORTAL = "portal"
    PAYMENT = "payment"
    """To the payment provider that holds the money."""


class OutboxMessage(Base):
    """One message to one address."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(None, "sent_at", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Natural key of the effect ('brief:ORDER-CODE:webhook'): a retry cannot send it twice."""
    channel: Mapped[Channel] = mapped_column(choice(Channel, "channel"))
    address: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    blob: Mapped[str | None] = mapped_column(String(64))
    """Blob key of an attachment."""
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None]


def enqueue(
    session: Session,
    key: str,
    channel: Channel,
    address: str,
    subject: str,
    payload: dict[str, Any],
    now: datetime,
    blob: str | None = None,
) -> bool:
    """Add a message unless one with this key is there; returns whether it was new."""
    row = {
        "key": key,
        "channel": channel,
        "address": address,
        "subject": subject[:200],
        "payload": payload,
        "blob": blob,
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 0,
    }
    return insert_new(session, OutboxMessage, [row]) == 1
