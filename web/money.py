"""What pages say of a pre-order's money: what came in, what goes back, where it is paid."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from demand.payments.balance import Balance
from demand.payments.ledger import load_balance
from demand.payments.store import (
    find_last_request,
    find_order_refunds,
    find_orders,
    find_requests,
)
from models.interest import PreOrder, PreOrderState
from models.listing import Listing
from models.payment import DepositRequest, EntryKind, PaymentEntry, Refund

_RELEASABLE = (PreOrderState.PLACED, PreOrderState.DEPOSITED, PreOrderState.SETTLED)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """One pre-order's money."""

    balance: Balance
    refunds: Sequence[Refund]
    request: DepositRequest | None
    """The newest asking."""

    @property
    def going_back(self) -> Decimal:
        """Promised and not gone out yet."""
        return self.balance.held - self.balance.free

    @property
    def gone_back(self) -> Decimal:
        """Gone out."""
        return sum((pot.refunded for pot in self.balance.pots), Decimal("0.00"))

    @property
    def is_any(self) -> bool:
        """Whether any money ever came in."""
        return bool(self.balance.pots)


def load_money(session: Session, order_id: int) -> OrderMoney:
    """The money of one pre-order."""
    return OrderMoney(
        load_balance(session, order_id), find_order_refunds(session, order_id), find_last_request(session, order_id)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One pre-order of a listing as the merchandiser sees it."""

    order: PreOrder
    money: OrderMoney

    @property
    def missing(self) -> Decimal:
        """What the deposit lacks."""
        return max(Decimal("0.00"), self.order.deposit - self.money.balance.free)

    @property
    def can_receive(self) -> bool:
        """Whether a bank transfer may be noted: also a late one, which then goes back."""
        return self.money.request is not None and self.money.request.provider == "manual"

    @property
    def can_release(self) -> bool:
        """Whether it can be ended and its money given back."""
        return self.order.state in _RELEASABLE and self.money.balance.free > 0


def load_lines(session: Session, listing: Listing) -> list[Line]:
    """Every pre-order of a listing with its money, those with an asking first."""
    orders = find_orders(session, listing.id)
    asked = {request.pre_order_id for request in find_requests(session, [order.id for order in orders])}
    return [Line(order, load_money(session, order.id)) for order in sorted(orders, key=lambda one: one.id not in asked)]


def sum_up(entries: Sequence[PaymentEntry]) -> dict[EntryKind, Decimal]:
    """Amounts of a listing's ledger by kind."""
    sums: dict[EntryKind, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for entry in entries:
        sums[entry.kind] += entry.amount
    return {kind: sums[kind] for kind in EntryKind}
