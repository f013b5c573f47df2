"""Ask a buyer for the deposit: first our own row, then the provider, then what it answered."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from demand.payments.ledger import append, load_balance
from demand.payments.provider import Asking, Provider, Providers
from demand.payments.store import find_last_request, get_request, lock_order
from models.errors import Conflict
from models.interest import PreOrder, PreOrderState
from models.listing import Listing, ListingState
from models.money import Money
from models.payment import DepositRequest, EntryKind

Transaction = Callable[[], AbstractContextManager[Session]]


def ask_deposit(
    transaction: Transaction,
    providers: Providers,
    order_id: int,
    now: datetime,
    new_code: str,
    language: str,
    return_to: str,
) -> DepositRequest:
    """What a pre-order still lacks of its deposit, asked at the chosen provider; an open asking is used again.

    `new_code` is an unguessable code, used if a new asking is needed. Killed between its steps, it goes on from the row
    with the same code. Conflict when nothing can be asked.
    """
    with transaction() as session:
        listing, order = lock_order(session, order_id)
        request = _find_or_write(session, listing, order, providers.chosen, now, new_code)
        title = listing.title_zh if language == "zh" else listing.title_en
        asking = Asking(
            request.code, Money(request.amount, request.currency), title, language, request.expires_at, return_to
        )
    if request.reference is not None:
        return request
    opened = providers.get(request.provider).open_deposit(asking)
    with transaction() as session:
        request = get_request(session, request.code)
        request.reference, request.url = opened.reference, opened.url or None
    return request


def _find_or_write(
    session: Session, listing: Listing, order: PreOrder, provider: Provider, now: datetime, new_code: str
) -> DepositRequest:
    if order.state is not PreOrderState.PLACED or listing.state is not ListingState.RESERVABLE:
        raise Conflict(f"the pre-order is {order.state}, its listing {listing.state}: no deposit is asked")
    missing = order.deposit - load_balance(session, order.id).free
    if missing <= 0:
        raise Conflict("no deposit is asked for this pre-order")
    last = find_last_request(session, order.id)
    usable = last is not None and last.provider == provider.name and last.amount == missing
    if last is not None and usable and (last.expires_at is None or now < last.expires_at):
        return last
    request = DepositRequest(
        pre_order_id=order.id,
        attempt=last.attempt + 1 if last else 1,
        provider=provider.name,
        code=new_code,
        amount=missing,
        currency=order.currency,
        asked_at=now,
        expires_at=now + provider.open_for if provider.open_for else None,
    )
    session.add(request)
    session.flush()
    append(session, order, EntryKind.ASKED, missing, provider.name, new_code, new_code, now, "buyer")
    return request
