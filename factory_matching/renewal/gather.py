"""Read a category's market from the tables: factories with their newest scores, prices, needs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.renewal.market import Belief, Maker, Market, Standing
from factory_matching.renewal.rule import RenewalRule
from factory_matching.scorecard.findings import IN_FORCE
from factory_matching.scorecard.rule import Measure
from factory_matching.scorecard.score import ALL, interval
from factory_matching.scorecard.shelf import batch_of, category_column
from factory_matching.scorecard.shrink import Pool
from models.attributes import Category
from models.conduct import Appeal, AppealState, FactoryFinding
from models.decision import ConfirmedDemand
from models.factory import Capability, Factory
from models.money import PriceLadder
from models.scorecard import FactoryScore, ScoreRun
from models.state import StateChange

_CHUNK = 500
RENEWAL = "renewal"
"""How the history begins the name of who moved a standing in a renewal."""


def load_market(
    session: Session, category: Category, currency: str, run: ScoreRun, rule: RenewalRule, now: datetime
) -> Market:
    """The category's factories, the scored ones of all others, and what each category needs daily."""
    scores = {row.factory_id: row for row in session.scalars(select(FactoryScore).where(FactoryScore.run_id == run.id))}
    abilities, prices = _load_abilities(session, set(scores), category, currency, rule.quantity)
    appealing = set(session.scalars(select(Appeal.factory_id).where(Appeal.state == AppealState.PENDING)))
    accused = set(session.scalars(select(FactoryFinding.factory_id).where(FactoryFinding.state.in_(IN_FORCE))))
    changes = _last_moves(session)
    makers = []
    for factory in _load_factories(session, category, scores):
        change = changes.get(factory.id)
        maker = Maker(
            id=factory.id,
            code=factory.code,
            state=factory.state,
            capacity=float(factory.daily_capacity),
            categories=tuple(sorted(abilities.get(factory.id, {category.value}))),
            price=prices.get(factory.id),
            quality=factory.quality,
            on_time=factory.on_time,
            verification=factory.verification,
            moved_days=(now - change.at).days if change is not None else 10_000,
            on_notice=change is not None and change.who.startswith(RENEWAL) and change.to_state == "warned",
            appealing=factory.id in appealing,
            accused=factory.id in accused,
        )
        makers.append(_scored(maker, scores.get(factory.id), run))
    need = find_need(session, now, rule.need_days)
    return Market(category.value, currency, tuple(makers), unknown_of(run, category.value), need)


def _load_factories(session: Session, category: Category, scored: Iterable[int]) -> list[Factory]:
    """Those of the category, and the scored ones of all others; by id."""
    here = select(Factory).where(Factory.id.in_(select(Capability.factory_id).where(Capability.category == category)))
    factories = {factory.id: factory for factory in session.scalars(here)}
    others = [number for number in scored if number not in factories]
    for start in range(0, len(others), _CHUNK):
        more = session.scalars(select(Factory).where(Factory.id.in_(others[start : start + _CHUNK])))
        factories.update({factory.id: factory for factory in more})
    return [factories[number] for number in sorted(factories)]


def _scored(maker: Maker, row: FactoryScore | None, run: ScoreRun) -> Maker:
    if row is None or not row.orders:
        return maker
    return replace(maker, orders=row.orders, work=_work(row), losses=_losses(row, run))


def find_need(session: Session, now: datetime, days: int) -> Mapping[str, float]:
    """Category -> units a day that people's demand confirmed in so many days."""
    query = select(category_column(), ConfirmedDemand.units).select_from(ConfirmedDemand)
    query = batch_of(query, simulated=False).where(ConfirmedDemand.confirmed_at >= now - timedelta(days=days))
    units: Counter[str] = Counter()
    for category, wanted in session.execute(query.where(ConfirmedDemand.confirmed_at <= now)).tuples():
        units[category] += wanted
    return {category: wanted / days for category, wanted in units.items()}


def unknown_of(run: ScoreRun, category: str) -> Standing:
    """What a run believes of a factory of the category without any history."""
    weights = run.rule["weights"]
    pools = {measure: Pool(**(by_name.get(category) or by_name[ALL])) for measure, by_name in run.pools.items()}
    beliefs = {measure: Belief(pool.mean, _spread(pool)) for measure, pool in pools.items()}
    mean = sum(weights[measure] * belief.mean for measure, belief in beliefs.items())
    variance = sum(weights[measure] ** 2 * belief.variance for measure, belief in beliefs.items())
    return _standing(Belief(mean, variance), beliefs[Measure.ON_TIME], beliefs[Measure.FIRST_GOOD])


def _spread(pool: Pool) -> float:
    return pool.spread / pool.strength if pool.spread else pool.mean * (1 - pool.mean) / (pool.strength + 1)


def _standing(score: Belief, on_time: Belief, quality: Belief) -> Standing:
    low, high = interval(np.array([score.mean]), np.array([score.variance]))
    return Standing(score, on_time, quality, float(low[0]), float(high[0]))


def _work(row: FactoryScore) -> Standing:
    on_time, quality = (row.measures[measure] for measure in (Measure.ON_TIME, Measure.FIRST_GOOD))
    spread = (row.high - row.low) / 2 / 1.2816
    return Standing(
        Belief(row.score, spread**2),
        Belief(on_time["mean"], on_time["sd"] ** 2),
        Belief(quality["mean"], quality["sd"] ** 2),
        row.low,
        row.high,
    )


def _losses(row: FactoryScore, run: ScoreRun) -> tuple[tuple[str, float], ...]:
    lost = []
    for measure, weight in run.rule["weights"].items():
        by_name: Mapping[str, Any] = run.pools[measure]
        pool = by_name.get(row.pool) or by_name[ALL]
        lost.append((measure, round(weight * (pool["mean"] - row.measures[measure]["mean"]), 4)))
    return tuple(sorted(lost, key=lambda pair: -pair[1]))


def _load_abilities(
    session: Session, scored: set[int], category: Category, currency: str, quantity: int
) -> tuple[Mapping[int, set[str]], Mapping[int, float]]:
    """Factory id -> all its categories; factory id -> unit price at the quantity in this category."""
    here = select(Capability.factory_id).where(Capability.category == category)
    abilities: dict[int, set[str]] = defaultdict(set)
    query = select(Capability.factory_id, Capability.category)
    for number, made in session.execute(query.where(Capability.factory_id.in_(here))).tuples():
        abilities[number].add(made.value)
    others = sorted(scored - set(abilities))
    for start in range(0, len(others), _CHUNK):
        rows = session.execute(query.where(Capability.factory_id.in_(others[start : start + _CHUNK]))).tuples()
        for number, made in rows:
            abilities[number].add(made.value)
    prices: dict[int, float] = {}
    ladders = select(Capability.factory_id, Capability.price_ladder).where(Capability.category == category)
    for number, ladder in session.execute(ladders).tuples():
        if ladder["currency"] == currency and int(ladder["breaks"][0][0]) <= quantity:
            prices[number] = float(PriceLadder.from_json(ladder).unit_price(quantity))
    return abilities, prices


def currency_of(session: Session, category: Category) -> str:
    """The currency in which most factories of the category quote."""
    query = select(Capability.price_ladder).where(Capability.category == category)
    counts = Counter(ladder["currency"] for ladder in session.scalars(query))
    return counts.most_common(1)[0][0] if counts else "CNY"


def _last_moves(session: Session) -> Mapping[int, StateChange]:
    """The last move of each factory that was ever moved."""
    moved = (StateChange.noun == Factory.__tablename__, StateChange.from_state.is_not(None))
    last = select(func.max(StateChange.id)).where(*moved).group_by(StateChange.row_id)
    changes: Sequence[StateChange] = session.scalars(select(StateChange).where(StateChange.id.in_(last))).all()
    return {change.row_id: change for change in changes}
