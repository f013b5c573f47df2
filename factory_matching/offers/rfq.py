"""Requests for quotation: ask factories near a spec that nobody is registered for, and take down what they quote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.offers.announce import announce_rfq
from factory_matching.offers.ladder_quote import LadderQuote
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.near import Near
from factory_matching.store import hash_token
from models.errors import Conflict, InvalidInput, NotAllowed
from models.factory import Factory
from models.garment import GarmentSpec
from models.order import DeclineCode
from models.quote import InviteState, Quote, Rfq, RfqInvite, RfqState
from models.state import begin, move

MOST_INVITED = 20
"""Factories asked at once, where the caller says nothing else."""
_LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a spec, how many, at which other quantities a price is wanted, by when."""

    spec: GarmentSpec
    units: int
    due_on: date
    answer_by: datetime
    currency: str = "CNY"
    market: str | None = None
    demand_id: int | None = None
    design_id: int | None = None

    @property
    def units_steps(self) -> list[int]:
        """Half, the whole and twice the units: enough to see how the price falls."""
        return sorted({max(1, self.units // 2), self.units, self.units * 2})


def open_rfq(
    session: Session, request: Request, near: Sequence[Near], now: datetime, links: PortalLinks, who: str
) -> Rfq:
    """Write the request and invite the factories; a demand or design that has one open gets that one back.

    InvalidInput when nobody is near, or the time to answer is none.
    """
    if (known := _find_open(session, request)) is not None:
        return known
    if not near:
        raise InvalidInput(f"no factory makes a {request.spec.category.replace('_', ' ')} at all: nobody to ask")
    if not now < request.answer_by <= now + _LONGEST or request.due_on <= now.date():
        raise InvalidInput("answers are wanted within 60 days, goods after today")
    rfq = Rfq(
        demand_id=request.demand_id,
        design_id=request.design_id,
        spec=request.spec.to_json(),
        units_steps=request.units_steps,
        units=request.units,
        currency=request.currency,
        market=request.market,
        due_on=request.due_on,
        opened_at=now,
        answer_by=request.answer_by,
    )
    session.add(rfq)
    begin(session, rfq, now, who, f"{request.units} units by {request.due_on}, {len(near)} factories asked")
    for one in near:
        _invite(session, rfq, one, now, links, who)
    return rfq


def quote(session: Session, invite: RfqInvite, ladder: LadderQuote, note: str, now: datetime, who: str) -> Quote:
    """A factory's ladder for a request; the same ladder again is no news, another one replaces it.

    Conflict when the time to answer has passed or another quote was taken; InvalidInput for a past date.
    """
    rfq = _check_open(session, invite, now)
    check_ladder(ladder, rfq.currency, now.date())
    last = find_last_quote(session, invite)
    if last is not None and last.steps == ladder.to_json() and last.valid_until == ladder.valid_until:
        return last
    row = Quote(
        rfq_id=rfq.id,
        factory_id=invite.factory_id,
        currency=ladder.currency,
        steps=ladder.to_json(),
        valid_until=ladder.valid_until,
        note=note[:400],
        quoted_at=now,
    )
    session.add(row)
    if invite.state is not InviteState.QUOTED:
        move(session, invite, InviteState.QUOTED, now, who, f"{len(ladder.steps)} quantities")
    session.flush()
    return row


def decline_rfq(session: Session, invite: RfqInvite, code: DeclineCode, words: str, now: datetime, who: str) -> None:
    """A factory does not quote; twice is once."""
    _check_open(session, invite, now)
    invite.decline_code = code
    if invite.state is not InviteState.DECLINED:
        move(session, invite, InviteState.DECLINED, now, who, words or f"{code}, no words given")


def close_rfqs(session: Session, now: datetime) -> int:
    """End requests whose time to answer has passed; a quote may still be taken. Returns how many."""
    due = select(Rfq).where(Rfq.state == RfqState.OPEN, Rfq.answer_by <= now).order_by(Rfq.id)
    found = session.scalars(due.with_for_update()).all()
    for rfq in found:
        move(session, rfq, RfqState.CLOSED, now, "deadline", f"answers were due by {rfq.answer_by:%Y-%m-%d %H:%M} UTC")
    return len(found)


def check_ladder(ladder: LadderQuote, currency: str, today: date) -> None:
    """InvalidInput for a quote in another currency, one that ends today or earlier, or dates that have passed."""
    if ladder.currency != currency:
        raise InvalidInput(f"please quote in {currency}")
    if ladder.valid_until < today or ladder.steps[0].finished_on < today:
        raise InvalidInput("a date of the quote has passed")


def get_invite_by_token(session: Session, token: str) -> RfqInvite:
    """The invitation whose link carries this token; NotAllowed for any other."""
    invite = session.scalar(select(RfqInvite).where(RfqInvite.token_hash == hash_token(token)))
    if invite is None:
        raise NotAllowed("this link is not valid, or no longer")
    return invite


def find_last_quote(session: Session, invite: RfqInvite) -> Quote | None:
    """What an invited factory quoted last."""
    own = Quote.rfq_id == invite.rfq_id, Quote.factory_id == invite.factory_id
    return session.scalar(select(Quote).where(*own).order_by(Quote.id.desc()).limit(1))


def _find_open(session: Session, request: Request) -> Rfq | None:
    by_demand, by_design = Rfq.demand_id == request.demand_id, Rfq.design_id == request.design_id
    own = by_design if request.demand_id is None else by_demand
    return session.scalar(select(Rfq).where(own, Rfq.state == RfqState.OPEN).limit(1))


def _invite(session: Session, rfq: Rfq, near: Near, now: datetime, links: PortalLinks, who: str) -> None:
    factory = session.get_one(Factory, near.factory)
    token = links.rfq_token(rfq.id, factory.code)
    invite = RfqInvite(rfq_id=rfq.id, factory_id=factory.id, token_hash=hash_token(token), sent_at=now)
    session.add(invite)
    lacks = ", ".join(near.lacks) or "nothing"
    begin(session, invite, now, who, f"{factory.code} is near: lacks {lacks}")
    announce_rfq(session, rfq, factory, links.to_rfq(token), now)


def _check_open(session: Session, invite: RfqInvite, now: datetime) -> Rfq:
    """Lock the request, then the invitation."""
    fresh = {"populate_existing": True}
    by_id = select(Rfq).where(Rfq.id == invite.rfq_id).with_for_update().execution_options(**fresh)
    rfq = session.scalars(by_id).one()
    own = select(RfqInvite).where(RfqInvite.id == invite.id).with_for_update().execution_options(**fresh)
    session.scalars(own).one()
    if rfq.state is not RfqState.OPEN or now >= rfq.answer_by:
        raise Conflict(f"quotes were taken until {rfq.answer_by:%Y-%m-%d %H:%M} UTC")
    return rfq
