from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from configs.files import CONFIGS, read_toml
from factory_matching.offers.answer import accept, counter, decline, expire_offers
from factory_matching.offers.counter import Answer, CounterRule, Talk, judge_counter
from factory_matching.offers.manner import Manner, OfferRule
from factory_matching.offers.rounds import find_rounds
from factory_matching.offers.settle import settle_counters
from models.decision import ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.factory import CapacitySlot
from models.order import Allocation, DeclineCode, OfferState, ProductionOrder
from models.outbox import OutboxMessage
from models.quote import RoundKind, Side
from tests.builders import NOW, make_confirmed_demand, make_factory, make_listing
from tests.factory_matching.offered import DAY, LINKS, offers_of, place

RULE = CounterRule()
MANNER = Manner(links=LINKS)
PRICES = st.decimals("1", "500", places=2)


@pytest.fixture
def demand(session):
    """100 units, offered to one of two factories that are alike."""
    make_factory(session)
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    return demand


def said(session, offer):
    return [(row.side, row.kind) for row in find_rounds(session, offer.id)]


def times(session, offer, factor):
    price = session.get_one(Allocation, offer.allocation_id).unit_price
    return (price * Decimal(factor)).quantize(Decimal("0.01"), ROUND_DOWN)


def booked(session):
    return sum(session.scalars(select(CapacitySlot.booked)))


def test_an_offer_carries_the_factorys_own_price_as_floor_and_a_ceiling_above_it(session, demand):
    (offer,) = offers_of(session, demand)
    assert offer.floor_price == session.get_one(Allocation, offer.allocation_id).unit_price
    assert offer.ceiling_price == times(session, offer, "1.03")
    (first,) = find_rounds(session, offer.id)
    assert (first.number, first.unit_price, first.units, first.due_on) == (1, offer.floor_price, 100, demand.due_on)


def test_the_ceiling_never_loses_money(session):
    make_factory(session)
    make_confirmed_demand(session, make_listing(session, prices=((1, "88.00"),)))
    demand = make_confirmed_demand(session, make_listing(session, prices=((1, "88.00"),)))
    place(session)
    for offer in offers_of(session, demand):
        assert offer.floor_price <= offer.ceiling_price <= max(offer.floor_price, Decimal("88.00"))


def test_a_counter_up_to_the_ceiling_is_taken_at_once(session, demand):
    (offer,) = offers_of(session, demand)
    counter(session, offer, offer.ceiling_price, demand.due_on, "wool is dearer", NOW)
    assert offer.state is OfferState.ACCEPTED
    assert session.scalars(select(ProductionOrder.unit_price)).one() == offer.ceiling_price
    assert said(session, offer)[1:] == [(Side.FACTORY, RoundKind.COUNTERED), (Side.HOUSE, RoundKind.ACCEPTED)]


def test_a_counter_a_little_above_gets_a_proposal_that_the_factory_may_accept(session, demand):
    (offer,) = offers_of(session, demand)
    before = session.scalars(select(OutboxMessage.key)).all()
    counter(session, offer, times(session, offer, "1.05"), None, "wool is dearer", NOW)
    with pytest.raises(Conflict, match="not answered yet"):
        accept(session, offer, NOW)
    assert settle_counters(session, NOW + DAY, RULE, MANNER).proposed == 1
    assert (offer.state, offer.expires_at) == (OfferState.SENT, NOW + 3 * DAY)
    assert offer.counter_price == times(session, offer, "1.025")  # half way
    assert len(session.scalars(select(OutboxMessage.key)).all()) == len(before) + 2
    accept(session, offer, NOW + 2 * DAY)
    assert session.scalars(select(ProductionOrder.unit_price)).one() == offer.counter_price
    assert [kind for _, kind in said(session, offer)] == [
        RoundKind.OFFERED,
        RoundKind.COUNTERED,
        RoundKind.PROPOSED,
        RoundKind.ACCEPTED,
    ]
    assert [row.number for row in find_rounds(session, offer.id)] == [1, 2, 3, 4]


def test_a_late_date_gets_the_last_date_that_is_accepted(session, demand):
    (offer,) = offers_of(session, demand)
    price = offer.floor_price
    counter(session, offer, price, demand.due_on + timedelta(days=4), "yarn comes late", NOW)
    settle_counters(session, NOW, RULE, MANNER)
    assert (offer.counter_price, offer.counter_due_on, offer.state) == (price, demand.due_on, OfferState.SENT)


def test_rounds_are_bounded(session, demand):
    (offer,) = offers_of(session, demand)
    for _ in range(2):
        counter(session, offer, times(session, offer, "1.08"), None, "", NOW)
        assert settle_counters(session, NOW, RULE, MANNER).proposed == 1
    counter(session, offer, times(session, offer, "1.08"), None, "", NOW)
    assert settle_counters(session, NOW, RULE, MANNER).declined == 1
    assert (offer.state, demand.state, booked(session)) == (OfferState.DECLINED, ConfirmedDemandState.OPEN, 0)


def test_without_rounds_no_counter_is_taken(session, demand):
    (offer,) = offers_of(session, demand)
    with pytest.raises(Conflict, match="accept or decline"):
        counter(session, offer, times(session, offer, "1.04"), None, "", NOW, rounds=0)


def test_a_proposal_that_is_not_answered_expires(session, demand):
    (offer,) = offers_of(session, demand)
    counter(session, offer, times(session, offer, "1.05"), None, "", NOW)
    settle_counters(session, NOW + DAY, RULE, MANNER)
    assert expire_offers(session, NOW + 2 * DAY) == 0
    assert expire_offers(session, NOW + 3 * DAY) == 1
    assert said(session, offer)[-1][1] is RoundKind.EXPIRED


def test_a_decline_names_its_code(session, demand):
    (offer,) = offers_of(session, demand)
    decline(session, offer, "", NOW, code=DeclineCode.MATERIAL)
    last = find_rounds(session, offer.id)[-1]
    assert (offer.decline_code, last.code) == (DeclineCode.MATERIAL, DeclineCode.MATERIAL)
    assert offer.answer_reason == "material, no words given"


def test_fewer_units_leave_the_rest_to_another_factory(session, demand):
    (offer,) = offers_of(session, demand)
    counter(session, offer, offer.ceiling_price, None, "half our line is full", NOW, units=60)
    assert offer.state is OfferState.COUNTERED
    assert settle_counters(session, NOW, RULE, MANNER).accepted == 1
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert (allocation.units, booked(session), demand.state) == (60, 60, ConfirmedDemandState.OPEN)
    assert allocation.lines == [{"colour": "olive", "size": "M", "units": 60}]
    assert sum(entry["units"] for entry in allocation.booked) == 60
    assert allocation.booked[-1]["day"] == allocation.ends_on.isoformat()
    place(session)
    _, second = offers_of(session, demand)
    rest = session.get_one(Allocation, second.allocation_id)
    assert (rest.units, rest.lines) == (40, [{"colour": "olive", "size": "L", "units": 40}])
    assert rest.factory_id != allocation.factory_id
    accept(session, second, NOW)
    assert sorted(session.scalars(select(ProductionOrder.units))) == [40, 60]
    assert demand.state is ConfirmedDemandState.ORDERED


def test_a_part_is_refused_when_nobody_can_make_the_rest(session, demand):
    (offer,) = offers_of(session, demand)
    counter(session, offer, offer.ceiling_price, None, "", NOW, units=80)  # 20 are below every minimum
    assert settle_counters(session, NOW, RULE, MANNER).declined == 1
    assert "the other 20 units" in offer.answer_reason


@pytest.mark.parametrize(("units", "why"), [(29, "your own minimum of 30"), (101, "more is not wanted")])
def test_units_below_the_own_minimum_or_above_the_offer_are_refused(session, demand, units, why):
    (offer,) = offers_of(session, demand)
    with pytest.raises(InvalidInput, match=why):
        counter(session, offer, Decimal(90), None, "", NOW, units=units)


@settings(deadline=None)
@given(
    PRICES,
    PRICES,
    st.none() | PRICES,
    st.none() | PRICES,
    st.integers(-5, 30),
    st.integers(0, 3),
)
def test_no_answer_is_above_the_limit_below_both_prices_or_late(asked, offered, best, most, days, left):
    due = NOW.date()
    verdict = judge_counter(asked, due + timedelta(days=days), offered, best, due, RULE, Talk(left, offered, most))
    limit = RULE.ceiling(offered, best, most)
    assert limit >= offered
    match verdict.answer:
        case Answer.ACCEPT:
            assert asked <= limit
            assert days <= 0
        case Answer.PROPOSE:
            assert left > 0
            assert min(asked, offered) <= verdict.price <= min(limit, max(asked, offered))
            assert verdict.due_on <= due
        case Answer.DECLINE:
            assert asked > limit or days > 0


def test_the_shipped_rule_of_offers_is_read():
    assert OfferRule.from_table(read_toml(CONFIGS / "match.toml")["offers"]) == OfferRule(2.0, 3)


@pytest.mark.parametrize("table", [{"rounds": 2.5}, {"rounds": -1}, {"rounds": True}])
def test_wrong_rounds_are_refused(table):
    with pytest.raises(InvalidInput):
        OfferRule.from_table(table)
