"""Demands of one batch to one maker where one can take them all, else to as few as can be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from factory_matching.assignment.columns import Ways, ways_for
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import Exclusions
from factory_matching.policies.ledger import Ledger
from factory_matching.policies.taking import Spare, Taken, book_more, days_of, placements_of
from factory_matching.registry.register import Ints
from factory_matching.weights import MatchWeights


@dataclass(frozen=True, slots=True)
class Kept:
    """One batch: who makes how many of its demands."""

    batch: int
    demands: int
    makers: tuple[tuple[int, int], ...]
    """(factory id, demands), most first."""
    apart: int
    """Demands that no maker could take beside another of the batch; they are matched like any other."""

    def say(self) -> str:
        """In words."""
        if len(self.makers) == 1 and not self.apart:
            return f"batch {self.batch}: all {self.demands} demands at one maker"
        parts = ", ".join(f"{count} at factory {factory}" for factory, count in self.makers) or "none"
        return (
            f"batch {self.batch}: no maker can take all {self.demands} demands; together: {parts}; apart: {self.apart}"
        )


@dataclass(frozen=True, slots=True)
class Together:
    """All batches that are kept together."""

    taken: tuple[Taken, ...]
    kept: tuple[Kept, ...]
    exclusions: Mapping[int, Exclusions]


@dataclass(frozen=True, slots=True)
class _Way:
    cents: int
    cost: float


def keep_together(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, ledger: Ledger) -> Together:
    """Place the batches that are kept together, largest first; the ledger counts what is taken."""
    groups: dict[int, list[OpenDemand]] = defaultdict(list)
    for demand in demands:
        if demand.batch in ledger.facts.together:
            groups[demand.batch].append(demand)
    taken: list[Taken] = []
    kept: list[Kept] = []
    exclusions: dict[int, Exclusions] = {}
    for batch, group in sorted(groups.items(), key=lambda entry: (-sum(d.units for d in entry[1]), entry[0])):
        if len(group) < 2:
            continue
        ways = {demand.key: ways_for(0, demand, supply, weights) for demand in group}
        exclusions |= {key: way.exclusions for key, way in ways.items()}
        got = _place(group, ways, supply, weights, ledger)
        supply = book_more(supply, placements_of(got, supply))
        taken += got
        kept.append(_kept(batch, group, got, supply))
    return Together(tuple(taken), tuple(kept), exclusions)


def _kept(batch: int, group: Sequence[OpenDemand], got: Sequence[Taken], supply: Supply) -> Kept:
    counts: dict[int, int] = defaultdict(int)
    for one in got:
        counts[int(supply.register.ids[one.factory])] += 1
    makers = tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
    return Kept(batch, len(group), makers, len(group) - len(got))


def _place(
    group: Sequence[OpenDemand], ways: Mapping[int, Ways], supply: Supply, weights: MatchWeights, ledger: Ledger
) -> list[Taken]:
    """The factory that takes most units, the cheapest of these, then again for the rest, while it takes two or more."""
    open_ = {demand.key: demand for demand in group}
    offers = _by_factory(group, ways, weights)
    spare = Spare(supply, np.array(sorted(offers), np.int64), days_of(group, supply))
    taken: list[Taken] = []
    while len(open_) > 1:
        best = _best(open_, offers, spare, supply, ledger)
        if best is None:
            break
        factory, chosen = best
        for demand in chosen:
            way = offers[factory][demand.key]
            spare.take(factory, supply.due_day(demand), demand.units)
            ledger.take(factory, demand.spec.category.value, demand.units)
            others = ways[demand.key].whole
            cents = others.cents[others.factory != factory]
            next_best = Decimal(int(cents.min())) / 100 if len(cents) else None
            taken.append(Taken(demand, factory, way.cents, way.cost, next_best, "together"))
            del open_[demand.key]
    return taken


def _best(
    open_: Mapping[int, OpenDemand],
    offers: Mapping[int, Mapping[int, _Way]],
    spare: Spare,
    supply: Supply,
    ledger: Ledger,
) -> tuple[int, list[OpenDemand]] | None:
    best: tuple[int, float] = (0, 0.0)
    found: tuple[int, list[OpenDemand]] | None = None
    for factory, own in offers.items():
        could = sum(open_[key].units for key in own if key in open_)
        if could < best[0]:
            continue
        fits = _fitting(factory, [open_[key] for key in own if key in open_], spare, supply, ledger)
        rank = sum(demand.units for demand in fits), -sum(own[demand.key].cost for demand in fits)
        if len(fits) > 1 and (found is None or rank > best):
            best, found = rank, (factory, fits)
    return found


def _fitting(
    factory: int, demands: Sequence[OpenDemand], spare: Spare, supply: Supply, ledger: Ledger
) -> list[OpenDemand]:
    """Those that it can take beside each other, earliest due date first; everything is put back."""
    fits: list[OpenDemand] = []
    for demand in sorted(demands, key=lambda demand: (supply.due_day(demand), -demand.units, demand.key)):
        due = supply.due_day(demand)
        if spare.room(factory, due) < demand.units or ledger.why_not(factory, demand, demand.units) is not None:
            continue
        spare.take(factory, due, demand.units)
        ledger.take(factory, demand.spec.category.value, demand.units)
        fits.append(demand)
    for demand in fits:
        spare.take(factory, supply.due_day(demand), -demand.units)
        ledger.take(factory, demand.spec.category.value, -demand.units)
    return fits


def _by_factory(
    group: Sequence[OpenDemand], ways: Mapping[int, Ways], weights: MatchWeights
) -> dict[int, dict[int, _Way]]:
    """Factory -> demand -> its whole way; only factories that could take two or more, dearest last."""
    offers: dict[int, dict[int, _Way]] = defaultdict(dict)
    for demand in group:
        whole = ways[demand.key].whole
        for factory, cents, unit_cost in zip(
            _list(whole.factory), _list(whole.cents), whole.unit_cost.tolist(), strict=True
        ):
            offers[factory][demand.key] = _Way(cents, unit_cost * demand.units + weights.fee_per_factory)
    return {factory: own for factory, own in offers.items() if len(own) > 1}


def _list(values: Ints) -> list[int]:
    listed: list[int] = values.tolist()
    return listed
