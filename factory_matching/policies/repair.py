"""Caps that a match does not know, enforced after it: what is above a cap is taken back and placed again elsewhere.

Taken back are the demands that lose least by it, unit by unit; each then goes to the cheapest factory that has time and
is under every cap, or in parts to several, with all others untouched.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from factory_matching.assignment.rematch import OpenMarket
from factory_matching.demand import OpenDemand, Supply
from factory_matching.policies.elsewhere import cheapest_cost
from factory_matching.policies.facts import Flags
from factory_matching.policies.ledger import Group, Ledger
from factory_matching.policies.network import first_too_many
from factory_matching.policies.taking import book_more, days_of
from factory_matching.registry.register import Ints
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights

_TRIES = 50  # demands that are tried beside a region with little room left; then it is closed


@dataclass(slots=True)
class Standing:
    """A match in the making: what is placed, at what cost, and what is not."""

    placed: dict[int, tuple[Placement, ...]] = field(default_factory=dict)
    costs: dict[int, float] = field(default_factory=dict)
    losses: dict[int, float] = field(default_factory=dict)
    """What each demand costs if nobody makes it, as its match counted."""
    unserved: dict[int, str] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)
    """Demands that a policy placed; they are within all caps and not taken back."""
    moved: set[int] = field(default_factory=set)
    """Demands that were taken back from where the match had placed them."""

    def add(self, result: MatchResult) -> None:
        """Take over a match."""
        parts: dict[int, list[Placement]] = defaultdict(list)
        for placement in result.placements:
            parts[placement.demand].append(placement)
        self.placed |= {key: tuple(own) for key, own in parts.items()}
        self.costs |= result.costs
        self.losses |= result.losses
        self.unserved |= result.unserved

    def placements(self) -> Iterable[Placement]:
        """All of them."""
        return (placement for own in self.placed.values() for placement in own)


def repair(
    standing: Standing, demands: Mapping[int, OpenDemand], supply: Supply, ledger: Ledger, weights: MatchWeights
) -> list[str]:
    """Until no cap is broken: take back, place again. Says which caps bound.

    What then nobody may make costs what it would have cost in the match before.
    """
    place = {int(factory): index for index, factory in enumerate(ledger.register.ids)}
    back, why = _above(standing, demands, supply, ledger, weights, place)
    forbidden: dict[int, frozenset[int]] = defaultdict(frozenset)
    while True:
        for leader in _too_many(standing, demands, supply, ledger, forbidden, back):
            why[f"a pool gets no more than its members together can make (factory {leader})"] = None
        if not back:
            return list(why)
        for key in back:
            for placement in standing.placed.pop(key):
                ledger.take(place[placement.factory], demands[key].spec.category.value, -placement.units)
        again = [replace(demands[key], forbidden=demands[key].forbidden | forbidden[key]) for key in sorted(back)]
        _place_again(standing, again, supply, ledger, weights, place)
        standing.moved |= back
        back = set()


def _place_again(
    standing: Standing,
    again: Sequence[OpenDemand],
    supply: Supply,
    ledger: Ledger,
    weights: MatchWeights,
    place: Mapping[int, int],
) -> None:
    """One after the other, largest first, category by category, since each category has caps of its own."""
    left = book_more(supply, standing.placements())
    market = OpenMarket.open(replace(left, most=ledger.allowance()), weights, days_of(again, supply) - 1)
    again_by_category: dict[str, list[OpenDemand]] = defaultdict(list)
    for demand in again:
        again_by_category[demand.spec.category.value].append(demand)
    full = _Full(market, ledger)
    for category, group in sorted(again_by_category.items()):
        with full.under_caps_of(category) as placed:
            for demand in sorted(group, key=lambda demand: (-demand.units, demand.key)):
                result = full.place(demand)
                for placement in result.placements:
                    ledger.take(place[placement.factory], category, placement.units)
                    full.note(place[placement.factory])
                if result.placements:
                    placed += result.placements
                    standing.placed[demand.key] = result.placements
                    standing.costs[demand.key] = result.cost
                else:
                    standing.costs[demand.key] = standing.losses[demand.key]
                    standing.unserved |= result.unserved


class _Full:
    """An open market in which what is at a cap takes nothing more."""

    def __init__(self, market: OpenMarket, ledger: Ledger) -> None:
        self._market, self._ledger, self._tries = market, ledger, 0

    def place(self, demand: OpenDemand) -> MatchResult:
        """Within every cap; nothing else changes."""
        ledger, register = self._ledger, self._ledger.register
        barred: Flags = ledger.standings.warned & ledger.too_rich(demand)
        result = self._without(barred, demand)
        while regions := self._above_region(result):
            self._market.give_back(result.placements)
            for region in regions:
                here = register.region == region
                self._tries += 1
                if self._tries > _TRIES:
                    self._market.left[self._rows(here)] = 0
                barred = barred | here
            result = self._without(barred, demand)
        return result

    def note(self, factory: int) -> None:
        """A warned factory with all its orders takes no more."""
        if self._ledger.standings.warned[factory]:
            group: Group = ("orders", factory, "")
            if self._ledger.has(group) >= self._ledger.most(group):
                self._market.left[self._rows(np.arange(len(self._ledger.register.ids)) == factory)] = 0

    @contextmanager
    def under_caps_of(self, category: str) -> Iterator[list[Placement]]:
        """While inside, no factory takes more of the category than its cap; the list is what was placed inside."""
        ledger, market = self._ledger, self._market
        placed: list[Placement] = []
        cap = ledger.most(("category", 0, category))
        if cap >= np.iinfo(np.int32).max:
            yield placed
            return
        before = market.left.copy()
        most = np.full(len(ledger.register.ids), cap)
        for factory, units in ledger.of_category(category).items():
            most[factory] -= units
        np.minimum(market.left, most[market.makers.place, None], out=market.left, casting="unsafe")
        yield placed
        closed = ~market.left.any(axis=1) & (most[market.makers.place] > 0)
        market.left[:] = before
        market.take(placed)
        market.left[closed] = 0

    def _without(self, barred: Flags, demand: OpenDemand) -> MatchResult:
        rows = self._rows(barred)
        if not len(rows):
            return self._market.place(demand)
        kept = self._market.left[rows]
        self._market.left[rows] = 0
        result = self._market.place(demand)
        self._market.left[rows] = kept
        return result

    def _rows(self, factories: Flags) -> Ints:
        rows: Ints = self._market.factory_of[factories].astype(np.int64)
        return rows[rows >= 0]

    def _above_region(self, result: MatchResult) -> set[int]:
        register, ledger = self._ledger.register, self._ledger
        units: dict[int, int] = defaultdict(int)
        for placement in result.placements:
            units[int(register.region[np.searchsorted(register.ids, placement.factory)])] += placement.units
        return {
            region
            for region, added in units.items()
            if ledger.has(("region", region, "")) + added > ledger.most(("region", region, ""))
        }


def _above(
    standing: Standing,
    demands: Mapping[int, OpenDemand],
    supply: Supply,
    ledger: Ledger,
    weights: MatchWeights,
    place: Mapping[int, int],
) -> tuple[set[int], dict[str, None]]:
    """Demands to take back, those that lose least first, and the caps that they are above."""
    members: dict[Group, set[int]] = defaultdict(set)
    back: set[int] = set()
    why: dict[str, None] = {}
    for key, own in standing.placed.items():
        for placement in own:
            factory = place[placement.factory]
            for group in ledger.groups(factory, demands[key].spec.category.value):
                if ledger.has(group) > ledger.most(group):
                    members[group].add(key)
            if ledger.standings.warned[factory] and ledger.too_rich(demands[key]):
                back.add(key)
                why["a warned factory gets nothing with so many deposits"] = None
    # Regions last: what other caps take back counts for them too.
    for group in sorted(members, key=lambda group: (group[0] == "region", group)):
        why[ledger.say(group)] = None
        free = members[group] - standing.fixed
        over = ledger.has(group) - ledger.most(group)
        over -= sum(_counts(group, p, place, ledger) for key in free & back for p in standing.placed[key])
        regret = _regrets(group, [demands[key] for key in sorted(free - back)], standing, supply, ledger, weights)
        for key in sorted(free - back, key=lambda key: (regret[key], key)):
            if over <= 0:
                break
            back.add(key)
            over -= sum(_counts(group, placement, place, ledger) for placement in standing.placed[key])
    return back, why


def _counts(group: Group, placement: Placement, place: Mapping[int, int], ledger: Ledger) -> int:
    """What a placement counts under a cap."""
    factory = place[placement.factory]
    if group[0] == "region":
        return placement.units if int(ledger.register.region[factory]) == group[1] else 0
    if factory != group[1]:
        return 0
    return 1 if group[0] == "orders" else placement.units


def _regrets(
    group: Group,
    demands: Sequence[OpenDemand],
    standing: Standing,
    supply: Supply,
    ledger: Ledger,
    weights: MatchWeights,
) -> dict[int, float]:
    """What a unit costs more elsewhere; endless where there is nobody else."""
    if group[0] != "region":
        return {demand.key: _next_best(standing.placed[demand.key]) for demand in demands}
    others = (ledger.register.region != group[1]) & ~ledger.standings.new
    costs = cheapest_cost(demands, supply, weights, others).tolist()
    return {d.key: cost - standing.costs[d.key] / d.units for d, cost in zip(demands, costs, strict=True)}


def _next_best(own: Sequence[Placement]) -> float:
    return max(math.inf if p.next_best is None else float(p.next_best - p.unit_price) for p in own)


def _too_many(
    standing: Standing,
    demands: Mapping[int, OpenDemand],
    supply: Supply,
    ledger: Ledger,
    forbidden: dict[int, frozenset[int]],
    back: set[int],
) -> Collection[int]:
    """Leaders whose members together cannot make all that their pool got; what is too much is taken back for good."""
    found = set()
    for leader, network in ledger.facts.networks.items():
        own = {key: sum(p.units for p in parts if p.factory == leader) for key, parts in standing.placed.items()}
        given = [(demands[key], units) for key, units in own.items() if units and key not in back]
        for key in first_too_many(network, given, supply):
            back.add(key)
            forbidden[key] |= {leader}
            found.add(leader)
    return found
