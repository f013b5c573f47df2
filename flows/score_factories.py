"""Every night: how factories have worked, and what follows for their standing."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from configs.files import CONFIGS, read_toml
from configs.settings import settings
from factory_matching.renewal.decide import apply_approved
from factory_matching.scorecard.rule import ScoreRule
from factory_matching.scorecard.run import score_day
from factory_matching.scorecard.standing import GateRule
from factory_matching.scorecard.standings import StandingLinks
from flows.edges import ready
from flows.retry import transient
from models.db import transaction


@task(retries=2, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def score(now: datetime, simulated: bool) -> dict[str, int]:
    """Score all factories and move standings, in one transaction; once for each day."""
    table = read_toml(CONFIGS / "scorecard.toml")
    rule, gates = ScoreRule.from_table(table["score"]), GateRule.from_table(table["gates"])
    links = StandingLinks(settings().address, settings().secret_key)
    with transaction() as session:
        return asdict(score_day(session, now, rule, gates, links, simulated))


@task(retries=2, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def renew(now: datetime) -> dict[str, int]:
    """Apply the renewals that a merchandiser has approved, in one transaction."""
    links = StandingLinks(settings().address, settings().secret_key)
    with transaction() as session:
        applied = apply_approved(session, now, "score_factories", links, withdraw=True)
    return {"renewed": applied.moved, "renewals_held": applied.held}


@flow
def score_factories(now: datetime | None = None) -> dict[str, Any]:
    """Approved renewals, then scores of people's orders, then, apart, of simulated ones."""
    ready()
    moment = now or datetime.now(UTC)
    return {**renew(moment), **score(moment, False), "simulated_factories": score(moment, True)["factories"]}
