"""Judge every open listing by the rule fixed at launch; settle what is confirmed or stopped."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import select

from demand.judge import judge_listing
from demand.payments.store import find_open_settlements
from demand.settle import settle
from demand.store import find_open_listings
from flows.edges import ready
from flows.progress import advance
from flows.retry import transient
from models.batch import Batch, BatchState
from models.db import transaction
from models.listing import OPEN_STATES, Listing
from models.settlement import OPEN_SETTLEMENTS, Settlement
from models.state import move


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def judge_open(listing_ids: list[int], looked_at: datetime) -> list[dict[str, Any]]:
    """Count, decide, settle and write, one transaction a listing: a failure loses none of those before it."""
    decisions = []
    for done, listing_id in enumerate(listing_ids, start=1):
        with transaction() as session:
            decision = judge_listing(session, listing_id, looked_at)
            settle(session, decision, looked_at)
            decisions.append(
                {"id": decision.id, "listing": listing_id, "verdict": decision.verdict.value, "reason": decision.reason}
            )
        advance("listings judged", done, len(listing_ids))
    return decisions


@task(cache_policy=NO_CACHE)
def close_batches(now: datetime) -> int:
    """Mark batches whose window is over as decided, once no listing is open and what was confirmed is settled."""
    with transaction() as session:
        still_open = select(Listing.batch_id).where(Listing.state.in_(OPEN_STATES))
        settling = select(Listing.batch_id).join(Settlement, Settlement.listing_id == Listing.id)
        settling = settling.where(Settlement.state.in_(OPEN_SETTLEMENTS))
        open_ids = still_open.union(settling)
        ended = Batch.state == BatchState.PUBLISHED, Batch.closes_at <= now, Batch.id.not_in(open_ids)
        over = session.scalars(select(Batch).where(*ended)).all()
        for batch in over:
            move(session, batch, BatchState.DECIDED, now, "decide_demand", "the test window is over")
    return len(over)


@flow
def decide_demand(now: datetime | None = None) -> list[dict[str, Any]]:
    """Judge every open listing as of now; looking often is safe by the method."""
    ready()
    moment = now or datetime.now(UTC)
    with transaction() as session:
        # Confirmed already: from here on `settle_deposits` decides what becomes of it.
        settling = {settlement.listing_id for settlement in find_open_settlements(session)}
        open_ids = [one.id for one in find_open_listings(session, moment) if one.id not in settling]
    decisions = judge_open(open_ids, moment)
    close_batches(moment)
    if decisions:
        create_table_artifact(decisions, key="decisions", description=f"Decisions as of {moment:%Y-%m-%d %H:%M} UTC")
    return decisions
