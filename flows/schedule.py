"""Schedules: which flow runs when, read from configs/schedule.toml."""

from pathlib import Path

from prefect import flow, serve
from sqlalchemy import select

from configs.files import CONFIGS, read_toml
from flows.collect_trends import collect_trends
from flows.decide_demand import decide_demand
from flows.design_batch import design_batch
from flows.edges import ready
from flows.place_orders import place_orders
from flows.publish_listings import publish_listings
from models.batch import Batch, BatchState
from models.db import transaction


@flow
def collect_today(source_files: list[str], top: int) -> None:
    """Collect the scheduled sources and detect trends as of today."""
    from datetime import UTC, datetime

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
    serve(
        collect_today.to_deployment(
            "collect-trends",
            cron=plan["collect_trends"]["cron"],
            parameters={"source_files": plan["collect_trends"]["sources"], "top": plan["collect_trends"]["top"]},
        ),
        advance_batches.to_deployment("advance-batches", cron=plan["advance_batches"]["cron"]),
        decide_demand.to_deployment("decide-demand", cron=plan["decide_demand"]["cron"]),
        place_orders.to_deployment("place-orders", cron=plan["place_orders"]["cron"]),
    )
