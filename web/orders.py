"""What merchandisers see of making: offers, production orders, briefs, outbox. Signed-in operators only."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.offers.look import find_last_match, find_unserved
from factory_matching.offers.milestones import get_order, reach_milestone
from models.order import ProductionOrderState
from web.blobs import blobs_of
from web.console import WHO, Reason
from web.pages import pages_of
from web.store import (
    MOST_ROWS,
    find_batches,
    find_messages,
    find_offers,
    find_orders,
    find_waiting_demands,
    get_brief,
)
from web.visit import Database, Operating

router = APIRouter(prefix="/console")


@router.get("/orders")
def show_orders(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Offers with their answers, and the production orders they became."""
    return pages_of(request).answer(
        request,
        visit,
        "console/orders.html",
        offers=find_offers(session),
        orders=find_orders(session),
        waiting=find_waiting_demands(session),
        last_match=find_last_match(session),
        unserved=find_unserved(session, MOST_ROWS),
        simulated=any(batch.simulated for batch in find_batches(session)),
    )


@router.get("/orders/{code}/brief.pdf")
def get_brief_pdf(request: Request, code: str, visit: Operating, session: Database) -> Response:
    """A production brief as it was sent."""
    return pdf_response(blobs_of(request).get(get_brief(session, code).pdf), code)


@router.post("/orders/{code}/approve")
def approve_sample(code: str, visit: Operating, session: Database, why: Reason = "") -> Response:
    """The merchandiser's yes to a factory's sample: it may begin."""
    order = get_order(session, code)
    to = ProductionOrderState.APPROVED
    reach_milestone(session, order, to, visit.now, WHO, why or "the sample is as the brief says")
    return RedirectResponse("/console/orders", 303)


@router.get("/outbox")
def show_outbox(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """What leaves the house, when, and what stands in its way."""
    return pages_of(request).answer(request, visit, "console/outbox.html", messages=find_messages(session))


def pdf_response(content: bytes, code: str) -> Response:
    """A brief as a download named for its order."""
    headers = {"content-disposition": f'attachment; filename="brief-{code}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
