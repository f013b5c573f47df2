"""Look deposits up at their provider, settle what is confirmed, send refunds, close what is refunded."""

from collections.abc import Iterable
from datetime import UTC, datetime

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from configs.files import CONFIGS, read_toml
from demand.payments.give_back import send_refund
from demand.payments.provider import Notice, Providers
from demand.payments.store import find_open_settlements, find_to_look_up
from demand.payments.take import look_up
from demand.settlement.recheck import SettlementRule, advance_settlement, close_refunded
from factory_matching.delivery.deliver import send_due
from factory_matching.delivery.message import DeliveryFailed, Message
from flows.edges import payments, ready
from flows.retry import transient
from models.db import transaction
from models.errors import DomainError, NotFound, PaymentUnavailable
from models.outbox import Channel

WHO = "settle_deposits"


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def look_up_unpaid(now: datetime) -> dict[str, int]:
    """Hear of payments and refunds whose webhook was lost; one that cannot be looked up does not stop the others."""
    with transaction() as session:
        waiting = find_to_look_up(session, now)
    looked_up = not_answered = 0
    for one in waiting:
        try:
            _look_up_all(payments(), [one], now)
            looked_up += 1
        except DomainError:
            not_answered += 1
    return {"looked_up": looked_up, "not_answered": not_answered}


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def check_settlements(now: datetime) -> dict[str, int]:
    """Re-check each confirmed listing and take it a step further; one whose provider does not answer waits."""
    rule = SettlementRule.from_table(read_toml(CONFIGS / "settlement.toml"))
    with transaction() as session:
        waiting = [(one.id, find_to_look_up(session, now, one.listing_id)) for one in find_open_settlements(session)]
    states: dict[str, int] = {"unchecked": 0}
    for settlement_id, deposits in waiting:
        try:
            _look_up_all(payments(), deposits, now)
        except (PaymentUnavailable, NotFound):
            states["unchecked"] += 1
            continue
        with transaction() as session:
            state = advance_settlement(session, settlement_id, now, rule)
        states[state.value] = states.get(state.value, 0) + 1
    return states


def _look_up_all(providers: Providers, deposits: Iterable[tuple[str, str]], now: datetime) -> None:
    for name, reference in deposits:
        provider = providers.get(name)
        if provider.is_asked:
            look_up(transaction, provider, Notice(reference), now, WHO)


@task(retries=1, retry_delay_seconds=5, retry_condition_fn=transient, cache_policy=NO_CACHE)
def send_refunds(now: datetime) -> dict[str, int]:
    """Order due refunds at their providers; each has its own transactions."""
    delivered = send_due(transaction, now, {Channel.PAYMENT: _send})
    return {"sent": delivered.sent, "send_failed": delivered.failed}


def _send(message: Message, now: datetime) -> None:
    data = message.payload["data"]
    try:
        send_refund(transaction, payments(), data["code"], data["attempt"], now)
    except (PaymentUnavailable, NotFound) as reason:
        raise DeliveryFailed(str(reason)) from None


@task(cache_policy=NO_CACHE)
def close(now: datetime) -> int:
    """Mark stopped listings as refunded once every deposit went back."""
    with transaction() as session:
        return close_refunded(session, now)


@flow
def settle_deposits(now: datetime | None = None) -> dict[str, int]:
    """Deposits checked, confirmed listings made or given more time or given back, refunds sent."""
    ready()
    moment = now or datetime.now(UTC)
    answer = {**look_up_unpaid(moment), **check_settlements(moment), **send_refunds(moment), "refunded": close(moment)}
    create_table_artifact([answer], key="deposits", description=f"Deposits as of {moment:%Y-%m-%d %H:%M} UTC")
    return answer
