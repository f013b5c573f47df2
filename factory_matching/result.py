"""What a match says: who makes what, what nobody makes and why, and how near to the best that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from factory_matching.exclusion import Exclusions

MOST_PARTS = 8
"""A demand goes to at most so many factories in one match."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Units of a demand given to a factory, day by day."""

    demand: int
    factory: int
    units: int
    unit_price: Decimal
    booked: tuple[tuple[date, int], ...]
    next_best: Decimal | None
    """What the cheapest other factory that could take the same units asks; None when there is no other."""
    time_price: Decimal | None = None
    """What the relaxation says a unit of the factory's time by the due date is worth; None where nobody asked it."""

    @property
    def starts_on(self) -> date:
        """First day of making."""
        return self.booked[0][0]

    @property
    def ends_on(self) -> date:
        """Last day of making."""
        return self.booked[-1][0]


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Who makes what, what nobody makes and why, and how far from the best this can be."""

    placements: tuple[Placement, ...]
    unserved: Mapping[int, str]
    """Demand key -> reason in words."""
    exclusions: Mapping[int, Exclusions]
    """Demand key -> factories left out, by reason."""
    cost: float
    """Price, risks, fees, and penalties of demands that lost to others."""
    bound: float
    """No assignment of the same demands costs less."""
    method: str
    costs: Mapping[int, float] = field(default_factory=dict)
    """Demand key -> its share of the cost; nothing of demands that nobody can make."""
    losses: Mapping[int, float] = field(default_factory=dict)
    """Demand key -> what it would cost, or costs, if nobody made it; nothing of demands that nobody can make."""

    @property
    def penalty(self) -> float:
        """The part of the cost that stands for demands that lost to others."""
        return sum(self.losses.get(key, 0.0) for key in self.unserved)

    @property
    def gap(self) -> float:
        """How much above the bound the cost is, as a share of the bound."""
        return (self.cost - self.bound) / self.bound if self.bound > 0 else 0.0
