"""Deposits by bank transfer: the buyer writes a code on it, a merchandiser says what came in and pays back by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from demand.payments.provider import Asking, Notice, Opened, RefundAnswer, RefundOrder, RefundStatus, Statement
from models.errors import NotFound


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """A provider without a machine behind it: our own ledger, kept by a merchandiser, is all that is known."""

    bank_details: str = ""
    """Account holder, bank, account number, as the buyer needs them."""
    name: str = "manual"
    is_asked: bool = False
    open_for: timedelta | None = None

    def open_deposit(self, asking: Asking) -> Opened:
        """The code itself is what the buyer needs."""
        return Opened(asking.code)

    def look_up(self, notice: Notice) -> Statement | None:
        """Nobody to ask."""
        return None

    def find_since(self, moment: datetime) -> list[Statement]:
        """Nobody to ask."""
        return []

    def refund(self, order: RefundOrder) -> RefundAnswer:
        """On the list of what is to be paid out by hand."""
        return RefundAnswer(order.code, RefundStatus.PENDING)

    def read_notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice | None:
        """A bank sends none."""
        raise NotFound("webhook of provider", self.name)
