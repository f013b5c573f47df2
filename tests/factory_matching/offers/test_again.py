from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from factory_matching.offers.again import follow_up, match_again
from factory_matching.offers.answer import counter, decline, expire_offers
from factory_matching.offers.manner import Manner
from factory_matching.offers.trail import find_trail
from factory_matching.store import load_register
from models.db import connect, transaction
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.errors import Conflict, InvalidInput
from models.factory import Capability, CapacitySlot, Factory, FactoryStanding
from models.order import Allocation, Offer, OfferState
from models.outbox import OutboxMessage
from models.quote import OfferRound
from models.state import StateChange
from tests.builders import NOW, cost_ladder, make_confirmed_demand, make_factory
from tests.factory_matching.offered import DAY, LINKS, offers_of, place

MANNER = Manner(links=LINKS)


@pytest.fixture
def demands(session):
    """Three demands over three factories."""
    for capacity in (60, 40, 30):
        make_factory(session, daily_capacity=capacity)
    demands = [make_confirmed_demand(session) for _ in range(3)]
    place(session)
    return demands


def rows_of_others(session, own):
    """Every row of other demands, as the database holds it."""
    session.flush()
    found = {}
    for table in (Allocation, Offer, OfferRound, StateChange, ConfirmedDemand, OutboxMessage):
        columns = list(table.__table__.columns)
        found[table.__tablename__] = [tuple(row) for row in session.execute(select(*columns).order_by(table.id))]
    mine = {offer.id for offer in offers_of(session, own)}
    allocations = {a for (a,) in session.execute(select(Allocation.id).where(Allocation.demand_id == own.id))}
    found["allocations"] = [row for row in found["allocations"] if row[0] not in allocations]
    found["offers"] = [row for row in found["offers"] if row[0] not in mine]
    found["offer_rounds"] = [row for row in found["offer_rounds"] if row[1] not in mine]
    found["confirmed_demands"] = [row for row in found["confirmed_demands"] if row[0] != own.id]
    found["state_changes"] = [
        row
        for row in found["state_changes"]
        if (row[1], row[2]) != ("confirmed_demands", own.id) and not (row[1] == "offers" and row[2] in mine)
    ]
    found["outbox_messages"] = [
        row for row in found["outbox_messages"] if not any(row[1].startswith(f"offer:{offer}:") for offer in mine)
    ]
    return found


def booked_without(session, demand):
    """(factory, day) -> units booked for other demands."""
    held = {(slot.factory_id, slot.day.isoformat()): slot.booked for slot in session.scalars(select(CapacitySlot))}
    for offer in offers_of(session, demand):
        allocation = session.get_one(Allocation, offer.allocation_id)
        if offer.state in (OfferState.SENT, OfferState.ACCEPTED, OfferState.COUNTERED):
            for entry in allocation.booked:
                held[allocation.factory_id, entry["day"]] -= entry["units"]
    return {key: units for key, units in held.items() if units}


def test_a_declined_demand_is_offered_again_and_every_row_of_the_others_stays(session, demands):
    own = demands[1]
    (first,) = offers_of(session, own)
    before, booked = rows_of_others(session, own), booked_without(session, own)
    decline(session, first, "full", NOW)
    assert match_again(session, own.id, NOW, MANNER) == 1
    assert own.state is ConfirmedDemandState.OFFERED
    _, second = offers_of(session, own)
    assert second.state is OfferState.SENT
    assert rows_of_others(session, own) == before
    assert booked_without(session, own) == booked


def test_the_trail_tells_causes_before_what_they_cause_also_within_one_moment(session, demands):
    own = demands[1]
    decline(session, offers_of(session, own)[0], "full", NOW + DAY)
    match_again(session, own.id, NOW + DAY, MANNER)
    told = [(step.kind, step.what.split(":")[0]) for step in find_trail(session, own.id) if step.at > NOW]
    assert [(kind, what) for kind, what in told if kind != "match"] == [
        ("round", "factory declined"),
        ("state", "sent -> declined"),
        ("state", "offered -> open"),
        ("round", "house offered"),
        ("state", "sent"),
        ("state", "open -> offered"),
    ]
    assert [kind for kind, _ in told][3] == "match"


def test_matching_again_twice_offers_once(session, demands):
    (first,) = offers_of(session, demands[0])
    assert match_again(session, demands[0].id, NOW, MANNER) == 0  # nothing is open yet
    decline(session, first, "full", NOW)
    assert [match_again(session, demands[0].id, NOW, MANNER) for _ in range(2)] == [1, 0]
    assert len(offers_of(session, demands[0])) == 2
    assert match_again(session, 10**9, NOW, MANNER) == 0


def test_what_was_left_open_by_a_dead_process_is_found_by_the_next_run(session, demands):
    (first,) = offers_of(session, demands[0])
    decline(session, first, "full", NOW)
    assert place(session).offers == 1
    assert match_again(session, demands[0].id, NOW, MANNER) == 0


def test_an_expired_offer_goes_to_others(session, demands):
    assert expire_offers(session, NOW + 2 * DAY) == 3
    assert match_again(session, demands[2].id, NOW + 2 * DAY, MANNER) == 1
    assert [demand.state for demand in demands] == [
        ConfirmedDemandState.OPEN,
        ConfirmedDemandState.OPEN,
        ConfirmedDemandState.OFFERED,
    ]


def test_a_counter_that_goes_too_far_is_answered_and_matched_again_in_one_step(session, demands):
    (first,) = offers_of(session, demands[0])
    counter(session, first, first.floor_price * 2, None, "", NOW)
    assert follow_up(session, first.id, NOW, MANNER) == 1
    assert [offer.state for offer in offers_of(session, demands[0])] == [OfferState.DECLINED, OfferState.SENT]


def test_when_nobody_is_left_the_demand_is_unserved_with_its_reason(session):
    make_factory(session)
    demand = make_confirmed_demand(session)
    place(session)
    decline(session, offers_of(session, demand)[0], "full", NOW)
    assert match_again(session, demand.id, NOW, MANNER) == 0
    assert demand.state is ConfirmedDemandState.UNSERVED
    why = session.scalars(select(StateChange.why).where(StateChange.to_state == "unserved")).one()
    assert "1 declined it before" in why


def test_nobody_is_asked_without_links(session, demands):
    decline(session, offers_of(session, demands[0])[0], "full", NOW)
    with pytest.raises(InvalidInput, match="portal links"):
        match_again(session, demands[0].id, NOW, Manner())


@pytest.mark.parametrize("change", ["suspended", "dearer"])
def test_a_held_register_that_is_out_of_date_asks_nobody(session, demands, change):
    held = load_register(session)
    decline(session, offers_of(session, demands[1])[0], "full", NOW)
    for factory in session.scalars(select(Factory)):
        if change == "suspended":
            factory.state = FactoryStanding.SUSPENDED
    for able in session.scalars(select(Capability)):
        if change == "dearer":
            able.price_ladder = cost_ladder("99.00").to_json()
    session.flush()
    with pytest.raises(Conflict, match="out of date"), session.begin_nested():
        match_again(session, demands[1].id, NOW, MANNER, held)
    assert len(offers_of(session, demands[1])) == 1


def test_a_held_register_that_is_current_serves(session, demands):
    held = load_register(session)
    decline(session, offers_of(session, demands[1])[0], "full", NOW)
    assert match_again(session, demands[1].id, NOW, MANNER, held) == 1


def test_two_processes_that_match_again_at_once_offer_once(database_url):
    """On PostgreSQL the second waits for the first's lock and finds nothing open; SQLite lets one writer in."""
    engine = connect(database_url)
    with transaction() as session:
        for _ in range(4):
            make_factory(session)
        demand = make_confirmed_demand(session)
        place(session)
        decline(session, offers_of(session, demand)[0], "full", NOW)
        number = demand.id

    def again():
        try:
            with transaction() as session:
                return match_again(session, number, NOW, MANNER)
        except OperationalError:  # SQLite: the other wrote first; the flow would find what is left
            return 0

    with ThreadPoolExecutor(3) as threads:
        made = [future.result() for future in [threads.submit(again) for _ in range(3)]]
    with transaction() as session:
        offers = offers_of(session, session.get_one(ConfirmedDemand, number))
        assert [offer.state for offer in offers] == [OfferState.DECLINED, OfferState.SENT]
        assert sum(slot.booked for slot in session.scalars(select(CapacitySlot))) == 100
    assert sum(made) == 1
    engine.dispose()
