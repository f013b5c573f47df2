"""All factories as arrays, sorted by category: what qualification and matching look things up in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.techniques import TECHNIQUES, techniques_of
from models.attributes import Category, Material
from models.factory import FactoryStanding
from models.garment import GarmentSpec

Ints = NDArray[np.int64]
_CATEGORY = {category.value: place for place, category in enumerate(Category)}
MATERIAL_BIT = {material.value: 1 << place for place, material in enumerate(Material)}
TECHNIQUE_BIT = {technique: 1 << place for place, technique in enumerate(sorted(TECHNIQUES))}


@dataclass(frozen=True, slots=True)
class FactoryEntry:
    """One factory as the register wants it."""

    id: int
    standing: FactoryStanding
    daily_capacity: int
    lead_days: int
    quality: float
    on_time: float


@dataclass(frozen=True, slots=True)
class CapabilityEntry:
    """One capability as the register wants it; `breaks` as in `PriceLadder.to_json`."""

    factory_id: int
    category: str
    materials: Sequence[str]
    techniques: Sequence[str]
    breaks: Sequence[Sequence[Any]]
    currency: str


@dataclass(frozen=True, slots=True)
class Register:
    """Arrays over F factories (ascending id) and C capabilities (sorted by category, then factory).

    Prices are whole cents of the ladder's currency; ladders are padded to the longest with unreachable quantities.
    """

    ids: Ints  # (F,)
    suspended: NDArray[np.bool_]  # (F,)
    daily_capacity: Ints  # (F,)
    lead_days: Ints  # (F,)
    quality: NDArray[np.float64]  # (F,)
    on_time: NDArray[np.float64]  # (F,)
    starts: Ints  # (categories + 1,): where each category begins among the capabilities
    factory: Ints  # (C,): index into the factories
    materials: Ints  # (C,): bit mask
    techniques: Ints  # (C,): bit mask
    currency: NDArray[np.str_]  # (C,)
    quantities: Ints  # (C, breaks)
    cents: Ints  # (C, breaks)

    def rows_of(self, category: Category) -> slice:
        """Where the capabilities of a category stand."""
        place = _CATEGORY[category.value]
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    def price_at(self, rows: Ints | slice, quantity: Ints | int) -> Ints:
        """Unit price in cents at a quantity, one for all rows or one each (that of the first break below the MOQ)."""
        quantities, cents = self.quantities[rows], self.cents[rows]
        price = cents[:, 0].copy()
        for step in range(1, quantities.shape[1]):
            np.copyto(price, cents[:, step], where=quantities[:, step] <= quantity)
        return price


_NEVER = np.iinfo(np.int64).max


def build_register(factories: Iterable[FactoryEntry], capabilities: Iterable[CapabilityEntry]) -> Register:
    """Sort everything into arrays; capabilities of factories that are not given are an error (KeyError)."""
    known = sorted(factories, key=lambda entry: entry.id)
    place = {entry.id: index for index, entry in enumerate(known)}
    rows = sorted(capabilities, key=lambda entry: (_CATEGORY[entry.category], place[entry.factory_id]))
    category = np.array([_CATEGORY[entry.category] for entry in rows], np.int64)
    longest = max((len(entry.breaks) for entry in rows), default=1)
    quantities = np.full((len(rows), longest), _NEVER, np.int64)
    cents = np.zeros((len(rows), longest), np.int64)
    for index, entry in enumerate(rows):
        for step, (quantity, price) in enumerate(entry.breaks):
            quantities[index, step] = quantity
            cents[index, step] = round(float(price) * 100)
    return Register(
        ids=np.array([entry.id for entry in known], np.int64),
        suspended=np.array([entry.standing is FactoryStanding.SUSPENDED for entry in known], np.bool_),
        daily_capacity=np.array([entry.daily_capacity for entry in known], np.int64),
        lead_days=np.array([entry.lead_days for entry in known], np.int64),
        quality=np.array([entry.quality for entry in known], np.float64),
        on_time=np.array([entry.on_time for entry in known], np.float64),
        starts=np.searchsorted(category, np.arange(len(_CATEGORY) + 1)).astype(np.int64),
        factory=np.array([place[entry.factory_id] for entry in rows], np.int64),
        materials=np.array([sum(MATERIAL_BIT[m] for m in entry.materials) for entry in rows], np.int64),
        techniques=np.array([sum(TECHNIQUE_BIT.get(t, 0) for t in entry.techniques) for entry in rows], np.int64),
        currency=np.array([entry.currency for entry in rows], "U3"),
        quantities=quantities,
        cents=cents,
    )


def category_place(category: Category) -> int:
    """Number of a category in `Register.starts`."""
    return _CATEGORY[category.value]


def material_mask(spec: GarmentSpec) -> int:
    """The bit of the spec's material."""
    return MATERIAL_BIT[spec.material.value]


def technique_mask(spec: GarmentSpec) -> int:
    """The bits of every technique that the spec asks for."""
    return sum(TECHNIQUE_BIT[technique] for technique in techniques_of(spec))
