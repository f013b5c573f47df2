"""`demandloom batch rule`: shows every version, changes only with who and why."""

import json

from models.batch import Batch, get_batch
from models.db import transaction
from models.demand_rule import DemandRule
from models.rule_version import fix_rule
from tests.builders import NOW, make_batch


def launched() -> None:
    with transaction() as session:
        fix_rule(session, make_batch(session, slug="coats"), DemandRule(), NOW, "li", "fixed at launch")


def test_a_change_is_shown_beside_what_held_before(home, run):
    launched()
    said = run("batch", "rule", "coats", "--set", "alpha=0.02", "--who", "ann", "--why", "fewer misses", "--json")
    assert said.code == 0
    answer = json.loads(said.out)
    assert answer["in_force"] == 2
    assert [(one["who"], one["rule"]["alpha"]) for one in answer["versions"]] == [("li", 0.01), ("ann", 0.02)]
    assert "version 2" in run("batch", "rule", "coats").out


def test_a_change_without_a_name_changes_nothing(home, run):
    launched()
    assert run("batch", "rule", "coats", "--set", "alpha=0.02", "--why", "x").code == 2
    assert run("batch", "rule", "coats", "--set", "alhpa=0.02", "--who", "ann", "--why", "x").code == 2
    assert run("batch", "rule", "jackets").code == 3
    with transaction() as session:
        batch: Batch = get_batch(session, "coats")
        assert batch.demand_rule.version == 1
