"""Questions that payments, flows, pages and the command line ask of deposits and refunds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from demand.interest.lock import lock_listing
from models.errors import NotFound
from models.interest import PreOrder, PreOrderState
from models.listing import Listing
from models.payment import DepositRequest, PaymentEntry, Refund, RefundState
from models.settlement import OPEN_SETTLEMENTS, Settlement, SettlementState

_ASKED_FOR = timedelta(days=4)  # a payment page lives a day, a bank behind it may take three more
_LIVE = (PreOrderState.PLACED, PreOrderState.DEPOSITED)


def lock_order(session: Session, order_id: int) -> tuple[Listing, PreOrder]:
    """A pre-order with its listing, held until the transaction ends; NotFound without it."""
    listing_id = session.scalar(select(PreOrder.listing_id).where(PreOrder.id == order_id))
    if listing_id is None:
        raise NotFound("pre-order", order_id)
    listing = lock_listing(session, listing_id)
    return listing, session.get_one(PreOrder, order_id, populate_existing=True)


def find_request(session: Session, code: str) -> DepositRequest | None:
    """The asking with this code."""
    return session.scalar(select(DepositRequest).where(DepositRequest.code == code))


def get_request(session: Session, code: str) -> DepositRequest:
    """The asking with this code; NotFound when there is none."""
    request = find_request(session, code)
    if request is None:
        raise NotFound("deposit with code", code[:40])
    return request


def find_last_request(session: Session, order_id: int) -> DepositRequest | None:
    """The newest asking of a pre-order."""
    query = select(DepositRequest).where(DepositRequest.pre_order_id == order_id)
    return session.scalar(query.order_by(DepositRequest.attempt.desc()).limit(1))


def get_refund(session: Session, code: str) -> Refund:
    """The refund with this code; NotFound when there is none."""
    refund = session.scalar(select(Refund).where(Refund.code == code))
    if refund is None:
        raise NotFound("refund", code[:40])
    return refund


def find_to_look_up(session: Session, now: datetime, listing_id: int | None = None) -> Sequence[tuple[str, str]]:
    """(provider, reference) of askings whose fate a provider may know better than we do.

    Those of a listing that is being settled, or, without one: askings of the last days that are not paid yet, and those
    with a refund under way.
    """
    query = select(DepositRequest.provider, DepositRequest.reference).join(
        PreOrder, PreOrder.id == DepositRequest.pre_order_id
    )
    query = query.where(DepositRequest.reference.is_not(None)).order_by(DepositRequest.id)
    if listing_id is not None:
        query = query.where(PreOrder.listing_id == listing_id, PreOrder.state.in_(_LIVE))
    else:
        waiting = PreOrder.id.in_(select(Refund.pre_order_id).where(Refund.state == RefundState.ASKED))
        recent = DepositRequest.asked_at > now - _ASKED_FOR
        unpaid = PreOrder.state.not_in((PreOrderState.DEPOSITED, PreOrderState.SETTLED))
        query = query.where(or_(waiting, recent & unpaid))
    return [(provider, str(reference)) for provider, reference in session.execute(query).tuples()]


def find_open_settlements(session: Session) -> Sequence[Settlement]:
    """Confirmed listings of which it is not yet known whether they are made."""
    query = select(Settlement).where(Settlement.state.in_(OPEN_SETTLEMENTS)).order_by(Settlement.id)
    return session.scalars(query).all()


def find_settlement(session: Session, listing_id: int) -> Settlement | None:
    """The settlement of a listing, if its demand was ever confirmed."""
    return session.scalar(select(Settlement).where(Settlement.listing_id == listing_id))


def find_topping_up(session: Session, listing_ids: Sequence[int]) -> Mapping[int, Settlement]:
    """Which of these listings still lack units, by listing."""
    wanted = Settlement.listing_id.in_(list(listing_ids)), Settlement.state == SettlementState.TOPPING_UP
    return {one.listing_id: one for one in session.scalars(select(Settlement).where(*wanted))}


def find_settlements(session: Session, limit: int = 200) -> Sequence[tuple[Settlement, Listing]]:
    """Settlements with their listings, newest first."""
    query = select(Settlement, Listing).join(Listing, Listing.id == Settlement.listing_id)
    return session.execute(query.order_by(Settlement.id.desc()).limit(limit)).tuples().all()


def find_orders(session: Session, listing_id: int) -> Sequence[PreOrder]:
    """Every pre-order of a listing, oldest first."""
    return session.scalars(select(PreOrder).where(PreOrder.listing_id == listing_id).order_by(PreOrder.id)).all()


def find_requests(session: Session, order_ids: Sequence[int]) -> Sequence[DepositRequest]:
    """Every asking of these pre-orders, oldest first."""
    query = select(DepositRequest).where(DepositRequest.pre_order_id.in_(list(order_ids)))
    return session.scalars(query.order_by(DepositRequest.id)).all()


def find_refunds(session: Session, states: Sequence[RefundState]) -> Sequence[tuple[Refund, PreOrder, Listing]]:
    """Refunds in these states with their pre-orders and listings, oldest first."""
    query = (
        select(Refund, PreOrder, Listing)
        .join(PreOrder, PreOrder.id == Refund.pre_order_id)
        .join(Listing, Listing.id == PreOrder.listing_id)
        .where(Refund.state.in_(list(states)))
        .order_by(Refund.id)
    )
    return session.execute(query).tuples().all()


def find_order_refunds(session: Session, order_id: int) -> Sequence[Refund]:
    """Every refund of one pre-order, oldest first."""
    return session.scalars(select(Refund).where(Refund.pre_order_id == order_id).order_by(Refund.id)).all()


def find_entries(session: Session, order_ids: Sequence[int]) -> Sequence[PaymentEntry]:
    """The ledger of these pre-orders, oldest first."""
    query = select(PaymentEntry).where(PaymentEntry.pre_order_id.in_(list(order_ids))).order_by(PaymentEntry.id)
    return session.scalars(query).all()
