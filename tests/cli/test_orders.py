"""Demands, their offers and orders on the command line."""

import json
from datetime import timedelta

import pytest

from factory_matching.offers.answer import accept
from models.db import transaction
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.cli.conftest import Run, the_one_line
from tests.factory_matching.offered import offers_of, place


@pytest.fixture
def placed(home):
    """Two demands, the first ordered, the second waiting; (demand, slug, factory code)."""
    with transaction() as session:
        factory = make_factory(session)
        demand = make_confirmed_demand(session)
        place(session)
        (offer,) = offers_of(session, demand)
        accept(session, offer, NOW + timedelta(hours=1))
        waiting = make_confirmed_demand(session)
        return demand.id, waiting.id, factory.code


def test_demands_are_listed_newest_first_with_offers_and_orders(run: Run, placed):
    first, second, factory = placed
    answer = json.loads(run("orders", "list", "--json").out)
    assert answer["total"] == 2
    waiting, ordered = answer["rows"]
    assert (waiting["demand"], waiting["state"], waiting["offer"], waiting["order"]) == (second, "open", "", "")
    assert (ordered["order"], ordered["factory"], ordered["offer"]) == (f"PO-{first:06d}-1", factory, "accepted")
    text = run("orders", "list").out
    assert f"PO-{first:06d}-1" in text
    assert factory in text


def test_a_list_comes_in_pages_and_by_state(run: Run, placed):
    said = run("orders", "list", "--size", 1)
    assert "rows 1-1 of 2; --page 2 shows the next" in said.err
    (row,) = json.loads(run("orders", "list", "--size", 1, "--page", 2, "--json").out)["rows"]
    assert row["demand"] == placed[0]
    (row,) = json.loads(run("orders", "list", "--state", "open", "--json").out)["rows"]
    assert row["demand"] == placed[1]
    assert "none of open, offered" in the_one_line(run("orders", "list", "--state", "lost"), 2)


def test_one_demand_is_shown_by_its_order_its_number_or_its_listing(run: Run, placed):
    first = placed[0]
    by_number = json.loads(run("orders", "show", first, "--json").out)
    for name in (f"PO-{first:06d}-1", f"po-{first:06d}-1", by_number["listing"]):
        assert json.loads(run("orders", "show", name, "--json").out) == by_number
    (offer,) = by_number["offers"]
    assert (offer["units"], offer["state"], offer["match"]["method"]) == (100, "accepted", "exact")
    assert [one["state"] for one in by_number["history"]] == ["open", "offered", "ordered"]
    text = run("orders", "show", first).out
    assert "100 units by" in text
    assert "every part" not in text


@pytest.mark.parametrize("name", ["PO-999999-1", "12345", "no-such-coat", "", "9" * 40, "²"])
def test_an_order_that_is_not_there_is_named(run: Run, placed, name):
    assert "no production order, demand number or listing" in the_one_line(run("orders", "show", name), 3)
