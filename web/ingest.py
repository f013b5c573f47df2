"""POST /api/interest: one act or a batch of them in, acknowledged after the commit."""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from demand.interest.act import Act, Answer, Outcome, Recorded
from models.batch import Rung
from models.errors import DomainError, InvalidInput
from models.interest import AgentKind, Segment
from models.listing import Listing
from web.agents import agent_kind
from web.writer import EventWriter

MOST_BYTES = 256 * 1024
MOST_ACTS = 500
VISITOR_COOKIE = "dl_visitor"
VISITOR_HEADER = "x-demandloom-visitor"
_YEAR = 365 * 24 * 3600
_PLAIN = r"\A[\w .,:/+'&()-]+\Z"  # what slugs, colours and sizes are made of; no control characters
_RAW_VISITOR = re.compile(r"[\w.:@-]{1,100}", re.ASCII)


class PostedAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act as a page posts it; `at` and `visitor` belong to simulations."""

    id: Annotated[str, msgspec.Meta(min_length=36, max_length=36)]
    listing: Annotated[str, msgspec.Meta(pattern=_PLAIN, max_length=80)]
    rung: Rung
    segment: Segment
    colour: Annotated[str, msgspec.Meta(pattern=_PLAIN, max_length=40)] | None = None
    size: Annotated[str, msgspec.Meta(pattern=_PLAIN, max_length=20)] | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    visitor: str | None = None


_decode_one = msgspec.json.Decoder(PostedAct).decode
_decode_many = msgspec.json.Decoder(list[PostedAct]).decode


class TooLarge(DomainError):
    """The body is larger than any page sends."""

    status = 413


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who sends a request; `raw` is the visitor's cookie, `fresh` whether the browser does not have it yet."""

    raw: str
    fresh: bool
    agent: AgentKind
    now: datetime


@dataclass(frozen=True, slots=True)
class Ingest:
    """Turns requests into acts for the writer; `secret` keys the pseudonyms."""

    writer: EventWriter
    engine: Engine
    secret: str
    clock: Callable[[], datetime]
    simulated_time: bool
    cookie: str
    secure_cookie: bool
    listing_ids: dict[str, int]
    """Slugs already looked up; a listing never changes its slug."""

    async def post_interest(self, request: Request) -> Response:
        """200 with the counts of what was accepted, repeated and refused; 413, 422 or 503 with one line."""
        try:
            posted = decode_acts(await read_body(request))
            sender = self._sender(request)
            acts, unknown = await self._acts(posted, sender)
            recorded = await asyncio.wrap_future(self.writer.submit(acts)) if acts else Recorded(())
        except DomainError as error:
            return _answer({"error": str(error)}, error.status)
        except ClientDisconnect:
            return _answer({"error": "the sender went away"}, 400)
        except OperationalError:
            return _answer({"error": "the database does not answer; send the same acts again later"}, 503)
        refused = [*unknown, *recorded.refused]
        response = _answer(
            {
                "accepted": recorded.new,
                "repeated": recorded.repeated,
                "refused": [{"id": answer.event_id, "reason": answer.reason} for answer in refused],
            }
        )
        if sender.fresh:
            response.set_cookie(
                self.cookie, sender.raw, _YEAR, httponly=True, samesite="lax", secure=self.secure_cookie
            )
        return response

    def _sender(self, request: Request) -> _Sender:
        named = request.headers.get(VISITOR_HEADER) if self.simulated_time else None
        if named is not None and not _RAW_VISITOR.fullmatch(named):
            raise InvalidInput(f"{VISITOR_HEADER} is not 1-100 letters, digits or .:@_-")
        cookie = request.cookies.get(self.cookie, "")
        known = named or (cookie if _RAW_VISITOR.fullmatch(cookie) else None)
        agent = agent_kind(request.headers.get("user-agent", ""))
        return _Sender(known or secrets.token_urlsafe(16), known is None, agent, self.clock())

    async def _acts(self, posted: Sequence[PostedAct], sender: _Sender) -> tuple[list[Act], list[Answer]]:
        """Acts on listings that exist, and refusals of the rest; InvalidInput names the first act that cannot be."""
        missing = {act.listing for act in posted} - self.listing_ids.keys()
        if missing:
            self.listing_ids.update(await run_in_threadpool(find_listing_ids, self.engine, missing))
        acts: list[Act] = []
        unknown: list[Answer] = []
        for position, item in enumerate(posted):
            listing_id = self.listing_ids.get(item.listing)
            if listing_id is None:
                unknown.append(Answer(item.id, Outcome.REFUSED, f"no listing {item.listing!r}"))
                continue
            try:
                acts.append(self._act(item, listing_id, sender))
            except InvalidInput as error:
                raise InvalidInput(f"act {position}: {error}") from None
        return acts, unknown

    def _act(self, item: PostedAct, listing_id: int, sender: _Sender) -> Act:
        if item.visitor is not None and not (self.simulated_time and _RAW_VISITOR.fullmatch(item.visitor)):
            raise InvalidInput("a visitor is named only in simulations, by 1-100 letters, digits or .:@_-")
        at = item.at if self.simulated_time and item.at is not None else sender.now
        if not 2000 <= at.year < 2200:
            raise InvalidInput(f"the year {at.year} is outside 2000-2199")
        return Act(
            event_id=item.id.lower(),
            listing_id=listing_id,
            visitor=pseudonym(self.secret, item.visitor or sender.raw),
            segment=item.segment,
            rung=item.rung,
            agent=sender.agent,
            occurred_at=at,
            received_at=at,
            colour=item.colour,
            size=item.size,
            quantity=item.quantity,
        )


def interest_routes(
    writer: EventWriter,
    engine: Engine,
    secret: str,
    clock: Callable[[], datetime],
    simulated_time: bool = False,
    cookie: str = VISITOR_COOKIE,
    secure_cookie: bool = False,
) -> list[Route]:
    """The ingest route; the app that mounts it starts and closes the writer in its lifespan."""
    ingest = Ingest(writer, engine, secret, clock, simulated_time, cookie, secure_cookie, {})
    return [Route("/api/interest", ingest.post_interest, methods=["POST"])]


@lru_cache(maxsize=4096)
def pseudonym(secret: str, raw: str) -> str:
    """What the ledger knows a visitor by: keyed hash of the cookie, 64 hex digits."""
    return hmac.new(secret.encode(), b"visitor:" + raw.encode(), hashlib.sha256).hexdigest()


def decode_acts(body: bytes) -> list[PostedAct]:
    """One act or a list of at most 500; InvalidInput says in one line what cannot be read and where."""
    try:
        posted = _decode_many(body) if body.lstrip()[:1] == b"[" else [_decode_one(body)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the body is not an act or a list of acts: {' '.join(str(error).split())[:300]}") from None
    if len(posted) > MOST_ACTS:
        raise InvalidInput(f"{len(posted)} acts in one request, at most {MOST_ACTS} are taken")
    return posted


def find_listing_ids(engine: Engine, slugs: Iterable[str]) -> dict[str, int]:
    """Ids of the listings that exist under these slugs."""
    with Session(engine) as session:
        found = session.execute(select(Listing.slug, Listing.id).where(Listing.slug.in_(sorted(slugs))))
        return {slug: listing_id for slug, listing_id in found}  # noqa: C416 - rows are not pairs to a type checker


async def read_body(request: Request, most_bytes: int = MOST_BYTES) -> bytes:
    """The body; TooLarge as soon as it passes the limit, declared or not."""
    too_large = TooLarge(f"a body has at most {most_bytes} bytes")
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most_bytes:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)


def _answer(content: dict[str, object], status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
