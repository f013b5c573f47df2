"""Buyers' money: what was asked, what the provider says came in and went back, and what is still to go back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class DepositRequest(Base):
    """One asking of a pre-order's deposit at one provider; asked again with a new attempt when it expired unpaid."""

    __tablename__ = "deposit_requests"
    __table_args__ = (
        UniqueConstraint("pre_order_id", "attempt"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pre_order_id: Mapped[int] = mapped_column(ForeignKey("pre_orders.id"))
    attempt: Mapped[int]
    provider: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """Unguessable; the buyer writes it on a transfer, the provider repeats it in what it says."""
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When the provider stops taking it; none for a bank account."""
    reference: Mapped[str | None] = mapped_column(String(120), index=True)
    """The provider's name for it, once it has answered."""
    url: Mapped[str | None] = mapped_column(String(2000))
    """Where the buyer pays, if that is a page."""


class EntryKind(StrEnum):
    """What an entry of the ledger says."""

    ASKED = "asked"
    PAID = "paid"
    REFUNDED = "refunded"
    RETURNED = "returned"
    """A refund that had gone out came back."""
    FAILED = "failed"
    """A payment or refund that did not happen; no money moved."""


class PaymentEntry(Base):
    """One line of the payments ledger; appended once, never changed, never deleted."""

    __tablename__ = "payment_entries"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    """Natural key of what happened ('stripe:paid:pi_…'): told twice, in any order, it is one line."""
    pre_order_id: Mapped[int] = mapped_column(ForeignKey("pre_orders.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "kind"))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    provider: Mapped[str] = mapped_column(String(20))
    payment: Mapped[str] = mapped_column(String(120), index=True)
    """The provider's name of the payment that it is about; the request's code before there is one."""
    reference: Mapped[str] = mapped_column(String(120))
    """The provider's name of this movement."""
    recorded_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(300), default="")


class RefundReason(StrEnum):
    """Why money goes back; the free words are with the moves of states."""

    CANCELLED = "cancelled"
    RELEASED = "released"
    LATE = "late"
    """It came after its pre-order had ended, or when the listing took none any more."""
    TOO_MUCH = "too_much"


class RefundState(StrEnum):
    """How far money has come back to its buyer."""

    ASKED = "asked"
    PAID = "paid"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """Not owed any more: the provider had already given the money back."""


_R = RefundState


class Refund(Base):
    """Money of one payment that is to go back; owed from its first moment, whenever the provider pays it out."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"), Index(None, "state"))
    MOVES: ClassVar[Mapping[RefundState, tuple[RefundState, ...]]] = {
        _R.ASKED: (_R.PAID, _R.FAILED, _R.WITHDRAWN),
        _R.FAILED: (_R.ASKED, _R.PAID, _R.WITHDRAWN),
        _R.PAID: (_R.FAILED,),
        _R.WITHDRAWN: (_R.PAID,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pre_order_id: Mapped[int] = mapped_column(ForeignKey("pre_orders.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    provider: Mapped[str] = mapped_column(String(20))
    payment: Mapped[str] = mapped_column(String(120))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[RefundReason] = mapped_column(choice(RefundReason, "reason"))
    asked_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str | None] = mapped_column(String(120))
    """The provider's name for it, once it has answered."""
    state: Mapped[RefundState] = mapped_column(choice(RefundState, "state"), default=RefundState.ASKED)
