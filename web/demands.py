"""What merchandisers see of one demand: quotes by landed cost, second choices, its whole trail. Operators only."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.freight import FreightRates
from factory_matching.offers.award import award
from factory_matching.offers.landed import LandedRule
from factory_matching.offers.look import find_offers_of, get_asked_demand
from factory_matching.offers.manner import Manner
from factory_matching.offers.over_offering import OverOffering
from factory_matching.offers.plan_offers import plan_for_demand
from factory_matching.offers.quotes import Costing, compare_quotes, find_quotes, wanted_of, wanted_of_rfq
from factory_matching.offers.request import request_for_demand
from factory_matching.offers.trail import find_trail
from factory_matching.store import load_register
from factory_matching.weights import MatchWeights
from models.base import LARGEST_ID
from models.batch import Batch
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import Conflict, NotFound
from models.quote import Quote, Rfq, RfqState
from web.follow import register_of
from web.pages import pages_of
from web.store import find_invites, find_rfqs
from web.visit import Database, Operating, config_of

router = APIRouter(prefix="/console")
RowId = Annotated[int, Path(le=LARGEST_ID)]
WHO = "merchandiser"


@router.get("/demands/{demand_id}")
def show_demand(
    request: Request, demand_id: RowId, visit: Operating, session: Database, plan: bool = False
) -> HTMLResponse:
    """One demand; `?plan=1` also simulates how likely all its units are accepted in time."""
    demand, listing = get_asked_demand(session, str(demand_id))
    quotes = compare_quotes(
        find_quotes(session, demand.id), demand.units, wanted_of(session, demand), _costing(request), visit.now
    )
    planned, why = _plan(request, visit, session, demand) if plan else (None, "")
    waits = demand.state in (ConfirmedDemandState.OPEN, ConfirmedDemandState.UNSERVED)
    waits, rfqs = waits and config_of(request).manner is not None, find_rfqs(session, demand.id)
    return pages_of(request).answer(
        request,
        visit,
        "console/demand.html",
        demand=demand,
        listing=listing,
        offers=find_offers_of(session, demand),
        quotes=quotes,
        rfqs=rfqs,
        can_ask=waits and all(rfq.state is not RfqState.OPEN for rfq in rfqs),
        can_award=waits,
        plan=planned,
        why_no_plan=why,
        steps=find_trail(session, demand.id),
        simulated=session.get_one(Batch, listing.batch_id).simulated,
    )


@router.post("/demands/{demand_id}/ask")
def ask_for_quotes(request: Request, demand_id: RowId, visit: Operating, session: Database) -> Response:
    """Put a demand that nobody is registered for to the nearest factories."""
    links = _manner(request).linking
    register = register_of(request, session) or load_register(session)
    rfq = request_for_demand(session, demand_id, register, visit.now, links, WHO)
    return RedirectResponse(f"/console/rfqs/{rfq.id}", 303)


@router.get("/rfqs/{rfq_id}")
def show_rfq(request: Request, rfq_id: RowId, visit: Operating, session: Database) -> HTMLResponse:
    """One request: who was asked, who quoted, compared by landed cost."""
    rfq = session.get(Rfq, rfq_id)
    if rfq is None:
        raise NotFound("request", rfq_id)
    found = find_quotes(session, rfq_id=rfq.id)
    return pages_of(request).answer(
        request,
        visit,
        "console/rfq.html",
        rfq=rfq,
        invites=find_invites(session, rfq.id),
        quotes=compare_quotes(found, rfq.units, wanted_of_rfq(rfq), _costing(request), visit.now),
        can_award=config_of(request).manner is not None,
    )


@router.post("/quotes/{quote_id}/award")
def take_quote(
    request: Request,
    quote_id: RowId,
    visit: Operating,
    session: Database,
    demand_id: Annotated[int | None, Form(gt=0, le=LARGEST_ID)] = None,
) -> Response:
    """Take a quote: its factory gets an offer at its own price and date."""
    quote = session.get(Quote, quote_id)
    if quote is None:
        raise NotFound("quote", quote_id)
    offer = award(session, quote, visit.now, _manner(request), WHO, demand_id)
    rfq = session.get_one(Rfq, quote.rfq_id)
    target = demand_id or rfq.demand_id
    return RedirectResponse(f"/console/demands/{target}" if offer else f"/console/rfqs/{rfq.id}", 303)


def _plan(
    request: Request, visit: Operating, session: Session, demand: ConfirmedDemand
) -> tuple[OverOffering | None, str]:
    """The plan, or in words why there is none."""
    manner = config_of(request).manner or Manner()
    try:
        return plan_for_demand(session, demand.id, visit.now, manner, register=register_of(request, session)), ""
    except Conflict as error:
        return None, str(error)


def _manner(request: Request) -> Manner:
    manner = config_of(request).manner
    if manner is None:
        raise Conflict("this server makes no offers; the flow does")
    return manner


def _costing(request: Request) -> Costing:
    return config_of(request).costing or Costing(FreightRates(), LandedRule(), MatchWeights())
