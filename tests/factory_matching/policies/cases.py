"""Matches under policies, always checked by both independent checks."""

from datetime import date, timedelta

from factory_matching.assignment.feasible import check
from factory_matching.demand import OpenDemand, Supply
from factory_matching.policies.facts import Facts
from factory_matching.policies.obeyed import check_policies
from factory_matching.policies.rules import Policies
from factory_matching.policies.under import match_under
from factory_matching.weights import MatchWeights
from models.factory import FactoryStanding
from tests.builders import greatcoat
from tests.factory_matching.registers import register_of

TODAY = date(2026, 11, 2)
WEIGHTS = MatchWeights(seconds=5)
NEW = {"joined_on": TODAY - timedelta(days=10)}
WARNED = {"standing": FactoryStanding.WARNED}


def demand(key=1, units=100, days=20, **changes):
    return OpenDemand(key, changes.pop("spec", greatcoat()), units, TODAY + timedelta(days=days), **changes)


def supply_of(*pairs):
    return Supply(register_of(*pairs), TODAY, {})


def cheap(price, moq=30):
    return {"breaks": ((moq, price),)}


def solve(demands, supply, facts=None, **tables):
    policies = Policies.from_table(tables)
    known = facts or Facts()
    answer = match_under(demands, supply, WEIGHTS, policies, known)
    check(demands, supply, answer.result)
    check_policies(demands, supply, answer.result, policies, known, answer.done)
    assert answer.result.bound <= answer.result.cost + 1e-6
    return answer


def makers(answer):
    """Demand -> factory ids."""
    found = {}
    for placement in answer.result.placements:
        found.setdefault(placement.demand, set()).add(placement.factory)
    return found


def units_of(answer, factories):
    return sum(p.units for p in answer.result.placements if p.factory in factories)
