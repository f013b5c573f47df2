"""Simulated makers answer their offers through the portal's own forms, over real HTTP."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import numpy as np
from sqlalchemy import func, select

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
    proposed: bool
    """The merchandiser answered a counter-offer with terms of its own."""


def answer_offers(address: str, seed: int, now: datetime) -> dict[str, int]:
    """Every open offer that was sent or talked of before now gets its maker's answer; returns answers by kind.

    The same seed gives the same answers, also when it is asked again after a kill: what follows from an answer at this
    moment waits for the next one.

    The first offer of all is declined and the second countered, so that even a small demo shows both. Links are
    followed on the server at `address`: it stands in for the public one that messages name.
    """
    said: Counter[str] = Counter()
    with httpx.Client(base_url=address, timeout=30, headers={"X-Simulated-Time": now.isoformat()}) as client:
        for offer in _find_open_offers(now):
            answer, form = _decide(offer, seed)
            path = urlsplit(offer.link).path
            page = client.get(path)
            reply = client.post(f"{path}/{answer}", data=form)
            if page.status_code != 200 or reply.status_code != 303:
                raise DomainError(f"the portal answered {page.status_code}, then {reply.status_code} to {answer}")
            said[answer] += 1
    return dict(said)


def _find_open_offers(now: datetime) -> list[OpenOffer]:
    talked = Offer.answered_at.is_(None) | (Offer.answered_at < now)
    unanswered = Offer.state == OfferState.SENT, Offer.sent_at < now, talked
    with transaction() as session:
        columns = select(Offer.id, Allocation.unit_price, Offer.answered_at.is_not(None))
        sent = session.execute(columns.join(Allocation).where(*unanswered)).all()
        found = []
        for offer_id, unit_price, proposed in sorted(sent):
            key = f"offer:{offer_id}:{Channel.PORTAL.value}"
            message = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
            said = message.payload["data"]
            due_on = date.fromisoformat(said["due_on"])
            found.append(OpenOffer(offer_id, said["link"], unit_price, due_on, proposed))
    return found


def count_open() -> int:
    """Offers that wait for their maker's answer."""
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Offer).where(Offer.state == OfferState.SENT)) or 0


def count_answered(since: datetime) -> int:
    """Offers that were answered at or after a moment, by their makers or by the merchandiser's rule."""
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Offer).where(Offer.answered_at >= since)) or 0


def _decide(offer: OpenOffer, seed: int) -> tuple[str, dict[str, str]]:
    """The answer and its form; terms that were talked over are taken."""
    if offer.proposed:
        return "accept", {}
    rng = np.random.default_rng([seed, offer.id])
    draw = {1: 0.0, 2: _DECLINES}.get(offer.id, float(rng.random()))
    if draw < _DECLINES:
        return "decline", {"reason": str(rng.choice(_REASONS))}
    if draw < _DECLINES + _COUNTERS:
        price = (offer.unit_price * Decimal("1.02")).quantize(Decimal("0.01"))
        return "counter", {"price": str(price), "due_on": str(offer.due_on), "reason": "wool is up"}
    return "accept", {}
