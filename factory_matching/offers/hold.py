"""Which demands are still open when offers are about to be written."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.decision import ConfirmedDemand, ConfirmedDemandState

_CHUNK = 5_000  # ids of a statement


def hold_open(session: Session, demand_ids: Sequence[int]) -> set[int]:
    """Which of these demands are still open, now that nobody else can write to them.

    SQLite has no row locks: a match may take long, and only its writing keeps others from writing.
    """
    if session.get_bind().dialect.name == "sqlite":
        touch = update(ConfirmedDemand).where(ConfirmedDemand.id == -1).values(state=ConfirmedDemand.state)
        session.execute(touch, execution_options={"synchronize_session": False})
    still: set[int] = set()
    for start in range(0, len(demand_ids), _CHUNK):
        chunk = ConfirmedDemand.id.in_(demand_ids[start : start + _CHUNK])
        query = select(ConfirmedDemand.id).where(chunk, ConfirmedDemand.state == ConfirmedDemandState.OPEN)
        still.update(session.scalars(query.order_by(ConfirmedDemand.id).with_for_update()))
    return still
