"""Read signals from every source, then say what rises."""

from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from configs.files import read_toml
from configs.settings import settings
from flows.edges import lexicon, ready
from flows.progress import advance
from flows.retry import transient
from models.db import transaction
from models.errors import DomainError
from trends.collect import collect
from trends.detect import detect
from trends.sources.config import parse_source


@task(retries=2, retry_delay_seconds=[2, 10], retry_condition_fn=transient, cache_policy=NO_CACHE)
def collect_source(config_path: str, places: list[str], as_of: date) -> dict[str, Any]:
    """Read one source's new signals in one transaction; refused rows are kept in the home's rejects folder."""
    source = parse_source(read_toml(Path(config_path)), config_path)
    reject_path = settings().rejects_folder / f"{source.name}-{as_of}.jsonl"
    with transaction() as session:
        collected = collect(session, source, places, as_of, reject_path, lambda rows: advance("signals", rows))
    return {
        "source": source.name,
        "read": collected.read,
        "added": collected.added,
        "repeated": collected.repeated,
        "refused": collected.refused,
        "reasons": dict(collected.reasons),
        "rejects": str(reject_path) if collected.refused else None,
    }


@task(cache_policy=NO_CACHE)
def detect_trends(as_of: date, top: int) -> list[dict[str, Any]]:
    """Write the trends as of a day in one transaction."""
    with transaction() as session:
        found = detect(session, as_of, lexicon(), top)
        return [
            {"phrase": t.phrase, "score": round(t.score, 2), "stage": t.stage.value, "reason": t.reason} for t in found
        ]


@flow
def collect_trends(sources: list[tuple[str, list[str]]], as_of: date, top: int = 20) -> dict[str, Any]:
    """Collect (config file, places) pairs and detect; a broken source never stops the others."""
    ready()
    collected, failures = [], []
    for config_path, places in sources:
        try:
            collected.append(collect_source(config_path, places, as_of))
        except DomainError as error:
            failures.append(error)
    if failures and not collected:
        raise failures[0]
    trends = detect_trends(as_of, top)
    create_table_artifact(trends, key="trends", description=f"What rises as of {as_of}")
    return {"sources": collected, "failed": [str(error) for error in failures], "trends": trends}
