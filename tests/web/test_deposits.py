"""Buyers pay deposits and read what becomes of them; merchandisers note transfers; the webhook is guarded."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from demand.payments.manual import BankTransfer
from demand.payments.provider import Providers
from demand.payments.stripe import StripeDeposits
from demand.payments.stripe_api import StripeApi
from models.db import transaction
from models.interest import PreOrder, PreOrderState
from models.listing import Listing, ListingState
from models.payment import PaymentEntry, Refund, RefundState
from tests.builders import NOW, make_batch, make_listing
from tests.stripe_shaped import KEY, WEBHOOK_SECRET, StripeShaped, stripe_shaped
from tests.web.conftest import HEADERS, OPERATOR, build_site

EVENT = "0e9c6a52-8c2f-4d7e-9a35-0d1f5b6c7a81"
BANK = BankTransfer("Loom Ltd\nIBAN DE00 1234 <b>")
CODE = r"DL-[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}"


def open_site(url: str, folder, payments: Providers):
    return TestClient(build_site(url, folder, payments=payments), headers=HEADERS, follow_redirects=False)


@pytest.fixture
def bank(sqlite_url, tmp_path):
    """A site whose deposits are bank transfers."""
    with open_site(sqlite_url, tmp_path, Providers(BANK)) as client:
        yield client


@pytest.fixture
def account():
    with stripe_shaped() as served:
        yield served


@pytest.fixture
def card(sqlite_url, tmp_path, account):
    """A site whose deposits are paid at a Stripe-shaped server."""
    api = StripeApi(KEY, account.url, lambda seconds: None)
    with open_site(sqlite_url, tmp_path, Providers(StripeDeposits(api, WEBHOOK_SECRET), (BANK,))) as client:
        yield client


def order(client, **batch) -> str:
    """A pre-order of twelve on a fresh listing; the path of its page."""
    with transaction() as session:
        slug = make_listing(session, batch=make_batch(session, **{"simulated": False, **batch})).slug
    client.get(f"/listings/{slug}")
    form = {"event_id": EVENT, "colour": "olive", "size": "M", "quantity": 12}
    return client.post(f"/listings/{slug}/pre-order", data=form).headers["location"]


def stranger(client) -> TestClient:
    return TestClient(client.app, headers=HEADERS, follow_redirects=False)


def sign_in(client) -> TestClient:
    operator = stranger(client)
    assert operator.post("/sign-in", data={"token": OPERATOR}).status_code == 303
    return operator


def state() -> PreOrderState:
    with transaction() as session:
        return session.scalars(select(PreOrder.state)).one()


def test_a_buyer_gets_a_code_and_the_account_and_the_same_code_again(bank):
    page = order(bank)
    assert "Pay CN¥190.80" in bank.get(page).text
    codes = set()
    for _ in range(2):
        assert bank.post(f"{page}/deposit").headers["location"] == f"{page}/deposit"
        text = bank.get(f"{page}/deposit").text
        codes |= set(re.findall(CODE, text))
    assert len(codes) == 1
    assert "IBAN DE00 1234 &lt;b&gt;" in text
    assert "If they do not, every deposit goes back by itself." in text


def test_a_transfer_is_noted_and_its_refund_paid_out_by_hand(bank):
    page = order(bank)
    bank.post(f"{page}/deposit")
    (code,) = set(re.findall(CODE, bank.get(f"{page}/deposit").text))
    operator = sign_in(bank)
    for _ in range(2):
        answer = operator.post(f"/console/deposits/{code}/received", data={"amount": "190.80"})
        assert answer.status_code == 303
    assert "deposit paid" in bank.get(page).text
    settlement = answer.headers["location"]
    assert "CN¥190.80" in operator.get(settlement).text
    assert bank.post(f"{page}/cancel").status_code == 303
    assert "on its way back" in bank.get(f"{page}/deposit").text
    table = operator.get("/console/refunds.csv").text.splitlines()
    assert table[0].startswith("refund,amount,currency,transfer")
    assert table[1].startswith(f"RF-1-1,190.80,CNY,{code},")
    assert operator.post("/console/refunds/RF-1-1/paid-out").status_code == 303
    assert "gone back" in bank.get(page).text
    assert "Every deposit that is due has gone back" in operator.get("/console/payments").text
    with transaction() as session:
        kinds = [kind.value for kind in session.scalars(select(PaymentEntry.kind).order_by(PaymentEntry.id))]
    assert kinds == ["asked", "paid", "refunded"]


def test_a_merchandiser_ends_a_pre_order_and_its_money_goes_back(bank):
    page = order(bank)
    bank.post(f"{page}/deposit")
    (code,) = set(re.findall(CODE, bank.get(f"{page}/deposit").text))
    operator = sign_in(bank)
    operator.post(f"/console/deposits/{code}/received", data={"amount": "190.80"})
    answer = operator.post(f"/console{page}/release", data={"why": "the colour cannot be had"})
    assert answer.status_code == 303
    assert state() is PreOrderState.RELEASED
    with transaction() as session:
        assert session.scalars(select(Refund.amount)).all() == [Decimal("190.80")]


def test_stopping_a_listing_gives_its_deposits_back(bank):
    page = order(bank)
    bank.post(f"{page}/deposit")
    (code,) = set(re.findall(CODE, bank.get(f"{page}/deposit").text))
    operator = sign_in(bank)
    operator.post(f"/console/deposits/{code}/received", data={"amount": "190.80"})
    with transaction() as session:
        slug = session.scalars(select(Listing.slug)).one()
    assert operator.post(f"/console/listings/{slug}/stop", data={"why": "=1+1"}).status_code == 303
    assert state() is PreOrderState.RELEASED
    with transaction() as session:
        assert session.scalars(select(Refund.state)).all() == [RefundState.ASKED]
        assert session.scalars(select(Listing.state)).one() is ListingState.STOPPED


@pytest.mark.parametrize("amount", ["", "-5", "0", "NaN", "1e9", "1.005", "many"])
def test_an_impossible_amount_is_refused(bank, amount):
    page = order(bank)
    bank.post(f"{page}/deposit")
    (code,) = set(re.findall(CODE, bank.get(f"{page}/deposit").text))
    answer = sign_in(bank).post(f"/console/deposits/{code}/received", data={"amount": amount})
    assert answer.status_code == 422
    assert state() is PreOrderState.PLACED


def test_only_the_buyer_sees_a_deposit_and_only_operators_touch_money(bank):
    page = order(bank)
    bank.post(f"{page}/deposit")
    other = stranger(bank)
    assert other.get(f"{page}/deposit").status_code == 404
    assert other.post(f"{page}/deposit").status_code == 404
    for path in ("/console/payments", "/console/refunds.csv"):
        assert other.get(path).status_code == 303
    for path in (f"/console{page}/release", "/console/refunds/RF-1-1/paid-out", "/console/refunds/RF-1-1/again"):
        assert bank.post(path).status_code == 403
    assert bank.post("/console/deposits/DL-1/received", data={"amount": "1"}).status_code == 403
    assert sign_in(bank).post("/console/deposits/DL-1/received", data={"amount": "1"}).status_code == 404


def test_without_bank_details_the_page_says_so(sqlite_url, tmp_path):
    with open_site(sqlite_url, tmp_path, Providers(BankTransfer())) as client:
        page = order(client)
        client.post(f"{page}/deposit")
        assert "has not said yet to which account" in client.get(f"{page}/deposit").text


def test_in_a_simulated_batch_the_button_notes_the_deposit_and_says_that_no_money_moves(bank):
    page = order(bank, simulated=True)
    assert "no money moves" in bank.get(page).text
    assert bank.post(f"{page}/deposit").headers["location"] == page
    assert state() is PreOrderState.DEPOSITED
    with transaction() as session:
        assert session.scalars(select(PaymentEntry.id)).all() == []


def post(client, account: StripeShaped, changed: dict[str, str] | None = None, path: str = "stripe", body=None):
    sent, headers = account.completed(next(iter(account.sessions)), NOW)
    return stranger(client).post(f"/api/payments/{path}", content=body or sent, headers={**headers, **(changed or {})})


def test_a_card_payment_is_known_by_the_providers_webhook_only(card, account):
    page = order(card)
    card.post(f"{page}/deposit")
    text = card.get(f"{page}/deposit?returned=paid").text
    assert f'href="{account.url}/pay/' in text
    assert "As soon as the payment provider confirms" in text
    assert state() is PreOrderState.PLACED, "coming back from the payment page pays nothing"
    assert post(card, account).json() == {"taken": True}
    assert state() is PreOrderState.PLACED, "a webhook is only a reason to look"
    account.pay(next(iter(account.sessions)))
    assert post(card, account).json() == {"taken": True}
    assert state() is PreOrderState.DEPOSITED


@pytest.mark.parametrize(
    ("changed", "path", "body", "status"),
    [
        ({"stripe-signature": ""}, "stripe", None, 403),
        ({"stripe-signature": "t=1,v1=00"}, "stripe", None, 403),
        ({}, "stripe", b'{"type": "checkout.session.completed"}', 403),
        ({}, "manual", None, 404),
        ({}, "paypal", None, 404),
        ({}, "stripe", b"x" * (256 * 1024 + 1), 413),
    ],
)
def test_an_unsigned_misdirected_or_oversized_webhook_changes_nothing(card, account, changed, path, body, status):
    page = order(card)
    card.post(f"{page}/deposit")
    account.pay(next(iter(account.sessions)))
    assert post(card, account, changed, path, body).status_code == status
    assert state() is PreOrderState.PLACED


def test_a_webhook_needs_no_session_and_minds_no_origin(card, account):
    page = order(card)
    card.post(f"{page}/deposit")
    account.pay(next(iter(account.sessions)))
    assert post(card, account, {"origin": "https://elsewhere.example"}).status_code == 200
    assert state() is PreOrderState.DEPOSITED


def test_a_provider_that_does_not_answer_is_asked_again_later(card, account):
    page = order(card)
    account.trouble = [(503, {})] * 3
    assert card.post(f"{page}/deposit").status_code == 503
    assert card.post(f"{page}/deposit").status_code == 303
    account.pay(next(iter(account.sessions)))
    account.trouble = [(503, {})] * 3
    assert post(card, account).status_code == 503
    assert post(card, account).status_code == 200
    assert state() is PreOrderState.DEPOSITED


def test_the_provider_hears_of_the_listing_and_the_code_but_not_of_the_buyer(card, account):
    page = order(card)
    card.post(f"{page}/deposit")
    with transaction() as session:
        visitor = session.scalars(select(PreOrder.visitor)).one()
    told = str([form for _, _, form in account.asked])
    assert visitor not in told
    assert card.cookies["dl_visitor"] not in told
