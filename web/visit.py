"""Who is looking, in which language, at what time: read once for every request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from models.db import transaction
from models.errors import InvalidInput, NotAllowed
from models.interest import Segment
from web import language as languages
from web.config import WebConfig
from web.ingest import VISITOR_COOKIE, VISITOR_HEADER, pseudonym
from web.signing import is_session, is_visitor, new_visitor

SEGMENT_COOKIE, SESSION_COOKIE = "segment", "operator"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """One request's visitor; `raw` is the cookie, `visitor` the pseudonym that the ledger knows."""

    raw: str
    visitor: str
    is_new: bool
    segment: Segment
    language: str
    is_operator: bool
    now: datetime


def config_of(request: Request) -> WebConfig:
    """The app's configuration."""
    config: WebConfig = request.app.state.config
    return config


def now_of(request: Request) -> datetime:
    """The moment of this request: the clock's, or the client's where time is simulated."""
    config = config_of(request)
    named = request.headers.get("x-simulated-time")
    if not config.simulated_time or named is None:
        return config.clock()
    try:
        moment = datetime.fromisoformat(named)
    except ValueError:
        raise InvalidInput(f"x-simulated-time {named[:40]!r} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise InvalidInput(f"x-simulated-time {named[:40]!r} has no time zone")
    return moment


def language_of(request: Request) -> str:
    """The reader's language."""
    return languages.choose_language(
        request.query_params.get("lang"),
        request.cookies.get(languages.COOKIE),
        request.headers.get("accept-language"),
    )


def read_visit(request: Request) -> Visit:
    """Read the cookies; an unknown visitor gets a new key."""
    config, now = config_of(request), now_of(request)
    cookie = request.headers.get(VISITOR_HEADER) if config.simulated_time else None
    cookie = cookie or request.cookies.get(VISITOR_COOKIE, "")
    raw = cookie if is_visitor(cookie) else new_visitor()
    segment = request.cookies.get(SEGMENT_COOKIE)
    return Visit(
        raw=raw,
        visitor=pseudonym(config.secret, raw),
        is_new=raw != cookie,
        segment=Segment(segment) if segment in list(Segment) else Segment.DOMESTIC_BUSINESS,
        language=language_of(request),
        is_operator=is_session(config.secret, request.cookies.get(SESSION_COOKIE), now),
        now=now,
    )


def stranger(request: Request) -> Visit:
    """A visit for error pages: nothing of the request but its language is believed or kept."""
    language, now = language_of(request), config_of(request).clock()
    return Visit("", "", False, Segment.DOMESTIC_BUSINESS, language, False, now)


def remember(request: Request, response: Response, visit: Visit) -> None:
    """Set the cookies that the browser does not have yet."""
    if visit.is_new:
        set_cookie(request, response, VISITOR_COOKIE, visit.raw, _YEAR)
    if request.query_params.get("lang") in languages.LANGUAGES:
        set_cookie(request, response, languages.COOKIE, visit.language, _YEAR)


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int, strict: bool = False) -> None:
    """A cookie that no script can read; strict ones do not travel with links from elsewhere."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict" if strict else "lax",
        secure=config_of(request).secure_cookies,
    )


class SignInFirst(NotAllowed):
    """A console page was asked for without signing in."""


def require_operator(visit: Annotated[Visit, Depends(read_visit)]) -> Visit:
    """The visit of a signed-in operator; SignInFirst otherwise."""
    if not visit.is_operator:
        raise SignInFirst("sign in to see this page")
    return visit


def open_session() -> Iterator[Session]:
    """One transaction for one request, committed before the answer leaves."""
    with transaction() as session:
        yield session


def local_path(path: str | None, default: str) -> str:
    """The path if it stays on this site, else the default; guards against open redirects."""
    if path is None or not re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,400}", path):
        return default
    return quote(path, safe="/?&=%#+-._~:@!$'()*,;")


Visiting = Annotated[Visit, Depends(read_visit)]
Operating = Annotated[Visit, Depends(require_operator)]
# FastAPI would otherwise end the transaction after the answer has been sent: an act must be kept before it is thanked.
Database = Annotated[Session, Depends(open_session, scope="function")]
