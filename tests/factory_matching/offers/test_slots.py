from datetime import timedelta

import pytest

from factory_matching.offers.slots import book, state_capacity
from factory_matching.store import find_booked, find_calendar, find_supply
from models.errors import InvalidInput
from models.factory import CapacitySlot
from tests.builders import NOW, make_factory

DAY = NOW.date() + timedelta(days=9)


def test_a_day_that_the_factory_gave_keeps_its_capacity_when_it_is_booked(session):
    factory = make_factory(session, daily_capacity=60)
    assert state_capacity(session, factory, DAY, 90) == 90
    book(session, factory, [(DAY, 80)])
    assert find_calendar(session, NOW.date()) == {(factory.id, DAY): 90}
    assert find_booked(session, NOW.date()) == {(factory.id, DAY): 80}


def test_closing_a_day_leaves_what_is_booked_and_nothing_more(session):
    factory = make_factory(session, daily_capacity=60)
    book(session, factory, [(DAY, 25)])
    assert state_capacity(session, factory, DAY, 0) == 25
    supply = find_supply(session, NOW.date())
    assert supply.free(supply.register.ids * 0, 10)[0].tolist() == [0] * 6 + [60] * 3 + [0]


def test_a_day_becomes_like_any_other_again(session):
    factory = make_factory(session, daily_capacity=60)
    state_capacity(session, factory, DAY, 10)
    assert state_capacity(session, factory, DAY, None) == 60
    assert find_calendar(session, NOW.date()) == {}
    assert session.get_one(CapacitySlot, (factory.id, DAY)).capacity == 60


@pytest.mark.parametrize("units", [-1, 10**9])
def test_a_number_that_is_no_capacity_is_refused(session, units):
    with pytest.raises(InvalidInput, match="no capacity"):
        state_capacity(session, make_factory(session), DAY, units)
