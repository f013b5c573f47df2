"""What buyers of one listing asked for, what became of it so far, and how much time is left. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from demand.counts import Units
from models.interest import Segment


@dataclass(frozen=True, slots=True)
class Wishes:
    """Standing pre-orders and open inquiries; inquiries answered by a pre-order, and pre-orders cancelled.

    Ages are days since the inquiry or the pre-order, whatever became of it.
    """

    commitments: tuple[Units, ...] = ()
    inquiries: tuple[Units, ...] = ()
    answered: tuple[Units, ...] = ()
    cancelled: tuple[Units, ...] = ()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Those that asked for anything, in the order of the glossary."""
        found = {line.segment for line in (*self.commitments, *self.inquiries, *self.answered, *self.cancelled)}
        return tuple(segment for segment in Segment if segment in found)


def units_of(lines: Iterable[Units]) -> int:
    """Pieces in all."""
    return sum(line.units for line in lines)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days since the listing opened, days until its goods are delivered, and days from an order to its delivery."""

    open_days: float
    delivery_days: float
    lead_days: float

    def __post_init__(self) -> None:
        if min(self.open_days, self.delivery_days, self.lead_days) < 0:
            raise ValueError(f"open {self.open_days}, delivered in {self.delivery_days}, made in {self.lead_days} days")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `Schedule(**data)` reads it back."""
        return asdict(self)
