"""The payments ledger: entries appended once, and the balance that follows from them."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.payments.balance import ZERO, Balance, Pot
from models.db import insert_new
from models.interest import PreOrder
from models.payment import EntryKind, PaymentEntry, Refund, RefundState

OWED = (RefundState.ASKED, RefundState.FAILED)
"""Refunds that have not gone out: promised, whatever stands in their way."""


def append(
    session: Session,
    order: PreOrder,
    kind: EntryKind,
    amount: Decimal,
    provider: str,
    payment: str,
    reference: str,
    now: datetime,
    who: str,
    note: str = "",
) -> bool:
    """Append what happened to a payment, once for each kind and reference; whether it was new."""
    row = {
        "key": f"{provider}:{kind.value}:{reference}",
        "pre_order_id": order.id,
        "kind": kind,
        "amount": amount,
        "currency": order.currency,
        "provider": provider,
        "payment": payment,
        "reference": reference,
        "recorded_at": now,
        "who": who,
        "note": note[:300],
    }
    return insert_new(session, PaymentEntry, [row]) == 1


def load_balance(session: Session, order_id: int) -> Balance:
    """The payments of one pre-order as the ledger and the refunds have them now."""
    session.flush()
    entries = select(PaymentEntry).where(PaymentEntry.pre_order_id == order_id).order_by(PaymentEntry.id)
    names: list[tuple[str, str]] = []
    paid: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    refunded: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for entry in session.scalars(entries):
        pot = entry.provider, entry.payment
        match entry.kind:
            case EntryKind.PAID:
                names.append(pot)
                paid[pot] += entry.amount
            case EntryKind.REFUNDED:
                refunded[pot] += entry.amount
            case EntryKind.RETURNED:
                refunded[pot] -= entry.amount
            case EntryKind.ASKED | EntryKind.FAILED:
                pass
    promised: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for refund in find_owed(session, order_id):
        promised[refund.provider, refund.payment] += refund.amount
    return Balance(tuple(Pot(*pot, paid[pot], refunded[pot], promised[pot]) for pot in dict.fromkeys(names)))


def find_owed(session: Session, order_id: int) -> list[Refund]:
    """Refunds of a pre-order that have not gone out, oldest first."""
    query = select(Refund).where(Refund.pre_order_id == order_id, Refund.state.in_(OWED)).order_by(Refund.id)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def has_money(session: Session, order_id: int) -> bool:
    """Whether any payment of this pre-order was ever recorded."""
    paid = PaymentEntry.pre_order_id == order_id, PaymentEntry.kind == EntryKind.PAID
    return session.scalar(select(PaymentEntry.id).where(*paid).limit(1)) is not None
