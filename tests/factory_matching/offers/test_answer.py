from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from configs.files import CONFIGS, read_toml
from factory_matching.offers.answer import accept, counter, decline, expire_offers
from factory_matching.offers.counter import CounterRule, judge_counter
from factory_matching.offers.settle import settle_counters
from models.decision import ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.factory import CapacitySlot
from models.listing import ListingState
from models.order import Allocation, OfferState, ProductionOrder
from tests.builders import NOW, make_confirmed_demand, make_factory, make_listing
from tests.factory_matching.offered import DAY, offers_of, place

RULE = CounterRule()


@pytest.fixture
def demand(session):
    """100 units, offered to the first of two factories that are alike."""
    make_factory(session)
    make_factory(session)
    demand = make_confirmed_demand(session, make_listing(session, state=ListingState.COMMITTED))
    place(session)
    return demand


def booked(session):
    return sum(session.scalars(select(CapacitySlot.booked)))


def orders(session):
    return session.scalars(select(ProductionOrder).order_by(ProductionOrder.id)).all()


def test_acceptance_places_the_order(session, demand):
    (offer,) = offers_of(session, demand)
    accept(session, offer, NOW + DAY)
    (order,) = orders(session)
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert (order.units, order.unit_price, order.due_on) == (100, allocation.unit_price, demand.due_on)
    assert order.code == f"PO-{demand.id:06d}-1"
    assert (demand.state, offer.answered_at) == (ConfirmedDemandState.ORDERED, NOW + DAY)
    assert booked(session) == 100


def test_the_listing_is_in_production_once_its_orders_are_placed(session, demand):
    from models.listing import Listing

    (offer,) = offers_of(session, demand)
    accept(session, offer, NOW)
    assert session.get_one(Listing, demand.listing_id).state is ListingState.IN_PRODUCTION


def test_a_second_click_changes_nothing(session, demand):
    (offer,) = offers_of(session, demand)
    accept(session, offer, NOW)
    accept(session, offer, NOW + DAY)
    assert len(orders(session)) == 1
    with pytest.raises(Conflict):
        decline(session, offer, "changed our mind", NOW)


def test_a_declined_offer_gives_its_days_back_and_goes_to_another_factory(session, demand):
    (first,) = offers_of(session, demand)
    decline(session, first, "no wool in stock", NOW)
    decline(session, first, "no wool in stock", NOW)
    assert (first.answer_reason, demand.state, booked(session)) == ("no wool in stock", ConfirmedDemandState.OPEN, 0)
    place(session)
    first, second = offers_of(session, demand)
    allocations = [session.get_one(Allocation, offer.allocation_id) for offer in (first, second)]
    assert [allocation.round for allocation in allocations] == [1, 2]
    assert allocations[0].factory_id != allocations[1].factory_id
    decline(session, second, "full", NOW)
    assert place(session).unserved == 1
    assert demand.state is ConfirmedDemandState.UNSERVED


def test_an_offer_without_answer_expires(session, demand):
    (offer,) = offers_of(session, demand)
    assert expire_offers(session, NOW + DAY) == 0
    with pytest.raises(Conflict, match="was open until"):
        accept(session, offer, NOW + 2 * DAY)
    assert expire_offers(session, NOW + 2 * DAY) == 1
    assert expire_offers(session, NOW + 3 * DAY) == 0
    assert (offer.state, demand.state, booked(session)) == (OfferState.EXPIRED, ConfirmedDemandState.OPEN, 0)


@pytest.mark.parametrize(("share", "state"), [("1.02", OfferState.ACCEPTED), ("1.20", OfferState.DECLINED)])
def test_a_counter_offer_is_settled_by_the_rule(session, demand, share, state):
    (offer,) = offers_of(session, demand)
    asked = (session.get_one(Allocation, offer.allocation_id).unit_price * Decimal(share)).quantize(Decimal("0.01"))
    counter(session, offer, asked, demand.due_on, "wool is dearer", NOW)
    with pytest.raises(Conflict):
        counter(session, offer, asked, demand.due_on, "again", NOW)
    settled = settle_counters(session, NOW + 5 * DAY, RULE)
    assert offer.state is state
    if state is OfferState.ACCEPTED:
        assert settled.accepted == 0  # up to the ceiling it was taken at once
        assert orders(session)[0].unit_price == asked
    else:
        assert settled.declined == 1
        assert (demand.state, booked(session)) == (ConfirmedDemandState.OPEN, 0)
    assert settle_counters(session, NOW + 6 * DAY, RULE).accepted == 0


@pytest.mark.parametrize(("price", "days"), [("0", 5), ("-1", 5), ("NaN", 5), ("90", -1)])
def test_an_impossible_counter_offer_is_refused(session, demand, price, days):
    (offer,) = offers_of(session, demand)
    with pytest.raises(InvalidInput):
        counter(session, offer, Decimal(price), NOW.date() + timedelta(days=days), "", NOW)
    assert offer.state is OfferState.SENT


def test_orders_wait_for_every_part_and_only_the_missing_part_is_offered_again(session):
    for _ in range(3):
        make_factory(session, daily_capacity=10)
    demand = make_confirmed_demand(session, lines=(("olive", "M", 150), ("olive", "L", 100)))
    place(session)
    first, second = offers_of(session, demand)
    accept(session, first, NOW)
    assert orders(session) == []
    decline(session, second, "full", NOW)
    place(session)
    *_, third = offers_of(session, demand)
    accept(session, third, NOW)
    assert sum(order.units for order in orders(session)) == 250
    assert [order.code[-1] for order in orders(session)] == ["1", "2"]
    assert demand.state is ConfirmedDemandState.ORDERED
    lines = [line for o in (first, third) for line in session.get_one(Allocation, o.allocation_id).lines]
    assert sum(line["units"] for line in lines if line["size"] == "M") == 150


@pytest.mark.parametrize(
    ("asked", "days", "next_best", "accepted"),
    [
        ("103", 0, "100", True),
        ("103.01", 0, "100", False),
        ("99", 1, "100", False),
        ("105", 0, None, True),
        ("105.01", 0, None, False),
        ("100", 0, "80", True),
    ],
)
def test_the_counter_rule_compares_with_the_next_best(asked, days, next_best, accepted):
    due = NOW.date()
    best = Decimal(next_best) if next_best else None
    verdict = judge_counter(Decimal(asked), due + timedelta(days=days), Decimal(100), best, due, RULE)
    assert verdict.accept is accepted


def test_the_shipped_counter_rule_is_read():
    assert CounterRule.from_table(read_toml(CONFIGS / "match.toml")["counter"]) == RULE


@pytest.mark.parametrize("table", [{"over": 1}, {"days_late": "two"}, {"over_offered": 7}])
def test_wrong_counter_rules_are_refused(table):
    with pytest.raises(InvalidInput):
        CounterRule.from_table(table)
