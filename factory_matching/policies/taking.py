"""Giving whole demands to factories one after the other, within their time: what policies settle before the match."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from factory_matching.assignment.schedule import Job, schedule
from factory_matching.demand import OpenDemand, Supply
from factory_matching.registry.register import Ints
from factory_matching.result import Placement


@dataclass(frozen=True, slots=True)
class Taken:
    """A whole demand at a factory (index), with what it costs including risks and fee."""

    demand: OpenDemand
    factory: int
    cents: int
    cost: float
    next_best: Decimal | None
    why: str
    """The policy that settled it."""


class Spare:
    """Time of some factories (indices), taken piece by piece."""

    def __init__(self, supply: Supply, factories: Ints, days: int) -> None:
        self._row = {int(factory): row for row, factory in enumerate(factories)}
        self._left = supply.free(factories, days).cumsum(axis=1)

    def room(self, factory: int, due: int) -> int:
        """Units that it can still take for a demand due that day without crowding out what it has."""
        return 0 if due < 0 else int(self._left[self._row[factory], due:].min())

    def take(self, factory: int, due: int, units: int) -> None:
        """Take its time; negative units give it back."""
        self._left[self._row[factory], due:] -= units


def days_of(demands: Iterable[OpenDemand], supply: Supply) -> int:
    """Days from today to the last due date."""
    return max((supply.due_day(demand) for demand in demands), default=0) + 1


def placements_of(taken: Sequence[Taken], supply: Supply) -> tuple[Placement, ...]:
    """Each with its days: earliest due date first within a factory."""
    by_factory: dict[int, list[Taken]] = defaultdict(list)
    for one in taken:
        by_factory[one.factory].append(one)
    factories = sorted(by_factory)
    free = supply.free(np.array(factories, np.int64), days_of((one.demand for one in taken), supply))
    placements = []
    for factory, hands in zip(factories, free.tolist(), strict=True):
        own = {one.demand.key: one for one in by_factory[factory]}
        jobs = (Job(key, one.demand.units, supply.due_day(one.demand)) for key, one in own.items())
        for key, days in schedule(jobs, hands).items():
            placements.append(
                Placement(
                    demand=key,
                    factory=int(supply.register.ids[factory]),
                    units=own[key].demand.units,
                    unit_price=Decimal(own[key].cents) / 100,
                    booked=tuple((supply.today + timedelta(days=day), units) for day, units in days),
                    next_best=own[key].next_best,
                )
            )
    return tuple(placements)


def book_more(supply: Supply, placements: Iterable[Placement]) -> Supply:
    """The supply that is left after these."""
    booked = dict(supply.booked)
    for placement in placements:
        for day, units in placement.booked:
            booked[placement.factory, day] = booked.get((placement.factory, day), 0) + units
    return replace(supply, booked=booked)
