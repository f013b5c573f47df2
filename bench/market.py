"""A synthetic market for measuring matching: nobody's real data, the same for the same seed.

Factories: trades, prices, ladders, lead times and scores as in `samples.make_factories`, drawn as whole arrays; daily
capacity is 30 times one plus a Pareto(1.25) variable, at most 20,000. So many of them have free hands, taken at random,
that their capacity over the days until the mean due date is `times` the demand; the others are booked out. Demands:
specs drawn evenly from the vocabulary, categories as often as factories make them, quantities log-normal (median 150,
at least 30), due in 10 to 40 days, evenly.
"""

import random
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from bench.specs import random_spec
from factory_matching.demand import OpenDemand, Supply
from factory_matching.registry.register import MATERIAL_BIT, TECHNIQUE_BIT, Register, category_place
from models.attributes import Category, Closure, PatternKind
from models.category_rules import CATEGORY_RULES
from models.garment import GarmentSpec
from samples.make_factories import MOQ_SHARES, MOQS, TRADES

TODAY = date(2026, 11, 2)
_BREAKS = 5
_MEAN_DUE = 25
_SPECS = 4_000
_NEVER = np.iinfo(np.int64).max


def make_market(demands: int, factories: int, times: float, seed: int) -> tuple[list[OpenDemand], Supply]:
    """Demands, and factories whose free capacity is `times` what is demanded."""
    rng = np.random.default_rng(seed)
    register = draw_register(factories, rng)
    asked = _demands(demands, register, rng, seed)
    return asked, Supply(_with_free_hands(register, times * sum(demand.units for demand in asked), rng), TODAY, {})


def draw_register(count: int, rng: np.random.Generator) -> Register:
    """Factories with their capabilities, without a database."""
    shares = np.array([trade.share for trade in TRADES])
    trade = rng.choice(len(TRADES), count, p=shares / shares.sum())
    quality = rng.beta(45, 2.2, count)
    level = np.exp(rng.normal(0, 0.17, count) + 0.8 * (quality - 0.95))
    parts = [
        _capabilities(Category(name), price, place, np.flatnonzero(trade == number), rng)
        for number, one in enumerate(TRADES)
        for place, (name, price) in enumerate(one.prices.items())
    ]
    category, factory, price, materials, techniques = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((factory, category))
    quantities, cents = _ladders(price[order] * level[factory[order]], rng)
    return Register(
        ids=np.arange(1, count + 1),
        suspended=rng.random(count) < 0.03,
        daily_capacity=np.clip(30 * (1 + rng.pareto(1.25, count)), 30, 20_000).astype(np.int64),
        lead_days=np.clip(rng.gamma(6, 1.7, count), 3, 30).astype(np.int64),
        quality=quality,
        on_time=rng.beta(18, 1.8, count),
        starts=np.searchsorted(category[order], np.arange(len(Category) + 1)).astype(np.int64),
        factory=factory[order],
        materials=materials[order],
        techniques=techniques[order],
        currency=np.full(len(order), "CNY"),
        quantities=quantities,
        cents=cents,
    )


def _capabilities(
    category: Category, price: float, rank: int, members: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """The trade's factories that make this category, with its plain price and what they have for it."""
    members = members[rng.random(len(members)) < 0.92 - 0.13 * rank] if rank else members
    rule, count = CATEGORY_RULES[category], len(members)
    materials = np.full(count, MATERIAL_BIT[rule.materials[0].value])
    for position, material in enumerate(rule.materials[1:], start=1):
        materials |= (rng.random(count) < 0.9 - 0.12 * position) * MATERIAL_BIT[material.value]
    techniques = np.zeros(count, np.int64)
    for names, chance in (
        ([one.value for one in rule.closures if one is not Closure.NONE], 0.85),
        ([one.value for one in PatternKind if one is not PatternKind.PLAIN], 0.6),
    ):
        for name in names:
            techniques |= (rng.random(count) < chance) * TECHNIQUE_BIT.get(name, 0)
    prices = price * np.exp(rng.normal(0, 0.07, count))
    return np.full(count, category_place(category)), members, prices, materials, techniques


def _ladders(price_of_100: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
    """Up to five steps that double or triple, prices falling by 3 to 8 % with every doubling."""
    count = len(price_of_100)
    quantity = rng.choice(MOQS, count, p=MOQ_SHARES).astype(np.int64)
    fall, steps = rng.uniform(0.045, 0.12, count), rng.integers(2, _BREAKS + 1, count)
    quantities, cents = np.full((count, _BREAKS), _NEVER), np.zeros((count, _BREAKS), np.int64)
    for step in range(_BREAKS):
        there = step < steps
        quantities[there, step] = quantity[there]
        cents[there, step] = np.maximum(100 * price_of_100 * (quantity / 100) ** -fall, 100).astype(np.int64)[there]
        quantity = quantity * rng.integers(2, 4, count)
    return quantities, cents


def _demands(count: int, register: Register, rng: np.random.Generator, seed: int) -> list[OpenDemand]:
    drawn = random.Random(seed)
    by_category: dict[int, list[GarmentSpec]] = {}
    for _ in range(_SPECS):
        spec = random_spec(drawn)
        by_category.setdefault(category_place(spec.category), []).append(spec)
    made = np.diff(register.starts).astype(float)
    categories = rng.choice(len(made), count, p=made / made.sum()).tolist()
    units = np.maximum(30, np.exp(rng.normal(5.0, 0.9, count))).astype(int).tolist()
    due = rng.integers(10, 41, count).tolist()
    return [
        OpenDemand(key, drawn.choice(by_category[category]), size, TODAY + timedelta(days=days))
        for key, (category, size, days) in enumerate(zip(categories, units, due, strict=True))
    ]


def _with_free_hands(register: Register, wanted: float, rng: np.random.Generator) -> Register:
    """Only so many factories, in random order, keep their capacity that it reaches what is wanted."""
    makes = register.daily_capacity * np.maximum(_MEAN_DUE - register.lead_days + 1, 0) * ~register.suspended
    order = rng.permutation(len(register.ids))
    free = order[: int(np.searchsorted(makes[order].cumsum(), wanted)) + 1]
    capacity = np.zeros_like(register.daily_capacity)
    capacity[free] = register.daily_capacity[free]
    return Register(**{**{name: getattr(register, name) for name in Register.__slots__}, "daily_capacity": capacity})
