"""Keep the storefront's default order up to date, and what it is learned from."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from configs.files import CONFIGS, read_toml
from demand.exposure.rule import ExposureRule
from demand.exposure.snapshot import forget_pages, make_snapshot
from demand.learning.learn import learn_priors
from flows.edges import ready
from flows.retry import transient
from models.db import transaction


def exposure_rule() -> ExposureRule:
    """The house's rule."""
    return ExposureRule.from_table(read_toml(CONFIGS / "exposure.toml"), "configs/exposure.toml")


@task(retries=2, retry_delay_seconds=2, retry_condition_fn=transient, cache_policy=NO_CACHE)
def draw_pages(now: datetime) -> int | None:
    """Count, believe, draw; the id of the snapshot in force, None without open listings."""
    with transaction() as session:
        snapshot = make_snapshot(session, now, exposure_rule())
        return snapshot.id if snapshot else None


@flow
def order_storefront(now: datetime | None = None) -> dict[str, Any]:
    """Draw the pages that visitors see from now on; the same moment again draws nothing."""
    ready()
    return {"snapshot": draw_pages(now or datetime.now(UTC))}


@task(retries=2, retry_delay_seconds=10, retry_condition_fn=transient, cache_policy=NO_CACHE)
def fit(now: datetime) -> dict[str, Any]:
    """Learn from all decisions so far and forget pages that are too old."""
    with transaction() as session:
        learned = learn_priors(session, now)
        return {"priors": learned.id, "rows": learned.rows, "forgotten": forget_pages(session, now, exposure_rule())}


@flow
def learn_from_listings(now: datetime | None = None) -> dict[str, Any]:
    """Every night: the priors of new listings from how earlier ones did."""
    ready()
    return fit(now or datetime.now(UTC))
