"""Schedules: which flow runs when, read from configs/schedule.toml."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from prefect import Flow, flow, serve
from prefect.deployments.runner import RunnerDeployment
from sqlalchemy import select

from configs.files import CONFIGS, read_toml
from flows.collect_trends import collect_trends
from flows.decide_demand import decide_demand
from flows.design_batch import design_batch
from flows.edges import ready
from flows.learn_outcomes import learn_outcomes
from flows.order_storefront import learn_from_listings, order_storefront
from flows.place_orders import place_orders
from flows.publish_listings import publish_listings
from flows.reconcile_payments import reconcile_payments
from flows.score_factories import score_factories
from flows.settle_deposits import settle_deposits
from models.batch import Batch, BatchState
from models.db import transaction


@flow
def collect_today(source_files: list[str], top: int) -> None:
    """Collect the scheduled sources and detect trends as of today."""
    collect_trends([(path, []) for path in source_files], datetime.now(UTC).date(), top)


@flow
def advance_batches() -> None:
    """Design what was launched and publish what was approved since the last run."""
    ready()
    with transaction() as session:
        waiting = session.scalars(
            select(Batch.slug).where(Batch.state.in_([BatchState.LAUNCHED, BatchState.DESIGNED, BatchState.PUBLISHED]))
        ).all()
    for slug in waiting:
        design_batch(slug)
        publish_listings(slug)


def serve_flows(path: Path = CONFIGS / "schedule.toml") -> None:
    """Register every flow with its schedule and run due ones until stopped."""
    ready()
    plan = read_toml(path)
    collecting = plan["collect_trends"]
    serve(
        _deployment(
            collect_today, collecting["cron"], {"source_files": collecting["sources"], "top": collecting["top"]}
        ),
        _deployment(advance_batches, plan["advance_batches"]["cron"]),
        _deployment(decide_demand, plan["decide_demand"]["cron"]),
        _deployment(settle_deposits, plan["settle_deposits"]["cron"]),
        _deployment(
            reconcile_payments, plan["reconcile_payments"]["cron"], {"days": plan["reconcile_payments"]["days"]}
        ),
        _deployment(place_orders, plan["place_orders"]["cron"]),
        _deployment(order_storefront, plan["order_storefront"]["cron"]),
        _deployment(learn_outcomes, plan["learn_outcomes"]["cron"]),
        _deployment(score_factories, plan["score_factories"]["cron"]),
        _deployment(learn_from_listings, plan["learn_from_listings"]["cron"]),
        pause_on_shutdown=False,  # the schedules are this file's, and a laptop's server is gone before it could be told
    )


def _deployment(scheduled: "Flow[..., Any]", cron: str, parameters: dict[str, Any] | None = None) -> RunnerDeployment:
    # outside an event loop Prefect answers at once; its types also name the coroutine of the other case
    return cast(RunnerDeployment, scheduled.to_deployment(scheduled.name, cron=cron, parameters=parameters or {}))
