"""A chain leader places an offer with the members of its pool."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from starlette.responses import RedirectResponse, Response

from factory_matching.policies.place_inside import Place, place_inside
from factory_matching.store import get_offer_by_token
from models.errors import InvalidInput
from web.follow import follow_answer
from web.portal import Token
from web.visit import Database, Visiting

router = APIRouter(prefix="/portal/offers")
_MOST = 10_000_000


@router.post("/{token}/place")
def place_offer(
    request: Request,
    token: Token,
    visit: Visiting,
    session: Database,
    tasks: BackgroundTasks,
    factory: Annotated[list[int], Form(max_length=500)],
    units: Annotated[list[int], Form(max_length=500)],
    price: Annotated[list[Decimal], Form(max_length=500)],
) -> Response:
    """Who of the pool makes how many, and what it is paid; whoever holds the offer's link may say so."""
    if not len(factory) == len(units) == len(price) or not all(0 <= count <= _MOST for count in units):
        raise InvalidInput("for each member of the pool one number of units and one price")
    parts = {one: Place(count, paid) for one, count, paid in zip(factory, units, price, strict=True) if count}
    offer = get_offer_by_token(session, token)
    place_inside(session, offer, parts, visit.now, "leader")
    follow_answer(request, visit, session, tasks, offer.id)
    return RedirectResponse(f"/portal/offers/{token}", 303)
