"""What buyers of one listing asked for, what became of it so far, and how much time is left. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from demand.interest.counts import ListingCounts, Units
from demand.quantity.delay import coarse_days
from models.interest import Segment

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """`count` buyers of one segment who wish for the same, and have waited for `age_days` since they asked or ordered.

    Colour and size are None where none was named.
    """

    colour: str | None
    size: str | None
    quantity: int
    count: int
    segment: Segment = Segment.DOMESTIC_BUSINESS
    age_days: float = 0.0

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.count < 0 or not 0 <= self.age_days < float("inf"):
            raise ValueError(f"{self.count} wishes of {self.quantity} units, {self.age_days} days old")

    @property
    def units(self) -> int:
        """Pieces in all."""
        return self.quantity * self.count


@dataclass(frozen=True, slots=True)
class Wishes:
    """Standing pre-orders and open inquiries; inquiries answered by a pre-order, and pre-orders cancelled.

    Ages are days since the inquiry or the pre-order, whatever became of it.
    """

    commitments: tuple[Wish, ...] = ()
    inquiries: tuple[Wish, ...] = ()
    answered: tuple[Wish, ...] = ()
    cancelled: tuple[Wish, ...] = ()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Those that asked for anything, in the order of the glossary."""
        found = {line.segment for line in (*self.commitments, *self.inquiries, *self.answered, *self.cancelled)}
        return tuple(segment for segment in Segment if segment in found)


def units_of(lines: Iterable[Wish]) -> int:
    """Pieces in all."""
    return sum(line.units for line in lines)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days since the listing opened, days until its goods are delivered, and days from an order to its delivery.

    `hour` is the hour of the look, counted from 1970 (UTC): wishes are aged by it.
    """

    open_days: float
    delivery_days: float
    lead_days: float
    hour: int = 0

    def __post_init__(self) -> None:
        if min(self.open_days, self.delivery_days, self.lead_days) < 0:
            raise ValueError(f"open {self.open_days}, delivered in {self.delivery_days}, made in {self.lead_days} days")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `Schedule(**data)` reads it back."""
        return asdict(self)


def wishes_in(counts: ListingCounts, hour: int) -> Wishes:
    """What was counted, aged up to this hour from 1970; a wish of an unknown hour is as fresh as can be."""
    return Wishes(
        commitments=_aged(counts.commitments, hour),
        inquiries=_aged(counts.inquiries, hour),
        answered=_aged(counts.answered, hour),
        cancelled=_aged(counts.cancelled, hour),
    )


def _aged(lines: Iterable[Units], hour: int) -> tuple[Wish, ...]:
    """Wishes of about the same age counted together."""
    together: Counter[tuple[str | None, str | None, int, Segment, float]] = Counter()
    for line in lines:
        age = coarse_days((hour - line.hour) / _HOURS) if line.hour is not None else 0.0
        together[line.colour, line.size, line.quantity, line.segment, age] += line.count
    return tuple(Wish(*of[:3], count, *of[3:]) for of, count in together.items())
