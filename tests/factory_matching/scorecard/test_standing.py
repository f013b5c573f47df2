from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_matching.scorecard.standing import Case, Cause, GateRule, Verdict, judge_standing
from factory_matching.scorecard.words import explain
from models.errors import InvalidInput
from models.factory import FactoryStanding

RULE = GateRule()
ACTIVE, WARNED, SUSPENDED = FactoryStanding
LOW = {"score": 0.70, "low": 0.65, "high": 0.75, "orders": 20, "fresh": 20}
UNSURE = {"score": 0.78, "low": 0.70, "high": 0.86, "orders": 20, "fresh": 20}
GOOD = {"score": 0.90, "low": 0.86, "high": 0.93, "orders": 20, "fresh": 20}


def to(**changes):
    verdict = judge_standing(Case(**{"standing": ACTIVE, "days": 100, "by_rule": True, **changes}), RULE)
    return verdict if verdict is None or verdict.held else verdict.to


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (LOW, WARNED),
        ({**LOW, "orders": 4}, None),
        ({**LOW, "fresh": 1}, None),
        (UNSURE, None),
        (GOOD, None),
        ({"reported": ("infringement",)}, WARNED),
        ({"confirmed": ("infringement",)}, SUSPENDED),
        ({**LOW, "standing": WARNED, "days": 30}, SUSPENDED),
        ({**LOW, "standing": WARNED, "days": 29}, None),
        ({**LOW, "standing": WARNED, "days": 60, "fresh": 1}, None),
        ({**UNSURE, "standing": WARNED, "days": 60}, None),
        ({**GOOD, "standing": WARNED, "days": 60}, ACTIVE),
        ({**GOOD, "standing": WARNED, "days": 13}, None),
        ({"standing": WARNED, "days": 60}, ACTIVE),
        ({**GOOD, "standing": WARNED, "days": 60, "by_rule": False}, None),
        ({**GOOD, "standing": WARNED, "days": 60, "undecided": True}, None),
        ({**GOOD, "standing": WARNED, "reported": ("no_real_source",)}, SUSPENDED),
        ({**LOW, "standing": SUSPENDED, "days": 90}, WARNED),
        ({**GOOD, "standing": SUSPENDED, "days": 89}, None),
        ({**GOOD, "standing": SUSPENDED, "days": 900, "by_rule": False}, None),
        ({**GOOD, "standing": SUSPENDED, "days": 900, "confirmed": ("infringement",)}, None),
        ({**GOOD, "confirmed": ("infringement",), "acted_on": True}, None),
    ],
)
def test_the_rule_in_a_table(case, expected):
    assert to(**case) is expected


def test_a_pending_appeal_holds_the_move_and_says_so():
    held = to(**LOW, appealing=True)
    assert (held.to, held.held) == (WARNED, True)
    assert "appeal is pending" in explain(held)
    assert "申诉" in explain(held, "zh")


def test_a_confirmed_finding_suspends_also_while_an_appeal_is_pending():
    assert to(standing=WARNED, confirmed=("infringement",), appealing=True) is SUSPENDED


cases = st.builds(
    Case,
    standing=st.sampled_from(list(FactoryStanding)),
    days=st.integers(0, 400),
    by_rule=st.booleans(),
    score=st.none() | st.floats(0, 1),
    low=st.floats(0, 1),
    high=st.floats(0, 1),
    orders=st.integers(0, 50),
    fresh=st.integers(0, 50),
    confirmed=st.sampled_from([(), ("infringement",)]),
    acted_on=st.booleans(),
    reported=st.sampled_from([(), ("no_real_source",)]),
    undecided=st.booleans(),
    appealing=st.booleans(),
)


@given(cases)
def test_nobody_is_suspended_without_a_warning_unless_a_finding_is_confirmed(case):
    verdict = judge_standing(case, RULE)
    if verdict is not None and verdict.to is SUSPENDED and case.standing is ACTIVE:
        assert verdict.cause is Cause.CONFIRMED_FINDING
        assert case.confirmed


@given(cases)
def test_an_appeal_holds_everything_but_a_confirmed_finding(case):
    verdict = judge_standing(replace(case, appealing=True), RULE)
    assert verdict is None or verdict.held or verdict.cause is Cause.CONFIRMED_FINDING


@given(cases)
def test_a_move_goes_somewhere_the_state_permits_and_can_be_said_in_both_languages(case):
    verdict = judge_standing(case, RULE)
    if verdict is not None:
        assert verdict.to is not case.standing
        assert Verdict.from_json(verdict.to_json()) == verdict
        assert all(explain(verdict, language).strip(" .。") for language in ("en", "zh"))


@given(st.lists(st.floats(0.76, 0.83), min_size=1, max_size=400))
def test_a_score_between_the_gates_never_flaps(walk):
    """Day by day: the interval reaches across the lower gate, the score does not reach the upper one."""
    for days, score in enumerate(walk):
        for standing in (ACTIVE, WARNED):
            assert judge_standing(Case(standing, days, True, score, score - 0.05, score + 0.05, 20, 20), RULE) is None


@given(st.floats(0.3, 0.99))
def test_a_steady_score_without_new_orders_moves_once_at_most_to_worse_and_back(score):
    """A year and a half of nights with the same evidence."""
    standing, days, by_rule, moves = ACTIVE, 10_000, False, []
    for _ in range(550):
        fresh = 20 if not moves else 0
        verdict = judge_standing(
            Case(standing, days, by_rule, score, score - 0.03, min(score + 0.03, 1), 20, fresh), RULE
        )
        days += 1
        if verdict is not None:
            standing, days, by_rule = verdict.to, 0, True
            moves.append(standing)
    assert moves in ([], [WARNED])


@pytest.mark.parametrize(
    "table", [{"warn_below": 0.9}, {"clear_above": 1.0}, {"period_days": 0}, {"gate": 1}, {"warn_below": "low"}]
)
def test_wrong_gates_are_refused(table):
    with pytest.raises(InvalidInput):
        GateRule.from_table(table)
