from datetime import timedelta

import pytest

from factory_matching.policies.facts import Facts
from factory_matching.policies.network import share
from factory_matching.policies.obeyed import PolicyBroken, check_policies
from factory_matching.policies.pools import Joined, join_pools
from factory_matching.policies.rules import Policies
from models.factory import FactoryStanding
from tests.factory_matching.policies.cases import TODAY, cheap, demand, makers, solve, supply_of

SMALL = {"daily_capacity": 10}


def pooled(supply, *members, leader=1, **changes):
    return join_pools(supply, [Joined(leader, members or (1, 2, 3), changes.pop("held", {}), **changes)])


def test_a_pool_takes_what_no_member_could_take_alone():
    # Each member can make 160 by the date, alone they would be asked for parts.
    supply = supply_of((SMALL, cheap("80")), (SMALL, cheap("85")), (SMALL, cheap("82")))
    apart = solve([demand(1, 400)], supply)
    assert makers(apart) == {1: {1, 2, 3}}
    pool = pooled(supply)
    answer = solve([demand(1, 400)], pool.supply, Facts(networks=pool.networks))
    (placement,) = answer.result.placements
    assert (placement.factory, placement.units) == (1, 400)
    assert placement.unit_price * 100 == 8925  # the dearest member's 85.00, 5 % for the double breast


def test_members_of_a_pool_are_not_asked_alone_and_not_counted_twice():
    supply = supply_of((SMALL, cheap("80")), (SMALL, cheap("85")), (SMALL, cheap("82")), ({}, cheap("99")))
    pool = pooled(supply)
    answer = solve([demand(1, 400), demand(2, 400)], pool.supply, Facts(networks=pool.networks))
    assert {factory for own in makers(answer).values() for factory in own} == {1, 4}


def test_held_days_are_the_pools():
    supply = supply_of((SMALL, cheap("80")), (SMALL, cheap("85")), (SMALL, cheap("82")))
    held = {TODAY + timedelta(days=day): 20 for day in range(5, 21)}
    pool = pooled(supply, held=held, waiting=((demand(9, 320), 320),))
    assert solve([demand(1, 400)], pool.supply, Facts(networks=pool.networks)).result.unserved
    assert not solve([demand(1, 150)], pool.supply, Facts(networks=pool.networks)).result.unserved


def test_a_pool_gets_no_more_of_a_spec_than_the_members_that_make_it():
    cotton = {**cheap("80"), "materials": ("cotton",)}
    supply = supply_of((SMALL, cheap("80")), (SMALL, cotton), (SMALL, cotton), ({}, cheap("120")))
    pool = pooled(supply)
    facts = Facts(networks=pool.networks)
    answer = solve([demand(1, 400)], pool.supply, facts)
    assert makers(answer) == {1: {4}}
    assert "its members together can make" in answer.done.bound[0]
    plain = solve([demand(1, 400)], pool.supply)
    with pytest.raises(PolicyBroken, match="with its members"):
        check_policies([demand(1, 400)], pool.supply, plain.result, Policies(), facts, plain.done)


def test_a_suspended_member_gives_no_time():
    supply = supply_of((SMALL, {}), ({**SMALL, "standing": FactoryStanding.SUSPENDED}, {}), (SMALL, {}))
    pool = pooled(supply)
    assert not solve([demand(1, 320)], pool.supply, Facts(networks=pool.networks)).result.unserved
    assert solve([demand(1, 330)], pool.supply, Facts(networks=pool.networks)).result.unserved


def test_without_pools_nothing_changes():
    supply = supply_of((SMALL, {}))
    assert join_pools(supply, []).supply is supply


def test_units_are_shared_out_within_minima():
    assert share(100, [(1, 30, 80), (2, 30, 40)]) == {1: 70, 2: 30}
    assert share(100, [(1, 30, 200)]) == {1: 100}
    assert share(100, [(1, 10, 40), (2, 10, 40)]) is None
