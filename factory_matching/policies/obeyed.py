"""An independent check that a match keeps the policies: plain loops, without what matching counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from factory_matching.assignment.feasible import WrongMatch
from factory_matching.demand import OpenDemand, Supply
from factory_matching.policies.facts import Facts
from factory_matching.policies.network import can_make, first_too_many
from factory_matching.policies.rules import Policies
from factory_matching.policies.under import Done
from factory_matching.registry.register import Register
from factory_matching.result import MatchResult, Placement


class PolicyBroken(WrongMatch):
    """A match breaks a policy; nothing of it may be used."""


def check_policies(
    demands: Sequence[OpenDemand], supply: Supply, result: MatchResult, policies: Policies, facts: Facts, done: Done
) -> None:
    """Raise PolicyBroken for the first placement or share that a policy does not allow."""
    by_key = {demand.key: demand for demand in demands}
    place = {factory: index for index, factory in enumerate(supply.register.ids.tolist())}
    for placement in result.placements:
        demand, index = by_key[placement.demand], place[placement.factory]
        _check_pair(demand, placement, index, supply.register, policies, facts)
    _check_orders(result, by_key, place, supply, policies, facts, done)
    _check_shares(result, by_key, place, supply.register, policies)
    _check_guarantee(result, by_key, place, supply, policies, facts, done)
    _check_together(result, by_key, facts, done)
    for leader, network in facts.networks.items():
        given = [(by_key[p.demand], p.units) for p in result.placements if p.factory == leader]
        if too_many := first_too_many(network, given, supply):
            raise PolicyBroken(f"the pool of factory {leader} cannot make demand {too_many[0]} with its members")
        for demand, _ in given:
            if not any(can_make(member, demand) for member in network.members):
                raise PolicyBroken(f"nobody in the pool of factory {leader} makes demand {demand.key}")


def is_new(register: Register, index: int, policies: Policies, facts: Facts, today: date) -> bool:
    """Whether a factory counts as new."""
    rule, joined = policies.new_suppliers, int(register.joined[index])
    if joined == 0:
        return False
    recent = rule.joined_days > 0 and (today - date.fromordinal(joined)).days <= rule.joined_days
    return recent or facts.finished.get(int(register.ids[index]), 0) < rule.finished_orders


def _check_pair(
    demand: OpenDemand, placement: Placement, index: int, register: Register, policies: Policies, facts: Facts
) -> None:
    where = f"demand {demand.key} at factory {placement.factory}"
    if register.suspended[index]:
        raise PolicyBroken(f"{where}: it is suspended")
    if demand.brand and placement.factory in facts.forbidden.get(demand.brand, frozenset()):
        raise PolicyBroken(f"{where}: it may not make for {demand.brand}")
    above = policies.warned.deposit_above
    if register.warned[index] and above and facts.deposits.get(demand.key, Decimal(0)) > Decimal(str(above)):
        raise PolicyBroken(f"{where}: it is warned and the deposits are above {above}")


def _check_orders(
    result: MatchResult,
    demands: Mapping[int, OpenDemand],
    place: Mapping[int, int],
    supply: Supply,
    policies: Policies,
    facts: Facts,
    done: Done,
) -> None:
    """Trials of new factories, with their inspections, and what warned ones may get."""
    orders: Counter[int] = Counter()
    units: Counter[int] = Counter()
    for placement in result.placements:
        orders[placement.factory] += 1
        units[placement.factory] += placement.units
        index = place[placement.factory]
        if not is_new(supply.register, index, policies, facts, supply.today):
            continue
        if placement.units > policies.new_suppliers.trial_units:
            raise PolicyBroken(f"new factory {placement.factory} gets {placement.units} units in one order")
        if (placement.demand, placement.factory) not in done.inspect:
            raise PolicyBroken(f"new factory {placement.factory} makes demand {placement.demand} without inspection")
    for factory, count in orders.items():
        index = place[factory]
        open_ = count + facts.open_orders.get(factory, 0)
        new = is_new(supply.register, index, policies, facts, supply.today)
        if new and open_ > policies.new_suppliers.trial_orders:
            raise PolicyBroken(f"new factory {factory} gets {count} orders beside those that it has")
        if supply.register.warned[index] and (count > policies.warned.orders or units[factory] > policies.warned.units):
            raise PolicyBroken(f"warned factory {factory} gets {count} orders of {units[factory]} units")


def _check_shares(
    result: MatchResult,
    demands: Mapping[int, OpenDemand],
    place: Mapping[int, int],
    register: Register,
    policies: Policies,
) -> None:
    caps = policies.concentration
    everything = sum(demand.units for demand in demands.values())
    asked: Counter[str] = Counter()
    for demand in demands.values():
        asked[demand.spec.category.value] += demand.units
    factories: Counter[int] = Counter()
    categories: Counter[tuple[int, str]] = Counter()
    regions: Counter[str] = Counter()
    for placement in result.placements:
        factories[placement.factory] += placement.units
        categories[placement.factory, demands[placement.demand].spec.category.value] += placement.units
        regions[register.regions[int(register.region[place[placement.factory]])]] += placement.units
    for factory, units in factories.items():
        _check_share(f"factory {factory}", units, caps.factory, everything, caps.least_units)
    for (factory, category), units in categories.items():
        _check_share(f"factory {factory} in {category}", units, caps.category, asked[category], caps.least_units)
    for region, units in regions.items():
        _check_share(f"region {region}", units, caps.region, everything, caps.least_units)


def _check_share(what: str, units: int, share: float, of: int, least: int) -> None:
    if share < 1.0 and units > least and units > share * of + 1e-6:
        raise PolicyBroken(f"{what} gets {units} of {of} units, more than {share:.0%}")


def _check_guarantee(
    result: MatchResult,
    demands: Mapping[int, OpenDemand],
    place: Mapping[int, int],
    supply: Supply,
    policies: Policies,
    facts: Facts,
    done: Done,
) -> None:
    """The share is met, or the result says that and why it is not."""
    rule, register = policies.new_suppliers, supply.register
    if rule.share == 0.0:
        return
    given = 0
    for placement in result.placements:
        index = place[placement.factory]
        good = placement.factory in facts.verified and not register.warned[index]
        if good and is_new(register, index, policies, facts, supply.today):
            given += placement.units
    before, had = facts.recent
    wanted = rule.share * (before + sum(demand.units for demand in demands.values())) - had
    if given < wanted and (done.guarantee is None or not done.guarantee.why):
        raise PolicyBroken(f"new factories get {given} of {wanted:.0f} units, and nothing says why")


def _check_together(result: MatchResult, demands: Mapping[int, OpenDemand], facts: Facts, done: Done) -> None:
    """A batch has one maker, or the result says that it has not."""
    said = {kept.batch: kept for kept in done.kept}
    makers: dict[int, set[int]] = defaultdict(set)
    counts = Counter(demand.batch for demand in demands.values() if demand.batch in facts.together)
    for placement in result.placements:
        batch = demands[placement.demand].batch
        if batch is not None and batch in facts.together:
            makers[batch].add(placement.factory)
    for batch, own in makers.items():
        if counts[batch] < 2 or len(own) == 1:
            continue
        if batch not in said or (len(said[batch].makers) == 1 and not said[batch].apart):
            raise PolicyBroken(f"batch {batch} is to stay together but goes to {len(own)} factories")
