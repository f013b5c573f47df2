"""A merchandiser notes transfers and pays refunds out from the command line."""

import csv
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from demand.interest.record import cancel_pre_order
from models.db import transaction
from models.interest import PreOrder, PreOrderState
from models.payment import DepositRequest
from tests.builders import make_batch, make_listing, make_pre_order
from tests.cli.conftest import Run, the_one_line

CODE = "DL-7K3M-9Q2X-5TAB"


@pytest.fixture
def asked(home):
    """A pre-order whose deposit of 95.40 is asked under CODE."""
    with transaction() as session:
        order = make_pre_order(session, make_listing(session, batch=make_batch(session, simulated=False)))
        request = {"attempt": 1, "provider": "manual", "code": CODE, "reference": CODE}
        session.add(
            DepositRequest(
                pre_order_id=order.id, amount=order.deposit, currency="CNY", asked_at=datetime.now(UTC), **request
            )
        )
    return order


def state():
    with transaction() as session:
        return session.scalars(select(PreOrder.state)).one()


def test_a_transfer_is_noted_once_and_undone_when_it_was_a_mistake(run: Run, asked):
    for is_new in (True, False):
        said = run("payments", "received", CODE, "--amount", "95.40", "--json")
        assert json.loads(said.out) == {"code": CODE, "new": is_new}
    assert state() is PreOrderState.DEPOSITED
    assert run("payments", "mistaken", CODE, "--why", "another buyer's").code == 0
    assert state() is PreOrderState.PLACED


def test_a_refund_is_listed_written_and_paid_out(run: Run, asked, tmp_path):
    run("payments", "received", CODE, "--amount", "95.40")
    with transaction() as session:
        cancel_pre_order(session, asked.event_id, asked.visitor, datetime.now(UTC))
    said = run("payments", "refunds", "--csv", tmp_path / "refunds.csv", "--json")
    assert [(row["refund"], row["amount"], row["payment"]) for row in json.loads(said.out)] == [
        ("RF-1-1", "95.40", CODE)
    ]
    assert [row[0] for row in csv.reader((tmp_path / "refunds.csv").open())] == ["refund", "RF-1-1"]
    assert run("payments", "paid-out", "RF-1-1").code == 0
    assert json.loads(run("payments", "refunds", "--json").out) == []
    assert "not failed" in the_one_line(run("payments", "again", "RF-1-1"), 5)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("received", "DL-1", "--amount", "1"), 3, "no deposit with code 'DL-1'"),
        (("received", CODE, "--amount", "much"), 2, "not an amount"),
        (("received", CODE, "--amount", "9540"), 2, "name the bank's reference"),
        (("received", CODE, "--amount", "0.001"), 2, "cannot have been transferred"),
        (("mistaken", CODE, "--why", "x"), 3, "no transfer"),
        (("paid-out", "RF-9-9"), 3, "no refund 'RF-9-9'"),
        (("refunds", "--csv", "/nowhere/refunds.csv"), 2, "folder does not exist"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(run: Run, asked, words, code, said):
    assert said in the_one_line(run("payments", *words), code)
    assert state() is PreOrderState.PLACED
