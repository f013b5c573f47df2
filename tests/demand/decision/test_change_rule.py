from datetime import timedelta

import pytest

from demand.decision.change_rule import change_rule, changed
from models.batch import BatchState
from models.demand_rule import DemandRule
from models.errors import Conflict, InvalidInput
from models.rule_version import find_rule_versions, fix_rule
from tests.builders import NOW, make_batch, make_listing

RULE = DemandRule.from_json({"break_even": {"unit_margin": 12, "units_per_conversion": 1, "exposure_cost": 0.3}})
PLAIN = DemandRule()


@pytest.fixture
def batch(session):
    """A batch whose first rule is fixed."""
    batch = make_batch(session)
    fix_rule(session, batch, DemandRule(window_days=7.0), NOW, "li", "fixed at launch")
    return batch


def test_a_change_is_a_new_version_with_who_and_why(session, batch):
    rule = change_rule(session, batch, ["alpha=0.02", "fdr=0.1"], NOW, " ann ", "fewer misses")
    assert (rule.version, rule.alpha, rule.fdr) == (2, 0.02, 0.1)
    assert batch.demand_rule == rule
    first, second = find_rule_versions(session, batch.id)
    assert (first.demand_rule.alpha, second.demand_rule) == (0.01, rule)
    assert (second.who, second.why, second.at) == ("ann", "fewer misses", NOW)


def test_nothing_changes_without_a_name_and_a_reason(session, batch):
    for who, why in (("", "because"), ("ann", "  ")):
        with pytest.raises(InvalidInput, match="needs --who and --why"):
            change_rule(session, batch, ["alpha=0.02"], NOW, who, why)
    assert len(find_rule_versions(session, batch.id)) == 1


def test_the_same_rule_again_is_no_new_version(session, batch):
    with pytest.raises(Conflict, match="is so already"):
        change_rule(session, batch, ["alpha=0.01"], NOW, "ann", "to be sure")


def test_a_decided_batch_keeps_its_rule(session, batch):
    batch.state = BatchState.DECIDED
    with pytest.raises(Conflict, match="judges nothing any more"):
        change_rule(session, batch, ["alpha=0.02"], NOW, "ann", "late")


def test_a_longer_window_moves_the_close_of_the_batch_and_its_open_listings(session, batch):
    listing = make_listing(session, batch=batch)
    change_rule(session, batch, ["window_days=20"], NOW, "ann", "few came")
    assert batch.closes_at == listing.closes_at == batch.opens_at + timedelta(days=20)
    with pytest.raises(Conflict, match="would have closed"):
        change_rule(session, batch, ["window_days=1"], NOW, "ann", "enough")


def test_makers_cannot_set_a_minimum_that_is_not_known(session, batch):
    listing = make_listing(session, batch=batch, makers_minimum=None)
    with pytest.raises(Conflict, match=f"listing {listing.id} ask for at least is not known"):
        change_rule(session, batch, ["min_units=factories"], NOW, "ann", "less risk")
    listing.makers_minimum = 50
    assert change_rule(session, batch, ["min_units=factories"], NOW, "ann", "less risk").min_units is None


def test_an_input_of_the_break_even_rate_computes_it_anew():
    assert changed(RULE, ["break_even.unit_margin=15"]).target_rate == pytest.approx(0.02)
    assert changed(RULE, ["break_even=none", "target_rate=0.05"]).target_rate == 0.05


@pytest.mark.parametrize(
    ("rule", "change", "said"),
    [
        (PLAIN, "alpha", "no change like alpha=0.02"),
        (PLAIN, "confidence=0.9", "known: rung, target_rate"),
        (PLAIN, "version=7", "no change like"),
        (PLAIN, "alpha=much", "'much' is not a number"),
        (PLAIN, "alpha.x=1", "only break_even has parts"),
        (PLAIN, "rung=sale", "sale"),
        (PLAIN, "break_even.unit_margin=15", "break_even.unit_margin=15"),
        (RULE, "target_rate=0.5", "leave one out"),
    ],
)
def test_a_change_that_cannot_be_made_is_named(rule, change, said):
    with pytest.raises(InvalidInput, match=said):
        changed(rule, [change])
