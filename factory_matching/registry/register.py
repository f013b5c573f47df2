"""All factories as arrays, sorted by category: what qualification and matching look things up in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.sizes import SIZES
from factory_matching.registry.techniques import TECHNIQUES, techniques_of
from models.attributes import Category, Material
from models.factory import FactoryStanding
from models.garment import GarmentSpec

Ints = NDArray[np.int64]
_CATEGORY = {category.value: place for place, category in enumerate(Category)}
MATERIAL_BIT = {material.value: 1 << place for place, material in enumerate(Material)}
TECHNIQUE_BIT = {technique: 1 << place for place, technique in enumerate(sorted(TECHNIQUES))}
SIZE_BIT = {size: 1 << place for place, size in enumerate(SIZES)}
NOBODY_HAS = 1 << 62
"""The bit of a size or market that no factory names: only those that serve all have it."""
_MOST = 61  # markets, or kinds of certificates, in a mask; nobody is taken to have a rarer one


@dataclass(frozen=True, slots=True)
class FactoryEntry:
    """One factory as the register wants it."""

    id: int
    standing: FactoryStanding
    daily_capacity: int
    lead_days: int
    quality: float
    on_time: float
    region: str = ""
    warehouse: str | None = None
    markets: Sequence[str] = ()
    joined_on: date | None = None
    lead_days_p90: int | None = None
    small_order_units: int | None = None
    small_order_days: int | None = None
    certificates: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CapabilityEntry:
    """One capability as the register wants it; `breaks` as in `PriceLadder.to_json`."""

    factory_id: int
    category: str
    materials: Sequence[str]
    techniques: Sequence[str]
    breaks: Sequence[Sequence[Any]]
    currency: str
    sizes: Sequence[str] = ()


def _whole() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Register:
    """Arrays over F factories (ascending id) and C capabilities (sorted by category, then factory).

    Prices are whole cents of the ladder's currency; ladders are padded to the longest with unreachable quantities.
    Arrays that are left empty become what nothing is known of: no warehouse, all markets, all sizes, no certificate.
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
    sizes: Ints = field(default_factory=_whole)  # (C,): bit mask, 0 for all
    warned: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))  # (F,)
    regions: tuple[str, ...] = ("",)
    region: Ints = field(default_factory=_whole)  # (F,): index into `regions`
    warehouses: tuple[str, ...] = ()
    warehouse: Ints = field(default_factory=_whole)  # (F,): index into `warehouses`, -1 for none
    market_names: tuple[str, ...] = ()
    markets: Ints = field(default_factory=_whole)  # (F,): bit mask over `market_names`, 0 for all
    joined: Ints = field(default_factory=_whole)  # (F,): day of joining as in date.toordinal, 0 unknown
    late_days: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # (F,): lead time p90 less median
    small_units: Ints = field(default_factory=_whole)  # (F,): orders of up to so many units start sooner,
    small_days: Ints = field(default_factory=_whole)  # (F,): after so many days
    certificates: Mapping[str, Ints] = field(default_factory=dict)
    """Kind -> (F,): last day on which it is valid, as in date.toordinal; 0 where there is none."""

    def __post_init__(self) -> None:
        """Fill what is left empty."""
        factories, capabilities = len(self.ids), len(self.factory)
        if not len(self.warehouse):
            object.__setattr__(self, "warehouse", np.full(factories, -1, np.int64))
        for name in ("warned", "region", "markets", "joined", "late_days", "small_units", "small_days"):
            if not len(values := getattr(self, name)):
                object.__setattr__(self, name, np.zeros(factories, values.dtype))
        if not len(self.sizes):
            object.__setattr__(self, "sizes", np.zeros(capabilities, np.int64))

    def rows_of(self, category: Category) -> slice:
        """Where the capabilities of a category stand."""
        place = _CATEGORY[category.value]
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    def price_at(self, rows: NDArray[np.integer[Any]] | slice, quantity: Ints | int) -> Ints:
        """Unit price in cents at a quantity, one for all rows or one each (that of the first break below the MOQ)."""
        quantities, cents = self.quantities[rows], self.cents[rows]
        price = cents[:, 0].copy()
        for step in range(1, quantities.shape[1]):
            np.copyto(price, cents[:, step], where=quantities[:, step] <= quantity)
        return price

    def market_bit(self, market: str | None) -> int:
        """The bit of a market in `markets`: 0 for no market, NOBODY_HAS for one that nobody names."""
        if market is None:
            return 0
        return 1 << self.market_names.index(market) if market in self.market_names else NOBODY_HAS

    def kind_bits(self, kinds: Iterable[str]) -> int:
        """The bits of certificates by their place in `certificates`, NOBODY_HAS among them for one nobody holds."""
        mask = 0
        for kind in kinds:
            mask |= 1 << list(self.certificates).index(kind) if kind in self.certificates else NOBODY_HAS
        return mask


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
    regions = tuple(sorted({entry.region for entry in known})) or ("",)
    warehouses = tuple(sorted({entry.warehouse for entry in known if entry.warehouse}))
    markets = commonest(market for entry in known for market in set(entry.markets))
    kinds = commonest(kind for entry in known for kind in entry.certificates)
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
        sizes=np.array([size_mask(entry.sizes) for entry in rows], np.int64),
        warned=np.array([entry.standing is FactoryStanding.WARNED for entry in known], np.bool_),
        regions=regions,
        region=np.array([regions.index(entry.region) for entry in known], np.int64),
        warehouses=warehouses,
        warehouse=np.array([warehouses.index(e.warehouse) if e.warehouse else -1 for e in known], np.int64),
        market_names=markets,
        markets=np.array([market_mask(entry.markets, markets) for entry in known], np.int64),
        joined=np.array([entry.joined_on.toordinal() if entry.joined_on else 0 for entry in known], np.int64),
        late_days=np.array([max(0, e.lead_days_p90 - e.lead_days) if e.lead_days_p90 else 0 for e in known], float),
        small_units=np.array([entry.small_order_units or 0 for entry in known], np.int64),
        small_days=np.array([entry.small_order_days or 0 for entry in known], np.int64),
        certificates={
            kind: np.array([e.certificates[kind].toordinal() if kind in e.certificates else 0 for e in known], np.int64)
            for kind in kinds
        },
    )


def commonest(names: Iterable[str]) -> tuple[str, ...]:
    """As many as a mask has bits for."""
    count = Counter(names)
    return tuple(sorted(sorted(count), key=count.__getitem__, reverse=True)[:_MOST])


def market_mask(markets: Sequence[str], names: Sequence[str]) -> int:
    """The bits of a factory's markets, 0 for all; one that serves only rare markets serves none of those with a bit."""
    return sum(1 << names.index(market) for market in markets if market in names) or (1 << 61 if markets else 0)


def category_place(category: Category) -> int:
    """Number of a category in `Register.starts`."""
    return _CATEGORY[category.value]


def material_mask(spec: GarmentSpec) -> int:
    """The bit of the spec's material."""
    return MATERIAL_BIT[spec.material.value]


def technique_mask(spec: GarmentSpec) -> int:
    """The bits of every technique that the spec asks for."""
    return sum(TECHNIQUE_BIT[technique] for technique in techniques_of(spec))


def size_mask(sizes: Iterable[str]) -> int:
    """The bits of sizes, NOBODY_HAS among them for one that no factory can name; 0 for no size."""
    mask = 0
    for size in sizes:
        mask |= SIZE_BIT.get(size, NOBODY_HAS)
    return mask
