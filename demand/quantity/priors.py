"""What a quantity assumes before a listing's own history is there; stored with each decision, so that it replays."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from demand.beta import Beta
from demand.decision.pool import PoolPrior
from demand.quantity.delay import Delay
from demand.quantity.levers import Spreads
from demand.quantity.rate_prior import RatePrior

_CANCELLED = RatePrior(PoolPrior(Beta(8, 92)), Delay(0.8, 8.0))
_CONVERTED = RatePrior(PoolPrior(Beta(3, 9)), Delay(0.9, 2.5))
_SPREADS = Spreads()


@dataclass(frozen=True, slots=True)
class QuantityPriors:
    """The shipped values are assumptions, not measurements; `demand.learning.beliefs` replaces what history tells."""

    cancelled: RatePrior = _CANCELLED
    """Pre-orders cancelled before delivery: 8% as in prepaid pooled orders, worth 100 orders; half within 5 days."""
    converted: RatePrior = _CONVERTED
    """Inquiries that become pre-orders: 25%, with wide differences between listings; half of them within 2 days."""
    salvage_share: float = 0.11
    """Share of the price that a leftover sells for."""
    shortage_share: float = 0.09
    """Share of the price that an unserved buyer costs in goodwill."""
    waits: float = 0.6
    """Share of unserved buyers who wait for a second order."""
    service_level: float = 0.95
    """Chance that stock at the re-order point lasts for the lead time."""
    size_strength: float = 20.0
    """Units' worth of trust in a listing's split over one colour's own, and in its category's over the listing's."""
    size_curve: tuple[tuple[str, float], ...] = ()
    """Share of each size in the category's earlier listings; empty where none is known."""
    spreads: Spreads = _SPREADS
    learned_from: int = 0
    """Earlier listings that the rates and delays were learned from; 0 where they are the shipped ones."""

    def __post_init__(self) -> None:
        if not (0 <= self.salvage_share < 1 and self.shortage_share >= 0 and self.size_strength > 0):
            raise ValueError(f"salvage {self.salvage_share}, shortage {self.shortage_share}, size {self.size_strength}")
        if not (0 <= self.waits <= 1 and 0.5 <= self.service_level < 1 and self.learned_from >= 0):
            raise ValueError(f"waits {self.waits}, service {self.service_level}, learned from {self.learned_from}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the floats read back to the bit."""
        rates = {"cancelled": self.cancelled.to_json(), "converted": self.converted.to_json()}
        return {**asdict(self), **rates, "size_curve": [list(pair) for pair in self.size_curve]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "QuantityPriors":
        """Read back what `to_json` wrote; KeyError or TypeError on missing or unknown keys."""
        nested = {
            "cancelled": RatePrior.from_json(data["cancelled"]),
            "converted": RatePrior.from_json(data["converted"]),
            "size_curve": tuple((size, share) for size, share in data["size_curve"]),
            "spreads": Spreads(**data["spreads"]),
        }
        return QuantityPriors(**{**data, **nested})
