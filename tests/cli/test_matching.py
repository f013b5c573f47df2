"""`demandloom orders match`: the same match as the flow's, shown or written."""

import json

import pytest
from sqlalchemy import func, select

from factory_matching.weights import MatchWeights
from models.db import transaction
from models.decision import ConfirmedDemand
from models.order import Offer
from tests.builders import NOW, make_confirmed_demand, make_factory
from tests.cli.conftest import Run, count_rows, the_one_line

AT = ("--at", f"{NOW:%Y-%m-%dT%H:%M}")


@pytest.fixture
def waiting(home):
    """One demand that a factory can make and one that is too small for it; their ids."""
    with transaction() as session:
        make_factory(session, code="HN-7")
        return (
            make_confirmed_demand(session).id,
            make_confirmed_demand(session, lines=(("olive", "M", 5),)).id,
        )


def test_a_dry_run_says_what_would_be_offered_and_writes_nothing(run: Run, waiting):
    before = count_rows()
    answer = json.loads(run("orders", "match", *AT, "--dry-run", "--json").out)
    assert count_rows() == before
    assert (answer["demands"], answer["offers"], answer["checked"], answer["dry_run"]) == (2, 1, True, True)
    (offer,) = answer["would_offer"]
    assert (offer["demand"], offer["units"]) == (waiting[0], 100)
    (left,) = answer["unserved"]
    assert left["demand"] == waiting[1]
    assert "1 have a minimum above 5" in left["why"]
    assert answer["bound"] <= answer["cost"]
    assert answer["weights"] == MatchWeights().numbers()


def test_a_match_writes_what_the_dry_run_said_and_then_finds_nothing_open(run: Run, waiting):
    text = run("orders", "match", *AT).out
    assert "2 open demands became 1 offer " in text
    assert "certified lower bound" in text
    assert "gap 0.00%" in text
    assert "checked independently: ok" in text
    assert "lateness 0.5" in text
    assert f"demand {waiting[1]}" in text
    with transaction() as session:
        states = dict(session.execute(select(ConfirmedDemand.id, ConfirmedDemand.state)).tuples().all())
        assert [states[key].value for key in waiting] == ["offered", "unserved"]
        assert session.scalar(select(func.count()).select_from(Offer)) == 1
    assert run("orders", "match", *AT).out == "No demand is open: nothing to match.\n"
    assert json.loads(run("orders", "match", *AT, "--json").out)["demands"] == 0


def test_the_text_of_a_dry_run_names_the_factory(run: Run, waiting):
    text = run("orders", "match", *AT, "--dry-run").out
    assert "would become 1 offer " in text
    assert "HN-7" in text


def test_an_open_demand_is_explained_by_what_matching_would_offer_and_nothing_is_written(run: Run, waiting):
    before = count_rows()
    answer = json.loads(run("orders", "match", *AT, "--explain", waiting[0], "--json").out)
    assert count_rows() == before
    assert (answer["demand"], answer["basis"], answer["units"]) == (waiting[0], "proposed", 100)
    assert answer["match"]["method"] == "exact"
    (chosen,) = answer["chosen"]
    assert (chosen["factory"], chosen["units"]) == ("HN-7", 100)
    assert set(chosen["unit"]) == {"price", "lateness", "quality", "fees", "freight", "total"}
    assert {one["change"] for one in answer["what_ifs"]} == {"day_later", "day_earlier", "price_up", "fewer", "more"}
    assert {"able", "more_able", "saving", "best"} <= set(answer["what_ifs"][0])
    text = run("orders", "match", *AT, "--explain", waiting[0]).out
    assert "HN-7" in text
    assert "makes 100 at" in text
    assert "It is the only factory that could make all 100" in text
    assert "One more day, 2026-11-" in text


def test_an_order_is_explained_by_its_code_and_what_nobody_makes_by_what_stands_against_it(run: Run, waiting):
    run("orders", "match", *AT)
    text = run("orders", "match", *AT, "--explain", waiting[1]).out
    assert "Nobody makes it: no factory could make 5 by" in text
    assert "1 have a minimum above 5" in text
    assert json.loads(run("orders", "match", *AT, "--explain", waiting[0], "--json").out)["basis"] == "offered"
    assert "no production order" in the_one_line(run("orders", "match", *AT, "--explain", "PO-9-9"), 3)
