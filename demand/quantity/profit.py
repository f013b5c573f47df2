"""What each feasible quantity earns in expectation, against draws of demand. Pure.

The newsvendor problem (Arrow, Harris, Marschak 1951) with a minimum order and unit costs that fall in steps: profit is
linear between draws and jumps at the steps, so that the best quantity is a draw, a step, or nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.money import PriceLadder

Whole = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_CHART_POINTS = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What a unit earns and costs, in the ladder's currency; ValueError for a price that is not positive."""

    price: float
    costs: PriceLadder
    salvage: float
    """What a leftover sells for; never more than it cost."""
    shortage: float
    """What a buyer who is not served costs in goodwill."""

    def __post_init__(self) -> None:
        if not self.price > 0 or self.salvage < 0 or self.shortage < 0:
            raise ValueError(f"a price of {self.price}, salvage {self.salvage}, shortage {self.shortage}")

    def unit_costs(self, quantities: Whole) -> Reals:
        """Of each quantity of at least the MOQ."""
        steps = np.array([step.from_quantity for step in self.costs.breaks])
        prices = np.array([float(step.unit_price) for step in self.costs.breaks])
        return prices[np.maximum(np.searchsorted(steps, quantities, side="right") - 1, 0)]


def expected_profits(demand: Whole, quantities: Whole, terms: Terms) -> Reals:
    """What each quantity earns more than making nothing, in expectation over sorted draws of demand."""
    sold = _expected_sales(demand, quantities)
    costs = terms.unit_costs(quantities)
    left = np.minimum(terms.salvage, costs) * (quantities - sold)
    return (terms.price + terms.shortage) * sold + left - costs * quantities


def _expected_sales(demand: Whole, quantities: Whole) -> Reals:
    below = np.searchsorted(demand, quantities, side="right")
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(demand)])
    sold: Reals = (sums[below] + quantities * (len(demand) - below)) / len(demand)
    return sold


def best_quantity(demand: Whole, terms: Terms) -> tuple[int, float]:
    """The feasible quantity that earns most against sorted draws, the smallest such, and its expected profit."""
    moq = terms.costs.moq
    steps = [step.from_quantity for step in terms.costs.breaks]
    quantities = np.unique(np.concatenate([[0], demand[demand >= moq], steps])).astype(np.int64)
    profits = expected_profits(demand, quantities, terms)
    best = int(np.argmax(profits))
    return int(quantities[best]), float(profits[best])


def profit_curve(demand: Whole, terms: Terms, best: int) -> tuple[tuple[int, float], ...]:
    """(quantity, expected profit) for a chart: 0, the best, both sides of every step of the ladder, and between."""
    moq, steps = terms.costs.moq, [step.from_quantity for step in terms.costs.breaks]
    top = max(int(demand[-1]), moq, best)
    even = np.linspace(moq, top, min(_CHART_POINTS, top - moq + 1)).astype(np.int64)
    sides = [side for step in steps for side in (step - 1, step) if moq <= side <= top]
    quantities = np.unique(np.concatenate([[0, best], even, sides])).astype(np.int64)
    profits = expected_profits(demand, quantities, terms)
    return tuple((int(quantity), round(float(profit), 2)) for quantity, profit in zip(quantities, profits, strict=True))
