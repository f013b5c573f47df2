"""What has to be made, and when factories have hands free to make it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.register import Ints, Register
from models.garment import GarmentSpec

LONGEST = 400
"""Days looked ahead."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What is asked of a maker beyond the spec; nothing, unless said."""

    sizes: frozenset[str] = frozenset()
    market: str | None = None
    certificates: frozenset[str] = frozenset()
    valid_on: date = date.min
    """The day through which the certificates hold."""


NOTHING_MORE = Wants()


@dataclass(frozen=True, slots=True)
class OpenDemand:
    """Units of one spec that need a maker by a date (the day on which they leave the factory)."""

    key: int
    spec: GarmentSpec
    units: int
    due_on: date
    currency: str = "CNY"
    highest_price: Decimal | None = None
    """A dearer unit price would lose money; None leaves it open."""
    excluded: frozenset[int] = frozenset()
    """Ids of factories that were asked before and did not take it."""
    forbidden: frozenset[int] = frozenset()
    """Ids of factories that a policy keeps from it."""
    batch: int | None = None
    brand: str | None = None
    market: str | None = None
    """Short name of the market where it is sold; a factory that names its markets must name this one."""
    certificates: frozenset[str] = frozenset()
    """Kinds that its maker holds through the due date."""
    sizes: frozenset[str] = frozenset()
    """Sizes that its maker cuts."""

    def __post_init__(self) -> None:
        if self.units < 1:
            raise ValueError(f"demand {self.key} of {self.units} units")

    @property
    def wants(self) -> Wants:
        """What is asked of its maker beyond the spec."""
        return Wants(self.sizes, self.market, self.certificates, self.due_on)


@dataclass(frozen=True, slots=True)
class Supply:
    """The register's factories from a day onwards: what they can make daily, less what is booked."""

    register: Register
    today: date
    booked: Mapping[tuple[int, date], int]
    """(factory id, day) -> units."""
    calendar: Mapping[tuple[int, date], int] = field(default_factory=dict)
    """(factory id, day) -> units that the factory makes on that day instead of its daily capacity; 0: closed."""
    most: Ints | None = None
    """(F,): units that policies let each factory take; None leaves them to its time."""
    _booked_of: Mapping[int, Sequence[tuple[date, int]]] = field(init=False, repr=False, compare=False)
    _calendar_of: Mapping[int, Sequence[tuple[date, int]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the days by factory: of very many bookings few are looked at together."""
        object.__setattr__(self, "_booked_of", _by_factory(self.booked))
        object.__setattr__(self, "_calendar_of", _by_factory(self.calendar))

    def due_day(self, demand: OpenDemand) -> int:
        """The demand's due date as days from today; -1 when it has passed, LONGEST when it is further off."""
        return min(max((demand.due_on - self.today).days, -1), LONGEST)

    def free(self, factories: Ints, days: int) -> Ints:
        """Units that each factory (index) can still make on each of the next `days` days, today first; (F, days)."""
        hands = np.repeat(self.register.daily_capacity[factories, None], days, axis=1)
        if self.booked or self.calendar:
            for row, factory_id in enumerate(self.register.ids[factories].tolist()):
                for offset, units in self._within(self._calendar_of, factory_id, days):
                    hands[row, offset] = units
                for offset, units in self._within(self._booked_of, factory_id, days):
                    hands[row, offset] -= units
        # Before its lead time has passed a factory has neither material nor an approved sample.
        started = np.arange(days)[None, :] >= self.register.lead_days[factories, None]
        hands = np.where(started, np.maximum(hands, 0), 0)
        if self.most is None:
            return hands
        up_to: Ints = np.minimum(hands.cumsum(axis=1), self.most[factories, None])
        return np.diff(up_to, axis=1, prepend=0).astype(np.int64)

    def let_in(self) -> NDArray[np.bool_]:
        """(F,): factories that policies let take anything at all."""
        return np.ones(len(self.register.ids), np.bool_) if self.most is None else self.most > 0

    def kept_out(self, rows: Ints) -> NDArray[np.bool_]:
        """Capabilities (C) whose factory may not even take its minimum, by policy."""
        if self.most is None:
            return np.zeros(len(rows), np.bool_)
        least: NDArray[np.bool_] = self.most[self.register.factory[rows]] < self.register.quantities[rows, 0]
        return least

    def _within(
        self, of: Mapping[int, Sequence[tuple[date, int]]], factory_id: int, days: int
    ) -> Iterator[tuple[int, int]]:
        for day, units in of.get(factory_id, ()):
            if 0 <= (offset := (day - self.today).days) < days:
                yield offset, units


def _by_factory(dated: Mapping[tuple[int, date], int]) -> dict[int, list[tuple[date, int]]]:
    found: dict[int, list[tuple[date, int]]] = {}
    for (factory_id, day), units in dated.items():
        found.setdefault(factory_id, []).append((day, units))
    return found
