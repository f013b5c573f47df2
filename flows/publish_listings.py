"""Offer every approved picture of a batch as a virtual listing."""

from datetime import UTC, datetime

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from configs.files import CONFIGS, read_toml
from flows.edges import lexicon, ready
from flows.order_storefront import draw_pages
from flows.retry import transient
from listings.price import Pricing
from listings.publish import publish
from listings.store import find_unpublished
from models.batch import BatchState, get_batch
from models.db import transaction
from models.state import move


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def publish_approved(slug: str, now: datetime) -> int:
    """Publish what is approved and not published yet, in one transaction."""
    pricing = Pricing.from_table(read_toml(CONFIGS / "pricing.toml"), "configs/pricing.toml")
    with transaction() as session:
        batch = get_batch(session, slug)
        mockups = find_unpublished(session, batch.id)
        for mockup in mockups:
            publish(session, mockup, lexicon(), pricing, now, "publish_listings")
        if mockups and batch.state is BatchState.DESIGNED:
            move(session, batch, BatchState.PUBLISHED, now, "publish_listings", f"{len(mockups)} listings are open")
    return len(mockups)


@flow
def publish_listings(slug: str, now: datetime | None = None) -> int:
    """How many listings were newly opened."""
    ready()
    moment = now or datetime.now(UTC)
    opened = publish_approved(slug, moment)
    if opened:
        draw_pages(moment)  # the storefront shows them at once
    return opened
