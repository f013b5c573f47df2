"""How many to make, by variant: what will still be wanted at delivery, and the quantity that earns most. Pure, seeded.

Every pre-order stands with an unknown common probability (Beta prior on cancellation), every open inquiry converts with
another; drawing both and then the buyers gives the beta-binomial predictive distribution of demand (Gelman et al.,
Bayesian Data Analysis, 3rd ed., ch. 2). The best quantity weighs unit costs that fall in steps, a minimum order, and
leftovers and shortages: the newsvendor problem (Arrow, Harris, Marschak 1951) solved on the draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from demand.beta import Beta
from demand.counts import Units
from demand.share import allot
from models.money import PriceLadder

DRAWS = 4000
_INTERVAL = (0.05, 0.95)
_CANCELLED, _CONVERTED = Beta(8, 92), Beta(3, 9)


@dataclass(frozen=True, slots=True)
class QuantityPriors:
    """What is believed before a listing's own history is there; stored with each decision."""

    cancelled: Beta = _CANCELLED
    """Pre-orders that do not stand at delivery: 8% as in prepaid pooled orders, worth 100 orders of experience."""
    converted: Beta = _CONVERTED
    """Open inquiries that become orders: 25%, with wide differences between listings."""
    salvage_share: float = 0.3
    """Share of a leftover's unit cost that a sale recovers."""
    shortage_share: float = 0.1
    """Share of the price that an unserved buyer costs in goodwill."""
    size_strength: float = 20.0
    """Units' worth of trust in the pooled split over a single colour's own."""

    def __post_init__(self) -> None:
        if not 0 <= self.salvage_share < 1 or self.shortage_share < 0 or self.size_strength <= 0:
            raise ValueError(f"salvage {self.salvage_share}, shortage {self.shortage_share}, size {self.size_strength}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "QuantityPriors":
        """Read back what `to_json` wrote; TypeError on unknown keys."""
        nested = {name: Beta(**data[name]) for name in ("cancelled", "converted")}
        return QuantityPriors(**{**data, **nested})


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one colour and size."""

    colour: str
    size: str
    units: int


@dataclass(frozen=True, slots=True)
class QuantityPlan:
    """The quantity that earns most in expectation (0 when nothing earns), and the demand it was weighed against.

    `low` to `high` holds the units still wanted at delivery with 90% probability; the lines sum to `units`.
    """

    units: int
    low: int
    high: int
    expected_demand: float
    expected_profit: float
    currency: str
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "lines": [asdict(line) for line in self.lines]}


Draws = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]


def plan_quantity(
    commitments: Sequence[Units],
    inquiries: Sequence[Units],
    variants: Sequence[tuple[str, str]],
    cost_ladder: PriceLadder,
    price: Decimal,
    priors: QuantityPriors,
    seed: int,
) -> QuantityPlan:
    """Plan one listing; `variants` are its (colour, size) pairs, `price` and the costs are in the ladder's currency.

    ValueError for a price that is not positive, or units to make without a variant to make them in.
    """
    if price <= 0:
        raise ValueError(f"a price of {price}")
    rng = np.random.default_rng(seed)
    demand = _draw(commitments, priors.cancelled.b, priors.cancelled.a, rng)
    demand = demand + _draw(inquiries, priors.converted.a, priors.converted.b, rng)
    units, profit = _best_quantity(np.sort(demand), cost_ladder, float(price), priors)
    low, high = np.quantile(demand, _INTERVAL, method="inverted_cdf")
    return QuantityPlan(
        units=units,
        low=int(low),
        high=int(high),
        expected_demand=float(demand.mean()),
        expected_profit=profit,
        currency=cost_ladder.currency,
        lines=split(units, commitments, variants, priors.size_strength),
    )


def _draw(wishes: Sequence[Units], a: float, b: float, rng: np.random.Generator) -> Draws:
    """Units in each of `DRAWS` futures, when each wish comes true with one unknown Beta(a, b) probability."""
    total = np.zeros(DRAWS, np.int64)
    chance = rng.beta(a, b, DRAWS)
    for line in wishes:
        total += line.quantity * rng.binomial(line.count, chance)
    return total


def _best_quantity(demand: Draws, costs: PriceLadder, price: float, priors: QuantityPriors) -> tuple[int, float]:
    """The most profitable quantity against sorted draws, and its expected profit above making nothing.

    Profit is linear between draws and jumps at price breaks, so that only those need looking at.
    """
    steps = [step.from_quantity for step in costs.breaks]
    candidates = np.unique(np.concatenate([demand[demand >= costs.moq], np.array(steps, np.int64)]))
    unit_cost = np.array([float(costs.unit_price(int(quantity))) for quantity in candidates])
    below = np.searchsorted(demand, candidates, side="right")
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(demand)])
    sold: Reals = (sums[below] + candidates * (len(demand) - below)) / len(demand)
    worth = price * (1 + priors.shortage_share) * sold + priors.salvage_share * unit_cost * (candidates - sold)
    profit = worth - unit_cost * candidates
    best = int(np.argmax(profit))
    return (int(candidates[best]), float(profit[best])) if profit[best] > 0 else (0, 0.0)


def split(
    units: int, commitments: Sequence[Units], variants: Sequence[tuple[str, str]], strength: float
) -> tuple[Line, ...]:
    """Units over colours and sizes as committed, each colour's size curve shrunk towards the listing's own.

    The curve of the listing is in turn shrunk towards even shares: posterior means of Dirichlet priors worth `strength`
    units. Lines sum to `units`; variants of zero units are left out. ValueError without variants.
    """
    if units == 0:
        return ()
    if not variants:
        raise ValueError(f"{units} units and no variant to make them in")
    wanted = dict.fromkeys(variants, 0)
    for line in commitments:
        key = (line.colour or "", line.size or "")
        if key in wanted:
            wanted[key] += line.units
    weights = [_weight(colour, size, wanted, strength) for colour, size in variants]
    lines = zip(variants, allot(units, weights), strict=True)
    return tuple(Line(colour, size, count) for (colour, size), count in lines if count)


def _weight(colour: str, size: str, wanted: Mapping[tuple[str, str], int], strength: float) -> float:
    """Expected share of one variant: its colour's share times the size's share within that colour."""
    colours, sizes = {c for c, _ in wanted}, {s for _, s in wanted}
    total = sum(wanted.values())
    of_colour = sum(count for (c, _), count in wanted.items() if c == colour)
    of_size = sum(count for (_, s), count in wanted.items() if s == size)
    colour_share = (of_colour + strength / len(colours)) / (total + strength)
    size_share = (of_size + strength / len(sizes)) / (total + strength)
    return colour_share * (wanted[colour, size] + strength * size_share) / (of_colour + strength)
