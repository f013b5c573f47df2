"""What to make of a listing, in a terminal."""

import json
from datetime import timedelta

from demand.interest.record import record
from models.db import transaction
from models.interest import Segment
from tests.builders import NOW, make_batch, make_design, make_listing, make_mockup
from tests.cli.conftest import the_one_line
from tests.demand.shelf import make_visits


def test_a_plan_is_told_by_variant_and_segment_with_its_reasons(run, home):
    with transaction() as session:
        batch = make_batch(session)
        listing = make_listing(session, batch=batch, slug="olive-coat", opens_at=NOW - timedelta(days=2))
        record(session, make_visits(listing.id, 80, converted=40))
        consumers = {"segment": Segment.DOMESTIC_CONSUMER, "quantity": 2}
        record(session, make_visits(listing.id, 80, converted=30, prefix="c", **consumers))
    said = json.loads(run("demand", "plan", "olive-coat", "--json").out)
    assert said["low"] <= said["units"] <= said["high"] + 40
    for parts in (said["lines"], said["segments"]):
        assert sum(one["units"] for one in parts) == said["units"]
    assert [one["units_per_order"] for one in said["segments"]] == [6.0, 2.0]
    assert [one["standing"] for one in said["judged_segments"]] == ["above_break_even", "above_break_even"]
    assert said["reorder"]["first"] > 0
    assert len(said["in_words"]) == 1 + len(said["levers"])
    text = run("demand", "plan", "olive-coat").out
    assert f"make {said['units']} units" in text
    assert "shipped assumptions" in text


def test_what_cannot_be_planned_says_why(run, home):
    with transaction() as session:
        design = make_design(session, cost_ladder={}, lead_days=None, makeable_by=0)
        make_listing(session, make_mockup(session, design), slug="dream")
    assert "no maker's costs" in the_one_line(run("demand", "plan", "dream"), 5)
    the_one_line(run("demand", "plan", "nobody"), 3)
