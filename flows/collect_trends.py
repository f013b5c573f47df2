"""Read signals from every source, forget what may no longer be kept, then say what rises."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from configs.files import read_toml
from configs.load_clearance import protected_names
from configs.settings import settings
from flows.edges import encoder, lexicon, ready
from flows.progress import advance
from flows.retry import transient
from models.db import transaction
from models.errors import InvalidInput
from trends.collect import Outside, collect_apart
from trends.detect import detect
from trends.forget import forget_expired
from trends.outlook import forecast_trends
from trends.sources.config import parse_source
from trends.told import in_short, told

Sources = list[tuple[str, list[str]]]
"""(description file, places that replace its own)."""


@task(retries=2, retry_delay_seconds=[2, 10], retry_condition_fn=transient, cache_policy=NO_CACHE)
def collect_source(config_path: str, places: list[str], as_of: date, again: bool = False) -> dict[str, Any]:
    """Read one source's new signals, a transaction a place; refused rows are kept in the home's rejects folder."""
    source = parse_source(read_toml(Path(config_path)), config_path)
    reject_path = settings().rejects_folder / f"{source.name}-{as_of}.jsonl"
    collected = collect_apart(
        transaction,
        source,
        places,
        as_of,
        reject_path,
        lambda rows: advance("signals", rows),
        Outside(os.environ),
        again,
    )
    return collected.to_json(source.name)


@task(cache_policy=NO_CACHE)
def forget_signals(as_of: date) -> dict[str, int]:
    """Delete what is older than its source's licence lets us keep, by today at the latest, in one transaction."""
    with transaction() as session:
        return forget_expired(session, min(as_of, datetime.now(UTC).date()), settings().rejects_folder)


@flow
def forget_old_signals(as_of: date) -> dict[str, int]:
    """Forget what has expired, without collecting."""
    ready()
    return forget_signals(as_of)


@task(cache_policy=NO_CACHE)
def detect_trends(as_of: date, top: int) -> list[dict[str, Any]]:
    """Write the trends as of a day in one transaction."""
    with transaction() as session:
        found = detect(session, as_of, lexicon(), top, encoder(), protected_names())
        return [told(trend) for trend in found]


@task(cache_policy=NO_CACHE)
def forecast_day(as_of: date) -> int:
    """Carry the trends of a day and their attributes forward, in one transaction; how many series that were."""
    with transaction() as session:
        return len(forecast_trends(session, as_of))


@flow
def collect_sources(sources: Sources, as_of: date, again: bool = False) -> dict[str, Any]:
    """Collect each source; a broken one never stops the others, and is told in `failed` and in the artifact.

    Raises InvalidInput when no source at all could be read.
    """
    ready()
    collected, failed, errors = [], [], []
    for config_path, places in sources:
        try:
            one = collect_source(config_path, places, as_of, again)
        except Exception as error:  # whatever is wrong with one source is that source's
            errors.append(error)
            failed.append(f"{config_path}: {error}" if str(config_path) not in str(error) else str(error))
            collected.append(_nothing_of(config_path, str(error)))
        else:
            collected.append(one)
            failed += one["failed"]
    create_table_artifact([_shown(one) for one in collected], key="sources", description=f"Sources as of {as_of}")
    if errors and len(errors) == len(sources):
        raise errors[0] if len(errors) == 1 else InvalidInput(f"no source could be read: {'; '.join(failed)}")
    return {"sources": collected, "failed": failed}


@flow
def collect_trends(sources: Sources, as_of: date, top: int = 20) -> dict[str, Any]:
    """Collect sources, forget what has expired, detect, and say how far it goes."""
    answer = collect_sources(sources, as_of)
    forgotten = forget_signals(as_of)
    trends = detect_trends(as_of, top)
    forecasts = forecast_day(as_of)
    create_table_artifact(
        [{**in_short(one), "why": one["reason"]} for one in trends], key="trends", description=_headline(trends, as_of)
    )
    return {**answer, "forgotten": forgotten, "trends": trends, "forecasts": forecasts}


def _headline(trends: list[dict[str, Any]], as_of: date) -> str:
    """What stands over the artifact's table."""
    rising = [one["phrase"] for one in trends if one["stage"] != "fading"]
    unknown = sum(bool(one["review"]) for one in trends)
    return (
        f"What rises as of {as_of}: {', '.join(rising[:5]) or 'nothing'}. "
        f"{len(trends)} trends, {len(trends) - len(rising)} of them fading, {unknown} that a merchandiser should "
        "explain (`demandloom trends review`). Rise: with 95% certainty at least so many times the titles expected."
    )


def _nothing_of(config_path: str, error: str) -> dict[str, Any]:
    counts = dict.fromkeys(("read", "new", "duplicate", "refused", "unchanged"), 0)
    return {"source": Path(config_path).stem, **counts, "failed": [error], "notes": [], "reasons": {}, "rejects": None}


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    """A source as a line of the artifact."""
    return {
        name: "; ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in one.items()
        if name != "reasons"
    }
