from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from demand.interest.ledger import COLUMNS, append_many, append_one
from demand.interest.record import cancel_pre_order, record
from models.batch import Rung
from models.errors import Conflict, InvalidInput, NotFound
from models.interest import InterestEvent, PreOrder, PreOrderState
from models.listing import ListingState
from models.state import StateChange
from tests.builders import NOW, make_listing
from tests.demand.shelf import make_act, new_id


def count_rows(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_an_act_is_appended_once_whatever_the_browser_repeats(session):
    listing = make_listing(session)
    view, order = make_act(listing.id), make_act(listing.id, rung=Rung.PRE_ORDER)
    first = record(session, [view, order, view])
    again = record(session, [order, view])
    assert (first.new, first.repeated, first.refused) == (2, 1, ())
    assert (again.new, again.repeated, again.refused) == (0, 2, ())
    assert count_rows(session, InterestEvent) == 2
    assert count_rows(session, PreOrder) == 1


def test_the_ledger_writes_what_the_tables_describe(session):
    assert {column.key for column in InterestEvent.__table__.columns} == set(COLUMNS)
    tokyo = NOW.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=7)
    inquiry = make_act(make_listing(session).id, rung=Rung.INQUIRY, occurred_at=tokyo, colour="olive", size="S")
    assert append_many(session, [inquiry]) == {inquiry.event_id}
    assert not append_one(session, inquiry)
    stored = session.get_one(InterestEvent, inquiry.event_id)
    assert {column: getattr(stored, column) for column in COLUMNS} == {c: getattr(inquiry, c) for c in COLUMNS}


def test_nothing_recorded_is_nothing(session):
    assert record(session, []).answers == ()


def test_a_pre_order_gets_the_price_that_the_pool_reaches_with_it(session):
    listing = make_listing(session, prices=((1, "159.00"), (100, "149.00")))
    record(session, [make_act(listing.id, "a", Rung.PRE_ORDER, quantity=60)])
    record(session, [make_act(listing.id, "b", Rung.PRE_ORDER, quantity=40)], deposit_share=Decimal("0.1"))
    first, second = session.scalars(select(PreOrder).order_by(PreOrder.id)).all()
    assert (first.unit_price, first.deposit) == (Decimal("159.00"), Decimal("0.00"))
    assert (second.unit_price, second.deposit) == (Decimal("149.00"), Decimal("596.00"))
    moves = select(StateChange.to_state).where(StateChange.noun == "pre_orders")
    assert session.scalars(moves).all() == ["placed", "placed"]


def test_a_cancelled_pre_order_leaves_the_pool(session):
    listing = make_listing(session, prices=((1, "159.00"), (100, "149.00")))
    order = make_act(listing.id, "a", Rung.PRE_ORDER, quantity=99)
    record(session, [order])
    assert cancel_pre_order(session, order.event_id, "a", NOW).state is PreOrderState.CANCELLED
    assert cancel_pre_order(session, order.event_id, "a", NOW).state is PreOrderState.CANCELLED
    record(session, [make_act(listing.id, "b", Rung.PRE_ORDER, quantity=1)])
    assert session.scalars(select(PreOrder.unit_price).order_by(PreOrder.id.desc())).first() == Decimal("159.00")


def test_only_the_buyer_cancels_and_only_before_settlement(session):
    listing = make_listing(session)
    order = make_act(listing.id, "a", Rung.PRE_ORDER)
    record(session, [order])
    with pytest.raises(NotFound):
        cancel_pre_order(session, order.event_id, "somebody else", NOW)
    session.scalars(select(PreOrder)).one().state = PreOrderState.SETTLED
    with pytest.raises(Conflict, match="settled"):
        cancel_pre_order(session, order.event_id, "a", NOW)


def test_a_deposit_moves_the_visitors_pre_orders(session):
    listing = make_listing(session)
    record(session, [make_act(listing.id, "a", Rung.PRE_ORDER), make_act(listing.id, "b", Rung.PRE_ORDER)])
    deposit = make_act(listing.id, "a", Rung.DEPOSIT)
    assert record(session, [deposit]).new == 1
    assert record(session, [deposit]).repeated == 1
    states = session.scalars(select(PreOrder.state).order_by(PreOrder.visitor)).all()
    assert states == [PreOrderState.DEPOSITED, PreOrderState.PLACED]


@pytest.mark.parametrize(
    ("state", "rung", "reason"),
    [
        (ListingState.STOPPED, Rung.VIEW, "stopped"),
        (ListingState.COMMITTED, Rung.PRE_ORDER, "committed"),
        (ListingState.DRAFT, Rung.FAVOURITE, "draft"),
        (ListingState.INTEREST_ONLY, Rung.PRE_ORDER, "takes no pre-orders yet"),
        (ListingState.RESERVABLE, Rung.DEPOSIT, "no pre-order"),
    ],
)
def test_an_act_that_the_listings_state_forbids_is_refused_alone(session, state, rung, reason):
    listing, other = make_listing(session, state=state), make_listing(session)
    answers = record(session, [make_act(listing.id, rung=rung), make_act(other.id)])
    assert (answers.new, len(answers.refused)) == (1, 1)
    assert reason in answers.refused[0].reason
    assert session.scalars(select(InterestEvent.listing_id)).all() == [other.id]
    assert count_rows(session, PreOrder) == 0


def test_unknown_listings_and_variants_are_refused(session):
    listing = make_listing(session)
    acts = [make_act(listing.id + 1000), make_act(listing.id, rung=Rung.PRE_ORDER, colour="ultraviolet")]
    reasons = [answer.reason for answer in record(session, acts).refused]
    assert reasons == [f"no listing {listing.id + 1000}", "the listing has no variant ultraviolet / M"]


def test_an_act_taken_before_the_listing_closed_is_a_repeat_after(session):
    listing = make_listing(session)
    view = make_act(listing.id)
    record(session, [view])
    listing.state = ListingState.STOPPED
    session.flush()
    assert record(session, [view]).repeated == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_id": "7"}, "UUID"),
        ({"event_id": new_id().upper()}, "lower-case"),
        ({"visitor": ""}, "pseudonym"),
        ({"visitor": "x" * 65}, "pseudonym"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 100_001}, "quantity"),
        ({"rung": Rung.INQUIRY}, "needs a quantity"),
        ({"rung": Rung.PRE_ORDER, "quantity": 3}, "colour and a size"),
        ({"occurred_at": datetime(2026, 1, 1)}, "zone"),  # noqa: DTZ001
    ],
)
def test_an_act_that_cannot_have_happened_so_is_invalid(changes, reason):
    with pytest.raises(InvalidInput, match=reason):
        replace(make_act(1), **changes)


def test_a_deposit_share_is_a_share(session):
    with pytest.raises(InvalidInput):
        record(session, [], deposit_share=Decimal("1.01"))
