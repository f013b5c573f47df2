"""What was counted on one listing: frozen figures, raw and clean, that a decision stores and replays from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from demand.decision.reach import Commitments
from demand.interest.clean import Flag
from models.batch import Rung
from models.interest import Segment

_DAY = 86_400
LADDER = tuple(Rung)
"""Lowest rung first."""


@dataclass(frozen=True, slots=True)
class RungCount:
    """One rung: acts in the ledger, different visitors behind them, and those of them who are clean people."""

    acts: int = 0
    visitors: int = 0
    people: int = 0

    def __add__(self, other: "RungCount") -> "RungCount":
        return RungCount(self.acts + other.acts, self.visitors + other.visitors, self.people + other.people)


@dataclass(frozen=True, slots=True)
class Units:
    """`count` buyers' wishes of the same colour, size and quantity; colour and size are None where none was named.

    The buyers are of one segment and asked or ordered within one hour, counted from 1970 (UTC); None where not known.
    """

    colour: str | None
    size: str | None
    quantity: int
    count: int
    segment: Segment = Segment.DOMESTIC_BUSINESS
    hour: int | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.count < 0:
            raise ValueError(f"{self.count} wishes of {self.quantity} units")

    @property
    def units(self) -> int:
        """Pieces in all."""
        return self.quantity * self.count


@dataclass(frozen=True, slots=True)
class Judged:
    """The clean viewers after the burn-in, by the highest rung that each reached: the sufficient statistic."""

    burn_in: int
    by_top_rung: tuple[int, ...]
    """One figure for each rung of the ladder, lowest first."""

    @property
    def viewers(self) -> int:
        """Trials."""
        return sum(self.by_top_rung)

    def converted(self, rung: Rung) -> int:
        """Viewers who reached this rung or a higher one."""
        return sum(self.by_top_rung[LADDER.index(rung) :])


@dataclass(frozen=True, slots=True)
class ListingCounts:
    """Everything that a decision about one listing needs to know of its buyers.

    `raw_units` are the units of all standing pre-orders, `commitments` those of clean people; `inquiries` are clean
    people who asked and have not pre-ordered, each with the largest quantity that they named.
    """

    segments: Mapping[Segment, Mapping[Rung, RungCount]]
    flagged: Mapping[Flag, int]
    judged: Judged
    raw_units: int
    commitments: tuple[Units, ...]
    inquiries: tuple[Units, ...]
    cancelled: tuple[Units, ...] = ()
    """Pre-orders of clean people that were cancelled."""
    answered: tuple[Units, ...] = ()
    """Inquiries of clean people that became pre-orders; the hours are those of the inquiries."""
    judged_segments: Mapping[Segment, Judged] = field(default_factory=dict)
    """The judged viewers of each segment; the burn-in is counted over all of them together."""
    stood_seconds: int = 0
    """How long all pre-orders of clean people have stood together, the cancelled ones until they were cancelled."""

    def on_rung(self, rung: Rung) -> RungCount:
        """One rung over all segments; a visitor is counted in one segment only."""
        return sum((rungs.get(rung, RungCount()) for rungs in self.segments.values()), RungCount())

    @property
    def committed_units(self) -> int:
        """Units of clean standing pre-orders."""
        return sum(line.units for line in self.commitments)

    @property
    def all_commitments(self) -> Commitments:
        """The same for the outlook on units, one figure a pre-order."""
        return Commitments(_each(self.commitments), _each(self.cancelled), self.stood_seconds / _DAY)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "segments": {
                segment.value: {rung.value: asdict(count) for rung, count in rungs.items()}
                for segment, rungs in self.segments.items()
            },
            "flagged": {flag.value: people for flag, people in self.flagged.items()},
            "judged": _judged_json(self.judged),
            "judged_segments": {segment.value: _judged_json(one) for segment, one in self.judged_segments.items()},
            "raw_units": self.raw_units,
            "commitments": [_units_json(line) for line in self.commitments],
            "inquiries": [_units_json(line) for line in self.inquiries],
            "cancelled": [_units_json(line) for line in self.cancelled],
            "answered": [_units_json(line) for line in self.answered],
            "stood_seconds": self.stood_seconds,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ListingCounts":
        """Read back what `to_json` wrote; KeyError or ValueError when it did not."""
        return ListingCounts(
            segments={
                Segment(segment): {Rung(rung): RungCount(**count) for rung, count in rungs.items()}
                for segment, rungs in data["segments"].items()
            },
            flagged={Flag(flag): people for flag, people in data["flagged"].items()},
            judged=_judged_from(data["judged"]),
            judged_segments={
                Segment(segment): _judged_from(one) for segment, one in data.get("judged_segments", {}).items()
            },
            raw_units=data["raw_units"],
            commitments=tuple(_units_from(line) for line in data["commitments"]),
            inquiries=tuple(_units_from(line) for line in data["inquiries"]),
            cancelled=tuple(_units_from(line) for line in data.get("cancelled", ())),
            answered=tuple(_units_from(line) for line in data.get("answered", ())),
            stood_seconds=data.get("stood_seconds", 0),
        )


def _each(lines: Sequence[Units]) -> tuple[int, ...]:
    return tuple(line.quantity for line in lines for _ in range(line.count))


def _judged_json(judged: Judged) -> dict[str, Any]:
    return {"burn_in": judged.burn_in, "by_top_rung": list(judged.by_top_rung)}


def _judged_from(data: Mapping[str, Any]) -> Judged:
    return Judged(data["burn_in"], tuple(data["by_top_rung"]))


def _units_json(line: Units) -> list[Any]:
    return [line.colour, line.size, line.quantity, line.count, line.segment.value, line.hour]


def _units_from(line: Sequence[Any]) -> Units:
    """Lines of the first method name no segment and no hour."""
    colour, size, quantity, count, *of = line
    return Units(colour, size, quantity, count, *((Segment(of[0]), of[1]) if of else ()))
