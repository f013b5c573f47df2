from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from factory_matching.offers.place import OfferRule
from factory_matching.store import get_offer_by_token
from models.batch import Batch
from models.decision import ConfirmedDemandState
from models.errors import InvalidInput, NotAllowed
from models.factory import Capability, CapacitySlot, FactoryCertificate
from models.listing import Listing
from models.order import Allocation, Offer, OfferState
from models.outbox import Channel, OutboxMessage
from models.state import StateChange
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.factory_matching.offered import LINKS, offers_of, place


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_an_open_demand_becomes_an_offer_with_booked_days_and_a_message_that_carries_the_link(session):
    factory = make_factory(session)
    demand = make_confirmed_demand(session)
    placed = place(session)
    assert (placed.demands, placed.offers, placed.unserved, placed.method) == (1, 1, 0, "exact")
    assert demand.state is ConfirmedDemandState.OFFERED
    (offer,) = offers_of(session, demand)
    assert (offer.state, offer.expires_at) == (OfferState.SENT, NOW + timedelta(days=2))
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert (allocation.units, allocation.factory_id, allocation.round) == (100, factory.id, 1)
    assert allocation.lines == [
        {"colour": "olive", "size": "M", "units": 60},
        {"colour": "olive", "size": "L", "units": 40},
    ]
    booked = session.execute(select(CapacitySlot.day, CapacitySlot.booked).order_by(CapacitySlot.day)).all()
    assert [(day.isoformat(), units) for day, units in booked] == [(e["day"], e["units"]) for e in allocation.booked]
    assert sum(units for _, units in booked) == 100
    messages = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [message.channel for message in messages] == [Channel.FILE, Channel.PORTAL]
    link = messages[0].payload["data"]["link"]
    token = link.removeprefix("https://shop.example/portal/offers/")
    assert get_offer_by_token(session, token) is offer
    assert token not in offer.token_hash


def test_placing_twice_doubles_nothing(session):
    make_factory(session)
    make_confirmed_demand(session)
    place(session)
    before = [count(session, table) for table in (Allocation, Offer, CapacitySlot, OutboxMessage, StateChange)]
    assert place(session).demands == 0
    assert [count(session, table) for table in (Allocation, Offer, CapacitySlot, OutboxMessage, StateChange)] == before


def test_the_link_of_an_offer_is_the_same_whenever_it_is_made(session):
    assert LINKS.token("coat", "F1", 1) == LINKS.token("coat", "F1", 1)
    assert len({LINKS.token("coat", "F1", 1), LINKS.token("coat", "F1", 2), LINKS.token("coat", "F2", 1)}) == 3


@pytest.mark.parametrize("token", ["", "x", "../..", "\ud800", "a" * 500])
def test_a_wrong_token_opens_nothing(session, token):
    make_factory(session)
    make_confirmed_demand(session)
    place(session)
    with pytest.raises(NotAllowed):
        get_offer_by_token(session, token)


def test_a_demand_too_big_for_one_factory_is_split_with_its_lines(session):
    for _ in range(2):
        make_factory(session, daily_capacity=10)
    demand = make_confirmed_demand(session, lines=(("olive", "S", 80), ("olive", "M", 80), ("navy", "M", 40)))
    place(session)
    allocations = session.scalars(select(Allocation).order_by(Allocation.id)).all()
    assert len(allocations) == 2
    assert sum(allocation.units for allocation in allocations) == demand.units
    assert all(sum(line["units"] for line in a.lines) == a.units for a in allocations)


def test_two_demands_never_book_more_than_a_day_holds(session):
    make_factory(session, daily_capacity=20)
    make_factory(session, daily_capacity=20)
    for _ in range(3):
        make_confirmed_demand(session)
        place(session)
    slots = session.scalars(select(CapacitySlot)).all()
    assert sum(slot.booked for slot in slots) == 300
    assert all(slot.booked <= 20 for slot in slots)


def test_what_nobody_can_make_is_unserved_with_its_reason(session):
    make_factory(session, moq=500)
    demand = make_confirmed_demand(session)
    assert place(session).unserved == 1
    assert demand.state is ConfirmedDemandState.UNSERVED
    why = session.scalars(select(StateChange.why).where(StateChange.to_state == "unserved")).one()
    assert "1 have a minimum above 100" in why
    assert count(session, CapacitySlot) == 0


def test_a_factory_with_a_webhook_is_reached_there(session):
    make_factory(session, webhook_url="https://factory.example/hook", webhook_secret="whsec_" + "A" * 32)
    make_confirmed_demand(session)
    place(session)
    messages = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert next((message.channel, message.address) for message in messages) == (
        Channel.WEBHOOK,
        "https://factory.example/hook",
    )


@pytest.mark.parametrize("table", [{"days_to_answer": 0}, {"days_to_answer": "two"}, {"hours": 3}])
def test_wrong_offer_rules_are_refused(table):
    with pytest.raises(InvalidInput):
        OfferRule.from_table(table)


def test_makers_serve_the_batchs_market_hold_its_certificates_and_cut_the_sizes_wanted(session):
    far = make_factory(session, markets=["US"])
    small = make_factory(session)
    session.execute(update(Capability).where(Capability.factory_id == small.id).values(sizes=["S", "M"]))
    lapsed, right = make_factory(session), make_factory(session, markets=["EU", "US"])
    demand = make_confirmed_demand(session)
    for factory, until in ((far, 400), (small, 400), (lapsed, 5), (right, 400)):
        expires_on = (NOW + timedelta(days=until)).date()
        session.add(FactoryCertificate(factory_id=factory.id, kind="GOTS", expires_on=expires_on))
    listing = session.get_one(Listing, demand.listing_id)
    batch = session.get_one(Batch, listing.batch_id)
    batch.market, batch.certificates = "EU", ["GOTS"]
    session.flush()
    place(session)
    (offer,) = offers_of(session, demand)
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert allocation.factory_id == right.id
    assert {allocation.reasons["exclusions"][why] for why in ("market", "size", "certificate")} == {1}
