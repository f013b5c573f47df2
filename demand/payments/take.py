"""Take in what a provider, or a merchandiser with a bank statement, says about deposits: in any order, once each."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.payments.ledger import append
from demand.payments.provider import Notice, Provider, RefundStatus, SentBack, Statement
from demand.payments.square import square
from demand.payments.store import find_request, get_request, lock_order
from models.errors import Conflict, InvalidInput, NotFound
from models.interest import PreOrder, PreOrderState
from models.money import round_payable
from models.payment import EntryKind, PaymentEntry, Refund, RefundReason, RefundState
from models.state import move

Transaction = Callable[[], AbstractContextManager[Session]]


def look_up(transaction: Transaction, provider: Provider, notice: Notice, now: datetime, who: str) -> bool:
    """Ask the provider what a notice is about and take it in, in a transaction of its own; False if none of ours."""
    statement = provider.look_up(notice)
    if statement is None:
        return False
    with transaction() as session:
        return take_statement(session, provider.name, statement, now, who)


def take_statement(session: Session, provider: str, statement: Statement, now: datetime, who: str) -> bool:
    """Append what is new in it and square the pre-order; False when its code is not ours.

    Statements may come late, twice or out of order: each movement is known by the provider's own name for it.
    """
    request = find_request(session, statement.code)
    if request is None or request.provider != provider:
        return False
    if statement.currency != request.currency:
        raise Conflict(f"deposit {request.code} was asked in {request.currency} and paid in {statement.currency}")
    listing, order = lock_order(session, request.pre_order_id)
    for money in statement.received:
        append(session, order, EntryKind.PAID, money.amount, provider, money.payment, money.payment, now, who)
    if statement.failed_payment:
        failed = statement.failed_payment
        append(session, order, EntryKind.FAILED, request.amount, provider, failed, failed, now, who, "not paid")
    for back in statement.sent_back:
        take_refund(session, order, provider, back, now, who)
    square(session, listing, order, now, who, _reason(order))
    return True


def _reason(order: PreOrder) -> RefundReason:
    is_over = order.state in (PreOrderState.CANCELLED, PreOrderState.RELEASED)
    return RefundReason.LATE if is_over else RefundReason.TOO_MUCH


def take_refund(session: Session, order: PreOrder, provider: str, back: SentBack, now: datetime, who: str) -> None:
    """Note how far a refund has come, ours or one that nobody here asked for."""
    refund = _find_refund(session, order, provider, back)
    if refund is not None and back.status is not RefundStatus.FAILED:
        refund.reference = back.reference
    note = "" if refund is not None else "not asked by us"
    match back.status:
        case RefundStatus.PENDING:
            return
        case RefundStatus.SUCCEEDED:
            if _is_known(session, provider, EntryKind.RETURNED, back.reference):
                return  # it came back since: an older word of its success changes nothing
            kind, to = EntryKind.REFUNDED, RefundState.PAID
        case RefundStatus.FAILED:
            went_out = _is_known(session, provider, EntryKind.REFUNDED, back.reference)
            kind, to = EntryKind.RETURNED if went_out else EntryKind.FAILED, RefundState.FAILED
    is_new = append(session, order, kind, back.amount, provider, back.payment, back.reference, now, who, note)
    if refund is not None and is_new and refund.state is not to:
        move(session, refund, to, now, who, f"the provider says: {back.status}")


def _find_refund(session: Session, order: PreOrder, provider: str, back: SentBack) -> Refund | None:
    ours = Refund.provider == provider, Refund.pre_order_id == order.id
    named = (Refund.code == back.code) if back.code else (Refund.reference == back.reference)
    return session.scalar(
        select(Refund).where(*ours, named).execution_options(populate_existing=True).with_for_update()
    )


def _is_known(session: Session, provider: str, kind: EntryKind, reference: str) -> bool:
    key = f"{provider}:{kind.value}:{reference}"
    return session.scalar(select(PaymentEntry.id).where(PaymentEntry.key == key)) is not None


def take_transfer(
    session: Session, code: str, amount: Decimal, now: datetime, who: str, bank_reference: str = ""
) -> bool:
    """Note that a bank transfer with this code came in; False when that transfer is noted already.

    Without the bank's own reference there is one transfer for a code; a second one needs it, and so does one of more
    than twice what was asked: that is mostly a slip of the pen.
    """
    request = get_request(session, code)
    if request.provider != "manual":
        raise Conflict(f"deposit {code} is asked at {request.provider}, which says itself what is paid")
    if amount <= 0 or amount != round_payable(amount, request.currency):
        raise InvalidInput(f"{amount} {request.currency} cannot have been transferred")
    if amount > 2 * request.amount and not bank_reference:
        asked = f"{request.amount} {request.currency}"
        raise InvalidInput(f"{amount} came in where {asked} was asked? If so, name the bank's reference of it")
    listing, order = lock_order(session, request.pre_order_id)
    reference = _transfer(code, bank_reference)
    is_new = append(session, order, EntryKind.PAID, amount, request.provider, reference, reference, now, who)
    if is_new:
        square(session, listing, order, now, who, _reason(order))
    return is_new


def take_back_transfer(
    session: Session, code: str, now: datetime, who: str, why: str, bank_reference: str = ""
) -> bool:
    """Undo a transfer that was noted by mistake, by a line of its own; False when it is undone already.

    NotFound when that transfer was never noted.
    """
    request = get_request(session, code)
    listing, order = lock_order(session, request.pre_order_id)
    payment = _transfer(code, bank_reference)
    key = PaymentEntry.key == f"{request.provider}:{EntryKind.PAID.value}:{payment}"
    noted = session.scalar(select(PaymentEntry.amount).where(key))
    if noted is None:
        raise NotFound("transfer", payment)
    note, reference = f"noted by mistake: {why}", f"{payment}-mistake"
    is_new = append(session, order, EntryKind.REFUNDED, noted, request.provider, payment, reference, now, who, note)
    if is_new:
        square(session, listing, order, now, who)
    return is_new


def _transfer(code: str, bank_reference: str) -> str:
    return f"{code}/{bank_reference}" if bank_reference else code
