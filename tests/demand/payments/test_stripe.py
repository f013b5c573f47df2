"""Stripe's API over real HTTP, against a server that behaves like it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from demand.payments.minor_units import from_minor, to_minor
from demand.payments.provider import Asking, Notice, Received, RefundOrder, RefundStatus
from demand.payments.signature import check_signature, sign
from demand.payments.stripe import StripeDeposits
from demand.payments.stripe_api import StripeApi
from models.errors import InvalidInput, NotAllowed, PaymentRefused, PaymentUnavailable
from models.money import Money
from tests.builders import NOW
from tests.stripe_shaped import KEY, WEBHOOK_SECRET, stripe_shaped


@pytest.fixture
def account():
    with stripe_shaped() as served:
        yield served


@pytest.fixture
def waits():
    return []


@pytest.fixture
def stripe(account, waits):
    return StripeDeposits(StripeApi(KEY, account.url, waits.append), WEBHOOK_SECRET)


def asking(code="DL-1", amount="190.80", currency="CNY"):
    until = NOW + timedelta(hours=23)
    return Asking(code, Money(Decimal(amount), currency), "Coat", "zh", until, "https://shop.example/pre-orders/1")


def refund_order(payment, amount="190.80", attempt=1, code="RF-1-1"):
    return RefundOrder(code, payment, Money(Decimal(amount), "CNY"), attempt)


def test_a_paid_session_is_told_with_its_payment_and_amount(stripe, account):
    opened = stripe.open_deposit(asking())
    assert opened.url == f"{account.url}/pay/{opened.reference}"
    assert stripe.look_up(Notice(opened.reference)).received == ()
    payment = account.pay(opened.reference)
    for notice in (Notice(opened.reference), Notice(payment=payment)):
        said = stripe.look_up(notice)
        assert (said.code, said.currency) == ("DL-1", "CNY")
        assert said.received == (Received(payment, Decimal("190.80")),)
    assert [one.code for one in stripe.find_since(NOW)] == ["DL-1"]


def test_asking_again_with_the_same_code_opens_one_session(stripe, account):
    assert stripe.open_deposit(asking()) == stripe.open_deposit(asking())
    assert len(account.sessions) == 1
    with pytest.raises(PaymentRefused, match="same parameters"):
        stripe.open_deposit(asking(amount="1.00"))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("190.80", "CNY", 19080),
        ("500.00", "JPY", 500),
        ("0.01", "USD", 1),
        ("5.00", "ISK", 500),
        ("5.00", "UGX", 500),
        ("1.50", "KWD", 1500),
    ],
)
def test_amounts_are_counted_in_the_currencys_smallest_unit(amount, currency, minor):
    assert to_minor(Decimal(amount), currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


def test_half_a_yen_cannot_be_paid():
    with pytest.raises(InvalidInput, match="no smaller unit"):
        to_minor(Decimal("10.50"), "JPY")


def test_a_refund_is_made_once_also_when_the_key_is_forgotten_or_another_attempt_asks(stripe, account):
    payment = account.pay(stripe.open_deposit(asking()).reference)
    first = stripe.refund(refund_order(payment))
    account.kept.clear()
    assert stripe.refund(refund_order(payment)) == stripe.refund(refund_order(payment, attempt=2)) == first
    assert (first.status, len(account.refunds)) == (RefundStatus.SUCCEEDED, 1)


def test_a_refund_whose_answer_was_lost_is_made_once(stripe, account):
    payment = account.pay(stripe.open_deposit(asking()).reference)
    account.late_trouble = [(500, {})] * 3
    with pytest.raises(PaymentUnavailable):
        stripe.refund(refund_order(payment))
    assert stripe.refund(refund_order(payment)).status is RefundStatus.SUCCEEDED
    assert len(account.refunds) == 1


def test_more_than_was_paid_is_refused_for_good(stripe, account):
    payment = account.pay(stripe.open_deposit(asking()).reference)
    account.give_back(payment, 10000)
    with pytest.raises(PaymentRefused, match="charge_already_refunded"):
        stripe.refund(refund_order(payment))


@pytest.mark.parametrize(
    ("trouble", "tries"),
    [
        ([(500, {})], 2),
        ([(429, {"retry-after": "2"})], 2),
        ([(503, {}), (409, {})], 3),
        ([(400, {"stripe-should-retry": "true"})], 2),
    ],
)
def test_what_may_pass_is_tried_again(stripe, account, waits, trouble, tries):
    account.trouble = list(trouble)
    stripe.open_deposit(asking())
    assert (len(account.asked), len(waits)) == (tries, tries - 1)
    assert all(0 < wait <= 5 for wait in waits)


@pytest.mark.parametrize(
    ("status", "headers", "error", "tries"),
    [
        (500, {}, PaymentUnavailable, 3),
        (429, {}, PaymentUnavailable, 3),
        (402, {}, PaymentRefused, 1),
        (404, {}, PaymentRefused, 1),
        (500, {"stripe-should-retry": "false"}, PaymentUnavailable, 1),
    ],
)
def test_what_does_not_pass_is_a_clear_error(stripe, account, status, headers, error, tries):
    account.trouble = [(status, headers)] * 3
    with pytest.raises(error):
        stripe.open_deposit(asking())
    assert len(account.asked) == tries


def test_a_wrong_key_is_said_without_showing_it(account):
    with pytest.raises(PaymentUnavailable, match="does not accept our key") as caught:
        StripeDeposits(StripeApi("sk_wrong", account.url), WEBHOOK_SECRET).open_deposit(asking())
    assert "sk_wrong" not in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable(waits):
    stripe = StripeDeposits(StripeApi(KEY, "http://127.0.0.1:9", waits.append), WEBHOOK_SECRET)
    with pytest.raises(PaymentUnavailable, match="does not answer"):
        stripe.open_deposit(asking())


def test_the_key_goes_to_https_only():
    with pytest.raises(InvalidInput, match="https"):
        StripeApi(KEY, "http://payments.example")


def test_sessions_of_others_in_the_account_are_not_ours(stripe, account):
    reference = stripe.open_deposit(asking()).reference
    account.sessions[reference]["metadata"] = {}
    payment = account.pay(reference)
    assert stripe.look_up(Notice(payment=payment)) is None
    assert stripe.look_up(Notice(payment="pi_of_a_subscription")) is None
    assert stripe.find_since(NOW) == []


def test_a_signed_notice_names_what_to_look_up(stripe, account):
    reference = stripe.open_deposit(asking()).reference
    payment = account.pay(reference)
    assert stripe.read_notice(*account.completed(reference, NOW), NOW) == Notice(reference)
    refund = account.refunds[account.give_back(payment)]
    assert stripe.read_notice(*account.event("refund.updated", refund, NOW), NOW) == Notice(payment=payment)
    assert stripe.read_notice(*account.event("customer.created", {"id": "cus_1"}, NOW), NOW) is None


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"type": "refund.updated", "data": {"object": 7}}', b"\xff"])
def test_a_signed_body_that_is_no_event_is_invalid(stripe, body):
    with pytest.raises(InvalidInput, match="not an event"):
        stripe.read_notice(body, {"stripe-signature": sign(body, WEBHOOK_SECRET, NOW)}, NOW)


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=abc", "t=now,v1=abc", "t=1,v1=" + "0" * 64, "t=1,v0=" + "0" * 64, "t=1" + ",v1=é" * 5],
)
def test_an_unsigned_webhook_is_not_allowed(header):
    with pytest.raises(NotAllowed):
        check_signature(header, b"{}", WEBHOOK_SECRET, NOW)


def test_a_signature_holds_for_five_minutes_for_its_body_and_secret_only():
    body, header = b'{"id": 1}', sign(b'{"id": 1}', WEBHOOK_SECRET, NOW)
    check_signature(f"{header},v1={'0' * 64}", body, WEBHOOK_SECRET, NOW + timedelta(minutes=5))
    for wrong in (
        (header, body + b" ", WEBHOOK_SECRET, NOW),
        (header, body, "another", NOW),
        (header, body, WEBHOOK_SECRET, NOW + timedelta(minutes=6)),
        (header, body, WEBHOOK_SECRET, NOW - timedelta(minutes=6)),
    ):
        with pytest.raises(NotAllowed):
            check_signature(*wrong)
