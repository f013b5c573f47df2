from dataclasses import replace
from decimal import Decimal

import pytest

from models.demand_rule import BreakEven, DemandRule, Rung
from models.segment import Segment

MARGIN = {"unit_margin": 12, "units_per_conversion": 1.5, "exposure_cost": 0.54}
STORED_BEFORE = {
    "rung": "pre_order", "target_rate": 0.03, "alpha": 0.01, "burn_in_viewers": 50, "min_units": 60, "version": 1,
}  # fmt: skip


def test_the_break_even_rate_follows_from_margin_and_exposure_cost():
    rule = DemandRule.from_json({"break_even": MARGIN})
    assert rule.target_rate == pytest.approx(0.03)
    assert rule.break_even.margin_per_conversion == Decimal("18.0")
    stored = rule.to_json()
    assert (stored["target_rate"], stored["break_even"]["exposure_cost"]) == (rule.target_rate, "0.54")
    assert DemandRule.from_json(stored) == rule


def test_a_rate_beside_the_figures_it_contradicts_is_refused():
    assert DemandRule.from_json({"break_even": MARGIN, "target_rate": 0.03}).target_rate == 0.03
    with pytest.raises(ValueError, match=r"target_rate 0.02 contradicts 0.03 of break_even; leave one out"):
        DemandRule.from_json({"break_even": MARGIN, "target_rate": 0.02})


def test_a_rule_stored_before_it_had_more_figures_still_reads_and_they_are_off():
    rule = DemandRule.from_json(STORED_BEFORE)
    assert (rule.burn_in_days, rule.maturity_hours, rule.early_kill, rule.fdr) == (0, 0, 0, 0)
    assert {name: rule.to_json()[name] for name in STORED_BEFORE} == STORED_BEFORE


def test_a_rule_may_name_the_segment_that_it_judges():
    rule = DemandRule.from_json({"segment": "cross_border"})
    assert rule.segment is Segment.CROSS_BORDER
    assert DemandRule.from_json(rule.to_json()) == rule
    assert DemandRule.from_json(STORED_BEFORE).segment is None
    with pytest.raises(ValueError, match="abroad"):
        DemandRule.from_json({"segment": "abroad"})


def test_makers_may_set_the_minimum():
    rule = DemandRule.from_json({"min_units": "factories"})
    assert rule.min_units is None
    assert DemandRule.from_json(rule.to_json()) == rule


def test_every_rung_survives_json():
    for rung in Rung:
        assert DemandRule.from_json(replace(DemandRule(), rung=rung, window_days=7.0).to_json()).rung is rung


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target_rate": 0}, "not rates"),
        ({"alpha": 0.5}, "not rates"),
        ({"alpha": "0.1"}, "is not a number"),
        ({"min_units": 0}, "minimum of 0 units"),
        ({"min_units": "some"}, "not a whole number"),
        ({"burn_in_viewers": 1.5}, "not a whole number"),
        ({"burn_in_days": -1}, "burn-in of -1"),
        ({"burn_in_days": float("nan")}, "burn-in of nan"),
        ({"maturity_hours": -1}, "maturity of -1"),
        ({"window_days": 2, "burn_in_days": 3}, "a window of 2"),
        ({"early_kill": 0.5}, "early kill"),
        ({"fdr": 1}, "false discovery rate"),
        ({"rung": "purchase"}, "purchase"),
        (3, "a rule has named figures, not '3'"),
        ({"break_even": 3}, "break_even has named figures"),
        ({"break_even": {**MARGIN, "unit_margin": 0}}, "must be above 0"),
        ({"break_even": {**MARGIN, "unit_margin": "much"}}, "three numbers are needed"),
        ({"break_even": {**MARGIN, "exposure_cost": 18}}, "a viewer costs 18"),
    ],
)
def test_an_impossible_rule_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        DemandRule.from_json(change)


def test_an_unknown_figure_is_refused():
    with pytest.raises(TypeError, match="confidence"):
        DemandRule.from_json({"confidence": 0.9})
    with pytest.raises(TypeError):
        DemandRule.from_json({"break_even": {"unit_margin": 12}})


def test_a_break_even_of_one_viewer_a_conversion_is_none():
    with pytest.raises(ValueError, match="a conversion earns 3"):
        BreakEven(Decimal(3), Decimal(1), Decimal(4))
