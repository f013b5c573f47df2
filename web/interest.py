"""Forms of buyers: favourite, inquiry, pre-order, cancel; and the page of one's own interest. Public."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demand.interest.record import cancel_pre_order
from demand.payments.store import find_settlement, find_topping_up
from listings.store import get_by_slug, pooled_quantity
from models.batch import Batch, Rung
from models.interest import InterestEvent
from models.listing import Listing
from web.acts import derived_id, take_act
from web.money import load_money
from web.pages import pages_of
from web.store import find_own_pre_orders, get_own_pre_order
from web.visit import Database, Visiting, remember

router = APIRouter()
Quantity = Annotated[int, Form(ge=1, le=100_000)]
EventId = Annotated[str, Form(pattern="^[0-9a-f-]{36}$")]
Choice = Annotated[str, Form(max_length=40)]


def has_act(session: Session, visitor: str, listing_id: int, rung: Rung) -> bool:
    """Whether this visitor has done this on this listing."""
    query = select(InterestEvent.event_id).where(
        InterestEvent.visitor == visitor, InterestEvent.listing_id == listing_id, InterestEvent.rung == rung
    )
    return session.scalar(query.limit(1)) is not None


def find_listings_with_act(session: Session, visitor: str, rung: Rung) -> Sequence[Listing]:
    """Listings on which this visitor has done this, newest listing first."""
    acts = select(InterestEvent.listing_id).where(InterestEvent.visitor == visitor, InterestEvent.rung == rung)
    return session.scalars(select(Listing).where(Listing.id.in_(acts)).order_by(Listing.id.desc()).limit(200)).all()


@router.post("/listings/{slug}/favourite")
def favourite(request: Request, slug: str, visit: Visiting, session: Database) -> Response:
    """Note that the visitor likes it; answers HTMX with the button alone."""
    listing = get_by_slug(session, slug)
    take_act(request, visit, listing.id, Rung.FAVOURITE, derived_id("favourite", visit, listing.id))
    if request.headers.get("hx-request"):
        return pages_of(request).answer(request, visit, "storefront/favourite.html", listing=listing, favourite=True)
    return _back(request, visit, f"/listings/{slug}")


@router.post("/listings/{slug}/inquiry")
def inquire(
    request: Request, slug: str, visit: Visiting, session: Database, quantity: Quantity, event_id: EventId
) -> Response:
    """Note how many the visitor would consider."""
    listing = get_by_slug(session, slug)
    take_act(request, visit, listing.id, Rung.INQUIRY, event_id, quantity=quantity)
    return _back(request, visit, f"/listings/{slug}?asked={quantity}#take-part")


@router.post("/listings/{slug}/pre-order")
def pre_order(
    request: Request,
    slug: str,
    visit: Visiting,
    session: Database,
    colour: Choice,
    size: Choice,
    quantity: Quantity,
    event_id: EventId,
) -> Response:
    """Place a pre-order; the confirmation names the amount, the deposit and what happens if it is not made."""
    listing = get_by_slug(session, slug)
    take_act(request, visit, listing.id, Rung.PRE_ORDER, event_id, colour, size, quantity)
    return _back(request, visit, f"/pre-orders/{event_id}")


@router.get("/pre-orders/{event_id}")
def show_pre_order(request: Request, event_id: str, visit: Visiting, session: Database) -> HTMLResponse:
    """A visitor's own pre-order: amount, deposit, what happens next."""
    order, listing = get_own_pre_order(session, event_id, visit.visitor)
    return pages_of(request).answer(
        request,
        visit,
        "storefront/pre_order.html",
        order=order,
        listing=listing,
        ladder=listing.ladder,
        pooled=pooled_quantity(session, listing.id),
        money=load_money(session, order.id),
        settlement=find_settlement(session, listing.id),
        simulated=session.get_one(Batch, listing.batch_id).simulated,
    )


@router.post("/pre-orders/{event_id}/cancel")
def cancel(request: Request, event_id: str, visit: Visiting, session: Database) -> Response:
    """Withdraw a visitor's own pre-order."""
    cancel_pre_order(session, event_id, visit.visitor, visit.now, "cancelled by the buyer on the page")
    return _back(request, visit, f"/pre-orders/{event_id}")


@router.get("/my-interest")
def show_my_interest(request: Request, visit: Visiting, session: Database) -> HTMLResponse:
    """The visitor's own pre-orders, inquiries and favourites, with what became of each."""
    return pages_of(request).answer(
        request,
        visit,
        "storefront/mine.html",
        orders=(orders := find_own_pre_orders(session, visit.visitor)),
        topping_up=find_topping_up(session, [listing.id for _, listing in orders]),
        inquired=find_listings_with_act(session, visit.visitor, Rung.INQUIRY),
        favourites=find_listings_with_act(session, visit.visitor, Rung.FAVOURITE),
    )


def _back(request: Request, visit: Visiting, path: str) -> Response:
    response = RedirectResponse(path, 303)
    remember(request, response, visit)
    return response
