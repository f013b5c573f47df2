"""Our books against the provider's: what differs, listed and never repaired. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from demand.payments.balance import ZERO, Balance
from demand.payments.provider import RefundStatus, Statement
from models.interest import PreOrderState


class Kind(StrEnum):
    """How two books can differ."""

    UNKNOWN_PAYMENT = "unknown_payment"
    """The provider received it, we have no line of it."""
    MISSING_PAYMENT = "missing_payment"
    """We have a line of it, the provider knows nothing."""
    OTHER_AMOUNT = "other_amount"
    DISPUTED = "disputed"
    """The payer's bank asks it back."""
    NOT_OURS = "not_ours"
    """It carries a code of ours that we never asked."""
    STATE = "state"
    """What we hold is not what the pre-order's state says."""
    LATE_REFUND = "late_refund"
    """Promised, and still not gone out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing for a person to look at."""

    kind: Kind
    code: str
    ours: Decimal
    theirs: Decimal
    currency: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One pre-order in our books, with the codes under which its deposit was asked."""

    codes: tuple[str, ...]
    state: PreOrderState
    deposit: Decimal
    currency: str
    balance: Balance
    late: tuple[tuple[str, datetime, Decimal], ...] = ()
    """(code, asked at, amount) of refunds that should have gone out."""


def compare(books: Sequence[Book], statements: Iterable[Statement], asked: str) -> Iterator[Difference]:
    """Payment by payment what is at the provider `asked`, then the state of each pre-order; only that if it is ''."""
    told = {statement.code: statement for statement in statements}
    known = {code for book in books for code in book.codes}
    for code in sorted(told.keys() - known):
        amount = sum((money.amount for money in told[code].received), ZERO)
        yield Difference(Kind.NOT_OURS, code, ZERO, amount, told[code].currency)
    for book in books:
        if asked:
            yield from _payments(book, [told[code] for code in book.codes if code in told], asked)
        yield from _own(book)


def _payments(book: Book, said: Sequence[Statement], asked: str) -> Iterator[Difference]:
    theirs = {money.payment: (money, one) for one in said for money in one.received}
    ours = {pot.payment: pot for pot in book.balance.pots if pot.provider == asked}
    for payment in sorted(theirs.keys() | ours.keys()):
        if payment not in theirs:
            pot = ours[payment]
            yield Difference(Kind.MISSING_PAYMENT, book.codes[0], pot.held, ZERO, book.currency, payment)
            continue
        money, statement = theirs[payment]
        gone = (b.amount for b in statement.sent_back if b.payment == payment and b.status is RefundStatus.SUCCEEDED)
        left = money.amount - sum(gone, ZERO)
        if payment not in ours:
            yield Difference(Kind.UNKNOWN_PAYMENT, statement.code, ZERO, left, book.currency, payment)
        elif ours[payment].held != left:
            yield Difference(Kind.OTHER_AMOUNT, statement.code, ours[payment].held, left, book.currency, payment)
        if money.disputed:
            yield Difference(Kind.DISPUTED, statement.code, money.amount, left, book.currency, payment)


def _own(book: Book) -> Iterator[Difference]:
    free = book.balance.free
    match book.state:
        case PreOrderState.PLACED:
            fits = ZERO <= free < book.deposit or free == book.deposit == ZERO
        case PreOrderState.DEPOSITED | PreOrderState.SETTLED:
            fits = free == book.deposit
        case PreOrderState.CANCELLED | PreOrderState.RELEASED:
            fits = free == ZERO
    if not fits:
        due = book.deposit if book.state in (PreOrderState.DEPOSITED, PreOrderState.SETTLED) else ZERO
        yield Difference(Kind.STATE, book.codes[0], free, due, book.currency, f"the pre-order is {book.state}")
    for code, asked_at, amount in book.late:
        yield Difference(Kind.LATE_REFUND, code, amount, ZERO, book.currency, f"asked {asked_at:%Y-%m-%d}")
