"""What merchandisers see and do about deposits: settlements, transfers received, refunds paid out. Operators only."""

import csv
import io
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demand.payments.give_back import mark_paid_out, release, try_again
from demand.payments.store import (
    find_entries,
    find_refunds,
    find_settlement,
    find_settlements,
    get_refund,
    get_request,
    lock_order,
)
from demand.payments.take import take_transfer
from listings.store import get_exhibit
from models.interest import PreOrder
from models.listing import Listing
from models.payment import RefundState
from web.money import load_lines, sum_up
from web.pages import pages_of
from web.store import find_history, get_pre_order
from web.visit import Database, Operating

router = APIRouter(prefix="/console")
WHO = "merchandiser"
Reason = Annotated[str, Form(max_length=200)]
Amount = Annotated[Decimal, Form(gt=0, max_digits=12, decimal_places=2)]
OWED = (RefundState.ASKED, RefundState.FAILED)


@router.get("/payments")
def show_payments(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """Confirmed listings on their way to be made or given back, and every refund that has not gone out."""
    return pages_of(request).answer(
        request,
        visit,
        "console/payments.html",
        settlements=find_settlements(session),
        refunds=find_refunds(session, OWED),
        provider=request.app.state.config.payments.chosen.name,
    )


@router.get("/refunds.csv")
def export_refunds(visit: Operating, session: Database) -> Response:
    """Refunds to be paid out by hand, as CSV: no names, only codes that buyers wrote on their transfers."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("refund", "amount", "currency", "transfer", "asked_at", "state", "listing"))
    for refund, _, listing in find_refunds(session, OWED):
        if refund.provider == "manual" or refund.state is RefundState.FAILED:
            asked_at = refund.asked_at.isoformat(timespec="seconds")
            writer.writerow(
                (refund.code, refund.amount, refund.currency, refund.payment, asked_at, refund.state, listing.slug)
            )
    headers = {"content-disposition": 'attachment; filename="refunds.csv"'}
    return Response(table.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/listings/{slug}/settlement")
def show_settlement(request: Request, slug: str, visit: Operating, session: Database) -> HTMLResponse:
    """One listing's deposits: what stands, what is paid, what goes back, every line of its ledger."""
    exhibit = get_exhibit(session, slug)
    lines = load_lines(session, exhibit.listing)
    entries = find_entries(session, [line.order.id for line in lines])
    settlement = find_settlement(session, exhibit.listing.id)
    return pages_of(request).answer(
        request,
        visit,
        "console/settlement.html",
        listing=exhibit.listing,
        settlement=settlement,
        lines=lines,
        entries=entries,
        sums=sum_up(entries),
        history=find_history(session, "settlements", settlement.id) if settlement else [],
        simulated=exhibit.batch.simulated,
    )


@router.post("/deposits/{code}/received")
def note_received(
    code: str, visit: Operating, session: Database, amount: Amount, bank_reference: Reason = ""
) -> Response:
    """Note a bank transfer that carries this code; the same one again changes nothing."""
    request = get_request(session, code)
    take_transfer(session, code, amount, visit.now, WHO, bank_reference.strip()[:60])
    return _back_to(session, request.pre_order_id)


@router.post("/pre-orders/{event_id}/release")
def release_order(event_id: str, visit: Operating, session: Database, why: Reason = "") -> Response:
    """End one pre-order and give its money back."""
    listing, order = lock_order(session, get_pre_order(session, event_id).id)
    release(session, listing, order, visit.now, WHO, why or "released by the merchandiser")
    return _back_to(session, order.id)


@router.post("/refunds/{code}/paid-out")
def note_paid_out(code: str, visit: Operating, session: Database) -> Response:
    """Note that a refund was paid out by hand."""
    mark_paid_out(session, code, visit.now, WHO)
    return _back_to(session, get_refund(session, code).pre_order_id)


@router.post("/refunds/{code}/again")
def order_again(code: str, visit: Operating, session: Database) -> Response:
    """Order a failed refund at its provider once more."""
    try_again(session, code, visit.now, WHO)
    return _back_to(session, get_refund(session, code).pre_order_id)


def _back_to(session: Session, order_id: int) -> Response:
    listing = session.get_one(Listing, session.get_one(PreOrder, order_id).listing_id)
    return RedirectResponse(f"/console/listings/{listing.slug}/settlement", 303)
