"""What a payment provider can do for us, as a protocol, and the values that go to it and come back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from models.errors import NotFound
from models.money import Money


@dataclass(frozen=True, slots=True)
class Asking:
    """A deposit to be asked of a buyer; asking again with the same code is the same asking."""

    code: str
    amount: Money
    title: str
    """What it is for, as the buyer reads it."""
    language: str
    expires_at: datetime | None
    return_to: str
    """Where the buyer comes back to, paid or not."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the buyer pays: the provider's name for it, and its page if it has one."""

    reference: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider's message is about: one of our deposits by its reference, or a payment. Only a reason to look."""

    reference: str = ""
    payment: str = ""


class RefundStatus(StrEnum):
    """What a provider says of a refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came in."""

    payment: str
    amount: Decimal
    disputed: bool = False
    """The payer's bank asks it back."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """Money of a payment that goes back; `code` is that of our own refund, empty when we did not ask for it."""

    reference: str
    payment: str
    amount: Decimal
    status: RefundStatus
    code: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a provider knows about one deposit at this moment."""

    code: str
    reference: str
    currency: str
    received: tuple[Received, ...] = ()
    sent_back: tuple[SentBack, ...] = ()
    failed_payment: str = ""
    """A payment that was tried and did not come in."""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money of one payment to give back; ordering the same code twice gives it back once."""

    code: str
    payment: str
    amount: Money
    attempt: int


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the provider made of it."""

    reference: str
    status: RefundStatus


class Provider(Protocol):
    """Holds buyers' deposits. Every call may raise PaymentUnavailable (try later) or PaymentRefused (it is no)."""

    @property
    def name(self) -> str:
        """Stored with every row that concerns it."""

    @property
    def open_for(self) -> timedelta | None:
        """How long an asking can be paid; None when for as long as the buyer takes."""

    @property
    def is_asked(self) -> bool:
        """Whether it can be looked up; otherwise our own ledger is all that is known."""

    def open_deposit(self, asking: Asking) -> Opened:
        """Open the place where the buyer pays."""

    def look_up(self, notice: Notice) -> Statement | None:
        """What is known about a deposit or payment; None when it is none of ours."""

    def find_since(self, moment: datetime) -> list[Statement]:
        """What is known about every deposit that was paid in an asking opened since."""

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """Give money back."""

    def read_notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice | None:
        """The message of a webhook, None when it does not matter to us; NotAllowed unless the provider signed it."""


@dataclass(frozen=True, slots=True)
class Providers:
    """Every provider that may still hold money, and the one where new deposits are asked."""

    chosen: Provider
    others: tuple[Provider, ...] = ()

    def get(self, name: str) -> Provider:
        """The provider of that name; NotFound when it is not configured."""
        for one in (self.chosen, *self.others):
            if one.name == name:
                return one
        raise NotFound("payment provider", name[:20])
