"""What counts in a match beside the price, in money, so that everything adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from factory_matching.freight import FreightRates
from models.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class MatchWeights:
    """Costs of risk as shares of the unit price, and fixed costs in the demand's currency."""

    lateness: float = 0.5
    """Loss when a unit comes late, as a share of its price; weighed with the factory's share of late orders."""
    slack_half_days: float = 5.0
    """Every so many spare days before the due date halve the risk of lateness, where a factory's own spread of lead
    times is not known."""
    quality: float = 1.5
    """Loss from a unit that is not good at first, as a share of its price."""
    fee_per_factory: float = 300.0
    """Sample, set-up and inspection for each factory that works on a demand: why splitting is a last resort."""
    fee_per_shipment: float = 80.0
    """For each origin warehouse beyond the first that a split demand leaves from: why parts are kept together."""
    unserved: float = 3.0
    """Loss from a unit that nobody makes, in multiples of the dearest factory's price for it."""
    seconds: float = 20.0
    """Longest time for the exact solver; what it has then is used, its gap is stated."""
    freight: FreightRates = field(default_factory=FreightRates)
    """Of a unit from where it is made to its market, by rates of their own (configs/freight.toml)."""

    def __post_init__(self) -> None:
        if min(self.lateness, self.quality, self.fee_per_factory, self.fee_per_shipment) < 0 or self.unserved <= 1:
            raise InvalidInput("match weights are not below 0, and a unit left unserved costs more than its price")
        if self.slack_half_days <= 0 or self.seconds <= 0:
            raise InvalidInput("match weights slack_half_days and seconds are above 0")

    @staticmethod
    def from_table(table: Mapping[str, Any], freight: FreightRates | None = None) -> "MatchWeights":
        """From [weights] of configs/match.toml; InvalidInput on unknown keys or values that are no numbers."""
        if unknown := sorted(set(table) - set(_NUMBERS)):
            raise InvalidInput(f"match weights: unknown keys {', '.join(unknown)}")
        if wrong := [
            key for key, value in table.items() if isinstance(value, bool) or not isinstance(value, int | float)
        ]:
            raise InvalidInput(f"match weights: {wrong[0]} is not a number")
        numbers = {key: float(value) for key, value in table.items()}
        return MatchWeights(**numbers, freight=freight or FreightRates())

    def numbers(self) -> dict[str, float]:
        """Every weight by its name, as shown and stored with a match."""
        return {name: getattr(self, name) for name in _NUMBERS}


_NUMBERS = tuple(one.name for one in fields(MatchWeights) if one.name != "freight")
