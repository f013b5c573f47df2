"""How buyers buy, in a terminal."""

import json

from models.batch import get_batch
from models.db import transaction
from models.interest import Segment
from tests.builders import make_batch, make_event, make_listing
from tests.cli.conftest import the_one_line


def test_few_people_are_withheld_and_more_are_counted(run, home):
    with transaction() as session:
        batch = make_batch(session, slug="coats")
        listing = make_listing(session, batch=batch)
        for number in range(6):
            for _ in range(2):
                make_event(session, listing, f"v{number}")
        for number in range(4):
            make_event(session, listing, f"w{number}", segment=Segment.CROSS_BORDER)
    said = json.loads(run("demand", "behaviours", "--batch", "coats", "--json").out)
    business, _, abroad = said["segments"]
    assert (business["people"], business["known"], business["bulk"], business["neither"]) == (6, 6, 0, 6)
    assert set(abroad.values()) == {"cross_border", None}
    assert "withheld" in run("demand", "behaviours").out
    with transaction() as session:
        assert get_batch(session, "coats").id
    the_one_line(run("demand", "behaviours", "--batch", "none"), 3)
