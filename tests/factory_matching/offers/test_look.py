from datetime import timedelta

import pytest

from factory_matching.offers.answer import accept
from factory_matching.offers.look import (
    find_asked,
    find_last_match,
    find_moves,
    find_production_orders,
    find_unserved,
    get_asked_demand,
)
from models.decision import ConfirmedDemandState
from models.errors import NotFound
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.factory_matching.offered import DAY, offers_of, place


def test_demands_come_newest_first_with_offers_and_orders_in_pages(session):
    make_factory(session)
    ordered = make_confirmed_demand(session)
    place(session)
    accept(session, offers_of(session, ordered)[0], NOW + timedelta(hours=1))
    waiting = make_confirmed_demand(session)
    rows, total = find_asked(session, None, 0, 10)
    assert total == 2
    assert [(row.demand.id, row.order is None, row.offer is None) for row in rows] == [
        (waiting.id, True, True),
        (ordered.id, False, False),
    ]
    assert [row.demand.id for row in find_asked(session, None, 1, 1)[0]] == [ordered.id]
    assert find_asked(session, ConfirmedDemandState.OPEN, 0, 10)[1] == 1
    (order,) = find_production_orders(session, ordered)
    assert [get_asked_demand(session, name)[0].id for name in (order.code, str(ordered.id))] == [ordered.id] * 2
    assert [move.to_state for move in find_moves(session, ordered)] == ["open", "offered", "ordered"]


@pytest.mark.parametrize("name", ["PO-1-1", "77", "no-coat", "9" * 18])
def test_what_nobody_asked_is_not_found(session, name):
    with pytest.raises(NotFound):
        get_asked_demand(session, name)


def test_the_last_match_is_told_with_its_facts_and_what_it_left(session):
    assert find_last_match(session) is None
    make_factory(session)
    make_confirmed_demand(session)
    place(session)
    for _ in range(2):
        make_confirmed_demand(session)
    lost = make_confirmed_demand(session, lines=(("olive", "M", 5),))
    place(session, NOW + DAY)
    last = find_last_match(session)
    assert last is not None
    assert (last.at, last.demands, last.offers, last.facts["method"]) == (NOW + DAY, 2, 2, "exact")
    ((demand, _, why),) = find_unserved(session, 10)
    assert demand is lost
    assert "1 have a minimum above 5" in why
