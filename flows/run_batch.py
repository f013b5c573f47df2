"""Take one batch as far as it can go now."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow

from flows.decide_demand import decide_demand
from flows.design_batch import design_batch
from flows.place_orders import place_orders
from flows.publish_listings import publish_listings
from flows.settle_deposits import settle_deposits


@flow
def run_batch(slug: str, now: datetime | None = None) -> dict[str, Any]:
    """Design, publish what a merchandiser has approved, decide what is open, settle and place what is confirmed."""
    moment = now or datetime.now(UTC)
    return {
        "designed": design_batch(slug, moment),
        "published": publish_listings(slug, moment),
        "decisions": decide_demand(moment),
        "deposits": settle_deposits(moment),
        "orders": place_orders(moment),
    }
