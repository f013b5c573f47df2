"""Who goes, who comes in, and what that is expected to do. Pure.

Scores are shrunk, so that the worst of many are not mistaken for worse than they are; of a newcomer nothing but its
category's mean is expected, with all the spread that factories have. A factory in good standing is put on notice first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, sqrt
from statistics import median
from typing import Any

from factory_matching.renewal.market import Belief, Maker, Market, Standing, after, capacity, shortfalls
from factory_matching.renewal.rule import RenewalRule
from models.factory import FactoryStanding, Verification

_TAIL = 1.2816
"""80% of a normal lie within so many standard deviations."""


_DOUBT = {Verification.AUDITED: 0, Verification.CHECKED: 1, Verification.DECLARED: 2}


class Step(StrEnum):
    """What happens to a factory that should go."""

    NOTICE = "notice"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Leaver:
    """A factory that should go, the first step, and its rank from the worst."""

    maker: Maker
    step: Step
    rank: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal."""

    category: str
    outs: tuple[Leaver, ...]
    ins: tuple[Maker, ...]
    lifted: tuple[Maker, ...]
    """On notice since an earlier renewal, and no longer among the worst: in good standing again."""
    spared: tuple[Maker, ...]
    """Among the worst, but their capacity is needed."""
    scored: int
    median_price: float | None
    effect: dict[str, Any]


def propose(market: Market, rule: RenewalRule) -> Draft:
    """Replace the worst share of a category, never below what its demand needs. Nothing to do: no outs."""
    scored = [m for m in market.incumbents if m.orders >= rule.least_orders]
    worst = _worst(market, scored, rule)
    middle = _median_price(market)
    newcomers = _newcomers(market, rule, middle)
    outs, spared = list(worst), []
    while outs and shortfalls(market, outs, _enough(outs, newcomers), rule.reserve):
        spared.append(outs.pop())  # the least bad of them stays
    ins = _enough(outs, newcomers)
    leaving = {maker.id for maker in outs}
    return Draft(
        category=market.category,
        outs=tuple(Leaver(maker, _step(maker, rule), rank) for rank, maker in enumerate(outs, start=1)),
        ins=tuple(ins),
        lifted=tuple(m for m in market.incumbents if m.on_notice and m.id not in leaving and not m.accused),
        spared=tuple(spared),
        scored=len(scored),
        median_price=middle,
        effect=expected_effect(market, outs, ins, rule),
    )


def _worst(market: Market, scored: Sequence[Maker], rule: RenewalRule) -> list[Maker]:
    """By the upper end of the interval, worst first; only those worse than a newcomer is expected to be."""
    count = floor(rule.worst_share * len(scored) + 1e-9)
    ordered = sorted((m for m in scored if m.work is not None), key=_badness)
    return [m for m in ordered[:count] if _score(m) < market.unknown.score.mean and not m.appealing]


def _badness(maker: Maker) -> tuple[float, float, int]:
    return (maker.work.high if maker.work else 1.0, _score(maker), maker.id)


def _score(maker: Maker) -> float:
    return maker.work.score.mean if maker.work else 1.0


def _step(maker: Maker, rule: RenewalRule) -> Step:
    warned = maker.state is FactoryStanding.WARNED and maker.moved_days >= rule.notice_days
    return Step.LEAVE if warned else Step.NOTICE


def _median_price(market: Market) -> float | None:
    prices = [maker.price for maker in market.incumbents if maker.price is not None]
    return median(prices) if prices else None


def _newcomers(market: Market, rule: RenewalRule, middle: float | None) -> list[Maker]:
    """Qualified factories that have hardly worked for us; verified ones first, then the cheapest."""

    def may_come(maker: Maker) -> bool:
        clean = maker.state is FactoryStanding.ACTIVE and not maker.accused and not maker.appealing
        able = maker.quality >= rule.quality_at_least and maker.on_time >= rule.on_time_at_least
        return market.category in maker.categories and clean and able and maker.orders <= rule.most_orders_of_new

    priced = [(maker.price, maker) for maker in market.makers if maker.price is not None and may_come(maker)]
    most = None if middle is None else middle * (1 + rule.price_above_median)
    kept = [(price, maker) for price, maker in priced if most is None or price <= most]
    order = sorted(kept, key=lambda pair: (_DOUBT[pair[1].verification], pair[0], -pair[1].capacity, pair[1].id))
    return [maker for _, maker in order]


def _enough(outs: Sequence[Maker], newcomers: Sequence[Maker]) -> list[Maker]:
    """As many newcomers as factories go, and more until they can make as much."""
    gone = {maker.id for maker in outs}
    units = sum(maker.capacity for maker in outs)
    ins: list[Maker] = []
    for maker in newcomers:
        if len(ins) >= len(outs) and sum(one.capacity for one in ins) >= units:
            break
        if maker.id not in gone:
            ins.append(maker)
    return ins


def expected_effect(market: Market, outs: Sequence[Maker], ins: Sequence[Maker], rule: RenewalRule) -> dict[str, Any]:
    """Figures before, after and their change with 80% intervals, once all who should go have gone."""
    before = list(market.incumbents)
    kept = after(before, outs, ins)
    figures: dict[str, Callable[[Standing], Belief]] = {
        "score": lambda work: work.score,
        "late_share": lambda work: Belief(1 - work.on_time.mean, work.on_time.variance),
        "quality": lambda work: work.quality,
    }
    effect: dict[str, Any] = {
        name: _compare(market, before, kept, lambda maker, read=read: read(maker.work or market.unknown))  # type: ignore[misc]
        for name, read in figures.items()
    }
    priced = [[m for m in makers if m.price is not None] for makers in (before, kept)]
    effect["price"] = _compare(market, priced[0], priced[1], lambda maker: Belief(maker.price or 0.0))
    categories = sorted({market.category, *(name for maker in outs for name in maker.categories)})
    effect["capacity"] = {name: _capacity(market, outs, ins, name, rule) for name in categories}
    return effect


def _capacity(
    market: Market, outs: Sequence[Maker], ins: Sequence[Maker], category: str, rule: RenewalRule
) -> dict[str, float]:
    proven = market.proven
    left = capacity(after(proven, outs, ins), category)
    need = market.need.get(category, 0.0)
    return {
        "before": round(capacity(proven, category), 2),
        "after": round(left, 2),
        "need": round(need, 2),
        "least": round(rule.reserve * need, 2),
    }


def _compare(
    market: Market, before: Sequence[Maker], kept: Sequence[Maker], read: Callable[[Maker], Belief]
) -> dict[str, Any] | None:
    """Means weighted by capacity; the same factory on both sides moves both together."""
    if not before or not kept:
        return None
    weights = [_weights(makers, market.category) for makers in (before, kept)]
    beliefs = {maker.id: read(maker) for maker in (*before, *kept)}
    change = {number: weights[1].get(number, 0.0) - weights[0].get(number, 0.0) for number in beliefs}
    return {
        "before": _sum_up(weights[0], beliefs),
        "after": _sum_up(weights[1], beliefs),
        "change": _sum_up(change, beliefs),
    }


def _weights(makers: Iterable[Maker], category: str) -> dict[int, float]:
    sizes = {maker.id: maker.share_of(category) for maker in makers}
    total = sum(sizes.values()) or 1.0
    return {number: size / total for number, size in sizes.items()}


def _sum_up(weights: dict[int, float], beliefs: dict[int, Belief]) -> dict[str, float]:
    mean = sum(weight * beliefs[number].mean for number, weight in weights.items())
    spread = _TAIL * sqrt(sum(weight**2 * beliefs[number].variance for number, weight in weights.items()))
    return {"mean": round(mean, 6), "low": round(mean - spread, 6), "high": round(mean + spread, 6)}
