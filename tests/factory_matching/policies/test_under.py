from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_matching.exclusion import Reason
from factory_matching.match import match
from factory_matching.policies.facts import Facts
from factory_matching.policies.obeyed import PolicyBroken, check_policies
from factory_matching.policies.rules import Policies
from factory_matching.policies.under import Done
from models.errors import InvalidInput
from tests.factory_matching.policies.cases import (
    NEW,
    TODAY,
    WARNED,
    WEIGHTS,
    cheap,
    demand,
    makers,
    solve,
    supply_of,
    units_of,
)

GUARANTEE = {"share": 0.2, "joined_days": 90, "trial_units": 150, "trial_orders": 2}


def test_without_a_policy_that_applies_a_match_is_what_it_was():
    demands, supply = [demand(1), demand(2, 300)], supply_of(({}, cheap("90")), ({}, cheap("95")))
    plain = match(demands, supply, WEIGHTS)
    answer = solve(demands, supply)
    assert answer.result.placements == plain.placements
    assert (answer.result.cost, answer.result.bound) == (pytest.approx(plain.cost), pytest.approx(plain.bound))


class TestNewSuppliers:
    FACTS = Facts(verified=frozenset({2}))

    def market(self, price="99"):
        return [demand(key, 100) for key in range(1, 6)], supply_of(({}, cheap("90")), (NEW, cheap(price)))

    def test_a_share_goes_to_a_qualified_new_factory_though_it_is_dearer(self):
        demands, supply = self.market()
        assert units_of(solve(demands, supply), {2}) == 0
        answer = solve(demands, supply, self.FACTS, new_suppliers=GUARANTEE)
        assert units_of(answer, {2}) == 100
        assert answer.done.guarantee.extra_cost == pytest.approx(100 * 9.45, rel=0.1)
        assert answer.done.why == {(next(k for k, f in makers(answer).items() if f == {2}), 2): "guarantee"}

    def test_its_orders_must_be_inspected(self):
        answer = solve(*self.market(), self.FACTS, new_suppliers=GUARANTEE)
        assert {factory for _, factory in answer.done.inspect} == {2}
        with pytest.raises(PolicyBroken, match="without inspection"):
            check_policies(
                *self.market(), answer.result, Policies.from_table({"new_suppliers": GUARANTEE}), self.FACTS,
                replace(answer.done, inspect=frozenset()),
            )  # fmt: skip

    def test_a_new_factory_that_is_cheaper_gets_more_than_the_share_within_its_trials(self):
        answer = solve(*self.market("80"), self.FACTS, new_suppliers=GUARANTEE)
        assert units_of(answer, {2}) == 200

    def test_the_demands_with_least_extra_cost_are_chosen(self):
        # Factory 1 is cheap from 200 units on: the small demand loses less by going to the new factory.
        demands = [demand(1, 140), demand(2, 60), demand(3, 300)]
        steps = {"breaks": ((30, "96"), (100, "80"))}
        answer = solve(demands, supply_of(({}, steps), (NEW, cheap("98"))), self.FACTS,
                       new_suppliers={**GUARANTEE, "share": 0.1})  # fmt: skip
        assert makers(answer)[2] == {2}

    def test_no_order_above_the_trial_size(self):
        demands, supply = [demand(1, 200)], supply_of((NEW, cheap("80")), (NEW, cheap("80")))
        assert solve(demands, supply, new_suppliers={"joined_days": 0}).result.placements
        answer = solve(demands, supply, new_suppliers=GUARANTEE)
        assert not answer.result.placements
        assert "no order above 150 units" in answer.result.unserved[1]
        assert answer.result.exclusions[1][Reason.POLICY] == 2

    def test_open_trial_orders_count(self):
        facts = replace(self.FACTS, open_orders={2: 2})
        answer = solve(*self.market(), facts, new_suppliers=GUARANTEE)
        assert units_of(answer, {2}) == 0
        assert "100 units are missing" in answer.done.guarantee.why

    def test_a_share_that_cannot_be_met_says_by_how_much_and_why(self):
        answer = solve(*self.market(), self.FACTS, new_suppliers={**GUARANTEE, "share": 0.8})
        assert units_of(answer, {2}) == 200
        assert answer.done.guarantee.why.startswith("200 units are missing: 1 qualified new factories")

    @pytest.mark.parametrize("facts", [Facts(), Facts(verified=frozenset({1}))])
    def test_only_verified_ones_are_qualified(self, facts):
        assert units_of(solve(*self.market(), facts, new_suppliers=GUARANTEE), {2}) == 0

    def test_a_warned_one_is_not_qualified(self):
        demands = [demand(key, 100) for key in range(1, 6)]
        supply = supply_of(({}, cheap("90")), ({**NEW, **WARNED}, cheap("99")))
        assert units_of(solve(demands, supply, self.FACTS, new_suppliers=GUARANTEE), {2}) == 0

    def test_few_finished_orders_make_new_and_an_unknown_joining_date_does_not(self):
        old = {"joined_on": TODAY.replace(year=2020)}
        demands, rule = [demand(key, 100) for key in range(1, 6)], {**GUARANTEE, "finished_orders": 3}
        supply = supply_of(({}, cheap("90")), (old, cheap("99")))
        assert units_of(solve(demands, supply, self.FACTS, new_suppliers=rule), {2}) == 100
        done = replace(self.FACTS, finished={2: 3})
        assert units_of(solve(demands, supply, done, new_suppliers=rule), {2}) == 0
        unknown = supply_of(({}, cheap("90")), ({}, cheap("99")))
        assert units_of(solve(demands, unknown, self.FACTS, new_suppliers=rule), {2}) == 0

    def test_what_nobody_else_can_make_goes_to_a_new_factory_even_unverified(self):
        demands, supply = [demand(1, 100)], supply_of(({"lead_days": 30}, {}), (NEW, {}))
        answer = solve(demands, supply, new_suppliers={**GUARANTEE, "share": 0.0})
        assert makers(answer) == {1: {2}}
        assert answer.done.inspect == {(1, 2)}

    def test_the_check_refuses_a_share_that_is_not_met_without_a_word(self):
        demands, supply = self.market()
        answer = solve(demands, supply)
        with pytest.raises(PolicyBroken, match="nothing says why"):
            check_policies(
                demands,
                supply,
                answer.result,
                Policies.from_table({"new_suppliers": GUARANTEE}),
                self.FACTS,
                answer.done,
            )


class TestStandings:
    def test_a_warned_factory_gets_orders_only_up_to_its_cap(self):
        demands = [demand(key, 100) for key in range(1, 5)]
        supply = supply_of((WARNED, cheap("50")), ({}, cheap("90")))
        assert units_of(solve(demands, supply, warned={"units": 1000, "orders": 9}), {1}) == 400
        assert units_of(solve(demands, supply, warned={"units": 250, "orders": 9}), {1}) == 250  # one demand in parts
        answer = solve(demands, supply, warned={"units": 1000, "orders": 1})
        assert units_of(answer, {1}) == 100
        assert answer.done.bound == ("a warned factory gets at most 1 orders",)

    def test_a_warned_factory_gets_nothing_that_much_was_paid_for(self):
        supply = supply_of((WARNED, cheap("50")), ({}, cheap("90")))
        facts = Facts(deposits={1: Decimal(2000), 2: Decimal(100)})
        answer = solve([demand(1), demand(2)], supply, facts, warned={"deposit_above": 1000.0})
        assert makers(answer) == {1: {2}, 2: {1}}
        assert makers(solve([demand(1), demand(2)], supply, facts)) == {1: {1}, 2: {1}}

    def test_the_check_refuses_too_much_at_a_warned_factory(self):
        demands, supply = [demand(1), demand(2)], supply_of((WARNED, cheap("50")), ({}, cheap("90")))
        answer = solve(demands, supply)
        with pytest.raises(PolicyBroken, match="warned factory 1"):
            check_policies(demands, supply, answer.result, Policies.from_table({"warned": {"units": 150}}), Facts(),
                           answer.done)  # fmt: skip


CAPS = {"least_units": 0}


class TestConcentration:
    def test_no_factory_gets_more_than_its_share_of_the_run(self):
        demands = [demand(key, 100) for key in range(1, 6)]
        supply = supply_of(({}, cheap("50")), ({}, cheap("90")))
        assert units_of(solve(demands, supply), {1}) == 500
        assert units_of(solve(demands, supply, concentration={**CAPS, "factory": 0.6}), {1}) == 300

    def test_no_factory_gets_more_than_its_share_of_a_category(self):
        demands = [demand(key, 100) for key in range(1, 6)]
        supply = supply_of(({}, cheap("50")), ({}, cheap("90")))
        answer = solve(demands, supply, concentration={**CAPS, "category": 0.6})
        assert units_of(answer, {1}) == 300
        assert "of a category (300 greatcoat)" in answer.done.bound[0]

    def test_no_region_gets_more_than_its_share_also_when_demands_are_split(self):
        near = {"region": "Zhejiang", "daily_capacity": 10}
        demands = [demand(key, 200, days=19) for key in range(1, 5)]
        far = {**near, "region": "Guangdong"}
        supply = supply_of(*[(near, cheap("50"))] * 6, *[(far, cheap("90"))] * 6)
        near_ids = {1, 2, 3, 4, 5, 6}
        assert units_of(solve(demands, supply), near_ids) > 400
        answer = solve(demands, supply, concentration={**CAPS, "region": 0.5})
        assert 0 < units_of(answer, near_ids) <= 400
        assert not answer.result.unserved

    def test_what_a_cap_leaves_unserved_says_so(self):
        demands = [demand(1, 100), demand(2, 100)]
        answer = solve(demands, supply_of(({}, cheap("50"))), concentration={**CAPS, "factory": 0.5})
        (why,) = answer.result.unserved.values()
        assert "no factory gets more than 50% of the run (100 units), which keeps it from 1 that could" in why

    def test_a_region_cap_that_leaves_something_unserved_says_so(self):
        demands = [demand(1, 100), demand(2, 100)]
        supply = supply_of(({"region": "Zhejiang"}, {}), ({"region": "Zhejiang"}, {}))
        answer = solve(demands, supply, concentration={**CAPS, "region": 0.5})
        (why,) = answer.result.unserved.values()
        assert "Zhejiang: 100 units" in why

    def test_caps_do_not_bind_small_runs(self):
        demands = [demand(1, 100)]
        answer = solve(demands, supply_of(({}, {})), concentration={"factory": 0.1, "region": 0.1, "least_units": 100})
        assert not answer.result.unserved

    @pytest.mark.parametrize("cap", ["factory", "category", "region"])
    def test_the_check_refuses_more_than_a_cap(self, cap):
        demands, supply = [demand(1), demand(2)], supply_of(({}, {}))
        answer = solve(demands, supply)
        with pytest.raises(PolicyBroken, match="more than 50%"):
            check_policies(
                demands, supply, answer.result, Policies.from_table({"concentration": {cap: 0.5, "least_units": 0}}),
                Facts(), answer.done,
            )  # fmt: skip


class TestForbiddenPairs:
    FACTS = Facts(forbidden={"Aster": frozenset({1})})

    def test_a_forbidden_factory_does_not_make_for_the_brand_and_is_counted(self):
        supply = supply_of(({}, cheap("50")), ({}, cheap("90")))
        answer = solve([demand(1, brand="Aster"), demand(2, brand="Other")], supply, self.FACTS)
        assert makers(answer) == {1: {2}, 2: {1}}
        assert answer.result.exclusions[1][Reason.POLICY] == 1
        assert Reason.POLICY not in answer.result.exclusions[2]
        assert answer.done.forbidden == 1

    def test_very_many_demands_count_it_too(self):
        from factory_matching.assignment.match_many import match_many

        one = demand(1, brand="Aster", forbidden=frozenset({1}), excluded=frozenset({2}))
        answer = match_many([one], supply_of(({}, {}), ({}, {}), ({}, {})), WEIGHTS)
        assert [p.factory for p in answer.placements] == [3]
        assert answer.exclusions[1] == {Reason.POLICY: 1, Reason.DECLINED: 1}

    def test_an_unserved_demand_says_so(self):
        answer = solve([demand(1, brand="Aster")], supply_of(({}, cheap("50"))), self.FACTS)
        assert "1 are left out by a policy" in answer.result.unserved[1]

    def test_the_check_refuses_a_forbidden_pair(self):
        demands, supply = [demand(1, brand="Aster")], supply_of(({}, {}))
        answer = solve(demands, supply)
        with pytest.raises(PolicyBroken, match="may not make for Aster"):
            check_policies(demands, supply, answer.result, Policies(), self.FACTS, answer.done)


class TestKeepTogether:
    FACTS = Facts(together=frozenset({7}))

    def test_a_batch_goes_to_one_maker_that_can_take_it_all(self):
        # Apart, the first is cheapest at factory 1, the second at factory 2; only 3 can take both.
        small = {"daily_capacity": 10}
        demands = [demand(key, 120, batch=7) for key in (1, 2)]
        supply = supply_of((small, cheap("80")), (small, cheap("81")), ({}, cheap("90")))
        assert len(set().union(*makers(solve(demands, supply)).values())) == 2
        answer = solve(demands, supply, self.FACTS)
        assert makers(answer) == {1: {3}, 2: {3}}
        assert answer.done.kept[0].say() == "batch 7: all 2 demands at one maker"

    def test_otherwise_it_is_together_as_far_as_possible_and_says_so(self):
        demands = [demand(key, 100, batch=7) for key in range(1, 6)]
        supply = supply_of(({"daily_capacity": 20}, cheap("90")), ({"daily_capacity": 13}, cheap("80")))
        answer = solve(demands, supply, self.FACTS)
        assert sorted(map(len, makers(answer).values())) == [1] * 5
        assert answer.done.kept[0].makers == ((1, 3), (2, 2))
        assert "no maker can take all 5 demands; together: 3 at factory 1, 2 at factory 2" in answer.done.kept[0].say()

    def test_other_batches_are_not_kept_together(self):
        small = {"daily_capacity": 10}
        demands = [demand(key, 120, batch=8) for key in (1, 2)]
        supply = supply_of((small, cheap("80")), (small, cheap("81")), ({}, cheap("90")))
        assert 3 not in {factory for own in makers(solve(demands, supply, self.FACTS)).values() for factory in own}

    def test_the_check_refuses_a_batch_apart_without_a_word(self):
        small = {"daily_capacity": 10}
        demands = [demand(key, 120, batch=7) for key in (1, 2)]
        supply = supply_of((small, cheap("80")), (small, cheap("81")), ({}, cheap("90")))
        answer = solve(demands, supply)
        with pytest.raises(PolicyBroken, match="stay together"):
            check_policies(demands, supply, answer.result, Policies(), self.FACTS, Done(None, (), (), 0, 0))


FACTORY = st.fixed_dictionaries(
    {
        "daily_capacity": st.integers(5, 60),
        "lead_days": st.integers(1, 12),
        "quality": st.floats(0.8, 1),
        "region": st.sampled_from(["Zhejiang", "Guangdong", "Fujian"]),
    },
    optional={"joined_on": st.just(NEW["joined_on"]), "standing": st.just(WARNED["standing"])},
)
ABLE = st.fixed_dictionaries({"breaks": st.tuples(st.tuples(st.integers(5, 60), st.integers(60, 140).map(str)))})


@st.composite
def markets(draw):
    pairs = draw(st.lists(st.tuples(FACTORY, ABLE), min_size=1, max_size=8))
    demands = [
        demand(
            key,
            draw(st.integers(5, 300)),
            draw(st.integers(3, 25)),
            batch=draw(st.sampled_from([None, 7, 8])),
            brand=draw(st.sampled_from([None, "Aster"])),
        )
        for key in range(1, draw(st.integers(1, 8)) + 1)
    ]
    ids = st.sets(st.integers(1, len(pairs)))
    facts = Facts(
        finished={1: draw(st.integers(0, 3))},
        open_orders={2: draw(st.integers(0, 2))},
        verified=frozenset(draw(ids)),
        forbidden={"Aster": frozenset(draw(ids))},
        deposits={1: Decimal(draw(st.integers(0, 2000)))},
        together=frozenset({7}),
    )
    share = st.sampled_from([0.2, 0.4, 0.7, 1.0])
    tables = {
        "new_suppliers": {"share": draw(st.sampled_from([0.0, 0.3, 0.9])), "trial_units": draw(st.integers(5, 200)),
                          "trial_orders": draw(st.integers(1, 3)), "finished_orders": draw(st.integers(0, 2))},
        "warned": {"units": draw(st.integers(0, 200)), "orders": draw(st.integers(0, 2)), "deposit_above": 500.0},
        "concentration": {"factory": draw(share), "category": draw(share), "region": draw(share),
                          "least_units": draw(st.integers(0, 100))},
    }  # fmt: skip
    return demands, supply_of(*pairs), facts, tables


@given(markets(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_match_is_feasible_and_keeps_every_policy(market, by_prices):
    from factory_matching import match as module

    demands, supply, facts, tables = market
    before = module._MOST_PAIRS
    try:
        module._MOST_PAIRS = -1 if by_prices else before
        solve(demands, supply, facts, **tables)
    finally:
        module._MOST_PAIRS = before


@pytest.mark.parametrize(
    "table",
    [
        {"quotas": {}},
        {"new_suppliers": {"part": 0.1}},
        {"new_suppliers": {"share": 2.0}},
        {"new_suppliers": {"share": True}},
        {"new_suppliers": {"trial_units": 0}},
        {"new_suppliers": {"verification": "trusted"}},
        {"warned": {"units": -1}},
        {"warned": 3},
        {"concentration": {"region": "half"}},
    ],
)
def test_wrong_policies_are_refused(table):
    with pytest.raises(InvalidInput):
        Policies.from_table(table)
