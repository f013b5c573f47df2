"""Makeability: how many factories could make a spec, at what cost, how fast, and why the others could not."""

from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from factory_matching.complexity import complexity
from factory_matching.demand import NOTHING_MORE, Wants
from factory_matching.exclusion import Exclusions, Reason, say
from factory_matching.registry.register import (
    Ints,
    Register,
    material_mask,
    size_mask,
    technique_mask,
)
from models.garment import GarmentSpec
from models.money import CENT, Money, PriceBreak, PriceLadder

if TYPE_CHECKING:
    from factory_matching.sift import Ask, Table

STEPS = (10, 20, 30, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000)
"""Quantities at which the cost ladder is estimated."""
LOW_QUANTILE = 0.2
"""A fifth of the qualified factories are cheaper: low, since offers go to the cheap ones first, yet not one outlier."""
_FEWEST = 3  # factories that make a ladder step, fewer only where no more qualify
_SMALLEST_SHARE = 0.05  # and of the qualified
_REASONS = (
    Reason.SUSPENDED, Reason.CURRENCY, Reason.MATERIAL, Reason.TECHNIQUE, Reason.SIZE, Reason.MARKET,
    Reason.CERTIFICATE, Reason.MOQ, Reason.PRICE,
)  # fmt: skip
"""In the order of `sift`'s counts."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """Who could make it; `cost_ladder` and `lead_days` are None when nobody can."""

    count: int
    cost_ladder: PriceLadder | None
    lead_days: int | None
    """Half of the qualified factories ship the asked quantity within so many days."""
    exclusions: Exclusions
    complexity: Decimal
    asked: tuple[GarmentSpec, int, Wants]
    """The spec, the quantity, and what else was wanted."""

    def words(self) -> str:
        """Why not the others, the commonest reason first: '412 lack wool; 96 have a minimum above 200'."""
        spec, quantity, wants = self.asked
        ordered = sorted(self.exclusions.items(), key=lambda entry: -entry[1])
        return "; ".join(say(reason, count, spec, quantity, wants) for reason, count in ordered)


@dataclass(frozen=True, slots=True)
class Qualifier:
    """Answers for specs over one register, each in milliseconds."""

    register: Register
    table: "Table"

    @staticmethod
    def of(register: Register) -> "Qualifier":
        """Look at the register's columns; copies nothing."""
        from factory_matching.sift import table_of  # loads numba, which only those need who ask

        return Qualifier(register, table_of(register))

    def qualify(
        self, spec: GarmentSpec, price_band: tuple[Money, Money], quantity: int, wants: Wants = NOTHING_MORE
    ) -> Qualification:
        """Factories that can make `quantity` units of the spec for no more than the upper end of the band.

        ValueError when the quantity is below 1 or the band is not one.
        """
        from factory_matching.sift import sift

        low, high = price_band
        currency = high.currency
        if quantity < 1 or low.currency != currency or not 0 < low.amount <= high.amount:
            raise ValueError(f"{quantity} units between {low} and {high}")
        register, factor = self.register, complexity(spec)
        span = register.rows_of(spec.category)
        counts = np.zeros(len(_REASONS), np.int64)
        rows, days = np.empty((2, span.stop - span.start), np.int32)
        ask = self._ask(spec, quantity, wants, currency, floor(float(high.amount) * 100 / float(factor)))
        certified = self._certified(wants, register.factory[span])
        count = sift(self.table, ask, span.start, span.stop, certified, counts, rows, days)
        left_out = {Reason.CATEGORY: len(register.ids) - (span.stop - span.start)}
        left_out |= dict(zip(_REASONS, counts.tolist(), strict=True))
        ladder = self._cost_ladder(rows[:count], factor, quantity, currency) if count else None
        return Qualification(
            count=count,
            cost_ladder=ladder,
            lead_days=_middle(days[:count]) if count else None,
            exclusions={reason: number for reason, number in left_out.items() if number},
            complexity=factor,
            asked=(spec, quantity, wants),
        )

    def _ask(self, spec: GarmentSpec, quantity: int, wants: Wants, currency: str, dearest: int) -> "Ask":
        from factory_matching.sift import Ask

        first, second, third = map(ord, currency)
        return Ask(
            letters=(first, second, third),
            material=material_mask(spec),
            technique=technique_mask(spec),
            sizes=size_mask(wants.sizes),
            market=self.register.market_bit(wants.market),
            quantity=quantity,
            dearest=dearest,
        )

    def _certified(self, wants: Wants, factories: Ints) -> NDArray[np.bool_]:
        if not wants.certificates:
            return np.zeros(0, np.bool_)
        day, holding = wants.valid_on.toordinal(), np.ones(len(factories), np.bool_)
        for kind in wants.certificates:
            until = self.register.certificates.get(kind)
            holding &= False if until is None else until[factories] >= day
        return holding

    def _cost_ladder(self, rows: NDArray[np.int32], factor: Decimal, quantity: int, currency: str) -> PriceLadder:
        from factory_matching.sift import prices_at, smallest

        prices, counts = np.empty((len(STEPS), len(rows)), np.int32), np.zeros(len(STEPS), np.int64)
        prices_at(self.table, rows, np.array(STEPS), prices, counts)
        enough = min(len(rows), max(_FEWEST, int(_SMALLEST_SHARE * len(rows))))
        breaks: list[PriceBreak] = []
        lowest = Decimal("Infinity")
        for step, asked, count in zip(STEPS, prices, counts.tolist(), strict=True):
            if count < enough:
                continue
            price = _price(smallest(asked[:count], int(LOW_QUANTILE * (count - 1))), factor)
            if price < lowest:
                breaks.append(PriceBreak(step, price))
                lowest = price
        if not breaks:  # all minima lie between two steps, or above the last one
            median = int(np.median(self.register.price_at(rows, quantity)))
            breaks = [PriceBreak(quantity, _price(median, factor))]
        return PriceLadder(tuple(breaks), currency)


def _middle(days: NDArray[np.int32]) -> int:
    """The median, rounded up to whole days."""
    from factory_matching.sift import smallest

    lower, upper = smallest(days, (len(days) - 1) // 2), smallest(days, len(days) // 2)
    return -(-(lower + upper) // 2)


def _price(cents: int, factor: Decimal) -> Decimal:
    return (Decimal(cents) / 100 * factor).quantize(CENT)
