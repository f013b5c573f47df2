"""A message on its way out, and what can go wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.outbox import Channel


class DeliveryFailed(Exception):
    """A message did not arrive; the text says why and is kept with it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a sender needs, read before the transaction was closed."""

    key: str
    """Receivers take a message with a key that they know already as the same message."""
    address: str
    subject: str
    payload: Mapping[str, Any]
    blob: str | None
    secret: str | None
    """The factory's webhook secret, if it has one."""


Sender = Callable[[Message, datetime], None]
"""Deliver or raise DeliveryFailed; the moment is that of sending."""
Senders = Mapping[Channel, Sender]
