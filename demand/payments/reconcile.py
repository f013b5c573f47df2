"""Read our books and the provider's and list where they differ; nothing is written."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.payments.compare import Book, Difference, compare
from demand.payments.ledger import find_owed, load_balance
from demand.payments.provider import Notice, Provider
from models.batch import Batch
from models.interest import PreOrder, PreOrderState
from models.listing import Listing
from models.payment import DepositRequest

Transaction = Callable[[], AbstractContextManager[Session]]


def reconcile(
    transaction: Transaction, provider: Provider, now: datetime, since: datetime, late_after: timedelta
) -> list[Difference]:
    """Differences over every deposit that was asked at this provider since; PaymentUnavailable if it does not answer.

    A payment that comes in while this runs may be listed as unknown; the next run knows it.
    """
    told = {one.code: one for one in provider.find_since(since)}
    with transaction() as session:
        asked = _find_asked(session, provider.name, since)
    for request in asked:
        if provider.is_asked and request.code not in told and request.reference:
            said = provider.look_up(Notice(request.reference))
            told |= {said.code: said} if said else {}
    with transaction() as session:
        books = _load_books(session, asked, now - late_after)
    return list(compare(books, told.values(), provider.name if provider.is_asked else ""))


def find_unbacked(session: Session) -> list[Difference]:
    """Pre-orders of real buyers that say a deposit is paid although none was ever asked."""
    return list(compare(_load_unbacked(session), (), ""))


def _find_asked(session: Session, provider: str, since: datetime) -> list[DepositRequest]:
    """Every asking of the pre-orders of which one was asked since: an older payment belongs to the same balance."""
    ours = DepositRequest.provider == provider
    recent = select(DepositRequest.pre_order_id).where(ours, DepositRequest.asked_at >= since)
    query = select(DepositRequest).where(ours, DepositRequest.pre_order_id.in_(recent))
    return list(session.scalars(query.order_by(DepositRequest.id)))


def _load_books(session: Session, asked: list[DepositRequest], late_before: datetime) -> list[Book]:
    codes: dict[int, list[str]] = defaultdict(list)
    for request in asked:
        codes[request.pre_order_id].append(request.code)
    books = []
    for order_id, own in codes.items():
        order = session.get_one(PreOrder, order_id)
        late = tuple((r.code, r.asked_at, r.amount) for r in find_owed(session, order_id) if r.asked_at <= late_before)
        balance = load_balance(session, order_id)
        books.append(Book(tuple(own), order.state, order.deposit, order.currency, balance, late))
    return books


def _load_unbacked(session: Session) -> list[Book]:
    query = (
        select(PreOrder)
        .join(Listing, Listing.id == PreOrder.listing_id)
        .join(Batch, Batch.id == Listing.batch_id)
        .where(
            Batch.simulated.is_(False),
            PreOrder.deposit > 0,
            PreOrder.state.in_((PreOrderState.DEPOSITED, PreOrderState.SETTLED)),
            PreOrder.id.not_in(select(DepositRequest.pre_order_id)),
        )
        .order_by(PreOrder.id)
    )
    return [
        Book((f"pre-order {order.id}",), order.state, order.deposit, order.currency, load_balance(session, order.id))
        for order in session.scalars(query)
    ]
