"""Money and states tie out, whatever happens in whatever order."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.interest.record import cancel_pre_order, record
from demand.payments.balance import Balance, Pot, decide_step, split
from demand.payments.give_back import mark_paid_out, try_again
from demand.payments.ledger import load_balance
from demand.payments.manual import BankTransfer
from demand.payments.provider import Notice, RefundStatus
from demand.payments.store import find_last_request
from demand.payments.take import take_back_transfer, take_statement, take_transfer
from demand.settlement.recheck import SettlementRule, advance_settlement
from demand.settlement.settle import settle, stop
from models.batch import Rung
from models.errors import Conflict, InvalidInput, NotFound, PaymentUnavailable
from models.interest import InterestEvent, PreOrder, PreOrderState
from models.listing import ListingState
from models.payment import DepositRequest, EntryKind, PaymentEntry, Refund, RefundReason, RefundState
from tests.builders import NOW, make_batch, make_decision, make_listing
from tests.demand.payments.shop import RULE, SHARE, Shop, entries, open_shop, refunds
from tests.demand.shelf import make_act

ACTIONS = (
    "order", "pay", "pay part", "pay twice", "pay late", "hear again", "hear an old word", "cancel", "outside refund",
    "send", "send down", "bank finishes", "refund comes back", "try again", "check", "confirm", "stop",
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 11)), min_size=1, max_size=25), data=st.data())
def test_whatever_happens_money_held_is_what_the_states_say(plain_session: Session, steps, data):
    shop = open_shop(plain_session, people=6, buyers=2)
    shop.bank.refund_status = data.draw(st.sampled_from([RefundStatus.SUCCEEDED, RefundStatus.PENDING]))
    heard: list[object] = []
    at = NOW
    for number, (action, pick) in enumerate(steps):
        at += timedelta(hours=7)
        _act(shop, action, pick, at, number, heard)
        shop.check_books()
        _check_against_the_bank(shop)
    plain_session.rollback()


def _act(shop, action, pick, at, number, heard):
    orders = shop.orders()
    order = orders[pick % len(orders)]
    request = find_last_request(shop.session, order.id)
    try:
        match action:
            case "order":
                if shop.listing.state is ListingState.RESERVABLE:
                    shop.order(f"more-{number}", at)
            case "pay":
                shop.pay(order, at=at)
            case "pay part":
                shop.pay(order, Decimal("30.00"), at)
            case "pay twice":
                shop.pay(order, at=at)
                shop.pay(order, at=at)
            case "pay late" if request is not None:
                shop.bank.pay(request.reference, request.amount)
                shop.hear(request.reference, at)
            case "hear again" if request is not None:
                heard.append(shop.bank.look_up(Notice(request.reference)))
                shop.hear(request.reference, at)
                shop.hear(request.reference, at)
            case "hear an old word" if heard:
                take_statement(shop.session, "bank", heard[pick % len(heard)], at, "bank")
            case "cancel":
                cancel_pre_order(shop.session, order.event_id, order.visitor, at)
            case "outside refund" if request is not None and order.state is not PreOrderState.SETTLED:
                shop.bank.give_back(request.reference, Decimal("20.00") * (1 + pick))
                shop.hear(request.reference, at)
            case "send":
                shop.send(at)
            case "send down":
                shop.bank.is_down = True
                try:
                    shop.send(at)
                finally:
                    shop.bank.is_down = False
            case "bank finishes" if request is not None:
                shop.bank.finish(request.reference, RefundStatus.SUCCEEDED)
                shop.hear(request.reference, at)
            case "refund comes back" if request is not None:
                shop.bank.finish(request.reference, RefundStatus.FAILED)
                shop.hear(request.reference, at)
            case "try again":
                failed = shop.session.scalar(select(Refund.code).where(Refund.state == RefundState.FAILED).limit(1))
                if failed:
                    try_again(shop.session, failed, at, "tests")
            case "check":
                if (settlement := shop.settlement()) is not None:
                    advance_settlement(shop.session, settlement.id, at, SettlementRule(top_up_days=1))
            case "confirm":
                if shop.settlement() is None and shop.listing.state is ListingState.RESERVABLE:
                    rule = {**RULE.to_json(), "min_units": 12}
                    settle(shop.session, make_decision(shop.session, shop.listing, rule=rule, looked_at=at), at)
            case "stop":
                if pick == 0 and shop.listing.state is ListingState.RESERVABLE:
                    stop(shop.session, shop.listing, at, "tests", "no reason")
    except (Conflict, PaymentUnavailable):
        pass


def _check_against_the_bank(shop):
    """What the ledger holds of an asking is what the bank holds, but for movements that were not looked up yet."""
    for order in shop.orders():
        held = load_balance(shop.session, order.id).held
        references = {one.reference for one in _requests(shop, order)}
        for reference in references:
            shop.hear(reference, NOW)
        said = [shop.bank.statements[reference] for reference in references]
        received = sum((money.amount for one in said for money in one.received), Decimal(0))
        gone = sum(
            (back.amount for one in said for back in one.sent_back if back.status is RefundStatus.SUCCEEDED), Decimal(0)
        )
        assert load_balance(shop.session, order.id).held == received - gone, held


def _requests(shop, order):
    asked = select(DepositRequest).where(DepositRequest.pre_order_id == order.id, DepositRequest.reference.is_not(None))
    return shop.session.scalars(asked).all()


DEPOSIT, HALF = Decimal("95.40"), Decimal("47.70")
PLACED, DEPOSITED, SETTLED = PreOrderState.PLACED, PreOrderState.DEPOSITED, PreOrderState.SETTLED
RELEASED, CANCELLED = PreOrderState.RELEASED, PreOrderState.CANCELLED


@pytest.fixture
def shop(session) -> Shop:
    return open_shop(session, people=6, buyers=2)


@pytest.mark.parametrize(
    ("state", "free", "takes", "to", "give_back"),
    [
        (PLACED, "0", True, None, "0"),
        (PLACED, "47.70", True, None, "0"),
        (PLACED, "95.40", True, DEPOSITED, "0"),
        (PLACED, "100.00", True, DEPOSITED, "4.60"),
        (PLACED, "95.40", False, RELEASED, "95.40"),
        (PLACED, "0", False, None, "0"),
        (DEPOSITED, "95.40", True, None, "0"),
        (DEPOSITED, "190.80", True, None, "95.40"),
        (DEPOSITED, "95.39", True, PLACED, "0"),
        (SETTLED, "95.40", False, None, "0"),
        (SETTLED, "190.80", False, None, "95.40"),
        (CANCELLED, "95.40", True, None, "95.40"),
        (RELEASED, "47.70", False, None, "47.70"),
        (RELEASED, "-5.00", False, None, "0"),
    ],
)
def test_a_state_keeps_what_it_says_and_gives_the_rest_back(state, free, takes, to, give_back):
    step = decide_step(state, DEPOSIT, Decimal(free), takes)
    assert (step.to, step.give_back) == (to, Decimal(give_back))


def test_what_goes_back_comes_from_the_latest_payments_and_never_from_what_is_promised():
    first, second = Pot("bank", "a", DEPOSIT), Pot("bank", "b", DEPOSIT, promised=HALF)
    assert list(split(Balance((first, second)), DEPOSIT)) == [(second, HALF), (first, HALF)]
    assert list(split(Balance((first,)), Decimal(0))) == []


def test_a_paid_deposit_is_an_entry_a_state_and_an_act_once(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    shop.hear(request.reference)
    assert order.state is DEPOSITED
    assert entries(shop) == [("asked", DEPOSIT), ("paid", DEPOSIT)]
    act = shop.session.scalars(select(InterestEvent).where(InterestEvent.rung == Rung.DEPOSIT)).one()
    assert (act.visitor, act.listing_id) == (order.visitor, shop.listing.id)


def test_an_asking_is_used_again_until_it_expires(shop):
    order = shop.orders()[0]
    shop.bank.open_for = timedelta(hours=23)
    first = shop.ask(order)
    assert shop.ask(order, NOW + timedelta(hours=22)) is first
    second = shop.ask(order, NOW + timedelta(hours=23))
    assert (second.attempt, second.code != first.code) == (2, True)
    shop.bank.pay(first.reference, DEPOSIT)  # paid in the last second, heard of later
    shop.bank.pay(second.reference, DEPOSIT)
    shop.hear(first.reference)
    shop.hear(second.reference)
    assert (order.state, refunds(shop)) == (DEPOSITED, [(RefundState.ASKED, DEPOSIT)])


def test_an_asking_cut_off_before_the_provider_answered_goes_on_with_the_same_code(shop):
    order = shop.orders()[0]
    shop.bank.is_down = True
    with pytest.raises(PaymentUnavailable):
        shop.ask(order)
    shop.bank.is_down = False
    request = shop.ask(order)
    assert (request.code, request.attempt, request.reference) == ("DL-1", 1, "ref-DL-1")


def test_part_of_a_deposit_waits_for_the_rest_and_only_the_rest_is_asked(shop):
    order = shop.orders()[0]
    shop.pay(order, HALF)
    assert order.state is PLACED
    assert shop.ask(order).amount == HALF
    shop.pay(order)
    assert (order.state, refunds(shop)) == (DEPOSITED, [])


def test_a_deposit_that_comes_after_a_cancellation_goes_back_at_once(shop):
    order = shop.orders()[0]
    request = shop.ask(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.bank.pay(request.reference, DEPOSIT)
    shop.hear(request.reference)
    assert refunds(shop) == [(RefundState.ASKED, DEPOSIT)]
    shop.send()
    shop.send()
    assert refunds(shop) == [(RefundState.PAID, DEPOSIT)]
    assert entries(shop) == [("asked", DEPOSIT), ("paid", DEPOSIT), ("refunded", DEPOSIT)]
    assert shop.session.scalars(select(Refund.reason)).one() is RefundReason.LATE


def test_a_cancelled_deposit_is_promised_back_in_the_same_transaction_and_sent_after_it(shop):
    order = shop.orders()[0]
    shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    assert refunds(shop) == [(RefundState.ASKED, DEPOSIT)]
    assert [one.sent_back for one in shop.bank.statements.values()] == [()]
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.send()
    assert refunds(shop) == [(RefundState.PAID, DEPOSIT)]


def test_a_deposit_given_back_outside_does_not_count_any_more(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    shop.bank.give_back(request.reference, Decimal("10.00"))
    shop.hear(request.reference)
    assert (order.state, refunds(shop)) == (PLACED, [])
    note = select(PaymentEntry.note).where(PaymentEntry.kind == EntryKind.REFUNDED)
    assert shop.session.scalars(note).one() == "not asked by us"
    assert shop.ask(order).amount == Decimal("10.00")


def test_a_refund_made_outside_first_is_withdrawn_and_the_rest_promised(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.bank.give_back(request.reference, Decimal("10.00"))
    shop.send()  # the bank refuses: more than is left
    shop.hear(request.reference)
    rest = DEPOSIT - Decimal("10.00")
    assert refunds(shop) == [(RefundState.WITHDRAWN, DEPOSIT), (RefundState.ASKED, rest)]
    shop.send()
    assert refunds(shop)[1] == (RefundState.PAID, rest)
    assert load_balance(shop.session, order.id).held == 0


def test_a_failed_refund_stays_owed_and_is_tried_again_once_a_person_says_so(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.send()
    shop.bank.finish(request.reference, RefundStatus.FAILED)
    shop.hear(request.reference)
    shop.hear(request.reference)
    assert refunds(shop) == [(RefundState.FAILED, DEPOSIT)]
    assert [kind for kind, _ in entries(shop)] == ["asked", "paid", "refunded", "returned"]
    shop.check_books()
    try_again(shop.session, "RF-1-1", NOW, "tests")
    with pytest.raises(Conflict, match="not failed"):
        try_again(shop.session, "RF-1-1", NOW, "tests")
    shop.send()
    assert refunds(shop) == [(RefundState.PAID, DEPOSIT)]
    assert load_balance(shop.session, order.id).held == 0


def test_a_failed_refund_can_be_paid_by_hand(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    with pytest.raises(Conflict, match="not paid out by hand"):
        mark_paid_out(shop.session, "RF-1-1", NOW, "tests")
    shop.send()
    shop.bank.finish(request.reference, RefundStatus.FAILED)
    shop.hear(request.reference)
    assert mark_paid_out(shop.session, "RF-1-1", NOW, "tests")
    assert not mark_paid_out(shop.session, "RF-1-1", NOW, "tests")
    assert load_balance(shop.session, order.id).held == 0


def test_a_provider_that_is_down_keeps_the_refund_asked(shop):
    order = shop.orders()[0]
    shop.pay(order)
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.bank.is_down = True
    with pytest.raises(PaymentUnavailable):
        shop.send()
    assert refunds(shop) == [(RefundState.ASKED, DEPOSIT)]


def test_a_pending_refund_is_not_sent_again_and_ends_when_the_provider_says_so(shop):
    order = shop.orders()[0]
    request = shop.pay(order)
    shop.bank.refund_status = RefundStatus.PENDING
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    shop.send()
    assert refunds(shop) == [(RefundState.ASKED, DEPOSIT)]
    shop.bank.finish(request.reference, RefundStatus.SUCCEEDED)
    shop.hear(request.reference)
    assert refunds(shop) == [(RefundState.PAID, DEPOSIT)]


def test_a_payment_in_another_currency_is_not_taken(shop):
    request = shop.ask(shop.orders()[0])
    said = replace(shop.bank.look_up(Notice(request.reference)), currency="USD")
    with pytest.raises(Conflict, match="asked in CNY and paid in USD"):
        take_statement(shop.session, "bank", said, NOW, "bank")


def test_codes_of_others_are_not_ours(shop):
    request = shop.ask(shop.orders()[0])
    said = shop.bank.look_up(Notice(request.reference))
    assert not take_statement(shop.session, "bank", replace(said, code="DL-999"), NOW, "bank")
    assert not take_statement(shop.session, "another bank", said, NOW, "bank")


def test_no_deposit_is_asked_where_none_is_missing(shop):
    order = shop.orders()[0]
    shop.pay(order)
    with pytest.raises(Conflict, match="deposited"):
        shop.ask(order)


@pytest.mark.parametrize("simulated", [True, False])
def test_an_act_pays_a_deposit_only_where_buyers_are_simulated(session, simulated):
    listing = make_listing(session, batch=make_batch(session, simulated=simulated))
    record(session, [make_act(listing.id), make_act(listing.id, rung=Rung.PRE_ORDER)], SHARE)
    answers = record(session, [make_act(listing.id, rung=Rung.DEPOSIT)], SHARE)
    assert answers.new == (1 if simulated else 0)
    assert [answer.reason for answer in answers.refused] == (
        [] if simulated else ["a deposit is paid on the page of the pre-order; an act does not pay it"]
    )


def test_deposits_are_asked_in_coins_that_exist(session):
    batch = make_batch(session, simulated=False, currency="JPY")
    listing = make_listing(session, batch=batch, prices=((1, "1595"),))
    record(session, [make_act(listing.id), make_act(listing.id, rung=Rung.PRE_ORDER, quantity=1)], SHARE)
    assert session.scalars(select(PreOrder.deposit)).one() == Decimal("160.00")


def test_a_bank_transfer_is_noted_once_paid_back_by_hand_and_ties_out(shop):
    shop.bank = BankTransfer("IBAN 1")
    order = shop.orders()[0]
    code = shop.ask(order).code
    assert take_transfer(shop.session, code, HALF, NOW, "tests")
    assert not take_transfer(shop.session, code, HALF, NOW, "tests"), "a second click"
    assert order.state is PLACED
    assert take_transfer(shop.session, code, HALF, NOW, "tests", "second transfer")
    assert order.state is DEPOSITED
    cancel_pre_order(shop.session, order.event_id, order.visitor, NOW)
    assert refunds(shop) == [(RefundState.ASKED, HALF), (RefundState.ASKED, HALF)]
    shop.send()
    assert refunds(shop) == [(RefundState.ASKED, HALF), (RefundState.ASKED, HALF)], "on the list, not paid out"
    assert mark_paid_out(shop.session, "RF-1-1", NOW, "tests")
    assert mark_paid_out(shop.session, "RF-1-2", NOW, "tests")
    assert not mark_paid_out(shop.session, "RF-1-1", NOW, "tests")
    assert load_balance(shop.session, order.id).held == 0


def test_a_transfer_noted_by_mistake_is_undone_by_a_line_of_its_own(shop):
    shop.bank = BankTransfer()
    order = shop.orders()[0]
    code = shop.ask(order).code
    with pytest.raises(NotFound):
        take_back_transfer(shop.session, code, NOW, "tests", "wrong code")
    take_transfer(shop.session, code, DEPOSIT, NOW, "tests")
    assert take_back_transfer(shop.session, code, NOW, "tests", "wrong code")
    assert not take_back_transfer(shop.session, code, NOW, "tests", "wrong code")
    assert (order.state, refunds(shop), load_balance(shop.session, order.id).held) == (PLACED, [], 0)
    assert take_transfer(shop.session, code, DEPOSIT, NOW, "tests", "the right one")
    assert order.state is DEPOSITED


@pytest.mark.parametrize("amount", ["0", "-1", "10.005", "954.00"])
def test_a_transfer_of_an_impossible_amount_is_refused(shop, amount):
    shop.bank = BankTransfer()
    code = shop.ask(shop.orders()[0]).code
    with pytest.raises(InvalidInput):
        take_transfer(shop.session, code, Decimal(amount), NOW, "tests")


def test_what_a_machine_says_is_not_noted_by_hand(shop):
    code = shop.ask(shop.orders()[0]).code
    with pytest.raises(Conflict, match="says itself"):
        take_transfer(shop.session, code, DEPOSIT, NOW, "tests")
