"""Every night: what was shipped late, and what all that became of listings and goods teaches."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from demand.learning.keep_lessons import learn_lesson
from demand.learning.record_sales import record_late
from flows.edges import ready
from flows.retry import transient
from models.db import transaction


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def learn(now: datetime) -> dict[str, Any]:
    """Late orders, then a lesson of people and one of simulated buyers, in one transaction."""
    with transaction() as session:
        late = record_late(session, now)
        lessons = {simulated: learn_lesson(session, simulated, now) for simulated in (False, True)}
    versions = {simulated: lesson.version if lesson else None for simulated, lesson in lessons.items()}
    return {"late": late.added + late.changed, "version": versions[False], "version_of_simulated": versions[True]}


@flow
def learn_outcomes(now: datetime | None = None) -> dict[str, Any]:
    """Learn from everything known as of now; nothing new makes no new version."""
    ready()
    return learn(now or datetime.now(UTC))
