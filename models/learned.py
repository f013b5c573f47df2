"""What learning hands to the next batch's designs: effects of attribute values, as a plain value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

_INTERVAL_90 = 1.6448536269514722


class Leaning(StrEnum):
    """What can be said of an attribute's value."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    """Its 90% interval holds the average."""


@dataclass(frozen=True, slots=True)
class LearnedEffect:
    """What an attribute's value adds to the log-odds of being wanted, against the average of the values tried."""

    attribute: str
    value: str
    log_odds: float
    deviation: float
    """Standard deviation of what is believed."""
    listings: int
    """Listings behind it."""

    def __post_init__(self) -> None:
        if self.deviation < 0 or self.listings < 0:
            raise ValueError(f"deviation {self.deviation} from {self.listings} listings")

    @property
    def low(self) -> float:
        """Lower end of the 90% interval."""
        return self.log_odds - _INTERVAL_90 * self.deviation

    @property
    def high(self) -> float:
        """Upper end of the 90% interval."""
        return self.log_odds + _INTERVAL_90 * self.deviation

    @property
    def leaning(self) -> Leaning:
        """Better or worse than the attribute's average, or unclear."""
        if self.low > 0:
            return Leaning.BETTER
        return Leaning.WORSE if self.high < 0 else Leaning.UNCLEAR


@dataclass(frozen=True, slots=True)
class LearnedEffects:
    """The effects of one version of the lessons."""

    version: int
    effects: tuple[LearnedEffect, ...]
    spreads: Mapping[str, float]
    """Attribute -> standard deviation of its values' effects: how far a value that nobody tried may be from average."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "version": self.version,
            "effects": [asdict(effect) for effect in self.effects],
            "spreads": dict(self.spreads),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "LearnedEffects":
        """Read back what `to_json` wrote."""
        effects = tuple(LearnedEffect(**effect) for effect in data["effects"])
        return LearnedEffects(data["version"], effects, data["spreads"])
