import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.renewal.market import Belief, Maker, Market, Standing, capacity, shortfalls
from factory_matching.renewal.propose import Step, propose
from factory_matching.renewal.rule import RenewalRule
from models.errors import InvalidInput
from models.factory import FactoryStanding

RULE = RenewalRule()
ACTIVE, WARNED, SUSPENDED = FactoryStanding


def work(score, spread=0.03):
    return Standing(
        Belief(score, spread**2),
        Belief(score, spread**2),
        Belief(0.95, 0.0004),
        max(score - 0.04, 0),
        min(score + 0.04, 1),
    )


UNKNOWN = Standing(Belief(0.88, 0.05**2), Belief(0.9, 0.0081), Belief(0.95, 0.001), 0.80, 0.94)


def maker(number, score=None, **changes):
    values = {
        "state": ACTIVE,
        "capacity": 100.0,
        "categories": ("coat",),
        "price": 80.0,
        "quality": 0.97,
        "on_time": 0.95,
        "orders": 0 if score is None else 20,
        "work": None if score is None else work(score),
    }
    return Maker(id=number, code=f"F{number}", **{**values, **changes})


def market(*makers, need=None):
    return Market("coat", "CNY", tuple(makers), UNKNOWN, need or {"coat": 10.0})


GOOD = tuple(maker(n, 0.90 + n / 1000) for n in range(1, 20))
BAD = maker(50, 0.60)
NEW = tuple(maker(n) for n in range(60, 65))


def test_the_worst_share_is_replaced_by_as_many_newcomers_and_the_effect_is_said_with_intervals():
    worse = maker(51, 0.55, state=WARNED, moved_days=40)
    draft = propose(market(*GOOD, BAD, worse, *NEW), RULE)
    assert [(leaver.maker.id, leaver.step) for leaver in draft.outs] == [(51, Step.LEAVE), (50, Step.NOTICE)]
    assert [one.id for one in draft.ins] == [60, 61]
    score = draft.effect["score"]
    assert score["before"]["mean"] < score["after"]["mean"]
    assert score["change"]["low"] < score["change"]["mean"] < score["change"]["high"]
    assert score["change"]["mean"] == pytest.approx(score["after"]["mean"] - score["before"]["mean"], abs=1e-5)
    assert draft.effect["late_share"]["change"]["mean"] < 0
    assert draft.effect["capacity"]["coat"]["after"] == draft.effect["capacity"]["coat"]["before"]


def test_a_factory_in_good_standing_is_put_on_notice_first_and_one_warned_lately_too():
    for state, days, step in ((ACTIVE, 900, Step.NOTICE), (WARNED, 29, Step.NOTICE), (WARNED, 30, Step.LEAVE)):
        bad = maker(50, 0.60, state=state, moved_days=days)
        assert propose(market(*GOOD, bad, *NEW), RULE).outs[0].step is step


@pytest.mark.parametrize(
    "bad",
    [
        maker(50, 0.60, orders=4),
        maker(50, 0.60, state=SUSPENDED),
        maker(50, 0.60, appealing=True),
        maker(50, 0.89),
        maker(50, 0.60, categories=("dress",)),
    ],
)
def test_too_few_orders_an_appeal_or_being_no_worse_than_a_newcomer_keep_a_factory(bad):
    assert propose(market(*GOOD, bad, *NEW), RULE).outs == ()


@pytest.mark.parametrize(
    "change",
    [
        {"state": WARNED},
        {"accused": True},
        {"appealing": True},
        {"quality": 0.89},
        {"on_time": 0.84},
        {"price": 85.0},
        {"price": None},
        {"orders": 3},
        {"categories": ("dress",)},
    ],
)
def test_only_qualified_newcomers_come_in(change):
    newcomer = maker(60, **change)
    assert propose(market(*GOOD, BAD, newcomer), RULE).ins == ()
    assert propose(market(*GOOD, BAD, maker(60, price=84.0)), RULE).ins != ()


def test_newcomers_come_in_until_they_can_make_as_much():
    small = tuple(maker(n, capacity=40.0) for n in range(60, 70))
    assert len(propose(market(*GOOD, BAD, *small), RULE).ins) == 3


def test_capacity_that_the_demand_needs_stays_and_the_proposal_says_who_is_spared():
    makers = (*GOOD, BAD)
    assert propose(market(*makers, need={"coat": 900.0}), RULE).outs
    draft = propose(market(*makers, need={"coat": 960.0}), RULE)
    assert draft.outs == ()
    assert [one.id for one in draft.spared] == [50]
    assert propose(market(*makers, *NEW, need={"coat": 960.0}), RULE).outs


def test_the_other_categories_of_a_factory_keep_their_capacity_too():
    both = maker(50, 0.60, categories=("coat", "dress"))
    assert propose(market(*GOOD, both, *NEW, need={"coat": 1.0, "dress": 40.0}), RULE).outs == ()
    assert propose(market(*GOOD, both, *NEW, need={"coat": 1.0}), RULE).outs


def test_a_factory_on_notice_that_is_no_longer_among_the_worst_is_lifted():
    better = maker(70, 0.93, state=WARNED, on_notice=True)
    assert [one.id for one in propose(market(*GOOD, better, BAD, *NEW), RULE).lifted] == [70]
    again = maker(50, 0.60, state=WARNED, on_notice=True)
    assert propose(market(*GOOD, again, *NEW), RULE).lifted == ()


makers = st.builds(
    maker,
    st.integers(1, 40),
    st.none() | st.floats(0.3, 0.99),
    state=st.sampled_from(list(FactoryStanding)),
    capacity=st.floats(1, 500),
    categories=st.sampled_from([("coat",), ("coat", "dress"), ("dress",)]),
    price=st.none() | st.floats(10, 200),
    moved_days=st.integers(0, 90),
    appealing=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(makers, max_size=40, unique_by=lambda one: one.id), st.floats(0, 3000), st.floats(0, 800))
def test_renewal_never_leaves_less_than_the_need_and_never_replaces_too_many(some, coats, dresses):
    here = market(*some, need={"coat": coats, "dress": dresses})
    draft = propose(here, RenewalRule(worst_share=0.3))
    outs = [leaver.maker for leaver in draft.outs]
    assert not shortfalls(here, outs, draft.ins, RULE.reserve)
    assert len(outs) <= 0.3 * draft.scored
    assert not {one.id for one in outs} & {one.id for one in draft.ins}
    assert all(leaver.step is Step.NOTICE or leaver.maker.state is WARNED for leaver in draft.outs)
    for category, figures in draft.effect["capacity"].items():
        assert figures["before"] == pytest.approx(capacity(here.proven, category), abs=0.01)


@pytest.mark.parametrize(
    "table", [{"worst_share": 2}, {"reserve": 0.5}, {"share": 0.1}, {"quantity": 0}, {"need_days": "x"}]
)
def test_wrong_rules_are_refused(table):
    with pytest.raises(InvalidInput):
        RenewalRule.from_table(table)
