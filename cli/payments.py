"""`demandloom payments`: bank transfers that came in, refunds that go out by hand."""

import csv
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, print_json, print_table, say, writable

group = typer.Typer(help="Deposits by bank transfer, refunds to pay out.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The code that the buyer wrote on the transfer.")]
RefundCode = Annotated[str, typer.Argument(help="The refund's code, from `payments refunds`.")]
Reference = Annotated[str, typer.Option(help="The bank's own reference; needed for a second transfer.")]
_WHO = "merchandiser"


@group.command(epilog="Example: demandloom payments received DL-7K3M-9Q2X-5TAB --amount 190.80")
def received(
    code: Code,
    amount: Annotated[str, typer.Option(help="What came in, in the currency that was asked.")],
    reference: Reference = "",
    as_json: AsJson = False,
) -> None:
    """Note a bank transfer; the same one again changes nothing."""
    from cli.edges import ready
    from demand.payments.take import take_transfer
    from models.db import transaction

    ready()
    with transaction() as session:
        is_new = take_transfer(session, code, _amount(amount), datetime.now(UTC), _WHO, reference)
    _tell(as_json, code, is_new, "noted", "was noted already")


@group.command(epilog='Example: demandloom payments mistaken DL-7K3M-9Q2X-5TAB --why "another buyer\'s transfer"')
def mistaken(
    code: Code,
    why: Annotated[str, typer.Option(help="Kept with the line that undoes it.")],
    reference: Reference = "",
    as_json: AsJson = False,
) -> None:
    """Undo a transfer that was noted by mistake."""
    from cli.edges import ready
    from demand.payments.take import take_back_transfer
    from models.db import transaction

    ready()
    with transaction() as session:
        is_new = take_back_transfer(session, code, datetime.now(UTC), _WHO, why, reference)
    _tell(as_json, code, is_new, "undone", "was undone already")


@group.command(epilog="Examples: demandloom payments refunds | demandloom payments refunds --csv refunds.csv")
def refunds(
    to: Annotated[Path | None, typer.Option("--csv", help="Write them to this file as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """Refunds that have not gone out; those by bank transfer are paid out by hand."""
    from cli.edges import ready
    from demand.payments.ledger import OWED
    from demand.payments.store import find_refunds
    from models.db import transaction

    path = writable(to) if to else None
    ready()
    with transaction() as session:
        rows = [
            (r.code, str(r.amount), r.currency, r.provider, r.payment, f"{r.asked_at:%Y-%m-%d %H:%M}", r.state.value)
            for r, _, _ in find_refunds(session, OWED)
        ]
    columns = ("refund", "amount", "currency", "provider", "payment", "asked at", "state")
    if path:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Refunds that have not gone out", columns, rows)


@group.command("paid-out", epilog="Example: demandloom payments paid-out RF-12-1")
def paid_out(code: RefundCode, as_json: AsJson = False) -> None:
    """Note that a refund was paid out by hand."""
    from cli.edges import ready
    from demand.payments.give_back import mark_paid_out
    from models.db import transaction

    ready()
    with transaction() as session:
        is_new = mark_paid_out(session, code, datetime.now(UTC), _WHO)
    _tell(as_json, code, is_new, "noted as paid out", "was noted as paid out already")


@group.command(epilog="Example: demandloom payments again RF-12-1")
def again(code: RefundCode, as_json: AsJson = False) -> None:
    """Order a failed refund at its provider once more; `flows settle` sends it."""
    from cli.edges import ready
    from demand.payments.give_back import try_again
    from models.db import transaction

    ready()
    with transaction() as session:
        try_again(session, code, datetime.now(UTC), _WHO)
    _tell(as_json, code, True, "is ordered again", "")


def _amount(text: str) -> Decimal:
    from models.errors import InvalidInput

    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InvalidInput(f"--amount {text[:40]!r} is not an amount such as 190.80")
    return amount


def _tell(as_json: bool, code: str, is_new: bool, new: str, known: str) -> None:
    if as_json:
        print_json({"code": code, "new": is_new})
    else:
        say(f"{code} {new if is_new else known}")
