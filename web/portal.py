"""What a factory sees: one offer by the token in its link; it accepts, declines, counters or quotes a ladder."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from fastapi import APIRouter, BackgroundTasks, Form, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.offers.answer import accept, counter, decline
from factory_matching.offers.ladder_quote import LadderQuote, parse_steps
from factory_matching.offers.quotes import quote_offer
from factory_matching.offers.rounds import find_rounds, terms_of
from factory_matching.policies.place_inside import find_choices, find_parts
from factory_matching.store import get_offer_by_token
from models.batch import Batch
from models.decision import ConfirmedDemand
from models.design import Design, Mockup
from models.errors import InvalidInput, NotFound
from models.factory import Factory
from models.listing import Listing
from models.order import Allocation, DeclineCode, Offer, ProductionBrief
from web.blobs import blobs_of
from web.follow import follow_answer, rounds_of
from web.orders import pdf_response
from web.pages import pages_of
from web.product import describe
from web.store import find_offer_outcome
from web.visit import Database, Visit, Visiting

router = APIRouter(prefix="/portal/offers")
Token = Annotated[str, Path(max_length=200)]
Words = Annotated[str, Form(max_length=400)]
Ladder = Annotated[str, Form(min_length=1, max_length=1_000)]


@router.get("/{token}")
def show_offer(request: Request, token: Token, visit: Visiting, session: Database) -> HTMLResponse:
    """The offer in the factory's language: what, how many of each, at what price, by when."""
    offer = get_offer_by_token(session, token)
    allocation = session.get_one(Allocation, offer.allocation_id)
    demand = session.get_one(ConfirmedDemand, allocation.demand_id)
    listing = session.get_one(Listing, demand.listing_id)
    mockup = session.get_one(Mockup, listing.mockup_id)
    design = session.get_one(Design, mockup.design_id)
    factory = session.get_one(Factory, allocation.factory_id)
    spoken = in_factory_language(request, visit, factory)
    outcome = find_offer_outcome(session, offer.id)
    return pages_of(request).answer(
        request,
        spoken,
        "portal/offer.html",
        token=token,
        offer=offer,
        allocation=allocation,
        terms=terms_of(offer, allocation, demand),
        rounds=find_rounds(session, offer.id),
        rounds_left=rounds_of(request) - offer.counters,
        codes=list(DeclineCode),
        listing=listing,
        mockup=mockup,
        design=design,
        factory=factory,
        product=describe(design, pages_of(request).lexicon, spoken.language),
        order=outcome[0] if outcome else None,
        brief=outcome[1] if outcome else None,
        simulated=session.get_one(Batch, listing.batch_id).simulated,
        choices=find_choices(session, offer, visit.now.date()),
        parts_made=find_parts(session, allocation.id),
    )


@router.post("/{token}/accept")
def accept_offer(
    request: Request, token: Token, visit: Visiting, session: Database, tasks: BackgroundTasks
) -> Response:
    """The factory's yes to what lies on the table; units that it left over go to others at once."""
    offer = get_offer_by_token(session, token)
    accept(session, offer, visit.now)
    follow_answer(request, visit, session, tasks, offer.id)
    return _back(token)


@router.post("/{token}/decline")
def decline_offer(
    request: Request,
    token: Token,
    visit: Visiting,
    session: Database,
    tasks: BackgroundTasks,
    code: Annotated[DeclineCode, Form()] = DeclineCode.OTHER,
    reason: Words = "",
) -> Response:
    """The factory's no, with its reason; the units go to others at once."""
    if code is DeclineCode.OTHER and not reason.strip():
        raise InvalidInput("please say why in a few words")
    offer = get_offer_by_token(session, token)
    decline(session, offer, reason.strip(), visit.now, code=code)
    follow_answer(request, visit, session, tasks, offer.id)
    return _back(token)


@router.post("/{token}/counter")
def counter_offer(
    request: Request,
    token: Token,
    visit: Visiting,
    session: Database,
    tasks: BackgroundTasks,
    price: Annotated[Decimal, Form(gt=0, max_digits=12, decimal_places=2)],
    due_on: Annotated[date, Form()],
    units: Annotated[int | None, Form(gt=0, le=10_000_000)] = None,
    reason: Words = "",
) -> Response:
    """The factory's own price, date, or fewer units; answered at once by the merchandiser's rule."""
    offer = get_offer_by_token(session, token)
    counter(session, offer, price, due_on, reason, visit.now, units=units, rounds=rounds_of(request))
    follow_answer(request, visit, session, tasks, offer.id)
    return _back(token)


@router.post("/{token}/quote")
def quote_ladder(
    request: Request,
    token: Token,
    visit: Visiting,
    session: Database,
    tasks: BackgroundTasks,
    steps: Ladder,
    valid_until: Annotated[date, Form()],
    reason: Words = "",
) -> Response:
    """The factory's prices for several quantities; the best step is its counter-offer."""
    offer = get_offer_by_token(session, token)
    currency = session.get_one(Allocation, offer.allocation_id).currency
    ladder = LadderQuote(parse_steps(steps), currency, valid_until)
    quote_offer(session, offer, ladder, reason, visit.now, rounds=rounds_of(request))
    follow_answer(request, visit, session, tasks, offer.id)
    return _back(token)


@router.get("/{token}/brief.json")
def get_brief_json(token: Token, session: Database) -> Response:
    """The production brief as data, once the offer is accepted and the brief is written."""
    brief = _brief(session, get_offer_by_token(session, token))
    headers = {"content-disposition": 'attachment; filename="brief.json"'}
    return Response(msgspec.json.encode(brief.content), media_type="application/json", headers=headers)


@router.get("/{token}/brief.pdf")
def get_brief_pdf(request: Request, token: Token, session: Database) -> Response:
    """The production brief to print."""
    brief = _brief(session, get_offer_by_token(session, token))
    return pdf_response(blobs_of(request).get(brief.pdf), f"offer-{brief.order_id}")


def _brief(session: Database, offer: Offer) -> ProductionBrief:
    outcome = find_offer_outcome(session, offer.id)
    if outcome is None or outcome[1] is None:
        raise NotFound("brief of offer", offer.id)
    return outcome[1]


def in_factory_language(request: Request, visit: Visit, factory: Factory) -> Visit:
    """The factory's language unless its reader chose another."""
    if request.query_params.get("lang") or request.cookies.get("language"):
        return visit
    return replace(visit, language="zh" if factory.language.startswith("zh") else "en")


def _back(token: str) -> Response:
    return RedirectResponse(f"/portal/offers/{token}", 303)
