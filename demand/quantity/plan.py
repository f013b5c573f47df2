"""How many to make, by variant and segment: what will still be wanted at delivery, and the quantity that earns most.

Pure, seeded. Demand comes from `demand.quantity.predict`, the best quantity from `demand.quantity.profit`, the first
small batch and the re-order point from `demand.quantity.reorder`, and the numbers that matter from
`demand.quantity.levers`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from demand.decision.pool import Rate
from demand.quantity.levers import Case, Moved, find_levers
from demand.quantity.predict import DRAWS, Buyers, Outlook, draw_rates, interval, learn_buyers, predict
from demand.quantity.priors import QuantityPriors
from demand.quantity.profit import Terms, best_quantity, profit_curve
from demand.quantity.reorder import Reorder, first_batch, lead_time_demand
from demand.quantity.share import allot
from demand.quantity.split import Line, Variant, split
from demand.quantity.wishes import Schedule, Wishes, units_of
from models.interest import Segment
from models.money import PriceLadder


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """One segment's part of the plan, the demand it was weighed against (90% interval), and its rates."""

    segment: Segment
    units: int
    low: int
    high: int
    expected_demand: float
    units_per_order: float
    """Of its pre-orders so far; 0 where there are none."""
    converted: Rate
    cancelled: Rate


@dataclass(frozen=True, slots=True)
class QuantityPlan:
    """The quantity that earns most in expectation (0 when nothing earns), and the demand it was weighed against.

    `low` to `high` holds the units still wanted at delivery with 90% probability; lines and segments sum to `units`;
    `curve` is (quantity, expected profit above making nothing); `levers` are the numbers that moved the quantity most.
    """

    units: int
    low: int
    high: int
    expected_demand: float
    expected_profit: float
    currency: str
    lines: tuple[Line, ...]
    segments: tuple[SegmentPlan, ...]
    reorder: Reorder
    curve: tuple[tuple[int, float], ...]
    levers: tuple[Moved, ...]
    learned_from: int
    """Earlier listings behind the assumed rates; 0 where they are the shipped ones."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        levers = [lever.to_json() for lever in self.levers]
        return {**asdict(self), "levers": levers, "curve": [list(point) for point in self.curve]}


def plan_quantity(
    wishes: Wishes,
    schedule: Schedule,
    variants: Sequence[Variant],
    costs: PriceLadder,
    price: Decimal,
    priors: QuantityPriors,
    seed: int,
    price_range: tuple[Decimal, Decimal] | None = None,
) -> QuantityPlan:
    """Plan one listing; `variants` are its (colour, size) pairs, `price` and the costs are in the ladder's currency.

    `price_range` are the prices that it could come to instead. ValueError for a price that is not positive, or units to
    make without a variant to make them in.
    """
    terms = Terms(float(price), costs, float(price) * priors.salvage_share, float(price) * priors.shortage_share)
    buyers = learn_buyers(wishes, schedule, priors.converted, priors.cancelled)
    converted, cancelled = draw_rates(buyers, seed)
    outlook = predict(buyers, converted, cancelled, seed)
    demand = np.sort(outlook.total)
    units, profit = best_quantity(demand, terms)
    low, high = interval(demand)
    ends = price_range or (price, price)
    case = Case(buyers, converted, cancelled, outlook, terms, (float(ends[0]), float(ends[1])), seed)
    return QuantityPlan(
        units=units,
        low=low,
        high=high,
        expected_demand=float(demand.mean()),
        expected_profit=profit,
        currency=costs.currency,
        lines=split(units, wishes.commitments, variants, priors.size_strength, dict(priors.size_curve)),
        segments=_by_segment(units, buyers, outlook),
        reorder=_reorder(first_batch(demand, terms, priors.waits, units), wishes, schedule, priors, seed),
        curve=profit_curve(demand, terms, units),
        levers=find_levers(case, priors.spreads, units),
        learned_from=priors.learned_from,
    )


def _by_segment(units: int, buyers: Buyers, outlook: Outlook) -> tuple[SegmentPlan, ...]:
    segments = buyers.wishes.segments
    expected = [float(outlook.of(segment).mean()) for segment in segments]
    parts = allot(units, expected) if units else (0,) * len(segments)
    plans = []
    for segment, part, mean in zip(segments, parts, expected, strict=True):
        orders = [line for line in buyers.wishes.commitments if line.segment is segment]
        count = sum(line.count for line in orders)
        plans.append(
            SegmentPlan(
                segment,
                part,
                *interval(outlook.of(segment)),
                expected_demand=mean,
                units_per_order=units_of(orders) / count if count else 0.0,
                converted=buyers.converted.rate(segment),
                cancelled=buyers.cancelled.rate(segment),
            )
        )
    return tuple(plans)


def _reorder(first: int, wishes: Wishes, schedule: Schedule, priors: QuantityPriors, seed: int) -> Reorder:
    sold = lead_time_demand(wishes.commitments, schedule, DRAWS, seed)
    low, high = interval(sold)
    return Reorder(
        first=first,
        point=int(np.quantile(sold, priors.service_level, method="inverted_cdf")),
        per_day=units_of(wishes.commitments) / schedule.open_days if schedule.open_days else 0.0,
        lead_days=schedule.lead_days,
        lead_low=low,
        lead_high=high,
        service_level=priors.service_level,
    )
