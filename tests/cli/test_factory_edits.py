"""`demandloom factories show | link | edits | check`."""

import json

import pytest

from factory_matching.edits.link import get_factory_by_token
from factory_matching.edits.rule import EditRule
from factory_matching.edits.submit import submit_edit, version_of
from factory_matching.scorecard.standings import get_factory
from models.db import transaction
from models.errors import NotAllowed
from models.factory_edit import EditPart
from tests.builders import NOW, make_factory
from tests.cli.conftest import the_one_line


@pytest.fixture(autouse=True)
def edit(home):
    """The number of an edit of factory ZJ-1 that waits."""
    with transaction() as session:
        factory = make_factory(session, code="ZJ-1", daily_capacity=100, lead_days=6)
        now = version_of({"daily_capacity": 100, "lead_days": 6, "lead_days_p90": None})
        asked = {"daily_capacity": 500}
        done = submit_edit(session, factory, EditPart.CAPACITY, "", asked, now, NOW, "factory, link 1", EditRule())
        return done.declared.id


def opens(address):
    with transaction() as session:
        try:
            return get_factory_by_token(session, address.strip().rsplit("/", 1)[1])[0].code
        except NotAllowed:
            return None


def test_a_factory_is_shown_with_what_waits(run):
    said = run("factories", "show", "ZJ-1", "--json")
    card = json.loads(said.out)
    assert (card["code"], card["daily_capacity"]) == ("ZJ-1", 100)
    assert [one["after"] for one in card["waiting"]] == [{"daily_capacity": 500}]
    assert "ZJ-1" in run("factories", "show", "ZJ-1").out
    assert "no factory 'nobody'" in the_one_line(run("factories", "show", "nobody"), 3)


def test_the_link_is_the_same_until_another_is_asked_for(run):
    first = run("factories", "link", "ZJ-1").out
    assert opens(first) == "ZJ-1"
    assert run("factories", "link", "ZJ-1").out == first
    second = json.loads(run("factories", "link", "ZJ-1", "--new", "--json").out)["link"]
    assert (opens(first), opens(second)) == (None, "ZJ-1")
    run("factories", "link", "ZJ-1", "--revoke")
    assert opens(second) is None
    assert "say one of them" in the_one_line(run("factories", "link", "ZJ-1", "--new", "--revoke"), 2)


def test_edits_are_listed_and_checked(run, edit):
    (waiting,) = json.loads(run("factories", "edits", "--json").out)
    assert (waiting["id"], waiting["factory"]) == (edit, "ZJ-1")
    assert "daily_capacity: 100 -> 500" in " ".join(run("factories", "edits").out.split())
    assert "--accept or --refuse" in the_one_line(run("factories", "check", edit), 2)
    assert "say why" in the_one_line(run("factories", "check", edit, "--refuse"), 2)
    assert "counted" in run("factories", "check", edit, "--accept", "--why", "seen", "--by", "Lin").out
    with transaction() as session:
        assert get_factory(session, "ZJ-1").daily_capacity == 500
    assert json.loads(run("factories", "edits", "--json").out) == []
    assert the_one_line(run("factories", "check", edit, "--refuse", "--why", "no"), 5)
    assert the_one_line(run("factories", "check", 99, "--accept"), 3)
