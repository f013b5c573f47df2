"""An explanation as a value: who makes a demand, who would be next, who is left out, what a change would bring."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from factory_matching.alone import Best
from factory_matching.demand import OpenDemand
from factory_matching.exclusion import Exclusions
from factory_matching.result import Placement
from factory_matching.what_if import WhatIf
from models.money import round_cent


class Basis(StrEnum):
    """Which placements are explained."""

    OFFERED = "offered"
    """The offers that stand, from the day they were made, with the other bookings of now."""
    PROPOSED = "proposed"
    """What matching would offer now."""
    ALONE = "alone"
    """Nothing is placed: what the demand would find by itself now."""


class Lost(StrEnum):
    """Why a factory does not make it though it could make some of it."""

    DEARER = "dearer"
    RISKIER = "riskier"
    NO_TIME = "no_time"
    TOO_SMALL = "too_small"
    BETTER = "better"
    """It would cost no more: prices or bookings changed since the match, or the match was not quite the best."""


@dataclass(frozen=True, slots=True)
class CostParts:
    """What a unit costs in the match's eyes, in the demand's currency."""

    price: Decimal
    lateness: Decimal
    """Expected loss of coming late."""
    quality: Decimal
    """Expected loss of units that are not good at first."""
    fees: Decimal
    """Sample, set-up and inspection, spread over the units."""
    freight: Decimal = Decimal("0.00")
    """From the factory's warehouse or region to the market."""

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.price + self.lateness + self.quality + self.fees + self.freight

    @property
    def risk(self) -> Decimal:
        """Expected losses."""
        return self.lateness + self.quality


@dataclass(frozen=True, slots=True)
class Chosen:
    """A factory that makes units of the demand."""

    placement: Placement
    parts: CostParts
    spare_days: int
    """Between its last day of making and the due date."""
    is_able_now: bool
    """Whether the supply shows it as able; else the parts are reckoned from its days alone."""


@dataclass(frozen=True, slots=True)
class Other:
    """A factory that could have made some of it but does not."""

    factory: int
    could_make: int
    """Units in time with all others' bookings standing."""
    parts: CostParts
    difference: Decimal | None
    """A unit against the chosen; below 0 when it would cost less; None when nobody is chosen."""
    why: Lost


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is to be said of one demand; money in its currency."""

    demand: OpenDemand
    factories: int
    """In the register."""
    chosen: tuple[Chosen, ...]
    others: tuple[Other, ...]
    able: int
    """Factories that could make all of it with the others' bookings standing."""
    in_parts: int
    """Those that could make only a part; these, the able and the excluded are all."""
    no_time: int
    """Factories that could make all of it, were nothing else booked."""
    largest: int
    """Most units that any one factory could make."""
    exclusions: Exclusions
    present: Best | None
    """The cheapest way of the demand by itself as the supply stands."""
    what_ifs: tuple[WhatIf, ...]

    @property
    def placed(self) -> int:
        """Units that the chosen make."""
        return sum(one.placement.units for one in self.chosen)

    @property
    def unit_cost(self) -> Decimal | None:
        """A unit at the chosen factories, on average with risks and fees; None when nobody is chosen."""
        if not self.chosen:
            return None
        return round_cent(sum((one.parts.total * one.placement.units for one in self.chosen), Decimal()) / self.placed)

    @property
    def unit_cost_alone(self) -> Decimal | None:
        """A unit of the demand by itself, with risks and fees; None when nobody could make it."""
        return None if self.present is None else round_cent(Decimal(self.present.unit_cost))

    @property
    def is_split(self) -> bool:
        """More than one factory makes it."""
        return len(self.chosen) > 1
