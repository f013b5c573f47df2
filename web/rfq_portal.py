"""What an invited factory sees of a request for quotation: what is wanted, its own quote; it quotes or declines."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.offers.answer import FACTORY
from factory_matching.offers.ladder_quote import LadderQuote, parse_steps, read_quote
from factory_matching.offers.rfq import decline_rfq, find_last_quote, get_invite_by_token, quote
from models.errors import InvalidInput
from models.factory import Factory
from models.order import DeclineCode
from models.quote import Rfq, RfqState
from web.pages import pages_of
from web.portal import Ladder, Token, Words, in_factory_language
from web.product import spec_in_words
from web.store import find_design_of_rfq
from web.visit import Database, Visiting

router = APIRouter(prefix="/portal/rfqs")


@router.get("/{token}")
def show_rfq(request: Request, token: Token, visit: Visiting, session: Database) -> HTMLResponse:
    """The request in the factory's language."""
    invite = get_invite_by_token(session, token)
    rfq, factory = session.get_one(Rfq, invite.rfq_id), session.get_one(Factory, invite.factory_id)
    spoken, last = in_factory_language(request, visit, factory), find_last_quote(session, invite)
    design = find_design_of_rfq(session, rfq)
    return pages_of(request).answer(
        request,
        spoken,
        "portal/rfq.html",
        token=token,
        rfq=rfq,
        invite=invite,
        factory=factory,
        last=read_quote(last) if last else None,
        taken=last is not None and last.accepted_at is not None,
        design=design,
        spec=spec_in_words(rfq.garment, pages_of(request).lexicon, spoken.language),
        codes=list(DeclineCode),
        is_open=rfq.state is RfqState.OPEN and visit.now < rfq.answer_by,
    )


@router.post("/{token}/quote")
def quote_rfq(
    token: Token,
    visit: Visiting,
    session: Database,
    steps: Ladder,
    valid_until: Annotated[date, Form()],
    reason: Words = "",
) -> Response:
    """The factory's prices and dates; a later quote replaces it."""
    invite = get_invite_by_token(session, token)
    ladder = LadderQuote(parse_steps(steps), session.get_one(Rfq, invite.rfq_id).currency, valid_until)
    quote(session, invite, ladder, reason.strip(), visit.now, FACTORY)
    return _back(token)


@router.post("/{token}/decline")
def decline(
    token: Token,
    visit: Visiting,
    session: Database,
    code: Annotated[DeclineCode, Form()] = DeclineCode.OTHER,
    reason: Words = "",
) -> Response:
    """The factory does not quote."""
    if code is DeclineCode.OTHER and not reason.strip():
        raise InvalidInput("please say why in a few words")
    decline_rfq(session, get_invite_by_token(session, token), code, reason.strip(), visit.now, FACTORY)
    return _back(token)


def _back(token: str) -> Response:
    return RedirectResponse(f"/portal/rfqs/{token}", 303)
