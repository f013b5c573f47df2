"""The figures behind each factory of a proposal, stored with it. Pure."""

from typing import Any

from factory_matching.renewal.market import Maker, Market
from factory_matching.renewal.propose import Draft, Leaver
from factory_matching.renewal.rule import RenewalRule


def facts_of_leaver(draft: Draft, leaver: Leaver, market: Market) -> dict[str, Any]:
    """Why it should go. ValueError for one without a history."""
    maker, work = leaver.maker, leaver.maker.work
    if work is None:
        raise ValueError(f"factory {maker.code} has no history to be judged by")
    return {
        "step": leaver.step.value,
        "rank": leaver.rank,
        "scored": draft.scored,
        "orders": maker.orders,
        "score": round(work.score.mean, 4),
        "low": round(work.low, 4),
        "high": round(work.high, 4),
        "expected": round(market.unknown.score.mean, 4),
        "losses": [list(loss) for loss in maker.losses],
        "days": maker.moved_days,
        "capacity": maker.capacity,
        "price": maker.price,
    }


def facts_of_newcomer(draft: Draft, maker: Maker, market: Market, rule: RenewalRule) -> dict[str, Any]:
    """Why it may come in, and what is expected of it."""
    unknown = maker.work or market.unknown
    return {
        "orders": maker.orders,
        "price": maker.price,
        "median": draft.median_price,
        "currency": market.currency,
        "quantity": rule.quantity,
        "verification": maker.verification.value,
        "quality": maker.quality,
        "on_time": maker.on_time,
        "capacity": maker.capacity,
        "expected": round(unknown.score.mean, 4),
        "low": round(unknown.low, 4),
        "high": round(unknown.high, 4),
    }
