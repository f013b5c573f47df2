"""A factory's binding answer for several quantities: unit prices and dates that go with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.errors import InvalidInput
from models.money import round_cent
from models.quote import Quote

MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class QuoteStep:
    """From so many units on: the unit price, and the day on which so many are finished."""

    units: int
    unit_price: Decimal
    finished_on: date


@dataclass(frozen=True, slots=True)
class LadderQuote:
    """Rising quantities, prices that do not rise, dates that do not come earlier; InvalidInput otherwise."""

    steps: tuple[QuoteStep, ...]
    currency: str
    valid_until: date

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise InvalidInput(f"a quote has 1 to {MOST_STEPS} quantities, not {len(self.steps)}")
        for step in self.steps:
            if step.units < 1 or not 0 < step.unit_price < 10_000_000:
                raise InvalidInput(f"{step.units} units at {step.unit_price} is no quote")
        for lower, upper in zip(self.steps, self.steps[1:], strict=False):
            if upper.units <= lower.units:
                raise InvalidInput(f"quantities rise: {upper.units} comes after {lower.units}")
            if upper.unit_price > lower.unit_price:
                raise InvalidInput(f"{upper.units} units cost more each than {lower.units}; please check")
            if upper.finished_on < lower.finished_on:
                raise InvalidInput(f"{upper.units} units are finished before {lower.units}; please check")

    @property
    def smallest(self) -> int:
        """Fewest units that the factory makes."""
        return self.steps[0].units

    def at(self, units: int) -> QuoteStep | None:
        """The step that holds for so many units, None below the smallest.

        Its date is that of the next larger quantity where the units lie between two: so many take longer than fewer.
        """
        reached = [step for step in self.steps if step.units <= units]
        if not reached:
            return None
        later = next((step for step in self.steps if step.units >= units), self.steps[-1])
        return QuoteStep(units, reached[-1].unit_price, later.finished_on)

    def most_by(self, day: date) -> QuoteStep | None:
        """The largest quantity that is finished by a day."""
        return next((step for step in reversed(self.steps) if step.finished_on <= day), None)

    def to_json(self) -> list[list[Any]]:
        """[[units, unit price, finished on]]."""
        return [[step.units, str(step.unit_price), step.finished_on.isoformat()] for step in self.steps]


def read_quote(quote: Quote) -> LadderQuote:
    """What a stored quote says."""
    return LadderQuote(read_steps(quote.steps), quote.currency, quote.valid_until)


def read_steps(rows: Sequence[Sequence[Any]]) -> tuple[QuoteStep, ...]:
    """Steps from plain values, in order of quantity; InvalidInput when one is no number or no date."""
    steps = []
    for units, price, day in rows:
        try:
            if not (amount := Decimal(str(price))).is_finite():
                raise ValueError(price)
            steps.append(QuoteStep(int(units), round_cent(amount), date.fromisoformat(str(day))))
        except (ValueError, InvalidOperation):
            raise InvalidInput(f"{units!s:.20} units, {price!s:.20} each, by {day!s:.20} cannot be read") from None
    return tuple(sorted(steps, key=lambda step: step.units))


def parse_steps(text: str) -> tuple[QuoteStep, ...]:
    """Steps as people type them, one a line: 100 92.50 2026-12-01; InvalidInput naming the line that is none."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = re.split(r"[\s:@,;，；]+", line.strip())
        if words == [""]:
            continue
        if len(words) != 3:
            raise InvalidInput(f"line {number}: write QUANTITY PRICE DATE, such as 100 92.50 2026-12-01")
        rows.append(words)
    return read_steps(rows)
