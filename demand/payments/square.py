"""Bring a pre-order's state and its money together: after a payment, a cancellation, a release, a refund."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demand.interest.act import Act
from demand.interest.ledger import append_one
from demand.payments.balance import ZERO, Balance, Pot, decide_step, split
from demand.payments.ledger import find_owed, load_balance
from models.batch import Rung
from models.interest import AgentKind, PreOrder, PreOrderState
from models.listing import Listing, ListingState
from models.outbox import Channel, enqueue
from models.payment import Refund, RefundReason, RefundState
from models.state import begin, move

_NAMESPACE = uuid.UUID("d1f0a3c2-7a54-4e0e-8a75-2f6e1f0b9c64")


def square(
    session: Session,
    listing: Listing,
    order: PreOrder,
    now: datetime,
    who: str,
    reason: RefundReason = RefundReason.TOO_MUCH,
) -> None:
    """Move the pre-order to what its money allows and promise back what is too much; twice is once.

    Hold the listing's lock. `reason` is that of a refund, if there is one.
    """
    balance = _without_overdraft(session, order, now, who)
    step = decide_step(order.state, order.deposit, balance.free, listing.state is ListingState.RESERVABLE)
    if step.to is not None:
        move(session, order, step.to, now, who, step.why)
    if step.to is PreOrderState.DEPOSITED:
        append_one(session, _act_of(order, now))
    for pot, amount in split(balance, step.give_back):
        late = step.to is PreOrderState.RELEASED
        _promise(session, order, pot, amount, RefundReason.LATE if late else reason, now, who)


def order_refund(session: Session, refund: Refund, now: datetime) -> None:
    """Queue a refund for its provider; once for each attempt."""
    enqueue(
        session,
        f"refund:{refund.code}:{refund.attempt}",
        Channel.PAYMENT,
        refund.provider,
        f"{refund.amount} {refund.currency}",
        {
            "type": "refund.asked",
            "timestamp": now.isoformat(),
            "data": {"refund": refund.id, "code": refund.code, "attempt": refund.attempt},
        },
        now,
    )


def _without_overdraft(session: Session, order: PreOrder, now: datetime, who: str) -> Balance:
    """The balance once refunds are withdrawn that the provider has made unasked."""
    balance = load_balance(session, order.id)
    for refund in reversed(find_owed(session, order.id)):
        pot = next(one for one in balance.pots if (one.provider, one.payment) == (refund.provider, refund.payment))
        if pot.free >= ZERO:
            continue
        move(session, refund, RefundState.WITHDRAWN, now, who, "the provider had given the money back already")
        balance = load_balance(session, order.id)
    return balance


def _promise(
    session: Session, order: PreOrder, pot: Pot, amount: Decimal, reason: RefundReason, now: datetime, who: str
) -> None:
    count = session.scalar(select(func.count()).select_from(Refund).where(Refund.pre_order_id == order.id)) or 0
    refund = Refund(
        pre_order_id=order.id,
        code=f"RF-{order.id}-{count + 1}",
        provider=pot.provider,
        payment=pot.payment,
        amount=amount,
        currency=order.currency,
        reason=reason,
        asked_at=now,
        attempt=1,
        state=RefundState.ASKED,
    )
    session.add(refund)
    begin(session, refund, now, who, reason)
    order_refund(session, refund, now)


def _act_of(order: PreOrder, now: datetime) -> Act:
    """The paid deposit as an act of its buyer: the highest rung of the ladder."""
    return Act(
        event_id=str(uuid.uuid5(_NAMESPACE, order.event_id)),
        listing_id=order.listing_id,
        visitor=order.visitor,
        segment=order.segment,
        rung=Rung.DEPOSIT,
        agent=AgentKind.BROWSER,
        occurred_at=now,
        received_at=now,
        colour=order.colour,
        size=order.size,
        quantity=order.quantity,
    )
