"""Scores, findings, appeals and renewals in a terminal."""

import json

from factory_matching.scorecard.standings import get_factory
from models.db import transaction
from tests.builders import NOW, make_factory
from tests.cli.conftest import count_rows, the_one_line
from tests.factory_matching.conduct import make_history, make_order, score


def code_of(build):
    with transaction() as session:
        factory = build(session)
        return factory.code


def standing(code):
    with transaction() as session:
        return get_factory(session, code).state.value


def test_a_scorecard_says_from_how_many_orders_and_why_the_standing_moved(run, home):
    code = code_of(lambda session: make_history(session, late=14))
    with transaction() as session:
        score(session)
    said = json.loads(run("factories", "score", code, "--json").out)
    assert (said["standing"], said["orders"], said["offers"]) == ("warned", 14, 14)
    assert said["score"]["low"] < said["score"]["mean"] < said["score"]["high"] < 0.80
    assert said["measures"]["on_time"]["raw"] == 0.0
    assert "14 orders" in said["moves"][0]["why"]
    text = run("factories", "score", code).out
    assert "from 14 orders and 14 offers" in text
    assert "all of it lies below 80" in text


def test_a_factory_without_a_history_has_no_score_and_an_unknown_one_is_an_error(run, home):
    code = code_of(make_factory)
    assert "no score" in run("factories", "score", code).out
    assert json.loads(run("factories", "score", code, "--json").out)["score"] is None
    assert "nobody" in the_one_line(run("factories", "score", "nobody"), 3)


def test_a_finding_is_reported_confirmed_appealed_and_overturned(run, home):
    code = code_of(make_factory)
    words = ("factories", "find", code, "--kind", "infringement", "--evidence", "our print", "--json")
    number = json.loads(run(*words).out)["finding"]
    assert json.loads(run(*words).out)["finding"] == number
    assert standing(code) == "active"
    run("factories", "judge", number, "--confirm", "--why", "seen")
    assert standing(code) == "suspended"
    assert (
        json.loads(run("factories", "appeal", code, "--said", "we hold the licence", "--json").out)["appeal"]
        == "pending"
    )
    before = count_rows()
    assert "pending" in the_one_line(run("factories", "appeal", code, "--said", "and besides"), 5)
    assert "unknown" in the_one_line(run("factories", "find", code, "--kind", "ugly", "--evidence", "x"), 2)
    assert count_rows() == before
    run("factories", "answer-appeal", code, "--grant", "--why", "licence seen")
    assert standing(code) == "active"
    run("factories", "find", code, "--kind", "no_real_source", "--evidence", "an office")
    run("factories", "judge", number + 1, "--confirm", "--why", "seen")
    run("factories", "reinstate", code, "--why", "it was next door")
    assert standing(code) == "active"
    record = run("factories", "score", code).out
    assert "overturned" in record
    assert "it was next door" in record


def test_inspections_and_disputes_are_noted_once(run, home):
    with transaction() as session:
        order = make_order(session, make_factory(session)).code
    words = (
        "factories",
        "inspect",
        order,
        "--reference",
        "QC-1",
        "--inspected",
        80,
        "--good",
        78,
        "--on",
        "2026-10-20",
    )
    assert json.loads(run(*words, "--json").out)["new"] is True
    assert json.loads(run(*words, "--json").out)["new"] is False
    wrong = ("factories", "inspect", order, "--reference", "QC-2", "--inspected", 8, "--good", 9, "--on", "2026-10-20")
    assert "cannot be" in the_one_line(run(*wrong), 2)
    assert "open" in run("factories", "dispute", order, "--kind", "quality", "--why", "seams").out
    assert "upheld" in run("factories", "dispute", order, "--kind", "quality", "--why", "yes", "--settle", "upheld").out


def test_a_renewal_is_proposed_and_decided(run, home, monkeypatch):
    assert "no factory was scored" in run("factories", "renew", "greatcoat").out
    assert "unknown category" in the_one_line(run("factories", "renew", "spaceship"), 2)
    with transaction() as session:
        bad = make_history(session, late=6, now=NOW).code
        for _ in range(9):
            make_history(session, good=6, now=NOW)
        new = make_factory(session).code
        score(session, NOW)
    said = json.loads(run("factories", "renew", "greatcoat", "--json").out)
    assert said["new"] is True
    assert [one["factory"] for one in said["proposal"]["out"]] == [bad]
    assert [one["factory"] for one in said["proposal"]["in"]] == [new]
    text = run("factories", "renew", "greatcoat").out
    assert "the same is proposed already" in text
    assert "Rank 1 from the worst of 10" in text
    assert "late share" in text
    number = said["proposal"]["id"]
    assert "with a reason" in the_one_line(run("factories", "renewal", number, "--approve"), 2)
    assert "applied" in run("factories", "renewal", number, "--approve", "--why", "agreed").out
    assert "proposed" not in run("factories", "renewal", number).out.splitlines()[0]
    assert standing(bad) in ("warned", "suspended")
