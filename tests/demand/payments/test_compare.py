"""Differences between our books and the provider's are listed, each by its kind, and nothing is repaired."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from demand.interest.record import cancel_pre_order
from demand.payments.compare import Kind
from demand.payments.provider import Notice, Received
from demand.payments.reconcile import find_unbacked, reconcile
from models.interest import PreOrderState
from models.payment import PaymentEntry
from tests.builders import NOW
from tests.demand.payments.shop import open_shop

DEPOSIT = Decimal("95.40")


@pytest.fixture
def shop(session):
    return open_shop(session, people=6, buyers=3)


def differences(shop, now=NOW):
    before = shop.session.scalar(select(func.count()).select_from(PaymentEntry))
    found = reconcile(shop.transaction, shop.bank, now, NOW - timedelta(days=1), timedelta(days=7))
    assert shop.session.scalar(select(func.count()).select_from(PaymentEntry)) == before
    return [(one.kind, one.code, one.ours, one.theirs) for one in found]


def test_books_that_tie_out_differ_in_nothing(shop):
    first, second, _ = shop.orders()
    shop.pay(first)
    shop.pay(second, Decimal("30.00"))
    cancel_pre_order(shop.session, first.event_id, first.visitor, NOW)
    assert differences(shop) == []
    shop.send()
    assert differences(shop) == []


def test_a_payment_that_we_never_heard_of(shop):
    request = shop.ask(shop.orders()[0])
    shop.bank.pay(request.reference, DEPOSIT)
    assert differences(shop) == [(Kind.UNKNOWN_PAYMENT, "DL-1", 0, DEPOSIT)]


def test_a_payment_that_the_provider_never_heard_of(shop):
    request = shop.pay(shop.orders()[0])
    said = shop.bank.statements[request.reference]
    shop.bank.statements[request.reference] = replace(said, received=())
    assert differences(shop) == [(Kind.MISSING_PAYMENT, "DL-1", DEPOSIT, 0)]


def test_money_that_left_the_provider_without_us(shop):
    request = shop.pay(shop.orders()[0])
    shop.bank.give_back(request.reference, Decimal("5.00"))
    assert differences(shop) == [(Kind.OTHER_AMOUNT, "DL-1", DEPOSIT, Decimal("90.40"))]


def test_a_disputed_payment_and_a_code_that_we_never_asked(shop):
    request = shop.pay(shop.orders()[0])
    said = shop.bank.look_up(Notice(request.reference))
    shop.bank.statements[request.reference] = replace(said, received=(replace(said.received[0], disputed=True),))
    shop.bank.statements["ref-lost"] = replace(said, code="DL-0", received=(Received("pay-0", DEPOSIT),))
    assert [kind for kind, *_ in differences(shop)] == [Kind.NOT_OURS, Kind.DISPUTED]


def test_a_state_that_says_more_than_there_is(shop):
    first, second, _ = shop.orders()
    shop.pay(first, Decimal("30.00"))
    first.state = second.state = PreOrderState.DEPOSITED
    shop.session.flush()
    assert differences(shop) == [(Kind.STATE, "DL-1", Decimal("30.00"), DEPOSIT)]
    assert [(one.kind, one.code) for one in find_unbacked(shop.session)] == [(Kind.STATE, f"pre-order {second.id}")]


def test_a_refund_that_does_not_go_out_is_late(shop):
    order = shop.orders()[0]
    shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    assert differences(shop, NOW + timedelta(days=6)) == []
    assert differences(shop, NOW + timedelta(days=7)) == [(Kind.LATE_REFUND, "RF-1-1", DEPOSIT, 0)]
