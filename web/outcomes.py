"""POST /api/outcomes: a shop system says what was delivered, sold, returned, late or defective."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from demand.learning.record_sales import import_sales
from models.errors import InvalidInput, NotAllowed
from web.ingest import read_body
from web.signing import same_token
from web.visit import Database, config_of, now_of

MOST_BYTES = 1_048_576
MOST_ROWS = 2_000

router = APIRouter()
Cell = str | int | None


class Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who says so, and rows with the columns of docs/learning.md."""

    source: Annotated[str, msgspec.Meta(max_length=40)]
    outcomes: Annotated[list[dict[str, Cell]], msgspec.Meta(min_length=1, max_length=MOST_ROWS)]


_decode = msgspec.json.Decoder(Posted).decode


async def read_posted(request: Request) -> Posted:
    """The body of a caller who knows the operator token; NotAllowed, TooLarge or InvalidInput otherwise."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same_token(token.strip(), config_of(request).operator_token):
        raise NotAllowed("send the operator token as `Authorization: Bearer TOKEN`")
    try:
        return _decode(await read_body(request, MOST_BYTES))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"not what is expected here: {str(error)[:200]}") from None


@router.post("/api/outcomes")
def post_outcomes(request: Request, posted: Annotated[Posted, Depends(read_posted)], session: Database) -> Response:
    """200 with how many rows were added, changed and found as they were, and why others were refused."""
    rows = ((f"row {number}", row) for number, row in enumerate(posted.outcomes, 1))
    done = import_sales(session, rows, posted.source, now_of(request))
    answer: dict[str, Any] = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    return JSONResponse(answer | {"refused": [{"where": one.where, "reason": one.reason} for one in done.refused]})
