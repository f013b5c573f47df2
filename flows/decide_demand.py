"""Judge every open listing by the rule of its batch; settle what is confirmed or stopped."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import select

from demand.decision.judge_many import judge_open_listings
from demand.interest.roll_up import roll_up
from demand.learning.beliefs import learn_beliefs
from demand.payments.store import find_open_settlements
from demand.settlement.settle import settle
from demand.store import find_unsettled, get_decision
from flows.edges import ready
from flows.progress import advance
from flows.retry import transient
from models.batch import Batch, BatchState
from models.db import transaction
from models.listing import OPEN_STATES, Listing
from models.settlement import OPEN_SETTLEMENTS, Settlement
from models.state import move

_MOST_SHOWN = 1000


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def count_anew(looked_at: datetime) -> int:
    """Bring the rollups up to date, in one transaction; how many listings had news."""
    with transaction() as session:
        return roll_up(session, looked_at)


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def judge_open(looked_at: datetime) -> list[dict[str, Any]]:
    """Decide what is open, in one transaction; only what changed since the last look is a new decision."""
    with transaction() as session:
        # Confirmed already: from here on `settle_deposits` decides what becomes of it.
        settling = {settlement.listing_id for settlement in find_open_settlements(session)}
        beliefs = learn_beliefs(session, looked_at)
        return [
            {"listing": one.listing_id, "verdict": one.verdict.value, "reason": one.reason}
            for decisions in judge_open_listings(session, looked_at, settling, beliefs)
            for one in decisions
        ]


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def settle_decided(looked_at: datetime) -> int:
    """Act on verdicts, one transaction a listing: a failure loses none of those before it, nor of a run cut earlier."""
    with transaction() as session:
        settling = {settlement.listing_id for settlement in find_open_settlements(session)}
        unsettled = [one.id for one in find_unsettled(session) if one.listing_id not in settling]
    for done, decision_id in enumerate(unsettled, start=1):
        with transaction() as session:
            settle(session, get_decision(session, decision_id), looked_at)
        advance("verdicts settled", done, len(unsettled))
    return len(unsettled)


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
    """Judge every open listing as of now; looking often is safe by the method. Returns the new decisions."""
    ready()
    moment = now or datetime.now(UTC)
    count_anew(moment)
    decisions = judge_open(moment)
    settle_decided(moment)
    close_batches(moment)
    if decisions:
        create_table_artifact(
            decisions[:_MOST_SHOWN], key="decisions", description=f"Decisions as of {moment:%Y-%m-%d %H:%M} UTC"
        )
    return decisions
