"""How much of a category is renewed, and who may come in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from factory_matching.scorecard.rule import numbers
from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """The merchandiser's rule of renewal."""

    worst_share: float = 0.10
    """Of the scored factories of a category, rounded down."""
    least_orders: int = 5
    most_orders_of_new: int = 2
    quality_at_least: float = 0.90
    on_time_at_least: float = 0.85
    """Of newcomers, as declared: all that is known of them."""
    price_above_median: float = 0.05
    quantity: int = 100
    """At which prices are compared."""
    notice_days: int = 30
    """A factory in good standing is put on notice first, and goes only in a renewal so many days later."""
    need_days: int = 90
    reserve: float = 2.0
    """Times the daily need of a category that its proven factories keep."""

    def __post_init__(self) -> None:
        shares = self.worst_share, self.quality_at_least, self.on_time_at_least, self.price_above_median
        if not all(0 <= share <= 1 for share in shares):
            raise InvalidInput("renewal: shares lie between 0 and 1")
        if min(self.least_orders, self.quantity, self.need_days) < 1 or self.reserve < 1:
            raise InvalidInput("renewal: least_orders, quantity, need_days and reserve are at least 1")
        if self.most_orders_of_new < 0 or self.notice_days < 0:
            raise InvalidInput("renewal: most_orders_of_new and notice_days are not below 0")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "RenewalRule":
        """From [renewal] of configs/scorecard.toml; InvalidInput on unknown keys or values that are no numbers."""
        return RenewalRule(**numbers(RenewalRule, table, "renewal"))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, stored with each proposal."""
        return asdict(self)
