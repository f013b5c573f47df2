"""Messages to factories: queued with their cause, sent later, once."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.decision import ConfirmedDemand
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, Offer, ProductionBrief, ProductionOrder
from models.outbox import Channel, enqueue
from models.quote import OfferRound, Rfq


def channels_of(factory: Factory) -> list[tuple[Channel, str]]:
    """How a factory is reached: its webhook, else a file for whoever writes to it; the portal always shows it."""
    outside = (Channel.WEBHOOK, factory.webhook_url) if factory.webhook_url else (Channel.FILE, factory.code)
    return [outside, (Channel.PORTAL, factory.code)]


def announce_offer(
    session: Session,
    offer: Offer,
    allocation: Allocation,
    factory: Factory,
    listing: Listing,
    demand: ConfirmedDemand,
    link: str,
    now: datetime,
) -> None:
    """Queue the offer with the link on which it is answered."""
    payload: dict[str, Any] = {
        "factory": factory.code,
        "link": link,
        "title": _titles(listing),
        "units": allocation.units,
        "unit_price": str(allocation.unit_price),
        "currency": allocation.currency,
        "lines": allocation.lines,
        "starts_on": allocation.starts_on.isoformat(),
        "due_on": demand.due_on.isoformat(),
        "answer_by": offer.expires_at.isoformat(),
    }
    subject = f"{_title_for(factory, listing)} × {allocation.units}, {demand.due_on}"
    _queue(session, f"offer:{offer.id}", "offer.sent", factory, subject, payload, now)


def announce_proposal(
    session: Session,
    offer: Offer,
    said: OfferRound,
    allocation: Allocation,
    factory: Factory,
    listing: Listing,
    link: str,
    now: datetime,
) -> None:
    """Queue our answer to a counter-offer; our reasons (our limit, the next best price) stay in the house."""
    payload: dict[str, Any] = {
        "factory": factory.code,
        "link": link,
        "title": _titles(listing),
        "units": said.units,
        "unit_price": str(said.unit_price),
        "currency": allocation.currency,
        "due_on": said.due_on.isoformat(),
        "answer_by": offer.expires_at.isoformat(),
    }
    subject = f"{_title_for(factory, listing)} × {said.units}, {said.unit_price} {allocation.currency}, {said.due_on}"
    _queue(session, f"offer:{offer.id}:{said.number}", "offer.proposed", factory, subject, payload, now)


def announce_rfq(session: Session, rfq: Rfq, factory: Factory, link: str, now: datetime) -> None:
    """Queue a request for quotation with the link on which it is quoted."""
    payload: dict[str, Any] = {
        "factory": factory.code,
        "link": link,
        "spec": rfq.spec,
        "units": rfq.units,
        "quantities": rfq.units_steps,
        "currency": rfq.currency,
        "due_on": rfq.due_on.isoformat(),
        "answer_by": rfq.answer_by.isoformat(),
    }
    subject = f"{rfq.garment.category.value} × {rfq.units}, {rfq.due_on}"
    _queue(session, f"rfq:{rfq.id}:{factory.id}", "rfq.sent", factory, subject, payload, now)


def announce_brief(
    session: Session, order: ProductionOrder, brief: ProductionBrief, factory: Factory, now: datetime
) -> None:
    """Queue a production brief: the JSON in the message, the PDF attached."""
    payload = {"factory": factory.code, "brief": brief.content}
    subject = f"{order.code} × {order.units}, {order.due_on}"
    _queue(session, f"brief:{order.code}", "brief.written", factory, subject, payload, now, brief.pdf)


def _titles(listing: Listing) -> dict[str, str]:
    return {"zh": listing.title_zh, "en": listing.title_en}


def _title_for(factory: Factory, listing: Listing) -> str:
    return listing.title_zh if factory.language.startswith("zh") else listing.title_en


def _queue(
    session: Session,
    key: str,
    kind: str,
    factory: Factory,
    subject: str,
    payload: dict[str, Any],
    now: datetime,
    blob: str | None = None,
) -> None:
    """The same message on every channel of the factory; Standard Webhooks names its parts type, timestamp, data."""
    content = {"type": kind, "timestamp": now.isoformat(), "data": payload}
    for channel, address in channels_of(factory):
        enqueue(session, f"{key}:{channel.value}", channel, address, subject, content, now, blob)
