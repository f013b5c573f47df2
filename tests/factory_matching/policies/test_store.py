from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_matching.offers.answer import accept, counter, decline, expire_offers
from factory_matching.offers.place import OfferRule, place_open_demands
from factory_matching.policies.place_inside import Place, find_choices, find_parts, place_inside
from factory_matching.policies.rules import NewSuppliers, Policies
from factory_matching.scorecard.record import record_inspection
from factory_matching.weights import MatchWeights
from models.batch import Batch
from models.errors import Conflict, InvalidInput
from models.factory import CapacitySlot, Verification
from models.order import Allocation, InspectionNeed, OfferState, ProductionOrder, ProductionOrderState
from models.policy import ForbiddenPair, Pool, PoolMember, PoolPlacing
from models.state import move
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.factory_matching.offered import DAY, LINKS, offers_of

PLAIN = Policies()


def place(session, policies=PLAIN, now=NOW):
    return place_open_demands(session, now, MatchWeights(seconds=5), OfferRule(), LINKS, policies=policies)


def batches_of(session):
    return session.scalars(select(Batch)).all()


def booked(session):
    return dict(
        session.execute(
            select(CapacitySlot.factory_id, func.sum(CapacitySlot.booked)).group_by(CapacitySlot.factory_id)
        ).all()
    )


@pytest.fixture
def pool(session):
    """Three small members under the first as leader."""
    factories = [make_factory(session, daily_capacity=10) for _ in range(3)]
    one = Pool(leader_id=factories[0].id, hours_to_place=12, gain_share=0.4, opened_at=NOW)
    session.add(one)
    session.flush()
    session.add_all([PoolMember(factory_id=factory.id, pool_id=one.id) for factory in factories])
    session.flush()
    return factories


def test_a_forbidden_pair_is_not_offered(session):
    first = make_factory(session)
    demand = make_confirmed_demand(session)
    for batch in batches_of(session):
        batch.brand = "Aster"
    session.add(ForbiddenPair(brand="Aster", factory_id=first.id, why="makes for a rival", recorded_at=NOW))
    session.flush()
    assert place(session).unserved == 1
    assert not offers_of(session, demand)


def test_an_order_of_a_new_factory_is_shipped_only_after_inspection(session):
    make_factory(session, joined_on=NOW.date() - timedelta(days=5), verification=Verification.CHECKED)
    demand = make_confirmed_demand(session)
    place(session, Policies(NewSuppliers(share=0.5)))
    (offer,) = offers_of(session, demand)
    reasons = session.get_one(Allocation, offer.allocation_id).reasons
    assert reasons["inspection"] == "required"
    assert reasons["policies"]["why"] == "guarantee"
    assert reasons["policies"]["rules"]["new_suppliers"]["share"] == 0.5
    accept(session, offer, NOW)
    order = session.scalars(select(ProductionOrder)).one()
    for to in (ProductionOrderState.SAMPLED, ProductionOrderState.APPROVED, ProductionOrderState.IN_PRODUCTION):
        move(session, order, to, NOW, "factory", "milestone")
    with pytest.raises(Conflict, match="not shipped before an inspection"):
        move(session, order, ProductionOrderState.SHIPPED, NOW, "factory", "shipped")
    assert record_inspection(session, order.code, "QC-1", NOW.date(), 20, 18, None, "inspector", "two holes", NOW)
    assert order.inspection is InspectionNeed.REQUIRED
    assert record_inspection(session, order.code, "QC-2", NOW.date(), 20, 20, None, "inspector", "good", NOW)
    assert order.inspection is InspectionNeed.PASSED
    move(session, order, ProductionOrderState.SHIPPED, NOW, "factory", "shipped")


def test_an_offer_to_a_pool_is_placed_with_its_members_in_time(session, pool):
    demand = make_confirmed_demand(session, lines=(("olive", "M", 200), ("olive", "L", 100)))
    place(session)
    (offer,) = offers_of(session, demand)
    allocation = session.get_one(Allocation, offer.allocation_id)
    assert (allocation.factory_id, allocation.units, offer.expires_at) == (pool[0].id, 300, NOW + timedelta(hours=12))
    assert booked(session) == {}
    with pytest.raises(Conflict, match="which members"):
        accept(session, offer, NOW)
    with pytest.raises(Conflict, match="declines"):
        counter(session, offer, Decimal(99), None, "", NOW)
    paid = allocation.unit_price - 2
    split = {c.factory.id: Place(c.suggested, paid) for c in find_choices(session, offer, NOW.date()) if c.suggested}
    assert sum(part.units for part in split.values()) == 300
    place_inside(session, offer, split, NOW, "leader")
    place_inside(session, offer, split, NOW, "leader")
    assert offer.state is OfferState.ACCEPTED
    assert booked(session) == {factory: part.units for factory, part in split.items()}
    placing = session.get_one(PoolPlacing, allocation.id)
    assert (placing.gain, placing.leader_gain) == (600, 240)
    assert len(find_parts(session, allocation.id)) == len(split)
    assert session.scalars(select(ProductionOrder.factory_id)).one() == pool[0].id


@pytest.mark.parametrize(
    ("units", "words"), [((300, 0), "more than the"), ((100, 100), "are placed of 300"), ((295, 5), "more than|below")]
)
def test_a_split_that_cannot_be_is_refused(session, pool, units, words):
    demand = make_confirmed_demand(session, lines=(("olive", "M", 300),))
    place(session)
    (offer,) = offers_of(session, demand)
    parts = {pool[n].id: Place(count, Decimal(50)) for n, count in enumerate(units) if count}
    with pytest.raises(InvalidInput, match=words):
        place_inside(session, offer, parts, NOW, "leader")


def test_what_a_pool_does_not_place_in_time_is_matched_again(session, pool):
    other = make_factory(session, daily_capacity=60)
    for factory in pool:
        factory.quality = 1.0
    demand = make_confirmed_demand(session, lines=(("olive", "M", 300),))
    place(session)
    (offer,) = offers_of(session, demand)
    if session.get_one(Allocation, offer.allocation_id).factory_id == other.id:
        decline(session, offer, "no", NOW)
        place(session)
        offer = offers_of(session, demand)[-1]
    assert session.get_one(Allocation, offer.allocation_id).factory_id == pool[0].id
    assert expire_offers(session, NOW + DAY) == 1
    with pytest.raises(Conflict):
        place_inside(session, offer, {pool[0].id: Place(300, Decimal(50))}, NOW + DAY, "leader")


def test_what_waits_inside_a_pool_is_not_promised_again(session, pool):
    first = make_confirmed_demand(session, lines=(("olive", "M", 400),))
    place(session)
    assert offers_of(session, first)
    second = make_confirmed_demand(session, lines=(("olive", "M", 400),))
    room = sum(choice.room for choice in find_choices(session, offers_of(session, first)[0], NOW.date()))
    place(session)
    assert bool(offers_of(session, second)) == (room >= 800)
