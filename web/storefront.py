"""What buyers see: open listings, one listing, their own interest. Public."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response

from demand.payments.store import find_settlement
from listings.store import Exhibit, find_exhibits, get_exhibit
from models.attributes import Category
from models.batch import Rung
from models.errors import NotFound
from models.interest import AgentKind, Segment
from models.listing import OPEN_STATES, ListingState
from web import language as languages
from web.acts import count_view, new_event_id
from web.agents import agent_kind
from web.interest import has_act
from web.pages import pages_of
from web.product import describe
from web.search import matches, normalise
from web.shelf import PRIVATE, note_page, shelf_of
from web.shop import Order, card, count_categories, reached_stage, sort_cards
from web.store import find_decisions, find_own_pre_orders
from web.visit import SEGMENT_COOKIE, Database, Visit, Visiting, local_path, set_cookie

router = APIRouter()
_DECIDED = (
    ListingState.COMMITTED,
    ListingState.IN_PRODUCTION,
    ListingState.SHIPPING,
    ListingState.CLOSED,
    ListingState.STOPPED,
    ListingState.REFUNDED,
)
_PUBLIC = (*OPEN_STATES, *_DECIDED)


@router.get("/")
def show_listings(
    request: Request,
    visit: Visiting,
    session: Database,
    category: Annotated[str | None, Query(max_length=40)] = None,
    sort: Annotated[str, Query(max_length=20)] = Order.RECOMMENDED,
    q: Annotated[str, Query(max_length=400)] = "",
) -> HTMLResponse:
    """Open listings as a grid, the first one as the headline; what became of decided ones below.

    Who chooses no order gets the recommended one, and that page is written down with its place in the policy.
    With `q` only those whose title or category has its words; how often it was searched is counted, without who.
    """
    query = normalise(q)
    wanted = Category(category) if category in list(Category) else None
    order = Order(sort) if sort in list(Order) else Order.RECOMMENDED
    exhibits = [one for one in find_exhibits(session) if one.listing.opens_at <= visit.now]
    shelf = shelf_of(request, visit, session, [one.listing.id for one in exhibits])
    positions = shelf.positions()
    exhibits.sort(key=lambda one: positions[one.listing.id])
    found = [one for one in exhibits if not query or matches(query, _searched_texts(request, one))]
    shown = [one for one in found if wanted is None or one.spec.category is wanted]
    # Before the first policy is drawn nothing can be recommended but what is wanted.
    cards = sort_cards([card(one, visit.now) for one in shown], order if shelf.policy else _instead(order))
    is_front = wanted is None and not query
    headline = next(iter(cards), None) if is_front else None
    decided = [] if query else find_exhibits(session, _DECIDED, wanted, limit=24)
    answer = pages_of(request).answer(
        request,
        visit,
        "storefront/list.html",
        cards=cards[1:] if headline else cards,
        headline=headline,
        decided=[card(one, visit.now) for one in decided],
        categories=count_categories(found),
        category=wanted,
        query=query,
        order=order,
        orders=list(Order),
        total=len(found),
        simulated=any(one.batch.simulated for one in (*exhibits, *decided)),
    )
    answer.headers.update(PRIVATE)
    if is_front and order is Order.RECOMMENDED:
        note_page(request, visit, shelf)
    if query and wanted is None and _is_buyer(request, visit):
        answer.background = BackgroundTask(
            request.app.state.searches.count, visit.visitor, query, visit.now.date(), len(found)
        )
    return answer


def _instead(order: Order) -> Order:
    return Order.WANTED if order is Order.RECOMMENDED else order


def _searched_texts(request: Request, exhibit: Exhibit) -> list[str]:
    """What a search looks at: titles in both languages and the names of the category."""
    category = exhibit.spec.category
    lexicon = pages_of(request).lexicon
    names = [lexicon.label("category", category, language) for language in ("zh", "en")]
    return [exhibit.listing.title_zh, exhibit.listing.title_en, *names]


def _is_buyer(request: Request, visit: Visit) -> bool:
    """Somebody whose search counts: not the house, no crawler, no prefetch; here before, as the box is on our page."""
    prefetch = "prefetch" in request.headers.get("sec-purpose", "")
    bot = agent_kind(request.headers.get("user-agent", "")) is AgentKind.DECLARED_BOT
    return not (visit.is_operator or visit.is_new or prefetch or bot)


@router.get("/listings/{slug}")
def show_listing(request: Request, slug: str, visit: Visiting, session: Database) -> HTMLResponse:
    """One listing: what it is, what happens next, prices, and the forms to take part."""
    exhibit = get_exhibit(session, slug)
    if exhibit.listing.state not in _PUBLIC:
        raise NotFound("listing", slug[:80])
    shown = card(exhibit, visit.now)
    if shown.is_open:
        count_view(request, visit, exhibit.listing.id)
    own = [order for order, listing in find_own_pre_orders(session, visit.visitor) if listing.id == exhibit.listing.id]
    return pages_of(request).answer(
        request,
        visit,
        "storefront/listing.html",
        card=shown,
        product=describe(exhibit.design, pages_of(request).lexicon, visit.language),
        stage=reached_stage(exhibit.listing.state),
        decision=next(iter(find_decisions(session, exhibit.listing.id)), None),
        favourite=has_act(session, visit.visitor, exhibit.listing.id, Rung.FAVOURITE),
        own_orders=own,
        settlement=find_settlement(session, exhibit.listing.id),
        event_id=new_event_id(),
        inquiry_id=new_event_id(),
        simulated=exhibit.batch.simulated,
    )


@router.get("/how-it-works")
def show_how_it_works(request: Request, visit: Visiting) -> HTMLResponse:
    """What a concept is, how prices fall, what happens to the money."""
    return pages_of(request).answer(request, visit, "storefront/how.html")


@router.post("/segment")
def choose_segment(
    request: Request, segment: Annotated[Segment, Form()], back: Annotated[str, Form(max_length=400)] = "/"
) -> Response:
    """Remember whom the buyer buys for."""
    response = RedirectResponse(local_path(back, "/"), 303)
    set_cookie(request, response, SEGMENT_COOKIE, segment.value, 365 * 24 * 3600)
    return response


@router.post("/language")
def choose_language(
    request: Request, language: Annotated[str, Form(max_length=8)], back: Annotated[str, Form(max_length=400)] = "/"
) -> Response:
    """Remember the reader's language."""
    response = RedirectResponse(local_path(back, "/"), 303)
    chosen = language if language in languages.LANGUAGES else "zh"
    set_cookie(request, response, languages.COOKIE, chosen, 365 * 24 * 3600)
    return response
