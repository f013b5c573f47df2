"""Forms of buyers become acts in the ledger; a view is counted once a day for each visitor and listing."""

import uuid

from fastapi import Request

from demand.interest.act import Act, Answer, Outcome
from models.batch import Rung
from models.errors import Conflict
from web.agents import agent_kind
from web.visit import Visit
from web.writer import EventWriter

_NAMESPACE = uuid.UUID("0d0f3c0e-5d4a-4a53-9e0b-6f2f0f9a8e11")
_PATIENCE = 60  # seconds for a commit: longer than SQLite waits for its lock, so that the database's own error arrives


def take_act(
    request: Request,
    visit: Visit,
    listing_id: int,
    rung: Rung,
    event_id: str,
    colour: str | None = None,
    size: str | None = None,
    quantity: int | None = None,
) -> Answer:
    """Record one act of this visitor; Conflict with the reason when it is refused, InvalidInput when it cannot be."""
    act = Act(
        event_id=event_id,
        listing_id=listing_id,
        visitor=visit.visitor,
        segment=visit.segment,
        rung=rung,
        agent=agent_kind(request.headers.get("user-agent", "")),
        occurred_at=visit.now,
        received_at=visit.now,
        colour=colour,
        size=size,
        quantity=quantity,
    )
    writer: EventWriter = request.app.state.writer
    (answer,) = writer.submit([act]).result(_PATIENCE).answers
    if answer.outcome is Outcome.REFUSED:
        raise Conflict(answer.reason)
    return answer


def count_view(request: Request, visit: Visit, listing_id: int) -> None:
    """Record that this visitor saw the listing today; a prefetch and the house's own people do not count."""
    if visit.is_operator or "prefetch" in request.headers.get("sec-purpose", ""):
        return
    take_act(request, visit, listing_id, Rung.VIEW, derived_id("view", visit, listing_id, visit.now.date()))


def derived_id(*parts: object) -> str:
    """The same event id for the same parts: what happens again is the same act."""
    named = (part.visitor if isinstance(part, Visit) else str(part) for part in parts)
    return str(uuid.uuid5(_NAMESPACE, "/".join(named)))


def new_event_id() -> str:
    """An id for a form: sent twice, it is one act."""
    return str(uuid.uuid4())
