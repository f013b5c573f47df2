"""Very many demands: prices of scarce time, placing by them, exchanges, splits. Deterministic, in little memory."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import (
    ANY_PRICE,
    BANDS,
    Asked,
    Floats,
    Makers,
    Shelf,
    ask,
    currencies_of,
    makers_of,
    shelve,
)
from factory_matching.assignment.columns import round_scaled
from factory_matching.assignment.exchange import exchange
from factory_matching.assignment.exclude import CountedExclusions
from factory_matching.assignment.fill import Given, fill, nothing_given
from factory_matching.assignment.lanes import with_freight
from factory_matching.assignment.parts import could_be_made, split
from factory_matching.assignment.price import Priced, free_prices, price
from factory_matching.assignment.retrieve import NOBODY, nothing_found
from factory_matching.assignment.ruin import ruin_and_recreate
from factory_matching.assignment.schedule import Job, schedule
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import OTHERS_NEED_THEM, why_nobody
from factory_matching.registry.register import Ints, Register, category_place
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights
from models.money import round_cent

_EXCHANGES = 2  # a third round gains less than a thousandth
_FEW_GAINED = 0.002  # share of demands below which another round of exchanges is not worth it
_TRIES_OF_LOST = 100  # at placing some demands anew, for each that nobody has
_SEED = 1  # the same input, the same answer
Progress = Callable[[str, int, int], None]


class Tries(NamedTuple):
    """How often some demands are placed anew, in each of two rounds."""

    all: int = 20_000
    """Spread over all demands."""
    lost: int = 100_000
    """At most, over those that nobody has."""


Matcher = Callable[[Sequence[OpenDemand], Supply, MatchWeights, Progress | None], MatchResult]


def match_many(
    demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights, progress: Progress | None = None
) -> MatchResult:
    """Place every demand that somebody can make, whole where one factory has time, else in at most MOST_PARTS parts.

    The bound is certified: it holds whatever the search did. `progress` is told (step, done, total).
    """
    tell = progress or (lambda step, done, total: None)
    market = open_market(demands, supply, weights)
    threads = os.cpu_count() or 1
    priced = price(market.asked, market.shelf, market.makers, threads, lambda done, total: tell("prices", done, total))
    given = nothing_given(market.asked, market.makers)
    return market.say(give(market.asked, market.shelf, market.makers, priced, given, tell), priced, "priced")


def match_cheapest_first(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights) -> MatchResult:
    """Each demand, largest first, to the cheapest factory that has time: what matching is measured against."""
    market = open_market(demands, supply, weights)
    asked, shelf, makers = market.asked, market.shelf, market.makers
    free = free_prices(*makers.made_by.shape)
    given, order = nothing_given(asked, makers), np.argsort(-asked.units, kind="stable")
    fill(order, asked, shelf, makers, free, given)
    split(order, asked, shelf, makers, free, given)
    return market.say(given, Priced(free, 0.0, nothing_found(len(order))), "cheapest first")


@dataclass(frozen=True, slots=True)
class Market:
    """The demands that somebody could make and the factories that could, as arrays; and what they were made from."""

    demands: Sequence[OpenDemand]
    supply: Supply
    everything: Asked
    possible: NDArray[np.bool_]
    asked: Asked  # those that are possible
    shelf: Shelf
    makers: Makers

    def say(self, given: Given, priced: Priced, method: str) -> MatchResult:
        """The answer in words and money."""
        keys = [demand.key for demand in self.demands]
        exclusions = CountedExclusions(keys, self.everything, self.supply, self.shelf, self.makers)
        open_ = np.flatnonzero(self.possible)
        asking = [self.demands[index] for index in open_.tolist()]
        lost = set(open_[given.row[:, 0] == NOBODY].tolist())
        open_keys, losses = [demand.key for demand in asking], self.asked.penalty * self.asked.units
        return MatchResult(
            placements=_placements(asking, self.supply, self.shelf, self.makers, self.asked, priced, given),
            unserved=_unserved(self.demands, self.possible, lost, exclusions),
            exclusions=exclusions,
            cost=float(given.cost.sum()),
            bound=priced.bound,
            method=method,
            costs=dict(zip(open_keys, given.cost.tolist(), strict=True)),
            losses=dict(zip(open_keys, losses.tolist(), strict=True)),
        )


def open_market(demands: Sequence[OpenDemand], supply: Supply, weights: MatchWeights) -> Market:
    """Everything as arrays, and which of the demands could be made at all.

    Demands that need the same stand together, whatever order they came in: so the same demands get the same answer,
    and what a loop needs next is mostly in the cache.
    """
    demands = sorted(demands, key=lambda d: (category_place(d.spec.category), BANDS.searchsorted(d.units), d.key))
    register, currencies = supply.register, currencies_of(supply.register)
    asked = ask(demands, supply, currencies, np.zeros(len(demands)))
    makers = makers_of(supply, int(asked.due.max(initial=0)) + 1, weights)
    asked, makers = with_freight(demands, asked, makers, register, weights.freight)
    shelf = shelve(register, makers, currencies, weights)
    asked = asked._replace(penalty=penalties(asked, dearest_cents(register.starts, shelf), makers, weights))
    possible = could_be_made(asked, shelf, makers)
    return Market(demands, supply, asked, possible, take_some(asked, np.flatnonzero(possible)), shelf, makers)


def give(
    asked: Asked,
    shelf: Shelf,
    makers: Makers,
    priced: Priced,
    given: Given,
    tell: Progress,
    tries: Tries = Tries(),  # noqa: B008 - immutable
) -> Given:
    """First those that must be split, while there is most room; then by prices; then better."""
    order = np.argsort(-asked.units, kind="stable")
    alone: NDArray[np.bool_] = np.any(priced.found.high >= asked.units[:, None], axis=1)
    split(order[~alone[order]], asked, shelf, makers, priced.prices, given)
    fill(order, asked, shelf, makers, priced.prices, given)
    return give_better(asked, shelf, makers, priced, given, tell, tries)


def give_better(
    asked: Asked, shelf: Shelf, makers: Makers, priced: Priced, given: Given, tell: Progress, tries: Tries
) -> Given:
    """By true cost: exchanges, those that nobody has in parts, and some placed anew."""
    order = np.argsort(-asked.units, kind="stable")
    near = order[
        np.argsort(asked.category[order], kind="stable")
    ]  # one category after the other: theirs is in the cache
    for round_ in range(_EXCHANGES):
        gained = exchange(near, asked, shelf, priced.found, given)
        tell("exchanges", round_ + 1, _EXCHANGES)
        if gained <= _FEW_GAINED * len(order):
            break
    free = free_prices(*makers.made_by.shape)
    split(order, asked, shelf, makers, free, given)
    rng = np.random.default_rng(_SEED)
    for round_, prices in enumerate((priced.prices, free)):
        ruin_and_recreate(
            _centres(given, tries, rng), asked, shelf, makers, prices, priced.found, given, _SEED + round_
        )
        tell("places anew", round_ + 1, 2)
    return given


def _centres(given: Given, tries: Tries, rng: np.random.Generator) -> Ints:
    """Demands around which some are placed anew: those that nobody has very often, others as time allows."""
    count = len(given.cost)
    lost = np.flatnonzero(given.row[:, 0] == NOBODY)
    often = min(_TRIES_OF_LOST, tries.lost // max(len(lost), 1))
    every = np.repeat(np.arange(count), tries.all // max(count, 1))
    return rng.permutation(np.concatenate([np.repeat(lost, often), every]))


def take_some(asked: Asked, keep: Ints) -> Asked:
    """Some of the demands."""
    counts = np.diff(asked.refused_from)[keep]
    refused = [asked.refused[asked.refused_from[index] : asked.refused_from[index + 1]] for index in keep[counts > 0]]
    return Asked(
        asked.category[keep],
        asked.band[keep],
        asked.needs[keep],
        asked.currency[keep],
        asked.units[keep],
        asked.due[keep],
        asked.factor[keep],
        asked.most_cents[keep],
        np.concatenate([np.zeros(1, np.int64), counts.cumsum()]),
        np.concatenate([np.zeros(0, np.int64), *refused]),
        asked.penalty[keep],
        asked.sizes[keep],
        asked.market[keep],
        asked.holds[keep],
        asked.valid_on[keep],
        asked.lane[keep],
    )


def dearest_cents(starts: Ints, shelf: Shelf) -> Floats:
    """The dearest price of each category, (categories,)."""
    return np.array([shelf.cents[a:b, 0].max(initial=100) for a, b in pairwise(starts.tolist())], np.float64)


def penalties(asked: Asked, dearest: Floats, makers: Makers, weights: MatchWeights) -> Floats:
    """What a unit costs that nobody makes: more than the dearest price of its category with risks, freight, fee."""
    risk = 1 + float(makers.bad.max(initial=0.0)) + float(makers.late.max(initial=0.0))
    penalty = weights.unserved * dearest[asked.category] * asked.factor / 1e5 * risk
    least: Floats = makers.freight.max(axis=1)[asked.lane] + weights.fee_per_factory / np.maximum(asked.units, 1)
    return penalty + least


def _unserved(
    demands: Sequence[OpenDemand], possible: NDArray[np.bool_], lost: set[int], exclusions: CountedExclusions
) -> dict[int, str]:
    unserved = {}
    for index in np.flatnonzero(~possible).tolist():
        unserved[demands[index].key] = why_nobody(demands[index], exclusions[demands[index].key])
    return unserved | {demands[index].key: OTHERS_NEED_THEM for index in sorted(lost)}


def _placements(
    demands: Sequence[OpenDemand],
    supply: Supply,
    shelf: Shelf,
    makers: Makers,
    asked: Asked,
    priced: Priced,
    given: Given,
) -> tuple[Placement, ...]:
    """Parts in the order of their demands, each with its days: earliest due date first within a factory."""
    demand, part = np.nonzero(given.row != NOBODY)
    row = given.row[demand, part].astype(np.int64)
    factory, units = shelf.factory[row], given.units[demand, part].astype(np.int64)
    booked: list[tuple[tuple[int, int], ...]] = [()] * len(row)
    order = np.argsort(factory, kind="stable")
    edges = np.flatnonzero(np.diff(factory[order], prepend=-1, append=-1))
    for start, stop in pairwise(edges):
        own = order[start:stop].tolist()
        free = np.diff(makers.made_by[factory[own[0]]], prepend=0).tolist()
        plan = schedule((Job(p, int(units[p]), int(asked.due[demand[p]])) for p in own), free)
        for place in own:
            booked[place] = tuple(plan[place])
    prices = round_scaled(supply.register.price_at(row, units), asked.factor[demand]).tolist()
    others = _next_best(supply.register, asked, priced, demand, row).tolist()
    scarce = priced.prices.of_time[priced.prices.row[factory], asked.due[demand]].tolist()
    return tuple(
        Placement(
            demand=demands[d].key,
            factory=int(supply.register.ids[makers.place[factory[place]]]),
            units=int(units[place]),
            unit_price=Decimal(prices[place]) / 100,
            booked=tuple((supply.today + timedelta(days=day), count) for day, count in booked[place]),
            next_best=None if others[place] == ANY_PRICE else Decimal(others[place]) / 100,
            time_price=round_cent(Decimal(scarce[place])),
        )
        for place, d in enumerate(demand.tolist())
    )


def _next_best(register: Register, asked: Asked, priced: Priced, demand: Ints, row: Ints) -> Ints:
    """For each part: what the cheapest other factory looked at asks for all of it, ANY_PRICE without one."""
    ways, high = priced.found.row[demand], priced.found.high[demand]
    units, factor = asked.units[demand], asked.factor[demand]
    lowest = np.full(len(demand), ANY_PRICE)
    for way in range(ways.shape[1]):
        other = (ways[:, way] != NOBODY) & (ways[:, way] != row) & (high[:, way] == units)
        cents = round_scaled(register.price_at(ways[other, way].astype(np.int64), units[other]), factor[other])
        lowest[other] = np.minimum(lowest[other], cents)
    return lowest
