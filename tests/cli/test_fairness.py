import json

from models.db import transaction
from tests.builders import make_factory


def test_fairness_is_said_of_factories_that_got_nothing_too(run, home):
    with transaction() as session:
        make_factory(session)
    said = json.loads(run("orders", "fairness", "--json").out)
    assert (said["factories"], said["busy"], said["units"]) == (1, 0, 0)
    assert "0 of 1 factories got 0 units" in run("orders", "fairness").out
