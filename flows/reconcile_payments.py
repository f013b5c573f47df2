"""Compare our payments ledger with the providers' books and list the differences; nothing is repaired."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from configs.files import CONFIGS, read_toml
from demand.payments.compare import Difference
from demand.payments.reconcile import find_unbacked, reconcile
from demand.settlement.recheck import SettlementRule
from flows.edges import payments, ready
from flows.retry import transient
from models.db import transaction


@task(retries=2, retry_delay_seconds=30, retry_condition_fn=transient, cache_policy=NO_CACHE)
def compare_books(name: str, now: datetime, days: int) -> list[dict[str, Any]]:
    """What differs between our books and one provider's, over askings of so many days."""
    rule = SettlementRule.from_table(read_toml(CONFIGS / "settlement.toml"))
    found = reconcile(
        transaction, payments().get(name), now, now - timedelta(days=days), timedelta(days=rule.refund_days)
    )
    return [_row(name, one) for one in found]


@task(cache_policy=NO_CACHE)
def find_unpaid() -> list[dict[str, Any]]:
    """Deposits that a pre-order says are paid and nobody was ever asked for."""
    with transaction() as session:
        return [_row("", one) for one in find_unbacked(session)]


def _row(provider: str, one: Difference) -> dict[str, Any]:
    return {
        "provider": provider,
        "kind": one.kind.value,
        "code": one.code,
        "ours": str(one.ours),
        "theirs": str(one.theirs),
        "currency": one.currency,
        "note": one.note,
    }


@flow
def reconcile_payments(now: datetime | None = None, days: int = 40) -> list[dict[str, Any]]:
    """Every difference, provider by provider."""
    ready()
    moment, providers = now or datetime.now(UTC), payments()
    names = [one.name for one in (providers.chosen, *providers.others)]
    found = [difference for name in names for difference in compare_books(name, moment, days)] + find_unpaid()
    create_table_artifact(
        found or [{"kind": "none"}], key="payments", description=f"Books as of {moment:%Y-%m-%d %H:%M} UTC"
    )
    return found
