"""A market matched in groups: as good as in one piece, within every factory's time, whoever computes the groups."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bench.market import TODAY, make_market
from factory_matching.assignment.feasible import check
from factory_matching.assignment.match_in_groups import match_in_groups
from factory_matching.assignment.match_many import match_many, open_market
from factory_matching.assignment.partition import cut
from factory_matching.demand import OpenDemand, Supply
from factory_matching.match import match
from factory_matching.registry.register import build_register
from factory_matching.registry.techniques import techniques_of
from factory_matching.weights import MatchWeights
from models.attributes import Category
from tests.builders import greatcoat
from tests.design_gen.specs import spec_of
from tests.factory_matching.registers import capability, entry

WEIGHTS = MatchWeights(seconds=10)


class OneByOne:
    """Everything in this thread, in order."""

    threads = 1

    def keep(self, value):
        return value

    def each(self, step, calls):
        return [step(*given) for given in calls]


def solve(demands, supply, groups):
    result = match_in_groups(demands, supply, WEIGHTS, groups, OneByOne())
    check(demands, supply, result)
    return result


def coupled(demands, supply, groups):
    market = open_market(demands, supply, WEIGHTS)
    return len(cut(market.asked, market.shelf, market.makers, groups).coupled)


@pytest.fixture(scope="module")
def market():
    return make_market(600, 6_000, 3.0, seed=5)


def without_prices(result):
    """Prices of time are those of the groups, which the whole market does not have."""
    return tuple(replace(placement, time_price=None) for placement in result.placements)


def test_one_group_gives_what_one_market_gives():
    demands, supply = make_market(300, 2_000, 5.0, seed=5)
    result, together = solve(demands, supply, 1), match_many(demands, supply, WEIGHTS)
    assert without_prices(result) == without_prices(together)
    assert result.bound == pytest.approx(together.bound, rel=1e-4)


def test_groups_with_no_factory_in_common_have_the_bound_of_one_market():
    demands, supply = make_market(300, 2_000, 5.0, seed=5)
    assert coupled(demands, supply, 2) == 0
    result, together = solve(demands, supply, 2), match_many(demands, supply, WEIGHTS)
    assert result.bound == pytest.approx(together.bound, rel=1e-4)
    assert result.cost == pytest.approx(together.cost, rel=0.005)


@pytest.mark.parametrize("groups", [4, 8])
def test_factories_in_several_groups_cost_little_and_are_never_overfull(market, groups):
    assert coupled(*market, groups) > 20
    result, together = solve(*market, groups), match_many(*market, WEIGHTS)
    assert result.cost == pytest.approx(together.cost, rel=0.01)
    assert result.bound == pytest.approx(together.bound, rel=0.01)
    assert len(result.unserved) <= len(together.unserved) + 2
    assert result.method == f"priced in {groups} groups"


def test_the_bound_of_the_groups_holds_for_the_exact_answer_of_the_whole_market():
    demands, supply = make_market(80, 1_500, 5.0, seed=7)
    assert coupled(demands, supply, 6)
    result, exact = solve(demands, supply, 6), match(demands, supply, WEIGHTS)
    assert all(reason.startswith("nobody can make") for reason in exact.unserved.values())  # such cost nothing
    assert result.bound <= exact.cost * (1 + 1e-9)
    assert result.bound >= 0.9 * exact.cost


def test_what_one_group_leaves_free_serves_a_demand_that_needs_nearly_all_of_a_factory():
    """One factory makes coats and sweaters; its time is shared out, but the coats need all that sweaters do not."""
    specs = greatcoat(), spec_of(Category.SWEATER)
    able = [
        capability(1, category=spec.category, materials=(spec.material,), techniques=techniques_of(spec))
        for spec in specs
    ]
    supply = Supply(build_register([entry(1, daily_capacity=100, lead_days=0)], able), TODAY, {})
    due = TODAY + timedelta(days=9)
    demands = [OpenDemand(key, spec, units, due) for key, spec, units in zip((1, 2), specs, (900, 100), strict=True)]
    assert coupled(demands, supply, 2) == 1
    result = solve(demands, supply, 2)
    assert {placement.demand: placement.units for placement in result.placements} == {1: 900, 2: 100}


def test_no_demand_at_all_is_no_problem():
    _, supply = make_market(5, 50, 5.0, seed=1)
    assert match_in_groups([], supply, WEIGHTS, 4, OneByOne()).placements == ()
