"""A match under policies: what they settle first, the rest within what they allow, what is above a cap elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from factory_matching.assignment.columns import ways_for
from factory_matching.assignment.match_many import Matcher, Progress, match_many
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import Exclusions
from factory_matching.match import match
from factory_matching.policies.facts import Facts, stand
from factory_matching.policies.guarantee import Reserved, reserve, take_cheapest
from factory_matching.policies.ledger import Ledger
from factory_matching.policies.repair import Standing, repair
from factory_matching.policies.rules import Policies
from factory_matching.policies.taking import Taken, book_more, placements_of
from factory_matching.policies.together import Kept, keep_together
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights

_SAID = 5  # caps that are named with every allocation
_EXPLAINED = 100  # unserved demands for which the caps that keep them from factories are looked up


@dataclass(frozen=True, slots=True)
class Done:
    """What the policies of one run did."""

    guarantee: Reserved | None = None
    kept: tuple[Kept, ...] = ()
    bound: tuple[str, ...] = ()
    """Caps that kept something from where it would have gone."""
    trials: int = 0
    """Orders at new factories, the guarantee's among them."""
    forbidden: int = 0
    """Demands that some factory is kept from by its brand."""
    why: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """(demand, factory id) -> the policy that gave it to that factory."""
    inspect: frozenset[tuple[int, int]] = frozenset()
    """(demand, factory id) that must pass an inspection before it is shipped: those at new factories."""

    def to_json(self) -> dict[str, Any]:
        """As stored with every allocation's reasons and shown with the result."""
        found: dict[str, Any] = {"trials": self.trials, "forbidden": self.forbidden, "caps": list(self.bound[:_SAID])}
        if self.guarantee is not None:
            one = self.guarantee
            found["guarantee"] = {
                "wanted": one.wanted, "given": one.given, "extra_cost": round(one.extra_cost, 2), "why": one.why,
            }  # fmt: skip
        if more := self.bound[_SAID:]:
            found["caps"].append(f"and {len(more)} more")
        found["together"] = [kept.say() for kept in self.kept]
        return found


@dataclass(frozen=True, slots=True)
class UnderPolicies:
    """The match, and what each policy did. The result's bound holds given what policies settled before the match."""

    result: MatchResult
    done: Done


def match_under(
    demands: Sequence[OpenDemand],
    supply: Supply,
    weights: MatchWeights,
    policies: Policies,
    facts: Facts | None = None,
    progress: Progress | None = None,
    many: Matcher = match_many,
) -> UnderPolicies:
    """Assign demands as `match` does, within the policies; without any that applies, exactly as it does.

    Order: forbidden pairs; batches kept together; the new factories' share; all others in open competition, in which
    new factories take no part; what is above a cap again elsewhere; what nobody else has time for to new factories.
    """
    known = facts or Facts()
    asked = {demand.key: _forbid(demand, known) for demand in demands}
    standings = stand(supply.register, known, policies.new_suppliers, supply.today)
    ledger = Ledger(demands, supply.register, policies, known, standings)
    run = _Run(asked, supply, weights, ledger)
    kept = run.together()
    guarantee = run.guarantee() if policies.new_suppliers.share > 0 else None
    run.compete(progress, many)
    bound = repair(run.standing, asked, supply, ledger, weights)
    run.try_new()
    run.explain()
    result = run.say()
    inspect = frozenset((p.demand, p.factory) for p in result.placements if standings.new[run.place(p.factory)])
    forbidden = sum(bool(demand.forbidden) for demand in asked.values())
    done = Done(guarantee, kept, tuple(bound), len(inspect), forbidden, run.why, inspect)
    return UnderPolicies(result, done)


def _forbid(demand: OpenDemand, facts: Facts) -> OpenDemand:
    barred = facts.forbidden.get(demand.brand, frozenset()) if demand.brand else frozenset()
    return replace(demand, forbidden=demand.forbidden | barred) if barred else demand


class _Run:
    """One match in the making."""

    def __init__(
        self, demands: Mapping[int, OpenDemand], supply: Supply, weights: MatchWeights, ledger: Ledger
    ) -> None:
        self.demands, self.supply, self.weights, self.ledger = demands, supply, weights, ledger
        self.standing = Standing()
        self.why: dict[tuple[int, int], str] = {}
        self._looked: dict[int, Mapping[int, Exclusions]] = {}
        self._bound, self._method = 0.0, "nothing to match"

    def place(self, factory: int) -> int:
        """Index of a factory's id."""
        return int(np.searchsorted(self.supply.register.ids, factory))

    def left(self) -> list[OpenDemand]:
        """Demands that are not placed yet."""
        return [demand for key, demand in self.demands.items() if key not in self.standing.placed]

    def together(self) -> tuple[Kept, ...]:
        """Batches that are kept together."""
        if not self.ledger.facts.together:
            return ()
        done = keep_together(list(self.demands.values()), self._within(), self.weights, self.ledger)
        self._settle(done.taken)
        self._looked |= dict.fromkeys(done.exclusions, done.exclusions)
        return done.kept

    def guarantee(self) -> Reserved:
        """The share of qualified new factories."""
        before, had = self.ledger.facts.recent
        share = self.ledger.policies.new_suppliers.share
        wanted = max(int(np.ceil(share * (before + self.ledger.run_units) - had)), 0)
        reserved = reserve(self.left(), self._rest(), self.weights, self.ledger, wanted)
        self._settle(reserved.taken)
        return reserved

    def compete(self, progress: Progress | None, many: Matcher) -> None:
        """All that is left, in open competition."""
        left = self.left()
        result = match(left, self._within(), self.weights, progress, many)
        self._looked |= dict.fromkeys((demand.key for demand in left), result.exclusions)
        self.standing.add(result)
        for placement in result.placements:
            self._count(placement)
        self._bound += result.bound
        self._method = result.method

    def try_new(self) -> None:
        """What nobody else has time for goes to new factories, also those that are not qualified, if it is small."""
        trying = self.ledger.standings.new & ~self.ledger.standings.warned & ~self.supply.register.suspended
        left = [d for d in self.left() if d.units <= self.ledger.policies.new_suppliers.trial_units]
        if not left or not trying.any():
            return
        nobody = np.full(len(left), np.inf)
        taken, _ = take_cheapest(
            left, nobody, [None] * len(left), self._rest(), self.weights, self.ledger, trying, 0, "nobody else has time"
        )
        for one in taken:
            # The bound counted a demand that lost to others with at most its penalty.
            self._bound -= self.standing.losses.get(one.demand.key, 0.0)
            self.standing.unserved.pop(one.demand.key, None)
        self._settle(taken)

    def explain(self) -> None:
        """An unserved demand says which policy keeps it from factories that could make it."""
        rest = self._rest()
        for key in list(self.standing.unserved)[:_EXPLAINED]:
            demand = self.demands[key]
            ways = ways_for(0, demand, rest, self.weights)
            able = [(factory, demand.units) for factory in ways.whole.factory.tolist()]
            able += list(zip(ways.parts.factory.tolist(), ways.parts.low.tolist(), strict=True))
            counts: dict[str, set[int]] = {}
            for factory, units in able:
                if (why := self.ledger.why_not(factory, demand, units)) is not None:
                    counts.setdefault(why, set()).add(factory)
            said = "; ".join(f"{why}, which keeps it from {len(own)} that could" for why, own in counts.items())
            if said:
                self.standing.unserved[key] += f"; {said}"

    def say(self) -> MatchResult:
        """The whole answer; its cost is that of all demands."""
        placements = sorted(self.standing.placements(), key=lambda one: (one.demand, one.factory))
        costs = self.standing.costs
        exclusions = _Looked({key: self._looked.get(key) for key in self.demands}, self.demands, self._within())
        return MatchResult(
            tuple(placements), self.standing.unserved, exclusions, float(sum(costs.values())), max(self._bound, 0.0),
            self._method, costs,
        )  # fmt: skip

    def _settle(self, taken: Sequence[Taken]) -> None:
        """Place what a policy settled; the ledger has counted it already."""
        for placement, one in zip(
            sorted(placements_of(taken, self._rest()), key=lambda p: p.demand),
            sorted(taken, key=lambda t: t.demand.key),
            strict=True,
        ):
            self.standing.placed[placement.demand] = (placement,)
            self.standing.costs[placement.demand] = one.cost
            self.standing.fixed.add(placement.demand)
            self.why[placement.demand, placement.factory] = one.why
            self._bound += one.cost

    def _count(self, placement: Placement) -> None:
        category = self.demands[placement.demand].spec.category.value
        self.ledger.take(self.place(placement.factory), category, placement.units)

    def _rest(self) -> Supply:
        """Time that is left after what is placed."""
        return book_more(self.supply, self.standing.placements())

    def _within(self) -> Supply:
        """The same within what policies allow each factory."""
        return replace(self._rest(), most=self.ledger.allowance())


class _Looked(Mapping[int, Exclusions]):
    """Exclusions as the match of each demand counted them; of those that were settled before it, counted when asked."""

    def __init__(
        self,
        looked: Mapping[int, Mapping[int, Exclusions] | None],
        demands: Mapping[int, OpenDemand],
        supply: Supply,
    ) -> None:
        self._looked, self._demands, self._supply = looked, demands, supply

    def __getitem__(self, key: int) -> Exclusions:
        looked = self._looked[key]
        return (
            ways_for(0, self._demands[key], self._supply, MatchWeights()).exclusions if looked is None else looked[key]
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self._looked)

    def __len__(self) -> int:
        return len(self._looked)
