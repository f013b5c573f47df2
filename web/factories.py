"""What merchandisers see of factories: the list, each one's record and calendar, edits to check. Operators only."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from factory_matching.edits.check import accept_edit, refuse_edit, set_verification
from factory_matching.edits.link import find_links
from factory_matching.edits.record import find_capabilities, find_certificates
from factory_matching.edits.store import count_waiting, find_all_declared, find_edits, find_waiting, get_edit
from factory_matching.scorecard.standings import get_factory
from models.attributes import Category
from models.decision import ConfirmedDemand
from models.factory import Factory, FactoryStanding, Verification
from models.listing import Listing
from models.money import PriceLadder
from models.order import Allocation, Offer
from web.console import WHO, Reason, RowId
from web.factory_search import Sort, Wanted, find_factories
from web.factory_view import find_order_lines, show_weeks
from web.pages import pages_of
from web.store import find_history
from web.visit import Database, Operating, config_of

router = APIRouter(prefix="/console")
EXPIRES_SOON_DAYS = 60
"""A certificate that ends within so many days is marked."""
_MOST_OFFERS = 50
Words = Annotated[str, Query(max_length=120)]


@router.get("/factories")
def show_factories(
    request: Request,
    visit: Operating,
    session: Database,
    q: Words = "",
    category: Words = "",
    region: Words = "",
    standing: Words = "",
    verification: Words = "",
    sort: Sort = Sort.CODE,
    after: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:
    """Factories by code, name, category, region, standing, verification."""
    wanted = Wanted(
        words=q,
        category=Category(category) if category in list(Category) else None,
        region=region,
        standing=FactoryStanding(standing) if standing in list(FactoryStanding) else None,
        verification=Verification(verification) if verification in list(Verification) else None,
        sort=sort,
        after=after,
    )
    found = find_factories(session, wanted)
    return pages_of(request).answer(
        request,
        visit,
        "console/factories.html",
        found=found,
        wanted=wanted,
        categories=list(Category),
        standings=list(FactoryStanding),
        levels=list(Verification),
        sorts=list(Sort),
        waiting=count_waiting(session),
        query=urlencode({name: value for name, value in request.query_params.items() if name != "after" and value}),
    )


@router.get("/factory-edits")
def show_edits(request: Request, visit: Operating, session: Database) -> HTMLResponse:
    """What factories declared and nobody has checked yet."""
    return pages_of(request).answer(request, visit, "console/edits.html", waiting=find_waiting(session))


@router.post("/factory-edits/{edit_id}/accept")
def accept(request: Request, edit_id: RowId, visit: Operating, session: Database, why: Reason = "") -> Response:
    """It counts from now on."""
    edit = get_edit(session, edit_id)
    accept_edit(session, edit, visit.now, WHO, why, config_of(request).edit_rule)
    return _back(session, edit.factory_id)


@router.post("/factory-edits/{edit_id}/refuse")
def refuse(edit_id: RowId, visit: Operating, session: Database, why: Reason = "") -> Response:
    """It does not count; the factory reads why."""
    edit = get_edit(session, edit_id)
    refuse_edit(session, edit, visit.now, WHO, why)
    return _back(session, edit.factory_id)


@router.get("/factories/{code}")
def show_factory(request: Request, code: str, visit: Operating, session: Database) -> HTMLResponse:
    """One factory: record, certificates, calendar, offers, orders, edits, standing."""
    factory = get_factory(session, code)
    today = visit.now.date()
    return pages_of(request).answer(
        request,
        visit,
        "console/factory.html",
        factory=factory,
        capabilities=[(one, PriceLadder.from_json(one.price_ladder)) for one in find_capabilities(session, factory.id)],
        certificates=find_certificates(session, factory.id),
        today=today,
        soon=today + timedelta(days=EXPIRES_SOON_DAYS),
        weeks=show_weeks(session, factory, today, config_of(request).edit_rule),
        lines=find_order_lines(session, factory.id),
        offers=_find_offers(session, factory.id),
        waiting=find_all_declared(session, factory.id),
        edits=find_edits(session, factory.id),
        links=find_links(session, factory.id),
        levels=list(Verification),
        history=find_history(session, "factories", factory.id),
    )


@router.post("/factories/{code}/verification")
def verify(
    code: str, visit: Operating, session: Database, to: Annotated[Verification, Form()], why: Reason = ""
) -> Response:
    """How far we trust the factory from now on."""
    factory = get_factory(session, code)
    set_verification(session, factory, to, visit.now, WHO, why)
    return _back(session, factory.id)


def _find_offers(session: Session, factory_id: int) -> Any:
    query = (
        select(Offer, Allocation, Listing)
        .join(Allocation, Allocation.id == Offer.allocation_id)
        .join(ConfirmedDemand, ConfirmedDemand.id == Allocation.demand_id)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .where(Allocation.factory_id == factory_id)
    )
    return session.execute(query.order_by(Offer.id.desc()).limit(_MOST_OFFERS)).tuples().all()


def _back(session: Session, factory_id: int) -> Response:
    return RedirectResponse(f"/console/factories/{session.get_one(Factory, factory_id).code}#edits", 303)
