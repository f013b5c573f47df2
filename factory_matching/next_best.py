"""Factories that could have made some of a demand but do not, and why."""

from collections.abc import Set
from decimal import Decimal

import numpy as np

from factory_matching.alone import Weighed
from factory_matching.assignment.columns import Columns
from factory_matching.assignment.lanes import freight_of, origin_of
from factory_matching.demand import OpenDemand
from factory_matching.explanation import CostParts, Explanation, Lost, Other
from factory_matching.registry.register import Register
from factory_matching.weights import MatchWeights
from models.money import round_cent

NEXT_BEST = 5
"""Factories that are shown beside the chosen."""
_CHEAPER = 3  # and so many cheaper ones that cannot take it


def find_others(
    explanation: Explanation, present: Weighed, undisturbed: Weighed, register: Register, weights: MatchWeights
) -> tuple[Other, ...]:
    """The next best of those that could take it, and the cheapest of those that could not; cheapest first.

    `undisturbed`: what the demand would find if nothing else were booked.
    """
    chosen = set(np.searchsorted(register.ids, [one.placement.factory for one in explanation.chosen]).tolist())
    whole, parts = present.ways.whole, present.ways.parts
    able, free = set(whole.factory.tolist()), set(undisturbed.ways.whole.factory.tolist())
    room = dict(zip(parts.factory.tolist(), parts.high.tolist(), strict=True)) | dict.fromkeys(
        able, explanation.demand.units
    )

    def other(ways: Columns, place: int) -> Other:
        factory, units = int(ways.factory[place]), int(ways.high[place])
        cost = parts_of(ways, place, units, explanation.demand, register, weights)
        difference = None if explanation.unit_cost is None else cost.total - explanation.unit_cost
        could = room.get(factory, 0)
        if factory in able or (explanation.is_split and could and difference and difference > 0):
            why = _by_cost(cost, difference, explanation)
        else:
            why = Lost.NO_TIME if factory in free or not could else Lost.TOO_SMALL
        return Other(int(register.ids[factory]), could, cost, difference, why)

    small = set(undisturbed.ways.parts.factory.tolist()) - free
    found = [other(whole, place) for place in _cheapest(whole, able - chosen)]
    blocked = [
        other(ways, place)
        for ways, kept in (
            (undisturbed.ways.whole, free - able),
            (parts, small & room.keys()),
            (undisturbed.ways.parts, small - room.keys()),
        )
        for place in _cheapest(ways, kept - chosen)
    ]
    blocked.sort(key=lambda one: one.parts.total)
    cheaper = [one for one in blocked if one.difference is None or one.difference < 0]
    shown = cheaper[:_CHEAPER] if len(found) == NEXT_BEST else blocked[: max(_CHEAPER, NEXT_BEST - len(found))]
    return tuple(sorted([*found, *shown], key=lambda one: one.parts.total))


def _cheapest(ways: Columns, kept: Set[int]) -> list[int]:
    """Places of the cheapest ways of these factories, one each."""
    open_ = np.flatnonzero(np.isin(ways.factory, list(kept)))
    order = open_[np.argsort(ways.unit_cost[open_], kind="stable")]
    _, first = np.unique(ways.factory[order], return_index=True)
    places: list[int] = order[np.sort(first)][:NEXT_BEST].tolist()
    return places


def _by_cost(parts: CostParts, difference: Decimal | None, explanation: Explanation) -> Lost:
    if difference is None or difference <= 0:
        return Lost.BETTER
    risk = sum(one.parts.risk * one.placement.units for one in explanation.chosen) / Decimal(explanation.placed)
    return Lost.RISKIER if parts.risk - risk > difference / 2 else Lost.DEARER


def parts_of(
    ways: Columns, place: int, units: int, demand: OpenDemand, register: Register, weights: MatchWeights
) -> CostParts:
    """Cost parts of one way at so many units."""
    price = float(ways.cents[place]) / 100
    quality = price * weights.quality * (1 - float(register.quality[ways.factory[place]]))
    freight = freight_to(int(ways.factory[place]), demand, register, weights)
    return CostParts(
        price=Decimal(int(ways.cents[place])) / 100,
        lateness=in_cents(float(ways.unit_cost[place]) - price - quality - float(freight)),
        quality=in_cents(quality),
        fees=in_cents(weights.fee_per_factory / units),
        freight=freight,
    )


def freight_to(factory: int, demand: OpenDemand, register: Register, weights: MatchWeights) -> Decimal:
    """Freight of a unit from a factory (its index) to the demand's market."""
    origin = origin_of(register, weights.freight, np.array([factory]))[0]
    return in_cents(float(freight_of(demand, register, weights.freight)[origin]))


def in_cents(amount: float) -> Decimal:
    """Money from a float, to the cent."""
    return round_cent(Decimal(amount))
