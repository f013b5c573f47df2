"""`demandloom demand replay`: decisions, batches under another rule, anyone's log."""

import json
from datetime import timedelta

import pytest

from demand.decision.judge_many import judge_open_listings
from demand.interest.record import record
from demand.interest.roll_up import roll_up
from models.db import transaction
from models.demand_rule import DemandRule
from tests.builders import NOW, make_batch, make_listing
from tests.cli.conftest import the_one_line
from tests.demand.shelf import make_visits

RULE = DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=0, min_units=30)


@pytest.fixture
def judged(home):
    """A batch of which one listing is wanted by a third, one by one in twelve, one by nobody; two looks a day apart."""
    with transaction() as session:
        batch = make_batch(session, slug="coats", rule=RULE.to_json())
        for number, (viewers, converted) in enumerate([(60, 20), (120, 10), (200, 0)]):
            record(
                session, make_visits(make_listing(session, batch=batch).id, viewers, converted, prefix=f"v{number}-")
            )
        for days in (1, 2):
            roll_up(session, NOW + timedelta(days=days))
            list(judge_open_listings(session, NOW + timedelta(days=days)))


def test_a_decision_replays_to_the_bit_and_answers_for_another_rule(run, judged):
    listed = json.loads(run("demand", "list", "coats", "--json").out)
    confirmed = next(one["id"] for one in listed if one["verdict"] == "confirm")
    same = json.loads(run("demand", "replay", confirmed, "--json").out)
    assert (same["same"], same["verdict"], same["rule_version"]) == (True, "confirm", 1)
    other = json.loads(run("demand", "replay", confirmed, "--target-rate", 0.5, "--json").out)
    assert other["verdict"] != "confirm"
    assert "break-even is 50.00%" in other["would_say"]


def test_a_batch_under_another_rule_says_what_it_would_have_cost(run, judged, tmp_path):
    answer = json.loads(run("demand", "replay", "--batch", "coats", "--target-rate", 0.02, "--json").out)
    assert [one["stored"] for one in answer["listings"]] == ["confirm", "extend", "stop"]
    assert [one["other"] for one in answer["listings"]][:2] == ["confirm", "confirm"]
    changed = answer["listings"][1]
    assert changed["difference"] == changed["margin"]["mean"] > 0
    assert answer["expected_difference"] == pytest.approx(
        sum(one["difference"] for one in answer["listings"]), abs=1e-3
    )
    rule = tmp_path / "other.toml"
    rule.write_text("[rule]\ntarget_rate = 0.02\nalpha = 0.05\nburn_in_viewers = 0\nmin_units = 30\n")
    by_file = json.loads(run("demand", "replay", "--batch", "coats", "--rule", rule, "--json").out)
    assert by_file["listings"] == answer["listings"]
    assert "would end otherwise" in run("demand", "replay", "--batch", "coats", "--target-rate", 0.02).out


def test_a_rule_that_judges_other_viewers_is_refused(run, judged, tmp_path):
    rule = tmp_path / "other.toml"
    rule.write_text("[rule]\nburn_in_viewers = 9\n")
    assert "burn_in_viewers" in the_one_line(run("demand", "replay", 1, "--rule", rule), 5)
    assert "name a decision" in the_one_line(run("demand", "replay"), 2)


def test_reasons_are_listed_in_both_languages(run, judged):
    assert "位访客" in run("demand", "list", "coats", "--lang", "zh", "--json").out
    assert "viewers pre-ordered" in run("demand", "list", "coats", "--json").out
    assert "--lang" in the_one_line(run("demand", "list", "coats", "--lang", "fr"), 2)


LOG = "n,shop,converted,listing_id\n1000,x,60,a\n500,x,5,b\n1500,x,6,b\n"


@pytest.mark.parametrize("text", [LOG, "\ufeff" + LOG, LOG.replace("\n", "\r\n"), LOG.rstrip()])
def test_a_log_is_judged_row_by_row_whatever_its_columns_and_line_ends(run, tmp_path, text):
    path = tmp_path / "log.csv"
    path.write_bytes(text.encode())
    answer = json.loads(run("demand", "replay", path, "--p0", 0.02, "--alpha", 0.01, "--json").out)
    assert [(one["listing_id"], one["verdict"], one["n"]) for one in answer] == [
        ("a", "confirm", 1000),
        ("b", "extend", 500),
        ("b", "stop", 1500),
    ]
    assert answer[0]["e_confirm"] >= 100
    assert answer[0]["low"] < answer[0]["rate"] < answer[0]["high"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("listing_id,n,converted\n", "no rows"),
        ("listing_id,n\na,10\n", "row 1 has no column 'converted'"),
        ("listing_id,n,converted\na,10,1\nb,10,-1\n", "row 2: converted '-1'"),
        ("listing_id,n,converted\na,10,1\nb,10,11\n", "row 2: 11 of 10"),
        ("listing_id,n,converted\na,10.5,1\n", "row 1: n '10.5'"),
        ("listing_id,n,converted\na,10\n", "row 1: converted ''"),
        ("listing_id,n,converted\na,99999999999,1\n", "at most 9 digits"),
    ],
)
def test_a_bad_row_is_named_and_nothing_else_is_printed(run, tmp_path, text, said):
    path = tmp_path / "log.csv"
    path.write_text(text)
    assert said in the_one_line(run("demand", "replay", path, "--json"), 2)
