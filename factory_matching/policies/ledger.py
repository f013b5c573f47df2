"""What the policies still allow: caps, trials and warnings, kept while a match is put together."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from factory_matching.demand import OpenDemand
from factory_matching.policies.facts import Facts, Flags, Standings
from factory_matching.policies.rules import Policies
from factory_matching.registry.register import Ints, Register

_ANY = np.iinfo(np.int64).max
Group = tuple[str, int, str]
"""A cap: its kind, the factory's or region's index, the category where it is one of a category."""


class Ledger:
    """Counts what each factory, region and category has got in this run, and says what it may still get."""

    def __init__(
        self,
        demands: Sequence[OpenDemand],
        register: Register,
        policies: Policies,
        facts: Facts,
        standings: Standings,
    ) -> None:
        self.register, self.policies, self.facts, self.standings = register, policies, facts, standings
        self.run_units = sum(demand.units for demand in demands)
        self._of_category: Counter[str] = Counter()
        for demand in demands:
            self._of_category[demand.spec.category.value] += demand.units
        self._units: Counter[int] = Counter()
        self._orders: Counter[int] = Counter()
        self._in_category: Counter[tuple[int, str]] = Counter()
        self._in_region: Counter[int] = Counter()

    def take(self, factory: int, category: str, units: int) -> None:
        """Count an order of a factory (index); negative units take one back."""
        self._units[factory] += units
        self._orders[factory] += 1 if units > 0 else -1
        self._in_category[factory, category] += units
        self._in_region[int(self.register.region[factory])] += units

    def most(self, group: Group) -> int:
        """Most units (orders, for `orders`) of a group."""
        kind, _, category = group
        caps = self.policies.concentration
        match kind:
            case "factory":
                found = caps.most(caps.factory, self.run_units)
            case "category":
                found = caps.most(caps.category, self._of_category[category])
            case "region":
                found = caps.most(caps.region, self.run_units)
            case "orders":
                found = self.policies.warned.orders
            case _:
                found = self.policies.warned.units
        return _ANY if found is None else found

    def has(self, group: Group) -> int:
        """What a group has got."""
        kind, index, category = group
        match kind:
            case "category":
                return self._in_category[index, category]
            case "region":
                return self._in_region[index]
            case "orders":
                return self._orders[index]
            case _:
                return self._units[index]

    def of_category(self, category: str) -> dict[int, int]:
        """Factory (index) -> units of a category that it has got."""
        return {factory: units for (factory, own), units in self._in_category.items() if own == category}

    def groups(self, factory: int, category: str) -> list[Group]:
        """The caps that an order of this category at this factory counts against."""
        region = int(self.register.region[factory])
        found: list[Group] = [("factory", factory, ""), ("category", factory, category), ("region", region, "")]
        if self.standings.warned[factory]:
            found += [("orders", factory, ""), ("warned", factory, "")]
        return found

    def why_not(self, factory: int, demand: OpenDemand, units: int) -> str | None:
        """The policy that keeps a factory (index) from so many units of a demand; None when none does."""
        if int(self.register.ids[factory]) in demand.forbidden:
            return f"it may not make for {demand.brand}"
        if self.standings.warned[factory] and self.too_rich(demand):
            return "a warned factory gets nothing with so many deposits"
        if self.standings.new[factory]:
            rule = self.policies.new_suppliers
            if units > rule.trial_units:
                return f"a new factory gets no order above {rule.trial_units} units"
            if self._orders[factory] >= self.standings.trials[factory]:
                return f"a new factory has at most {rule.trial_orders} trial orders open"
        for group in self.groups(factory, demand.spec.category.value):
            if self.has(group) + (1 if group[0] == "orders" else units) > self.most(group):
                return self.say(group)
        return None

    def too_rich(self, demand: OpenDemand) -> bool:
        """Whether buyers paid more deposits than a warned factory is trusted with."""
        above = self.policies.warned.deposit_above
        return above > 0 and self.facts.deposits.get(demand.key, Decimal(0)) > Decimal(str(above))

    def trials_left(self) -> Flags:
        """(F,): new factories that may get one more trial order."""
        left = self.standings.trials.copy()
        for factory, orders in self._orders.items():
            left[factory] -= orders
        return self.standings.new & (left > 0)

    def say(self, group: Group) -> str:
        """A cap in words."""
        kind, index, category = group
        caps = self.policies.concentration
        match kind:
            case "factory":
                return f"no factory gets more than {caps.factory:.0%} of the run ({self.most(group)} units)"
            case "category":
                goods = category.replace("_", " ")
                return f"no factory gets more than {caps.category:.0%} of a category ({self.most(group)} {goods})"
            case "region":
                name = self.register.regions[index]
                return f"no region gets more than {caps.region:.0%} of the run ({name}: {self.most(group)} units)"
            case "orders":
                return f"a warned factory gets at most {self.most(group)} orders"
            case _:
                return f"a warned factory gets at most {self.most(group)} units"

    def allowance(self) -> Ints | None:
        """(F,): units that each factory may still take in open competition; None where no policy limits any.

        New factories take none there: what they are tried with is chosen order by order.
        """
        most = np.full(len(self.register.ids), _ANY)
        caps = self.policies.concentration
        if (cap := caps.most(caps.factory, self.run_units)) is not None:
            most[:] = cap
            for factory, units in self._units.items():
                most[factory] -= units
        if (cap := caps.most(caps.region, self.run_units)) is not None:
            left = np.array([cap - self._in_region[region] for region in range(len(self.register.regions))])
            most = np.minimum(most, left[self.register.region])
        warned = self.policies.warned
        for factory in np.flatnonzero(self.standings.warned).tolist():
            over = self._orders[factory] >= warned.orders
            most[factory] = 0 if over else min(most[factory], warned.units - self._units[factory])
        most[self.standings.new] = 0
        return None if bool(np.all(most == _ANY)) else np.maximum(most, 0)
