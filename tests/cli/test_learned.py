"""Which attributes sell, in a terminal; honest when nothing is known."""

import json
from datetime import timedelta

from demand.learning.keep_lessons import learn_lesson
from models.db import transaction
from tests.builders import NOW
from tests.cli.conftest import the_one_line
from tests.demand.judged import judged, people_batch


def test_nothing_is_claimed_before_anything_was_learned(run, home):
    said = json.loads(run("demand", "learned", "--json").out)
    assert said["known"] is False
    assert "no listing was judged" in said["why"]
    assert "no listing was judged" in run("demand", "learned", "--simulated").out
    assert "domestic_business" in the_one_line(run("demand", "learned", "--segment", "martians"), 2)


def test_what_sells_and_what_does_not_is_said_with_intervals(run, home):
    with transaction() as session:
        batch = people_batch(session)
        for number in range(10):
            judged(session, batch, "camel", 60 + number)
            judged(session, batch, "olive", 6 + number % 3)
        learn_lesson(session, False, NOW + timedelta(days=1))
    said = json.loads(run("demand", "learned", "--segment", "domestic_business", "--json").out)
    assert (said["known"], said["version"], said["evidence"]["listings"]) == (True, 1, 20)
    (best,), (worst,) = said["best"], said["worst"]
    assert (best["value"], worst["value"]) == ("camel", "olive")
    assert best["low"] < best["odds_ratio"] < best["high"]
    assert best["listings"] == 10
    assert said["lift"]["known"] is False
    text = run("demand", "learned").out
    assert "sells better: colour camel" in text
    assert "cannot be judged yet: 0 treated and 0 control" in text
