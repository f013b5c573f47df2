"""Rounds of an offer: what was said, by whom, when; appended with the move of state that it causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.decision import ConfirmedDemand
from models.order import Allocation, DeclineCode, Offer
from models.quote import OfferRound, RoundKind, Side

HOUSE = (RoundKind.OFFERED, RoundKind.PROPOSED)
"""Kinds by which we put terms to a factory."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Price, quantity and date on the table."""

    unit_price: Decimal
    units: int
    due_on: date


def terms_of(offer: Offer, allocation: Allocation, demand: ConfirmedDemand) -> Terms:
    """What lies on the table now: the last counter-offer or proposal, else the offer as it was made."""
    return Terms(
        offer.counter_price or allocation.unit_price,
        offer.counter_units or allocation.units,
        offer.counter_due_on or demand.due_on,
    )


def append_round(
    session: Session,
    offer: Offer,
    side: Side,
    kind: RoundKind,
    terms: Terms,
    at: datetime,
    who: str,
    why: str,
    code: DeclineCode | None = None,
    number: int | None = None,
) -> OfferRound:
    """Write down one step of the talk; the offer is locked by whoever answers, so numbers do not collide."""
    if number is None:
        last = session.scalar(select(func.max(OfferRound.number)).where(OfferRound.offer_id == offer.id))
        number = (last or 0) + 1
    row = OfferRound(
        offer_id=offer.id,
        number=number,
        side=side,
        kind=kind,
        unit_price=terms.unit_price,
        units=terms.units,
        due_on=terms.due_on,
        code=code,
        who=who,
        why=why[:500],
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def find_rounds(session: Session, offer_id: int) -> Sequence[OfferRound]:
    """Everything said about one offer, in order."""
    query = select(OfferRound).where(OfferRound.offer_id == offer_id).order_by(OfferRound.number)
    return session.scalars(query).all()


def find_our_last_price(session: Session, offer_id: int) -> Decimal | None:
    """The price that we put on the table last; None when no round is kept."""
    ours = OfferRound.offer_id == offer_id, OfferRound.kind.in_(HOUSE)
    return session.scalar(select(OfferRound.unit_price).where(*ours).order_by(OfferRound.number.desc()).limit(1))
