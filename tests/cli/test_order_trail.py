"""The trail of a demand, plans of standbys, requests and quotes on the command line."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_matching.offers.answer import counter
from factory_matching.offers.ladder_quote import LadderQuote, QuoteStep
from factory_matching.offers.rfq import quote
from models.attributes import Closure
from models.db import transaction
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.order import DeclineCode
from models.quote import RfqInvite
from tests.builders import NOW, greatcoat, make_confirmed_demand, make_design, make_factory, make_listing, make_mockup
from tests.cli.conftest import Run, the_one_line
from tests.factory_matching.offered import offers_of, place

AT = f"{NOW:%Y-%m-%dT%H:%M}"


@pytest.fixture
def offered(home):
    """A demand with one counter-offer, over four factories that are alike."""
    with transaction() as session:
        for _ in range(4):
            make_factory(session)
        demand = make_confirmed_demand(session)
        place(session)
        (offer,) = offers_of(session, demand)
        counter(session, offer, Decimal("88.00"), None, "wool is dearer", NOW + timedelta(hours=1))
        return demand.id


@pytest.fixture
def unserved(home):
    """A demand that nobody is registered for."""
    with transaction() as session:
        make_factory(session)
        design = make_design(session, spec=greatcoat(closure=Closure.BUTTONS))
        demand = make_confirmed_demand(session, make_listing(session, make_mockup(session, design)))
        place(session)
        return demand.id


def test_the_trail_tells_everything_in_order(run: Run, offered):
    answer = json.loads(run("orders", "trail", offered, "--json").out)
    moments = [step["at"] for step in answer["steps"]]
    assert moments == sorted(moments)
    said = [(step["kind"], step["who"], step["what"]) for step in answer["steps"]]
    assert ("match", "matching") in [(kind, who) for kind, who, _ in said]
    assert any(what.startswith("factory countered: 100 at 88.00") for _, _, what in said)
    assert answer["steps"][-1]["why"] == "wool is dearer"
    assert "wool is dearer" in run("orders", "trail", offered).out


def test_a_plan_names_standbys_and_changes_nothing(run: Run, offered):
    with transaction() as session:
        before = session.get_one(ConfirmedDemand, offered).state
    plan = json.loads(run("orders", "plan-offers", offered, "--at", AT, "--target", "0.95", "--json").out)
    assert plan["rows"][0]["role"] == "first"
    assert plan["standbys"] >= 1
    assert plan["by_standbys"] == sorted(plan["by_standbys"])
    assert plan["past_answers"] == 0
    assert "standbys" in run("orders", "plan-offers", offered, "--at", AT).out
    with transaction() as session:
        demand = session.get_one(ConfirmedDemand, offered)
        assert (demand.state, len(offers_of(session, demand))) == (before, 1)
    assert "not between 0 and 1" in the_one_line(run("orders", "plan-offers", offered, "--target", "1.5"), 2)


def test_near_factories_are_asked_and_the_best_quote_is_taken(run: Run, unserved):
    assert "ask near factories" in the_one_line(run("orders", "plan-offers", unserved, "--at", AT), 5)
    asked = json.loads(run("orders", "ask", unserved, "--at", AT, "--json").out)
    assert json.loads(run("orders", "ask", unserved, "--at", AT, "--json").out) == asked
    with transaction() as session:
        invite = session.scalars(select(RfqInvite)).one()
        steps = (QuoteStep(50, Decimal("95.00"), NOW.date() + timedelta(days=15)),)
        kept = quote(session, invite, LadderQuote(steps, "CNY", NOW.date() + timedelta(days=9)), "", NOW, "factory")
    table = json.loads(run("orders", "quotes", unserved, "--at", AT, "--json").out)
    assert table == json.loads(run("orders", "quotes", asked["request"], "--request", "--at", AT, "--json").out)
    (row,) = table["rows"]
    parts = ("goods", "freight", "inspection", "lateness", "quality", "payment")
    assert (row["quote"], row["goods"]) == (kept.id, "9500.00")
    assert sum(Decimal(row[part]) for part in parts) == Decimal(row["total"])
    assert "Landed cost of 100 units" in run("orders", "quotes", unserved, "--at", AT).out
    taken = json.loads(run("orders", "award", kept.id, "--at", AT, "--json").out)
    with transaction() as session:
        demand = session.get_one(ConfirmedDemand, unserved)
        assert demand.state is ConfirmedDemandState.OFFERED
        assert [offer.id for offer in offers_of(session, demand)] == [taken["offer"]]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("ask",), 2, "name a demand, or --design"),
        (("ask", "1", "--design", "1"), 2, "name a demand, or --design"),
        (("ask", "--design", "999", "--due", "2027-01-01"), 3, "no design 999"),
        (("quotes", "77", "--request"), 3, "no request '77'"),
        (("award", "77"), 3, "no quote 77"),
        (("trail", "77"), 3, "no production order, demand number or listing"),
    ],
)
def test_what_is_not_there_is_named(run: Run, home, words, code, why):
    assert why in the_one_line(run("orders", *words), code)


def test_codes_of_refusals_are_the_documents():
    assert [code.value for code in DeclineCode] == [
        "price", "date", "capacity", "material", "technique", "relation", "other",
    ]  # fmt: skip
