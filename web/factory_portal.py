"""A factory's own page, by the token in its link: its record, its days, its orders; and the same as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from factory_matching.edits.calendar import Day
from factory_matching.edits.link import get_factory_by_token
from factory_matching.edits.record import part_key
from factory_matching.edits.store import find_all_declared, find_edits, get_edit
from factory_matching.edits.submit import OWN_PARTS, submit_edit, withdraw_edit
from factory_matching.offers.milestones import get_order, report_milestone
from factory_matching.scorecard.standings import StandingLinks
from models.attributes import Category
from models.base import LARGEST_ID
from models.category_rules import CATEGORY_RULES
from models.errors import DomainError, InvalidInput
from models.factory import Factory
from models.factory_edit import EditPart
from models.order import ProductionOrderState
from web.config import MOST_FORM_BYTES
from web.factory_forms import Form as Written
from web.factory_forms import read_values
from web.factory_view import find_open_offers, find_order_lines, show_part, show_parts, show_weeks, to_json
from web.ingest import read_body
from web.pages import pages_of
from web.portal import in_factory_language
from web.visit import Database, Visit, Visiting, config_of, now_of

router = APIRouter()
Token = Annotated[str, Path(max_length=200)]
EditId = Annotated[int, Path(le=LARGEST_ID)]


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that could not be taken: which, what was written into it, why."""

    name: str
    form: Mapping[str, Sequence[str]]
    why: str


@router.get("/portal/factory/{token}")
def show_factory(
    request: Request,
    token: Token,
    visit: Visiting,
    session: Database,
    at: Annotated[str, Query(max_length=80)] = "",
    said: Annotated[str, Query(max_length=20)] = "",
    day: date | None = None,
    add: Category | None = None,
) -> HTMLResponse:
    """The factory's record in its language, a form for each part."""
    factory, _ = get_factory_by_token(session, token)
    return _page(request, visit, session, token, factory, at=at, said=said, day=day, add=add.value if add else "")


def _page(
    request: Request,
    visit: Visit,
    session: Session,
    token: str,
    factory: Factory,
    *,
    status: int = 200,
    tried: Tried | None = None,
    at: str = "",
    said: str = "",
    day: date | None = None,
    add: str = "",
) -> HTMLResponse:
    today = visit.now.date()
    config = config_of(request)
    weeks = show_weeks(session, factory, today, config.edit_rule)
    return pages_of(request).answer(
        request,
        in_factory_language(request, visit, factory),
        "portal/factory.html",
        status,
        token=token,
        factory=factory,
        known=show_parts(session, factory, today, add),
        rules=CATEGORY_RULES,
        weeks=weeks,
        chosen=_chosen(weeks, day),
        lines=find_order_lines(session, factory.id),
        standing=StandingLinks("", config.secret).to_standing(factory.code),
        offers=find_open_offers(session, factory, config.secret, visit.now),
        edits=find_edits(session, factory.id),
        waits_for_check=len(find_all_declared(session, factory.id)),
        today=today,
        add=add,
        at=tried.name if tried else at,
        said=said,
        tried=tried,
        rule=config.edit_rule,
    )


def _chosen(weeks: Sequence[Sequence[Day | None]], day: date | None) -> Day | None:
    return next((cell for week in weeks for cell in week if cell and cell.on == day), None)


async def read_form(request: Request) -> Written:
    """Every field of the form with all of its values; files are not taken."""
    form = await request.form(max_fields=400, max_files=0)
    return {name: [str(value) for value in form.getlist(name)] for name in form}


@router.post("/portal/factory/{token}/edits/{part}")
def post_edit(
    request: Request,
    token: Token,
    part: EditPart,
    visit: Visiting,
    session: Database,
    form: Annotated[Written, Depends(read_form)],
) -> Response:
    """What the factory says of one part; the page again, with what was written, when it cannot be taken."""
    factory, link = get_factory_by_token(session, token)
    key = part_key(part, "".join(form.get("key", ()))[:60])
    name = f"{part.value}-{key}" if key else part.value
    try:
        if part not in OWN_PARTS:
            raise InvalidInput(f"a factory does not say its own {part}")
        values, version = read_values(part, form), "".join(form.get("version", ()))
        if part is EditPart.CERTIFICATE and not version:
            version = show_part(session, factory, part, key, visit.now.date()).version
        who = f"factory, link {link.version}"
        done = submit_edit(session, factory, part, key, values, version, visit.now, who, config_of(request).edit_rule)
    except DomainError as error:
        # Everything is checked before anything is written: there is nothing to roll back.
        tried = Tried(name, form, str(error))
        add = key if part is EditPart.CAPABILITY and key in list(Category) else ""
        return _page(request, visit, session, token, factory, status=error.status, tried=tried, add=add)
    said = ("both" if done.counted else "waits") if done.declared else ("counts" if done.counted else "same")
    return RedirectResponse(f"/portal/factory/{token}?at={name}&said={said}#{name}", 303)


@router.post("/portal/factory/{token}/edits/{edit_id}/withdraw")
def withdraw(token: Token, edit_id: EditId, visit: Visiting, session: Database) -> Response:
    """The factory takes back what waits for a check."""
    factory, link = get_factory_by_token(session, token)
    withdraw_edit(session, factory, get_edit(session, edit_id, factory.id), visit.now, f"factory, link {link.version}")
    return RedirectResponse(f"/portal/factory/{token}#changes", 303)


@router.post("/portal/factory/{token}/orders/{code}")
def post_milestone(
    token: Token,
    code: str,
    visit: Visiting,
    session: Database,
    to: Annotated[ProductionOrderState, Form()],
) -> Response:
    """How far a production order is, as its factory says."""
    factory, link = get_factory_by_token(session, token)
    order = get_order(session, code, factory.id)
    report_milestone(session, order, to, visit.now, "factory", f"reported on its page, link {link.version}")
    return RedirectResponse(f"/portal/factory/{token}?at=orders#orders", 303)


class PostedEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One edit: `values` empty gives a capability or certificate up; `version` as GET gave it."""

    part: EditPart
    version: Annotated[str, msgspec.Meta(max_length=64)]
    values: dict[Annotated[str, msgspec.Meta(max_length=40)], Any]
    key: Annotated[str, msgspec.Meta(max_length=60)] = ""


class PostedMilestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far an order is."""

    order: Annotated[str, msgspec.Meta(max_length=40)]
    to: ProductionOrderState


async def read_posted_edit(request: Request) -> PostedEdit:
    """The body as an edit; InvalidInput otherwise."""
    posted: PostedEdit = await _decode(request, PostedEdit)
    return posted


async def read_posted_milestone(request: Request) -> PostedMilestone:
    """The body as a milestone; InvalidInput otherwise."""
    posted: PostedMilestone = await _decode(request, PostedMilestone)
    return posted


async def _decode(request: Request, kind: Any) -> Any:
    try:
        return msgspec.json.decode(await read_body(request, MOST_FORM_BYTES), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"not what is expected here: {str(error)[:200]}") from None


@router.get("/api/factory/{token}")
def get_record(request: Request, token: Token, session: Database) -> Response:
    """The factory's record, versions of its parts, what waits, its orders."""
    factory, _ = get_factory_by_token(session, token)
    return JSONResponse(to_json(session, factory, now_of(request).date()))


@router.post("/api/factory/{token}/edits")
def post_edit_json(
    request: Request, token: Token, posted: Annotated[PostedEdit, Depends(read_posted_edit)], session: Database
) -> Response:
    """200 with the fields that count at once and those that wait for a check."""
    factory, link = get_factory_by_token(session, token)
    who, rule = f"factory, link {link.version}", config_of(request).edit_rule
    args = (posted.part, posted.key, posted.values, posted.version, now_of(request), who, rule)
    done = submit_edit(session, factory, *args)
    after = {name: edit and edit.after for name, edit in (("counted", done.counted), ("declared", done.declared))}
    version = show_part(
        session, factory, posted.part, part_key(posted.part, posted.key), now_of(request).date()
    ).version
    return JSONResponse({**after, "version": version})


@router.post("/api/factory/{token}/milestones")
def post_milestone_json(
    request: Request,
    token: Token,
    posted: Annotated[PostedMilestone, Depends(read_posted_milestone)],
    session: Database,
) -> Response:
    """200 with the state of the order; reporting twice is reporting once."""
    factory, link = get_factory_by_token(session, token)
    order = get_order(session, posted.order, factory.id)
    report_milestone(session, order, posted.to, now_of(request), "factory", f"reported by program, link {link.version}")
    return JSONResponse({"order": order.code, "state": order.state.value})
