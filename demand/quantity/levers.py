"""Which numbers move the quantity most: each is varied within its own uncertainty, the others kept. Pure, seeded.

One-at-a-time sensitivity (a tornado diagram; Howard 1988, Management Science 34) under the same futures, so that a
difference comes from the number and not from chance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from demand.quantity.predict import DRAWS, Buyers, Outlook, Rates, predict
from demand.quantity.profit import Terms, best_quantity
from demand.quantity.wishes import units_of
from models.interest import Segment
from models.money import PriceBreak, PriceLadder, round_cent

Whole = npt.NDArray[np.int64]

TOLD = 3
"""How many are told."""
_TAIL = 0.05
_NORMAL_90 = 1.645


class Lever(StrEnum):
    """A number that the quantity depends on."""

    CANCELLATION = "cancellation"
    CONVERSION = "conversion"
    INQUIRIES = "inquiries"
    PRICE = "price"
    UNIT_COST = "unit_cost"
    MOQ = "moq"
    SALVAGE = "salvage"


@dataclass(frozen=True, slots=True)
class Moved:
    """What the quantity would be at the low and at the high end of one number."""

    lever: Lever
    low: float
    high: float
    units_low: int
    units_high: int

    def moved(self, units: int) -> int:
        """Units between the farthest of both ends and the plan."""
        return max(abs(self.units_low - units), abs(self.units_high - units))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        ends = {"low": self.low, "high": self.high, "units_low": self.units_low, "units_high": self.units_high}
        return {"lever": self.lever.value, **ends}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Moved":
        """Read back what `to_json` wrote."""
        return Moved(**{**data, "lever": Lever(data["lever"])})


@dataclass(frozen=True, slots=True)
class Spreads:
    """How far off the terms may be: shares of the unit cost, of the MOQ and of the salvage, each way."""

    unit_cost: float = 0.05
    moq: float = 0.25
    salvage: float = 0.5

    def __post_init__(self) -> None:
        if not all(0 <= spread < 1 for spread in (self.unit_cost, self.moq, self.salvage)):
            raise ValueError(f"spreads of cost {self.unit_cost}, MOQ {self.moq}, salvage {self.salvage}")


@dataclass(frozen=True, slots=True)
class Case:
    """A plan's own numbers, from which one is varied at a time; prices are those of the steps below and above."""

    buyers: Buyers
    converted: Rates
    cancelled: Rates
    outlook: Outlook
    terms: Terms
    prices: tuple[float, float]
    seed: int


def find_levers(case: Case, spreads: Spreads, units: int) -> tuple[Moved, ...]:
    """The numbers that move the plan's `units` most, the strongest first; at most three, none that moves nothing."""
    tried = [vary(case, spreads) for vary in _VARIATIONS]
    moved = sorted((one for one in tried if one is not None), key=lambda one: -one.moved(units))
    return tuple(one for one in moved if one.moved(units))[:TOLD]


def _cancellation(case: Case, _: Spreads) -> Moved | None:
    if not case.buyers.wishes.segments:
        return None
    low, high = (_constant(case.buyers.cancelled.at(share), case.cancelled) for share in (_TAIL, 1 - _TAIL))
    return _by_futures(
        Lever.CANCELLATION,
        (_mean(low), _mean(high)),
        [predict(case.buyers, case.converted, rates, case.seed).total for rates in (low, high)],
        case.terms,
    )


def _conversion(case: Case, _: Spreads) -> Moved | None:
    if not case.buyers.wishes.inquiries:
        return None
    low, high = (_constant(case.buyers.converted.at(share), case.converted) for share in (_TAIL, 1 - _TAIL))
    return _by_futures(
        Lever.CONVERSION,
        (_mean(low), _mean(high)),
        [predict(case.buyers, rates, case.cancelled, case.seed).total for rates in (low, high)],
        case.terms,
    )


def _inquiries(case: Case, _: Spreads) -> Moved | None:
    """As many more or fewer as chance alone makes of a count."""
    count = sum(line.count for line in case.buyers.wishes.inquiries)
    if not count:
        return None
    ends = [max(0.0, count + sign * _NORMAL_90 * count**0.5) for sign in (-1, 1)]
    inquired = sum(case.outlook.inquired.values(), np.zeros(DRAWS, np.int64))
    firm = case.outlook.total - inquired
    futures = [firm + np.rint(inquired * end / count).astype(np.int64) for end in ends]
    return _by_futures(Lever.INQUIRIES, (round(ends[0]), round(ends[1])), futures, case.terms)


def _price(case: Case, _: Spreads) -> Moved | None:
    low, high = case.prices
    return _by_terms(Lever.PRICE, case, (low, high), lambda price: replace(case.terms, price=price))


def _unit_cost(case: Case, spreads: Spreads) -> Moved | None:
    costs = case.terms.costs
    ends = [scale_costs(costs, 1 + sign * spreads.unit_cost) for sign in (-1, 1)]
    at = max(units_of(case.buyers.wishes.commitments), costs.moq)
    low, high = (float(ladder.unit_price(at)) for ladder in ends)
    by_cost = dict(zip((low, high), ends, strict=True))
    return _by_terms(Lever.UNIT_COST, case, (low, high), lambda cost: replace(case.terms, costs=by_cost[cost]))


def _moq(case: Case, spreads: Spreads) -> Moved | None:
    moq = case.terms.costs.moq
    low, high = max(1, round(moq * (1 - spreads.moq))), round(moq * (1 + spreads.moq))
    return _by_terms(
        Lever.MOQ, case, (low, high), lambda least: replace(case.terms, costs=begin_at(case.terms.costs, int(least)))
    )


def _salvage(case: Case, spreads: Spreads) -> Moved | None:
    salvage = case.terms.salvage
    ends = salvage * (1 - spreads.salvage), salvage * (1 + spreads.salvage)
    return _by_terms(Lever.SALVAGE, case, ends, lambda worth: replace(case.terms, salvage=worth))


_VARIATIONS: tuple[Callable[[Case, Spreads], Moved | None], ...] = (
    _cancellation,
    _conversion,
    _inquiries,
    _price,
    _unit_cost,
    _moq,
    _salvage,
)


def _by_futures(lever: Lever, ends: tuple[float, float], futures: list[Whole], terms: Terms) -> Moved:
    low, high = (best_quantity(np.sort(total), terms)[0] for total in futures)
    return Moved(lever, *ends, low, high)


def _by_terms(lever: Lever, case: Case, ends: tuple[float, float], terms_at: Callable[[float], Terms]) -> Moved:
    demand = np.sort(case.outlook.total)
    low, high = (best_quantity(demand, terms_at(end))[0] for end in ends)
    return Moved(lever, *ends, low, high)


def _constant(rates: Mapping[Segment, float], drawn: Rates) -> Rates:
    """The same rates in every future, at the pace that was drawn for it."""
    return {segment: np.full(DRAWS, rate) for segment, rate in rates.items()}, drawn[1]


def _mean(rates: Rates) -> float:
    return float(np.mean([rate[0] for rate in rates[0].values()]))


def scale_costs(costs: PriceLadder, factor: float) -> PriceLadder:
    """Every step's price times the factor, to the cent, at least a cent."""
    by = Decimal(str(factor))
    return PriceLadder(
        tuple(
            PriceBreak(step.from_quantity, max(round_cent(step.unit_price * by), Decimal("0.01")))
            for step in costs.breaks
        ),
        costs.currency,
    )


def begin_at(costs: PriceLadder, moq: int) -> PriceLadder:
    """The ladder with another minimum: steps up to it are gone, the first price is what it costs there."""
    above = tuple(step for step in costs.breaks if step.from_quantity > max(moq, costs.moq))
    return PriceLadder((PriceBreak(moq, costs.unit_price(moq)), *above), costs.currency)
