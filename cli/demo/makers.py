"""Simulated makers answer their offers through the portal's own forms, over real HTTP."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import httpx
import numpy as np
from sqlalchemy import select

from models.db import transaction
from models.errors import DomainError
from models.order import Allocation, Offer, OfferState
from models.outbox import Channel, OutboxMessage

_DECLINES, _COUNTERS = 0.25, 0.15
_REASONS = ("our line is full until the end of next month", "we cannot get this shell fabric in time")


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An unanswered offer as its maker knows it: from the message with the link."""

    id: int
    link: str
    unit_price: Decimal
    due_on: date


def answer_offers(seed: int, now: datetime) -> dict[str, int]:
    """Every unanswered offer gets its maker's answer, the same for the same seed; returns answers by kind.

    The first offer of all is declined and the second countered, so that even a small demo shows both.
    """
    said: Counter[str] = Counter()
    with httpx.Client(timeout=30, headers={"X-Simulated-Time": now.isoformat()}) as client:
        for offer in _find_open_offers():
            answer, form = _decide(offer, seed)
            page = client.get(offer.link)
            reply = client.post(f"{offer.link}/{answer}", data=form)
            if page.status_code != 200 or reply.status_code != 303:
                raise DomainError(f"the portal answered {page.status_code}, then {reply.status_code} to {answer}")
            said[answer] += 1
    return dict(said)


def _find_open_offers() -> list[OpenOffer]:
    with transaction() as session:
        sent = session.execute(
            select(Offer.id, Allocation.unit_price).join(Allocation).where(Offer.state == OfferState.SENT)
        ).all()
        found = []
        for offer_id, unit_price in sorted(sent):
            key = f"offer:{offer_id}:{Channel.PORTAL.value}"
            message = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
            said = message.payload["data"]
            found.append(OpenOffer(offer_id, said["link"], unit_price, date.fromisoformat(said["due_on"])))
    return found


def _decide(offer: OpenOffer, seed: int) -> tuple[str, dict[str, str]]:
    """The answer and its form."""
    rng = np.random.default_rng([seed, offer.id])
    draw = {1: 0.0, 2: _DECLINES}.get(offer.id, float(rng.random()))
    if draw < _DECLINES:
        return "decline", {"reason": str(rng.choice(_REASONS))}
    if draw < _DECLINES + _COUNTERS:
        price = (offer.unit_price * Decimal("1.02")).quantize(Decimal("0.01"))
        return "counter", {"price": str(price), "due_on": str(offer.due_on), "reason": "wool is up"}
    return "accept", {}
