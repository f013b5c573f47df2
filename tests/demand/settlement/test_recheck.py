"""A confirmed listing is made only while enough paid commitments stand; else a date, then every deposit goes back."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from demand.interest.record import cancel_pre_order
from demand.settlement import recheck
from demand.settlement.recheck import Next, SettlementRule, advance_settlement, close_refunded, decide_next
from demand.settlement.settle import stop
from models.db import connect, transaction
from models.decision import ConfirmedDemand
from models.errors import Conflict
from models.interest import PreOrderState
from models.listing import Listing, ListingState
from models.outbox import Channel, OutboxMessage
from models.payment import Refund, RefundReason, RefundState
from models.settlement import Settlement, SettlementState
from models.state import StateChange
from tests.builders import NOW
from tests.demand.payments.shop import open_shop, refunds

CHECKING, TOPPING_UP = SettlementState.CHECKING, SettlementState.TOPPING_UP
LATER = NOW + timedelta(days=2)
RULE = SettlementRule(top_up_days=3)
UNTIL = LATER + timedelta(days=3)


@pytest.mark.parametrize(
    ("state", "standing", "until", "now", "next_"),
    [
        (CHECKING, 30, None, LATER, Next.MAKE),
        (CHECKING, 29, None, LATER, Next.ASK_FOR_MORE),
        (TOPPING_UP, 29, UNTIL, LATER, Next.WAIT),
        (TOPPING_UP, 30, UNTIL, LATER, Next.MAKE),
        (TOPPING_UP, 29, UNTIL, UNTIL, Next.GIVE_BACK),
        (TOPPING_UP, 30, UNTIL, UNTIL + timedelta(days=1), Next.MAKE),
    ],
)
def test_what_comes_next(state, standing, until, now, next_):
    assert decide_next(state, standing, 30, until, now) is next_


@pytest.mark.parametrize("days", [0, 61])
def test_a_rule_has_days_that_can_be(days):
    with pytest.raises(ValueError, match="1-60"):
        SettlementRule(top_up_days=days)


@pytest.fixture
def shop(session):
    """Twenty buyers of six units each, of whom six have paid: 36 units stand."""
    shop = open_shop(session)
    for order in shop.orders()[:6]:
        shop.pay(order)
    return shop


def advance(shop, at):
    return advance_settlement(shop.session, shop.settlement().id, at, RULE)


def cancel(shop, order, at=LATER):
    cancel_pre_order(shop.session, order.event_id, order.visitor, at)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_confirmed_listing_waits_for_its_re_check_and_takes_orders_meanwhile(shop):
    settlement = shop.confirm(LATER)
    assert (settlement.state, settlement.min_units) == (CHECKING, 30)
    assert shop.listing.state is ListingState.RESERVABLE
    assert shop.confirm(LATER) is settlement
    shop.order("one more", LATER)
    assert count(shop.session, ConfirmedDemand) == 0


def test_enough_paid_units_are_made_and_the_unpaid_released(shop):
    shop.confirm(LATER)
    assert advance(shop, LATER) is SettlementState.SETTLED
    demand = shop.session.scalars(select(ConfirmedDemand)).one()
    assert (demand.units, shop.listing.state) == (36, ListingState.COMMITTED)
    states = [order.state for order in shop.orders()]
    assert (states.count(PreOrderState.SETTLED), states.count(PreOrderState.RELEASED)) == (6, 14)
    assert refunds(shop) == []
    shop.check_books()


def test_too_few_get_a_date_and_are_made_once_more_is_paid(shop):
    shop.confirm(LATER)
    cancel(shop, shop.orders()[0])
    cancel(shop, shop.orders()[1])
    assert advance(shop, LATER) is TOPPING_UP
    settlement = shop.settlement()
    assert (settlement.tops_up_until, settlement.missing_units) == (UNTIL, 6)
    assert advance(shop, LATER + timedelta(days=1)) is TOPPING_UP
    shop.pay(shop.orders()[7], at=LATER + timedelta(days=2))
    assert advance(shop, LATER + timedelta(days=2)) is SettlementState.SETTLED
    assert shop.session.scalars(select(ConfirmedDemand.units)).one() == 30
    shop.check_books()


def test_when_the_date_passes_every_deposit_goes_back_and_the_listing_says_so(shop):
    shop.confirm(LATER)
    cancel(shop, shop.orders()[0])
    cancel(shop, shop.orders()[1])
    advance(shop, LATER)
    assert advance(shop, UNTIL) is SettlementState.RELEASED
    assert shop.listing.state is ListingState.STOPPED
    assert {order.state for order in shop.orders()} == {PreOrderState.CANCELLED, PreOrderState.RELEASED}
    assert refunds(shop) == [(RefundState.ASKED, Decimal("95.40"))] * 6
    assert close_refunded(shop.session, UNTIL) == 0
    shop.send(UNTIL)
    assert close_refunded(shop.session, UNTIL) == 1
    assert close_refunded(shop.session, UNTIL) == 0
    assert shop.listing.state is ListingState.REFUNDED
    shop.check_books()


def test_a_deposit_that_comes_after_the_release_goes_back_at_once(shop):
    unpaid = shop.orders()[10]
    request = shop.ask(unpaid)
    shop.confirm(LATER)
    for order in shop.orders()[:2]:
        cancel(shop, order)
    advance(shop, LATER)
    advance(shop, UNTIL)
    shop.send(UNTIL)
    close_refunded(shop.session, UNTIL)
    shop.bank.pay(request.reference, request.amount)
    shop.hear(request.reference, UNTIL)
    assert unpaid.state is PreOrderState.RELEASED
    assert refunds(shop)[-1] == (RefundState.ASKED, Decimal("95.40"))
    reason = shop.session.scalars(select(Refund.reason).order_by(Refund.id.desc())).first()
    assert reason is RefundReason.LATE
    shop.check_books()


def test_a_deposit_behind_which_no_payment_stands_is_not_counted(shop):
    for order in shop.orders()[6:]:
        order.state = PreOrderState.DEPOSITED  # as an act could say before there were payments
    shop.session.flush()
    shop.confirm(LATER)
    advance(shop, LATER)
    assert shop.session.scalars(select(ConfirmedDemand.units)).one() == 36


def test_what_the_makers_have_is_not_stopped_over_their_heads(shop):
    shop.confirm(LATER)
    advance(shop, LATER)
    with pytest.raises(Conflict, match="with the makers"):
        stop(shop.session, shop.listing, LATER, "tests", "no reason")
    assert shop.listing.state is ListingState.COMMITTED


def test_a_merchandisers_stop_ends_the_settlement_and_gives_everything_back(shop):
    shop.confirm(LATER)
    stop(shop.session, shop.listing, LATER, "tests", "the colour cannot be had")
    assert advance(shop, LATER) is SettlementState.RELEASED
    assert refunds(shop) == [(RefundState.ASKED, Decimal("95.40"))] * 6
    shop.check_books()


def test_settling_again_changes_nothing(shop):
    shop.confirm(LATER)
    advance(shop, LATER)
    changes = count(shop.session, StateChange)
    assert advance(shop, UNTIL) is SettlementState.SETTLED
    assert (count(shop.session, StateChange), count(shop.session, ConfirmedDemand)) == (changes, 1)


class Killed(BaseException):
    """Stands for the end of the process."""


STEPS = ("find_standing", "move", "confirm", "stop", "square")


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("cancelled", [0, 2])
def test_killed_at_any_step_it_ends_as_if_never_killed(database_url, monkeypatch, name, cancelled):
    engine = connect(database_url)
    with transaction() as session:
        shop = open_shop(session)
        for order in shop.orders()[:6]:
            shop.pay(order)
        settlement_id = shop.confirm(LATER).id
        for order in shop.orders()[:cancelled]:
            cancel(shop, order)
    for at in (LATER, UNTIL):
        for when in ("before", "after"):
            with monkeypatch.context() as patch:
                patch.setattr(recheck, name, dying(getattr(recheck, name), when))
                die(settlement_id, at)
        for _ in range(2):
            with transaction() as session:
                advance_settlement(session, settlement_id, at, RULE)
    with transaction() as session:
        settlement, listing = session.get_one(Settlement, settlement_id), session.scalars(select(Listing)).one()
        demands, promised = count(session, ConfirmedDemand), count(session, Refund)
        queued = select(func.count()).where(OutboxMessage.channel == Channel.PAYMENT)
        assert session.scalar(queued) == promised
    if cancelled:
        assert (settlement.state, listing.state) == (SettlementState.RELEASED, ListingState.STOPPED)
        assert (demands, promised) == (0, 6)
    else:
        assert (settlement.state, listing.state) == (SettlementState.SETTLED, ListingState.COMMITTED)
        assert (demands, promised) == (1, 0)
    engine.dispose()


def die(settlement_id, at):
    """Advance and die: at the patched step, or at the end where this way does not pass it."""
    try:
        with transaction() as session:
            advance_settlement(session, settlement_id, at, RULE)
            raise Killed
    except Killed:
        pass


def dying(step, when):
    def run(*args, **named):
        if when == "after":
            step(*args, **named)
        raise Killed

    return run


@pytest.mark.parametrize("cancelled", [0, 2])
def test_two_at_once_settle_once(database_url, cancelled):
    engine = connect(database_url)
    with transaction() as session:
        shop = open_shop(session)
        for order in shop.orders()[:6]:
            shop.pay(order)
        settlement_id = shop.confirm(LATER).id
        for order in shop.orders()[:cancelled]:
            cancel(shop, order)
        if cancelled:
            advance_settlement(session, settlement_id, LATER, RULE)
    errors = []

    def work():
        try:
            with transaction() as session:
                advance_settlement(session, settlement_id, UNTIL, RULE)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with transaction() as session:
        assert count(session, ConfirmedDemand) == (0 if cancelled else 1)
        assert count(session, Refund) == (6 if cancelled else 0)
        ended = select(func.count()).where(StateChange.noun == "settlements", StateChange.to_state != "checking")
        assert session.scalar(ended) == (2 if cancelled else 1)
    engine.dispose()
