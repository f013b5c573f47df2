"""Who got which share of the work, against the share of capacity that they have. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

SIZES = ((50, "small"), (200, "medium"), (float("inf"), "large"))
"""Daily capacity up to which a factory is of a size class."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one factory got, and what it could make."""

    factory: int
    region: str
    new: bool
    daily_capacity: int
    units: int
    money: Decimal
    orders: int

    @property
    def size(self) -> str:
        """Its size class."""
        return next(name for most, name in SIZES if self.daily_capacity <= most)


@dataclass(frozen=True, slots=True)
class Share:
    """One class of factories; shares are of all."""

    name: str
    factories: int
    units: int
    units_share: float
    money_share: float
    capacity_share: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Shares by size class, region and age, and how concentrated the work is beside the capacity."""

    factories: int
    busy: int
    """Factories that got anything."""
    units: int
    by_size: tuple[Share, ...]
    by_region: tuple[Share, ...]
    by_age: tuple[Share, ...]
    hhi: float
    """Sum of squared shares of units (Herfindahl-Hirschman): 1 when one factory has all."""
    capacity_hhi: float
    gini: float
    """Of units over all factories that could work: 0 when all have the same."""
    capacity_gini: float


def measure_fairness(work: Iterable[Work]) -> Fairness:
    """Over all factories that may work, those that got nothing included."""
    all_ = list(work)
    units, capacity = [one.units for one in all_], [one.daily_capacity for one in all_]
    order = [name for _, name in SIZES]
    by_size = sorted(_shares(all_, [one.size for one in all_]), key=lambda share: order.index(share.name))
    return Fairness(
        factories=len(all_),
        busy=sum(count > 0 for count in units),
        units=sum(units),
        by_size=tuple(by_size),
        by_region=_shares(all_, [one.region for one in all_]),
        by_age=_shares(all_, ["new" if one.new else "established" for one in all_]),
        hhi=hhi(units),
        capacity_hhi=hhi(capacity),
        gini=gini(units),
        capacity_gini=gini(capacity),
    )


def hhi(values: Sequence[int]) -> float:
    """Sum of squared shares; 0 of nothing."""
    total = sum(values)
    return sum((value / total) ** 2 for value in values) if total else 0.0


def gini(values: Sequence[int]) -> float:
    """Mean absolute difference of all pairs over twice the mean; 0 of nothing."""
    total, count = sum(values), len(values)
    if not total:
        return 0.0
    ranked = sum((2 * place - count - 1) * value for place, value in enumerate(sorted(values), start=1))
    return ranked / (count * total)


def _shares(work: Sequence[Work], names: Sequence[str]) -> tuple[Share, ...]:
    """One for each name, most units first."""
    groups: dict[str, list[Work]] = defaultdict(list)
    for one, name in zip(work, names, strict=True):
        groups[name].append(one)
    units, capacity = sum(one.units for one in work), sum(one.daily_capacity for one in work)
    money = sum((one.money for one in work), Decimal(0))
    found = [
        Share(
            name,
            len(own),
            sum(one.units for one in own),
            sum(one.units for one in own) / units if units else 0.0,
            float(sum((one.money for one in own), Decimal(0)) / money) if money else 0.0,
            sum(one.daily_capacity for one in own) / capacity if capacity else 0.0,
        )
        for name, own in groups.items()
    ]
    return tuple(sorted(found, key=lambda share: (-share.units, share.name)))
