"""One demand placed again in milliseconds, every other one untouched: a market that stays open after its match."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from factory_matching.assignment.arrays import (
    Asked,
    Floats,
    Makers,
    Shelf,
    Small,
    ask,
    currencies_of,
    makers_of,
    shelve,
)
from factory_matching.assignment.exclude import CountedExclusions
from factory_matching.assignment.fill import ALL_EYES, Given, nothing_given, place_whole
from factory_matching.assignment.lanes import with_freight
from factory_matching.assignment.match_many import dearest_cents, penalties
from factory_matching.assignment.parts import could_be_made, split
from factory_matching.assignment.price import free_prices
from factory_matching.assignment.retrieve import NOBODY, Found, Prices, retrieve, unit_cents
from factory_matching.assignment.schedule import Job, schedule
from factory_matching.demand import OpenDemand, Supply
from factory_matching.exclusion import OTHERS_NEED_THEM, why_nobody
from factory_matching.result import MatchResult, Placement
from factory_matching.weights import MatchWeights

_LOOKED_AT = 8  # ways of the demand among which the next best is sought


@dataclass(frozen=True, slots=True)
class OpenMarket:
    """Factories as arrays with what they can still make, given and taken back one demand at a time.

    `left` (F, days) is what each factory can still make up to and including each day; it changes with every `take`,
    `give_back` and `place`, which belong to one thread.
    """

    supply: Supply
    weights: MatchWeights
    currencies: Mapping[str, int]
    shelf: Shelf
    makers: Makers
    dearest: Floats  # (categories,): cents of the dearest ladder step
    left: Small
    factory_of: Small  # (register's factories,): place in `makers`, -1 for those without time
    free: Prices

    @staticmethod
    def open(supply: Supply, weights: MatchWeights, days: int) -> "OpenMarket":
        """Sort all capabilities once (seconds for 600,000 factories); no demand may be due after `days`."""
        register = supply.register
        makers = makers_of(supply, days + 1, weights)
        currencies = currencies_of(register)
        shelf = shelve(register, makers, currencies, weights)
        left = makers.made_by.copy()
        factory_of = np.full(len(register.ids), -1, np.int32)
        factory_of[makers.place] = np.arange(len(makers.place))
        # What is still free is all that one more demand may look at, for its price and its spare days too.
        makers = makers._replace(made_by=left)
        dearest, free = dearest_cents(register.starts, shelf), free_prices(*left.shape)
        return OpenMarket(supply, weights, currencies, shelf, makers, dearest, left, factory_of, free)

    def take(self, placements: Iterable[Placement]) -> None:
        """Book what is placed; ValueError when a factory has not that much time left."""
        for placement in placements:
            self._book(placement, 1)

    def give_back(self, placements: Iterable[Placement]) -> None:
        """Free the days of what fell through."""
        for placement in placements:
            self._book(placement, -1)

    def place(self, demand: OpenDemand) -> MatchResult:
        """The cheapest factory with time left, or parts where no single one has it; booked at once.

        The bound is that of the demand alone with what is left.
        """
        asked = ask([demand], self.supply, self.currencies, np.zeros(1))
        asked, makers = with_freight([demand], asked, self.makers, self.supply.register, self.weights.freight)
        asked = asked._replace(penalty=penalties(asked, self.dearest, makers, self.weights))
        found, reduced = retrieve(asked, self.shelf, makers, self.free, _LOOKED_AT, 1)
        bound = float(min(reduced[0, 0], asked.penalty[0]) * demand.units)
        given = nothing_given(asked, makers)._replace(left=self.left)
        if not place_whole(0, asked, self.shelf, makers, self.free, given, ALL_EYES):
            split(np.zeros(1, np.int64), asked, self.shelf, makers, self.free, given)
        placements = self._placements(demand, asked, given, found)
        exclusions = CountedExclusions([demand.key], asked, self.supply, self.shelf, self.makers)
        if placements:
            return MatchResult(placements, {}, exclusions, float(given.cost[0]), bound, "one")
        if could_be_made(asked, self.shelf, self.makers)[0]:
            return MatchResult((), {demand.key: OTHERS_NEED_THEM}, exclusions, float(given.cost[0]), bound, "one")
        why = why_nobody(demand, exclusions[demand.key])  # a demand that is hopeless costs nothing, as in every match
        return MatchResult((), {demand.key: why}, exclusions, 0.0, 0.0, "one")

    def _placements(self, demand: OpenDemand, asked: Asked, given: Given, found: Found) -> tuple[Placement, ...]:
        due, placements = int(asked.due[0]), []
        used = given.row[0] != NOBODY
        for row, units in zip(given.row[0][used].tolist(), given.units[0][used].tolist(), strict=True):
            factory = int(self.shelf.factory[row])
            self.left[factory, due:] += units  # `fill` took it from the due day on: book the days that are used instead
            placement = Placement(
                demand=demand.key,
                factory=int(self.supply.register.ids[self.makers.place[factory]]),
                units=units,
                unit_price=Decimal(unit_cents(self.shelf, row, units, int(asked.factor[0]))) / 100,
                booked=tuple(self._earliest(factory, units, due)),
                next_best=self._cheapest_other(asked, found, row),
            )
            self.take([placement])
            placements.append(placement)
        return tuple(placements)

    def _earliest(self, factory: int, units: int, due: int) -> Iterator[tuple[date, int]]:
        hands = np.diff(self.left[factory, : due + 1], prepend=0).tolist()
        for day, made in schedule([Job(0, units, due)], hands)[0]:
            yield self.supply.today + timedelta(days=day), made

    def _cheapest_other(self, asked: Asked, found: Found, row: int) -> Decimal | None:
        units, factor = int(asked.units[0]), int(asked.factor[0])
        others = found.row[0][(found.row[0] != NOBODY) & (found.row[0] != row) & (found.high[0] == units)].tolist()
        cents = [unit_cents(self.shelf, other, units, factor) for other in others]
        return Decimal(min(cents)) / 100 if cents else None

    def _book(self, placement: Placement, times: int) -> None:
        factory = int(self.factory_of[np.searchsorted(self.supply.register.ids, placement.factory)])
        for day, units in placement.booked:
            offset = (day - self.supply.today).days
            before = self.left[factory, offset - 1] if offset else 0
            if times * units > self.left[factory, offset] - before:
                raise ValueError(f"factory {placement.factory} has no hands for {units} units on {day}")
            self.left[factory, offset:] -= times * units
