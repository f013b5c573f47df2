"""Why a demand went where it went: who was chosen, who would be next, who is left out, what a change would bring."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from factory_matching.alone import Weighed, near, weigh
from factory_matching.assignment.risk import half_days
from factory_matching.demand import OpenDemand, Supply
from factory_matching.explanation import Chosen, CostParts, Explanation
from factory_matching.next_best import find_others, freight_to, in_cents, parts_of
from factory_matching.registry.register import Register
from factory_matching.result import Placement
from factory_matching.weights import MatchWeights
from factory_matching.what_if import what_ifs


def explain(
    demand: OpenDemand, supply: Supply, weights: MatchWeights, placements: Sequence[Placement] = ()
) -> Explanation:
    """`placements`: who makes the demand, nobody by default; `supply`: its own days free, all others' booked."""
    supply = near(demand, supply)
    present = weigh(demand, supply, weights)
    undisturbed = weigh(demand, replace(supply, booked={}), weights)
    chosen = tuple(_choose(one, demand, present, supply, weights) for one in placements)
    free = set(undisturbed.ways.whole.factory.tolist())
    able = set(present.ways.whole.factory.tolist())
    explanation = Explanation(
        demand=demand,
        factories=len(supply.register.ids),
        chosen=chosen,
        others=(),
        able=present.able,
        in_parts=present.able_in_parts,
        no_time=len(free - able),
        largest=max(
            (int(ways.high.max()) for ways in (present.ways.whole, present.ways.parts) if len(ways)), default=0
        ),
        exclusions=present.ways.exclusions,
        present=present.best,
        what_ifs=what_ifs(demand, present, supply, weights),
    )
    return replace(explanation, others=find_others(explanation, present, undisturbed, supply.register, weights))


def parts_by_days(placement: Placement, demand: OpenDemand, register: Register, weights: MatchWeights) -> CostParts:
    """Cost parts of a placement from its own price and days alone."""
    factory = int(np.searchsorted(register.ids, placement.factory))
    half = float(half_days(register, np.array([factory]), weights)[0])
    late = (1 - float(register.on_time[factory])) * 0.5 ** (_spare(placement, demand) / half)
    price = float(placement.unit_price)
    return CostParts(
        price=placement.unit_price,
        lateness=in_cents(price * weights.lateness * late),
        quality=in_cents(price * weights.quality * (1 - float(register.quality[factory]))),
        fees=in_cents(weights.fee_per_factory / placement.units),
        freight=freight_to(factory, demand, register, weights),
    )


def _spare(placement: Placement, demand: OpenDemand) -> int:
    return max(0, (demand.due_on - placement.ends_on).days)


def _choose(
    placement: Placement, demand: OpenDemand, present: Weighed, supply: Supply, weights: MatchWeights
) -> Chosen:
    """Costs as the match sees them, where the supply still has the factory; else from its days."""
    register = supply.register
    ways = present.ways.whole if placement.units == demand.units else present.ways.parts
    fits = (register.ids[ways.factory] == placement.factory) & (ways.low <= placement.units)
    found = np.flatnonzero(fits & (placement.units <= ways.high))
    parts = (
        # A price that was agreed in a counter-offer stands in place of the ladder's.
        replace(parts_of(ways, int(found[0]), placement.units, demand, register, weights), price=placement.unit_price)
        if len(found)
        else parts_by_days(placement, demand, register, weights)
    )
    return Chosen(placement, parts, _spare(placement, demand), bool(len(found)))
