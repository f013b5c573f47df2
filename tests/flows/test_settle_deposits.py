"""From a buyer's pre-order to her money and back, over HTTP on both sides: our pages and a Stripe-shaped server."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from configs.settings import settings
from demand.payments import give_back
from demand.payments.ledger import load_balance
from flows.decide_demand import decide_demand
from flows.place_orders import place_orders
from flows.reconcile_payments import reconcile_payments
from flows.settle_deposits import send_refunds, settle_deposits
from models.batch import BatchState, DemandRule
from models.db import transaction
from models.decision import ConfirmedDemand
from models.interest import PreOrder, PreOrderState
from models.listing import Listing, ListingState
from models.outbox import Channel, OutboxMessage
from models.payment import Refund, RefundState
from models.settlement import Settlement, SettlementState
from tests.builders import NOW, make_batch, make_listing
from tests.flows.conftest import Enter
from tests.flows.rows import all_rows
from tests.stripe_shaped import KEY, WEBHOOK_SECRET, StripeShaped, stripe_shaped
from tests.web.conftest import HEADERS
from web.app import create_app
from web.serve import config_from

RULE = DemandRule(target_rate=0.05, alpha=0.2, burn_in_viewers=0, min_units=20)
VIEWERS, BUYERS = 30, 10
LATER = NOW + timedelta(days=1)
MINUTES = timedelta(minutes=10)


class Street:
    """Buyers with a browser each, and a payment provider that tells us what they paid."""

    def __init__(self, account: StripeShaped) -> None:
        self.account, self.now = account, NOW
        config = replace(config_from(settings()), clock=lambda: self.now, posts_per_minute=10_000)
        self.app = create_app(config)

    def browser(self) -> TestClient:
        return TestClient(self.app, headers=HEADERS, follow_redirects=False)

    def order(self, slug: str, number: int) -> tuple[TestClient, str]:
        """One buyer looks and pre-orders two; her browser and the page of her pre-order."""
        browser = self.browser()
        assert browser.get(f"/listings/{slug}").status_code == 200
        form = {"event_id": f"00000000-0000-4000-9000-{number:012d}", "colour": "olive", "size": "M", "quantity": 2}
        return browser, browser.post(f"/listings/{slug}/pre-order", data=form).headers["location"]

    def pay(self, browser: TestClient, page: str) -> str:
        """She pays on the provider's page, which tells us; the payment's name."""
        assert browser.post(f"{page}/deposit").headers["location"] == f"{page}/deposit"
        text = browser.get(f"{page}/deposit").text
        (session,) = (name for name in self.account.sessions if f"/pay/{name}&#34;" in text or f'/pay/{name}"' in text)
        payment = self.account.pay(session)
        for number in (1, 2):  # told twice
            body, headers = self.account.completed(session, self.now, number)
            answer = self.browser().post("/api/payments/stripe", content=body, headers=headers)
            assert (answer.status_code, answer.json()) == (200, {"taken": True})
        return payment


@pytest.fixture
def street(enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with stripe_shaped() as account:
        monkeypatch.setenv("DEMANDLOOM_PAYMENTS__PROVIDER", "stripe")
        monkeypatch.setenv("DEMANDLOOM_PAYMENTS__STRIPE_KEY", KEY)
        monkeypatch.setenv("DEMANDLOOM_PAYMENTS__STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
        monkeypatch.setenv("DEMANDLOOM_PAYMENTS__STRIPE_ADDRESS", account.url)
        enter(tmp_path / "home")
        street = Street(account)
        with TestClient(street.app):
            yield street
    settings.cache_clear()


@pytest.fixture
def slug(street: Street) -> str:
    with transaction() as session:
        batch = make_batch(session, simulated=False, rule=RULE.to_json(), state=BatchState.PUBLISHED)
        return make_listing(session, batch=batch).slug


def fill(street: Street, slug: str) -> list[tuple[TestClient, str, str]]:
    """Thirty people look, ten pre-order two each and pay."""
    for _ in range(VIEWERS - BUYERS):
        street.browser().get(f"/listings/{slug}")
    buyers = []
    for number in range(BUYERS):
        browser, page = street.order(slug, number)
        buyers.append((browser, page, street.pay(browser, page)))
    return buyers


def states() -> tuple[SettlementState, ListingState, set[PreOrderState]]:
    with transaction() as session:
        settlement, listing = session.scalars(select(Settlement)).one(), session.scalars(select(Listing)).one()
        return settlement.state, listing.state, set(session.scalars(select(PreOrder.state)))


def held(street: Street) -> tuple[Decimal, Decimal]:
    """What our ledger and the provider hold, in CNY."""
    with transaction() as session:
        ids = session.scalars(select(PreOrder.id)).all()
        ours = sum((load_balance(session, order_id).held for order_id in ids), Decimal(0))
    paid = sum(intent["amount"] for intent in street.account.intents.values())
    theirs = paid - sum(refund["amount"] for refund in street.account.refunds.values())
    return ours, Decimal(theirs) / 100


def test_a_cancelled_deposit_leaves_too_few_and_after_the_date_all_money_is_back(street: Street, slug: str) -> None:
    buyers = fill(street, slug)
    street.now = LATER
    assert [one["verdict"] for one in decide_demand(LATER)] == ["confirm"]
    assert states() == (SettlementState.CHECKING, ListingState.RESERVABLE, {PreOrderState.DEPOSITED})
    assert decide_demand(LATER + MINUTES) == [], "what is being settled is not judged again"

    browser, page, payment = buyers[0]
    assert browser.post(f"{page}/cancel").status_code == 303
    said = settle_deposits(LATER + MINUTES)
    assert (said["topping_up"], said["sent"]) == (1, 1)
    assert [r["payment_intent"] for r in street.account.refunds.values()] == [payment]
    assert "Gone back" in browser.get(page).text
    until = LATER + MINUTES + timedelta(days=3)
    for path in (f"/listings/{slug}", "/my-interest", buyers[1][1]):
        assert f"2 paid units are missing until Nov {until.day}, 2026." in buyers[1][0].get(path).text, path

    assert settle_deposits(until - MINUTES)["topping_up"] == 1
    assert place_orders(until - MINUTES)["demands"] == 0
    street.now = until
    said = settle_deposits(until)
    assert (said["released"], said["sent"], said["refunded"]) == (1, BUYERS - 1, 1)
    assert states() == (
        SettlementState.RELEASED,
        ListingState.REFUNDED,
        {PreOrderState.RELEASED, PreOrderState.CANCELLED},
    )
    assert held(street) == (0, 0)
    assert reconcile_payments(until) == []
    assert "Every deposit was refunded" in browser.get(f"/listings/{slug}").text

    once = all_rows()
    settle_deposits(until)
    assert (all_rows(), len(street.account.refunds)) == (once, BUYERS)


def test_enough_deposits_are_made_and_a_late_one_goes_back_at_once(street: Street, slug: str) -> None:
    fill(street, slug)
    late, page = street.order(slug, BUYERS)
    late.post(f"{page}/deposit")
    street.now = LATER
    decide_demand(LATER)
    assert settle_deposits(LATER + MINUTES)["settled"] == 1
    with transaction() as session:
        assert session.scalars(select(ConfirmedDemand.units)).one() == 2 * BUYERS
    assert "was released" in late.get(page).text

    session_id = list(street.account.sessions)[-1]
    street.account.pay(session_id)
    body, headers = street.account.completed(session_id, street.now)
    assert street.browser().post("/api/payments/stripe", content=body, headers=headers).json() == {"taken": True}
    text = late.get(page).text
    assert "on its way back" in text
    assert "it came after the pre-order had ended" in text
    settle_deposits(LATER + 2 * MINUTES)
    assert held(street) == (Decimal("31.80") * BUYERS, Decimal("31.80") * BUYERS)
    assert reconcile_payments(LATER + 2 * MINUTES) == []


def test_a_payment_whose_webhook_was_lost_is_heard_of_by_the_flow(street: Street, slug: str) -> None:
    browser, page = street.order(slug, 1)
    browser.post(f"{page}/deposit")
    street.account.pay(next(iter(street.account.sessions)))
    assert [one["kind"] for one in reconcile_payments(NOW)] == ["unknown_payment"]
    assert settle_deposits(NOW + MINUTES)["looked_up"] == 1
    assert "deposit paid" in browser.get(page).text
    assert reconcile_payments(NOW) == []


def test_a_provider_that_is_down_stops_no_listing_from_being_right_later(street: Street, slug: str) -> None:
    buyers = fill(street, slug)
    street.now = LATER
    decide_demand(LATER)
    buyers[0][0].post(f"{buyers[0][1]}/cancel")
    street.account.trouble = [(401, {})] * 30
    said = settle_deposits(LATER + MINUTES)
    assert (said["unchecked"], said["send_failed"]) == (1, 1)
    assert states()[0] is SettlementState.CHECKING
    street.account.trouble = []
    assert settle_deposits(LATER + 2 * MINUTES)["topping_up"] == 1
    with transaction() as session:
        assert session.scalars(select(Refund.state)).all() == [RefundState.PAID]


def test_a_killed_sender_gives_money_back_once(street: Street, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, page = street.order(slug, 1)
    street.pay(browser, page)
    browser.post(f"{page}/cancel")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(give_back, "take_refund", die)  # the provider has the order, we have not noted it
        with pytest.raises(Killed):
            send_refunds.fn(NOW + MINUTES)
    assert len(street.account.refunds) == 1
    street.account.kept.clear()  # a day later the provider has forgotten the key
    send_refunds.fn(NOW + timedelta(days=1))
    assert len(street.account.refunds) == 1
    with transaction() as session:
        assert session.scalars(select(Refund.state)).all() == [RefundState.PAID]
        sent = select(func.count()).where(OutboxMessage.channel == Channel.PAYMENT, OutboxMessage.sent_at.is_not(None))
        assert session.scalar(sent) == 1
    assert held(street) == (0, 0)


def test_nothing_is_settled_before_its_time(street: Street, slug: str) -> None:
    before = all_rows()
    settle_deposits(NOW)
    assert all_rows() == before
