"""Makeability: how many factories could make a spec, at what cost, how fast, and why the others could not."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from factory_matching.complexity import complexity
from factory_matching.demand import NOTHING_MORE, Wants
from factory_matching.exclusion import Exclusions, Filtered, Reason, filter_by_spec, narrow
from factory_matching.registry.register import Ints, Register
from models.garment import GarmentSpec
from models.money import CENT, Money, PriceBreak, PriceLadder

STEPS = (10, 20, 30, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000)
"""Quantities at which the cost ladder is estimated."""
LOW_QUANTILE = 0.2
"""A fifth of the qualified factories are cheaper: low, since offers go to the cheap ones first, yet not one outlier."""
_FEWEST = 3  # factories that make a ladder step, fewer only where no more qualify
_SMALLEST_SHARE = 0.05  # and of the qualified
_SAMPLE = 20_000  # qualified factories past which every second, third... one gives the same quantiles sooner


@dataclass(frozen=True, slots=True)
class Qualification:
    """Who could make it; `cost_ladder` and `lead_days` are None when nobody can."""

    count: int
    cost_ladder: PriceLadder | None
    lead_days: int | None
    """Half of the qualified factories ship the asked quantity within so many days."""
    exclusions: Exclusions
    complexity: Decimal


@dataclass(frozen=True, slots=True)
class Qualifier:
    """Answers for specs over one register; building it costs a pass over all ladders, each answer milliseconds."""

    register: Register
    cents_at_steps: Ints
    """(steps, capabilities): unit price in cents at each of STEPS."""

    @staticmethod
    def of(register: Register) -> "Qualifier":
        """Prepare the price of every capability at every step."""
        everything = slice(0, len(register.factory))
        return Qualifier(register, np.stack([register.price_at(everything, step) for step in STEPS]))

    def qualify(
        self, spec: GarmentSpec, price_band: tuple[Money, Money], quantity: int, wants: Wants = NOTHING_MORE
    ) -> Qualification:
        """Factories that can make `quantity` units of the spec for no more than the upper end of the band.

        ValueError when the quantity is below 1 or the band is not one.
        """
        low, high = price_band
        currency = high.currency
        if quantity < 1 or low.currency != currency or not 0 < low.amount <= high.amount:
            raise ValueError(f"{quantity} units between {low} and {high}")
        register, factor = self.register, complexity(spec)
        passed = filter_by_spec(register, spec, currency, wants)
        passed = narrow(passed, Reason.MOQ, register.quantities[passed.rows, 0] <= quantity)
        dearest = float(high.amount) * 100 / float(factor)
        passed = narrow(passed, Reason.PRICE, register.price_at(passed.rows, quantity) <= dearest)
        if not len(passed.rows):
            return Qualification(0, None, None, passed.exclusions, factor)
        ladder = self._cost_ladder(passed, factor, quantity, currency)
        return Qualification(len(passed.rows), ladder, self._lead_days(passed, quantity), passed.exclusions, factor)

    def _lead_days(self, passed: Filtered, quantity: int) -> int:
        factories = self.register.factory[passed.rows]
        making = -(-quantity // self.register.daily_capacity[factories])
        return int(np.ceil(np.median(self.register.lead_days[factories] + making)))

    def _cost_ladder(self, passed: Filtered, factor: Decimal, quantity: int, currency: str) -> PriceLadder:
        rows = passed.rows[:: 1 + len(passed.rows) // _SAMPLE]
        minimum = self.register.quantities[rows, 0]
        enough = min(len(rows), max(_FEWEST, int(_SMALLEST_SHARE * len(rows))))
        breaks: list[PriceBreak] = []
        lowest = Decimal("Infinity")
        for step, cents in zip(STEPS, self.cents_at_steps, strict=True):
            offered = cents[rows[minimum <= step]]
            if len(offered) < enough:
                continue
            place = int(LOW_QUANTILE * (len(offered) - 1))
            price = _price(int(np.partition(offered, place)[place]), factor)
            if price < lowest:
                breaks.append(PriceBreak(step, price))
                lowest = price
        if not breaks:  # all minima lie between two steps, or above the last one
            median = int(np.median(self.register.price_at(rows, quantity)))
            breaks = [PriceBreak(quantity, _price(median, factor))]
        return PriceLadder(tuple(breaks), currency)


def _price(cents: int, factor: Decimal) -> Decimal:
    return (Decimal(cents) / 100 * factor).quantize(CENT)
