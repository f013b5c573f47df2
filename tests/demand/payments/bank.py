"""A payment provider kept in memory: what Stripe would know, without HTTP; tests play the payer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from demand.payments.provider import (
    Asking,
    Notice,
    Opened,
    Received,
    RefundAnswer,
    RefundOrder,
    RefundStatus,
    SentBack,
    Statement,
)
from models.errors import PaymentRefused, PaymentUnavailable


@dataclass
class Bank:
    """Statements by the reference of their asking."""

    name: str = "bank"
    is_asked: bool = True
    open_for: timedelta | None = None
    statements: dict[str, Statement] = field(default_factory=dict)
    refund_status: RefundStatus = RefundStatus.SUCCEEDED
    is_down: bool = False
    _number: int = 0

    def open_deposit(self, asking: Asking) -> Opened:
        self._answer()
        reference = f"ref-{asking.code}"
        self.statements.setdefault(reference, Statement(asking.code, reference, asking.amount.currency))
        return Opened(reference, f"https://bank.example/{asking.code}")

    def look_up(self, notice: Notice) -> Statement | None:
        self._answer()
        return self.statements.get(notice.reference)

    def find_since(self, moment: datetime) -> list[Statement]:
        self._answer()
        return [said for said in self.statements.values() if said.received]

    def refund(self, order: RefundOrder) -> RefundAnswer:
        self._answer()
        said = next(one for one in self.statements.values() if order.payment in [r.payment for r in one.received])
        for back in said.sent_back:
            if back.code == order.code and back.status is not RefundStatus.FAILED:
                return RefundAnswer(back.reference, back.status)
        if order.amount.amount > self.left(said, order.payment):
            raise PaymentRefused("more than is left")
        back = self._send(said, order.payment, order.amount.amount, order.code)
        return RefundAnswer(back.reference, back.status)

    def read_notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice | None:
        return Notice(body.decode())

    def pay(self, reference: str, amount: Decimal) -> None:
        """The buyer pays."""
        said = self.statements[reference]
        received = (*said.received, Received(self._next("pay"), amount))
        self.statements[reference] = replace(said, received=received)

    def give_back(self, reference: str, amount: Decimal) -> None:
        """The bank gives money back that nobody here asked it to."""
        said = self.statements[reference]
        for money in said.received:
            part = min(amount, self.left(said, money.payment))
            if part > 0:
                self._send(said, money.payment, part, "")
                return

    def finish(self, reference: str, status: RefundStatus) -> None:
        """Refunds that are pending come to their end; those that went out may come back."""
        said = self.statements[reference]
        backs = tuple(replace(b, status=status) if self._may(b, status) else b for b in said.sent_back)
        self.statements[reference] = replace(said, sent_back=backs)

    @staticmethod
    def left(said: Statement, payment: str) -> Decimal:
        """What the bank still holds of a payment."""
        paid = sum((one.amount for one in said.received if one.payment == payment), Decimal(0))
        gone = (b.amount for b in said.sent_back if b.payment == payment and b.status is not RefundStatus.FAILED)
        return paid - sum(gone, Decimal(0))

    @staticmethod
    def _may(back: SentBack, status: RefundStatus) -> bool:
        return back.status is RefundStatus.PENDING or (
            back.status is RefundStatus.SUCCEEDED and status is RefundStatus.FAILED and bool(back.code)
        )

    def _send(self, said: Statement, payment: str, amount: Decimal, code: str) -> SentBack:
        status = self.refund_status if code else RefundStatus.SUCCEEDED
        back = SentBack(self._next("back"), payment, amount, status, code)
        said = self.statements[said.reference]
        self.statements[said.reference] = replace(said, sent_back=(*said.sent_back, back))
        return back

    def _next(self, what: str) -> str:
        self._number += 1
        return f"{what}-{self._number}"

    def _answer(self) -> None:
        if self.is_down:
            raise PaymentUnavailable("the bank does not answer")
