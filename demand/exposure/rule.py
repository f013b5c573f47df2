"""How the storefront's default order weighs finding winners against showing them (configs/exposure.toml). Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any

from models.errors import InvalidInput


class Phase(StrEnum):
    """What a batch's exposure is for."""

    DISCOVERY = "discovery"
    """To find out which listings are the best."""
    EXPLOITATION = "exploitation"
    """To sell what is likely the best."""


@dataclass(frozen=True, slots=True)
class ExposureRule:
    """Stored with each snapshot."""

    slots: int = 8
    """First positions of a page: those that most buyers look at, whose propensities are kept."""
    pages: int = 400
    """Pages drawn for each segment; a propensity is a whole number of them."""
    winners_share: float = 0.15
    """Share of a batch's listings that are sought as winners."""
    discovery_share: float = 0.15
    """Share of a batch's window that is spent on finding out: the first day of a week."""
    half_life_days: float = 20.0
    """What was seen so long ago counts half."""
    alike_viewers: float = 150.0
    """What the other segments saw of a listing is worth at most so many viewers in this one."""
    level_conversions: float = 30.0
    """How many conversions it takes until half of a period's good or bad day is believed."""
    keep_days: int = 180
    """Pages shown are forgotten after so long."""

    def __post_init__(self) -> None:
        shares = self.winners_share, self.discovery_share
        positive = self.slots, self.pages, self.half_life_days, self.alike_viewers, self.level_conversions
        if not all(0 <= share <= 1 for share in shares) or min(positive) <= 0 or self.keep_days < 1:
            raise InvalidInput(f"exposure rule {asdict(self)}: shares are 0-1, everything else is above 0")

    def top_of(self, listings: int) -> int:
        """How many winners are sought among so many listings, at least one."""
        return max(1, ceil(self.winners_share * listings))

    def phase_of(self, opens_at: datetime, closes_at: datetime, now: datetime) -> Phase:
        """The phase of a batch with this window at a moment."""
        passed = (now - opens_at) / (closes_at - opens_at)
        return Phase.DISCOVERY if passed < self.discovery_share else Phase.EXPLOITATION

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @staticmethod
    def from_table(table: Mapping[str, Any], where: str = "exposure") -> "ExposureRule":
        """From parsed TOML or JSON; InvalidInput names unknown keys."""
        if unknown := sorted(set(table) - set(ExposureRule.__dataclass_fields__)):
            raise InvalidInput(f"{where}: unknown keys {', '.join(unknown)}")
        try:
            return ExposureRule(**table)
        except TypeError as error:
            raise InvalidInput(f"{where}: {error}") from None
