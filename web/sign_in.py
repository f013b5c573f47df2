"""Operators sign in with the house's token and get a signed cookie."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web.pages import pages_of
from web.signing import SESSION_HOURS, same_token, sign_session
from web.visit import SESSION_COOKIE, Visiting, config_of, local_path, set_cookie

router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request, visit: Visiting, next: str = "/console") -> HTMLResponse:
    """The form."""
    return pages_of(request).answer(request, visit, "sign_in.html", next=local_path(next, "/console"), wrong=False)


@router.post("/sign-in")
def sign_in(
    request: Request,
    visit: Visiting,
    token: Annotated[str, Form(max_length=400)],
    next: Annotated[str, Form(max_length=400)] = "/console",
) -> Response:
    """A signed cookie for the right token; the form again, with status 403, for a wrong one."""
    config, target = config_of(request), local_path(next, "/console")
    if not same_token(token, config.operator_token):
        return pages_of(request).answer(request, visit, "sign_in.html", 403, next=target, wrong=True)
    response = RedirectResponse(target, 303)
    cookie = sign_session(config.secret, visit.now)
    set_cookie(request, response, SESSION_COOKIE, cookie, SESSION_HOURS * 3600, strict=True)
    return response


@router.post("/sign-out")
def sign_out(visit: Visiting) -> Response:
    """Forget the cookie."""
    response = RedirectResponse("/", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response
