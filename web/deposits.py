"""Where a buyer pays the deposit of a pre-order and reads what happens to the money. The buyer's own pages."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demand.payments.ask import ask_deposit
from models.batch import Batch, Rung
from models.db import transaction
from web.acts import derived_id, take_act
from web.money import load_money
from web.pages import pages_of
from web.signing import new_deposit_code
from web.store import get_own_pre_order
from web.visit import Database, Visiting, config_of, remember

router = APIRouter()


@router.get("/pre-orders/{event_id}/deposit")
def show_deposit(request: Request, event_id: str, visit: Visiting, session: Database) -> HTMLResponse:
    """The amount, where it is paid, what happens to it in each case, and what has happened so far."""
    order, listing = get_own_pre_order(session, event_id, visit.visitor)
    return pages_of(request).answer(
        request,
        visit,
        "storefront/deposit.html",
        order=order,
        listing=listing,
        money=load_money(session, order.id),
        bank_details=getattr(config_of(request).payments.chosen, "bank_details", ""),
        now=visit.now,
        simulated=session.get_one(Batch, listing.batch_id).simulated,
    )


@router.post("/pre-orders/{event_id}/deposit")
def pay_deposit(request: Request, event_id: str, visit: Visiting) -> Response:
    """Ask the deposit at the payment provider; in a simulated batch note it as paid, and the page says so."""
    with transaction() as session:
        order, listing = get_own_pre_order(session, event_id, visit.visitor)
        simulated = session.get_one(Batch, listing.batch_id).simulated
    page = f"/pre-orders/{event_id}"
    if simulated:
        deposit_id = derived_id("deposit", visit, order.event_id)
        take_act(request, visit, listing.id, Rung.DEPOSIT, deposit_id, order.colour, order.size, order.quantity)
    else:
        page = f"{page}/deposit"
        config = config_of(request)
        home = config.base_url.rstrip("/") or str(request.base_url).rstrip("/")
        code = new_deposit_code()
        ask_deposit(transaction, config.payments, order.id, visit.now, code, visit.language, home + page)
    response = RedirectResponse(page, 303)
    remember(request, response, visit)
    return response
