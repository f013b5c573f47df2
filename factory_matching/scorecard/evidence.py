"""What is known of factories' conduct in a window, as arrays. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from factory_matching.scorecard.rule import MEASURES, Measure

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Events:
    """Things that happened, each to one factory: `good` of `of` (a level counts as itself of 1), so many days ago."""

    factory: Ints
    """Index into `Evidence.ids`."""
    good: Reals
    of: Reals
    age: Reals

    @staticmethod
    def none() -> "Events":
        """Nothing happened."""
        return Events.of_rows(())

    @staticmethod
    def of_rows(rows: Iterable[tuple[int, float, float, float]]) -> "Events":
        """From (index, good, of, age); ValueError for what cannot be."""
        table = np.array(list(rows), np.float64).reshape(-1, 4)
        if len(table) and not bool(
            ((table[:, 1] >= 0) & (table[:, 1] <= table[:, 2]) & (table[:, 2] > 0) & (table[:, 3] >= 0)).all()
        ):
            raise ValueError("an event is good of more, or of nothing, or not yet")
        return Events(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3])

    def within(self, days: float) -> "Events":
        """Those not older than so many days."""
        kept = self.age <= days
        return Events(self.factory[kept], self.good[kept], self.of[kept], self.age[kept])


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that scores are made of."""

    ids: Ints
    """Factories, ascending."""
    pools: tuple[str, ...]
    """Names of the groups that factories are compared in: categories."""
    pool: Ints
    """(F,) index into `pools`; -1 where nothing says which."""
    events: Mapping[Measure, Events]
    orders: Ints
    """(F,) orders with an outcome in the window."""
    offers: Ints
    """(F,) offers answered or let expire in the window."""


@dataclass(slots=True)
class Ledger:
    """Collects events of factories given by id, with the category of each; `close` turns them into arrays."""

    _rows: dict[Measure, list[tuple[int, float, float, float]]] = field(
        default_factory=lambda: {measure: [] for measure in MEASURES}
    )
    _seen: dict[tuple[int, str], float] = field(default_factory=dict)

    def add(self, measure: Measure, factory: int, category: str, good: float, of: float, age: float) -> None:
        """One event of a factory."""
        self._rows[measure].append((factory, good, of, age))
        self._seen[factory, category] = self._seen.get((factory, category), 0.0) + 1.0

    def factories_with(self, measure: Measure) -> set[int]:
        """Ids of those of which the measure is known."""
        return {row[0] for row in self._rows[measure]}

    def close(self) -> Evidence:
        """All factories that anything is known of."""
        ids = np.array(sorted({factory for factory, _ in self._seen}), np.int64)
        place = {int(factory): index for index, factory in enumerate(ids)}
        pools = tuple(sorted({category for _, category in self._seen if category}))
        events = {
            measure: Events.of_rows((place[factory], *rest) for factory, *rest in rows)  # type: ignore[misc]
            for measure, rows in self._rows.items()
        }
        return Evidence(
            ids=ids,
            pools=pools,
            pool=_pools(place, pools, self._seen),
            events=events,
            orders=_count(events[Measure.ON_TIME], len(ids)),
            offers=_count(events[Measure.RESPONSE], len(ids)),
        )


def _pools(place: Mapping[int, int], pools: Sequence[str], seen: Mapping[tuple[int, str], float]) -> Ints:
    """Each factory's category with the most events; of equals the first by name."""
    counts = np.zeros((len(place), len(pools)))
    index = {name: number for number, name in enumerate(pools)}
    for (factory, category), events in seen.items():
        if category:
            counts[place[factory], index[category]] = events
    if not pools:
        return np.full(len(place), -1, np.int64)
    return np.where(counts.max(axis=1) > 0, counts.argmax(axis=1), -1).astype(np.int64)


def _count(events: Events, factories: int) -> Ints:
    return np.bincount(events.factory, minlength=factories).astype(np.int64)
