"""Settle answers, match what is still open, write briefs, send what is due."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from sqlalchemy import select

from configs.files import CONFIGS, read_toml
from configs.settings import settings
from factory_matching.briefs.issue import issue_briefs
from factory_matching.delivery.deliver import send_due
from factory_matching.delivery.senders import build_senders
from factory_matching.fan_out import choose_matcher
from factory_matching.offers.answer import expire_offers
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.manner import Manner
from factory_matching.offers.place import place_open_demands
from factory_matching.offers.rfq import close_rfqs
from factory_matching.offers.settle import settle_counters
from flows.edges import blobs, lexicon, ready
from flows.retry import transient
from models.batch import Batch, BatchState
from models.db import transaction
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.listing import Listing
from models.state import move


def _manner() -> Manner:
    """The rules of configs/match.toml, with links to this house's portal."""
    return Manner.from_tables(
        read_toml(CONFIGS / "match.toml"),
        read_toml(CONFIGS / "freight.toml"),
        PortalLinks(settings().address, settings().secret_key),
    )


@task(retries=2, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def settle_answers(now: datetime) -> dict[str, int]:
    """Expire what was not answered and answer counter-offers by the merchandiser's rule, in one transaction."""
    manner = _manner()
    with transaction() as session:
        expired = expire_offers(session, now)
        settled = settle_counters(session, now, manner.counter, manner)
        closed = close_rfqs(session, now)
    return {
        "expired": expired,
        "counters_accepted": settled.accepted,
        "counters_declined": settled.declined,
        "proposals": settled.proposed,
        "requests_closed": closed,
    }


@task(retries=2, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def place(now: datetime) -> dict[str, Any]:
    """Match every open demand, book the days and write the offers, in one transaction."""
    manner, matching = _manner(), settings().matching
    many = choose_matcher(matching.engine, matching.groups, matching.ray_address)
    with transaction() as session:
        rules = (manner.weights, manner.offers, manner.linking, manner.counter)
        placed = place_open_demands(session, now, *rules, many=many, policies=manner.policies)
    return {"demands": placed.demands, "offers": placed.offers, "unserved": placed.unserved, "gap": placed.gap}


@task(retries=2, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def write_briefs(now: datetime) -> int:
    """Write and queue the brief of every order that has none, in one transaction."""
    with transaction() as session:
        return issue_briefs(session, now, blobs(), lexicon().label)


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def send(now: datetime) -> dict[str, int]:
    """Send what is due in the outbox; each message has its own transactions."""
    delivery = settings().delivery
    senders = build_senders(settings().sent_folder, blobs().get, delivery.allow_private_addresses)
    delivered = send_due(transaction, now, senders)
    return {"sent": delivered.sent, "send_failed": delivered.failed, "given_up": delivered.given_up}


@task(cache_policy=NO_CACHE)
def close_batches(now: datetime) -> int:
    """Mark decided batches as placed once none of their demands waits for a maker."""
    waiting = (ConfirmedDemandState.OPEN, ConfirmedDemandState.OFFERED)
    with transaction() as session:
        unplaced = select(Listing.batch_id).join(ConfirmedDemand).where(ConfirmedDemand.state.in_(waiting))
        done = session.scalars(select(Batch).where(Batch.state == BatchState.DECIDED, Batch.id.not_in(unplaced))).all()
        for batch in done:
            move(session, batch, BatchState.PLACED, now, "place_orders", "no demand waits for a maker")
    return len(done)


@flow
def place_orders(now: datetime | None = None) -> dict[str, Any]:
    """Offers for every open demand; what was declined or expired is matched again."""
    ready()
    moment = now or datetime.now(UTC)
    answer = {**settle_answers(moment), **place(moment), "briefs": write_briefs(moment), **send(moment)}
    close_batches(moment)
    create_table_artifact([answer], key="orders", description=f"Orders as of {moment:%Y-%m-%d %H:%M} UTC")
    return answer
