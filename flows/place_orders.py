"""Settle answers, match what is still open, send what is due."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow

from flows.edges import ready


@flow
def place_orders(now: datetime | None = None) -> dict[str, Any]:
    """Offers for every open demand; declined and expired ones are matched again."""
    ready()
    moment = now or datetime.now(UTC)
    settled = settle_answers(moment)
    placed = place(moment)
    sent = send(moment)
    close_batches(moment)
    return {**settled, **placed, **sent}
