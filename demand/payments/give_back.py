"""Refunds on their way: ordered at the provider after their cause is committed, paid out by hand, tried again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from demand.payments.provider import Providers, RefundOrder, RefundStatus, SentBack
from demand.payments.square import order_refund, square
from demand.payments.store import get_refund, lock_order
from demand.payments.take import take_refund
from models.errors import Conflict, PaymentRefused
from models.interest import PreOrder, PreOrderState
from models.listing import Listing
from models.money import Money
from models.payment import RefundReason, RefundState
from models.state import move

Transaction = Callable[[], AbstractContextManager[Session]]


def release(session: Session, listing: Listing, order: PreOrder, now: datetime, who: str, why: str) -> None:
    """End a pre-order and promise its money back. Hold the listing's lock."""
    move(session, order, PreOrderState.RELEASED, now, who, why)
    square(session, listing, order, now, who, RefundReason.RELEASED)


def send_refund(transaction: Transaction, providers: Providers, code: str, attempt: int, now: datetime) -> None:
    """Order a refund at its provider and note the answer; a refund that went another way meanwhile is left alone.

    PaymentUnavailable when the provider does not answer: the same call later is the same refund. What the provider
    refuses for good is noted as failed, for a person to look at.
    """
    with transaction() as session:
        refund = get_refund(session, code)
        if refund.state is not RefundState.ASKED or refund.attempt != attempt or refund.reference is not None:
            return
        order = RefundOrder(code, refund.payment, Money(refund.amount, refund.currency), attempt)
        provider = providers.get(refund.provider)
    try:
        answer = provider.refund(order)
        back = SentBack(answer.reference, order.payment, order.amount.amount, answer.status, code)
    except PaymentRefused as reason:
        with transaction() as session:
            _fail(session, code, attempt, now, str(reason))
        return
    with transaction() as session:
        listing, pre_order = lock_order(session, get_refund(session, code).pre_order_id)
        take_refund(session, pre_order, provider.name, back, now, provider.name)
        square(session, listing, pre_order, now, provider.name)


def _fail(session: Session, code: str, attempt: int, now: datetime, why: str) -> None:
    refund = get_refund(session, code)
    lock_order(session, refund.pre_order_id)
    session.refresh(refund)
    if refund.state is RefundState.ASKED and refund.attempt == attempt:
        move(session, refund, RefundState.FAILED, now, refund.provider, why)


def mark_paid_out(session: Session, code: str, now: datetime, who: str) -> bool:
    """Note that a refund was paid out by hand; False when it is noted already.

    By bank transfer that is how every refund ends; elsewhere it is the way out when the provider has failed.
    """
    refund = get_refund(session, code)
    listing, order = lock_order(session, refund.pre_order_id)
    session.refresh(refund)
    if refund.state is RefundState.PAID:
        return False
    by_hand = refund.provider == "manual" or refund.state is RefundState.FAILED
    if not by_hand or refund.state is RefundState.WITHDRAWN:
        raise Conflict(f"refund {code} is {refund.state} at {refund.provider} and not paid out by hand")
    reference = f"{code}-by-hand-{refund.attempt}"
    back = SentBack(reference, refund.payment, refund.amount, RefundStatus.SUCCEEDED, code)
    take_refund(session, order, refund.provider, back, now, who)
    square(session, listing, order, now, who)
    return True


def try_again(session: Session, code: str, now: datetime, who: str) -> None:
    """Order a failed refund once more; Conflict when it has not failed."""
    refund = get_refund(session, code)
    lock_order(session, refund.pre_order_id)
    session.refresh(refund)
    if refund.state is not RefundState.FAILED:
        raise Conflict(f"refund {code} is {refund.state}, not failed")
    move(session, refund, RefundState.ASKED, now, who, "to be tried again")
    refund.attempt, refund.reference = refund.attempt + 1, None
    order_refund(session, refund, now)
