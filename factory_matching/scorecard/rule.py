"""What counts in a score, and how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput


class Measure(StrEnum):
    """One thing that is measured, as a number from 0 to 1, higher is better."""

    ON_TIME = "on_time"
    """Orders shipped by their day."""
    FIRST_GOOD = "first_good"
    """Pieces good before any was mended."""
    QUANTITY = "quantity"
    """Orders of which the agreed number came."""
    RESPONSE = "response"
    """Share of the time to answer an offer that was left; 0 for one that was not answered."""
    PRICE = "price"
    """How near the asked price was to the own ladder's."""
    RETURNS = "returns"
    """Sold pieces not sent back for what the maker did."""
    DISPUTES = "disputes"
    """Orders without an upheld dispute."""


MEASURES = tuple(Measure)
LEVELS = frozenset({Measure.RESPONSE, Measure.PRICE})
"""Measures of which each event is a level between 0 and 1; of the others it is a count out of a number."""
_WEIGHTS = {
    Measure.ON_TIME: 0.30,
    Measure.FIRST_GOOD: 0.25,
    Measure.QUANTITY: 0.10,
    Measure.RESPONSE: 0.10,
    Measure.PRICE: 0.10,
    Measure.RETURNS: 0.10,
    Measure.DISPUTES: 0.05,
}
_USUAL = {
    Measure.ON_TIME: (0.90, 10.0),
    Measure.FIRST_GOOD: (0.95, 20.0),
    Measure.QUANTITY: (0.95, 10.0),
    Measure.RESPONSE: (0.60, 5.0),
    Measure.PRICE: (0.97, 5.0),
    Measure.RETURNS: (0.97, 20.0),
    Measure.DISPUTES: (0.98, 20.0),
}


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """What is counted from which days, and how it adds up to one score."""

    window_days: int = 365
    half_life_days: float = 120.0
    quantity_tolerance: float = 0.02
    arrival_days: int = 7
    worst_drift: float = 0.25
    pool_worth: float = 10.0
    least_orders: float = 5.0
    weights: Mapping[Measure, float] = field(default_factory=lambda: dict(_WEIGHTS))
    """Sum 1."""
    usual: Mapping[Measure, tuple[float, float]] = field(default_factory=lambda: dict(_USUAL))
    """Measure -> mean and strength before any factory has a history; it counts as one factory does."""

    def __post_init__(self) -> None:
        if self.window_days < 1 or self.half_life_days <= 0 or self.arrival_days < 0:
            raise InvalidInput("score: window_days and half_life_days are above 0, arrival_days not below")
        if not 0 <= self.quantity_tolerance < 1 or self.worst_drift <= 0 or min(self.pool_worth, self.least_orders) < 0:
            raise InvalidInput("score: quantity_tolerance lies in 0-1, worst_drift is above 0, others not below 0")
        if set(self.weights) != set(Measure) or set(self.usual) != set(Measure):
            raise InvalidInput(f"score: weights and usual name each of {', '.join(Measure)}")
        if min(self.weights.values()) < 0 or abs(sum(self.weights.values()) - 1) > 1e-9:
            raise InvalidInput("score: weights are not below 0 and add up to 1")
        if any(not 0 < mean < 1 or strength <= 0 for mean, strength in self.usual.values()):
            raise InvalidInput("score: usual is [mean between 0 and 1, strength above 0]")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "ScoreRule":
        """From [score] of configs/scorecard.toml; InvalidInput on unknown keys or values that are no numbers."""
        weights, usual = table.get("weights", _WEIGHTS), table.get("usual", _USUAL)
        plain = {key: value for key, value in table.items() if key not in ("weights", "usual")}
        checked = numbers(ScoreRule, plain, "score")
        if unknown := sorted(str(key) for key in {*weights, *usual} if key not in list(Measure)):
            raise InvalidInput(f"score: unknown measures {', '.join(unknown)}; known: {', '.join(Measure)}")
        try:
            return ScoreRule(
                **checked,
                weights={Measure(key): float(value) for key, value in weights.items()},
                usual={Measure(key): (float(mean), float(strength)) for key, (mean, strength) in usual.items()},
            )
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"score: weights are numbers, usual is [mean, strength] ({error})") from None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, stored with each run."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("weights", "usual")}
        usual = {key.value: list(value) for key, value in self.usual.items()}
        return {**plain, "weights": {key.value: value for key, value in self.weights.items()}, "usual": usual}


def numbers(kind: type[Any], table: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table's numbers as its rule wants them, whole where the field is whole; InvalidInput says which is wrong."""
    known = {one.name: one.type for one in fields(kind)}
    if unknown := sorted(set(table) - set(known)):
        raise InvalidInput(f"{name}: unknown keys {', '.join(unknown)}")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidInput(f"{name}: {key} is not a number")
        if known[key] is int and value != int(value):
            raise InvalidInput(f"{name}: {key} is not a whole number")
    return {key: int(value) if known[key] is int else float(value) for key, value in table.items()}
