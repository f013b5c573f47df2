"""A seeded population of simulated buyers: who they are, what they like, what they do. Pure.

Taste is heavy-tailed: every attribute value of a listing carries a weight from Student's t with three degrees of
freedom, so that most listings leave people cold and a few are wanted by many. Some visitors are bots, some click twice.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

_NAMESPACE = uuid.UUID("6a1f7c1e-3a55-4d35-9f0e-9d6a8a2f4c11")
BASE_RATE = 0.016  # share of viewers who pre-order the median listing
SCREENS, OPENED_SHARE = 10, 0.9
TASTE_SCALE = 0.42  # spread of one attribute's weight on the log rate


class Kind(StrEnum):
    """How a visitor behaves."""

    PERSON = "person"
    DOUBLE_CLICKER = "double_clicker"
    DECLARED_BOT = "declared_bot"
    STEALTH_BOT = "stealth_bot"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a visitor sees of a listing."""

    slug: str
    attributes: tuple[str, ...]
    """'colour:olive', 'category:coat', ...: what taste acts on."""
    colours: tuple[str, ...]
    sizes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One simulated visitor of one day."""

    key: str
    kind: Kind
    segment: str
    arrives_at: datetime
    eagerness: float
    """Multiplies the listing's rate; log-normal around 1."""


@dataclass(frozen=True, slots=True)
class SimulatedAct:
    """One act to post; `id` is the same whenever the same seed is run again."""

    id: str
    listing: str
    rung: str
    at: datetime
    colour: str | None = None
    size: str | None = None
    quantity: int | None = None


_KINDS = (Kind.PERSON, Kind.DOUBLE_CLICKER, Kind.DECLARED_BOT, Kind.STEALTH_BOT)
_KIND_SHARES = (0.86, 0.10, 0.03, 0.01)
_SEGMENTS = ("domestic_business", "domestic_consumer", "cross_border")
_SEGMENT_SHARES = (0.45, 0.35, 0.20)
_MEAN_QUANTITY = {"domestic_business": 9.0, "domestic_consumer": 1.6, "cross_border": 14.0}


def visitors_of_day(day_start: datetime, count: int, seed: int) -> tuple[Visitor, ...]:
    """The visitors of one day, in order of arrival; the same for the same day and seed."""
    rng = np.random.default_rng([seed, day_start.toordinal()])
    minutes = np.sort(rng.integers(0, 24 * 60 - 45, count))
    kinds = rng.choice(len(_KINDS), count, p=_KIND_SHARES)
    segments = rng.choice(len(_SEGMENTS), count, p=_SEGMENT_SHARES)
    eagerness = rng.lognormal(-0.08, 0.4, count)
    return tuple(
        Visitor(
            key=f"sim-{seed}-{day_start:%Y%m%d}-{index}",
            kind=_KINDS[kinds[index]],
            segment=_SEGMENTS[segments[index]],
            arrives_at=day_start + timedelta(minutes=int(minutes[index])),
            eagerness=float(eagerness[index]),
        )
        for index in range(count)
    )


def appeal(offered: Offered, seed: int) -> float:
    """The listing's true pre-order rate in this population, between 0.1% and 25%."""
    weights = [float(np.random.default_rng([seed, *name.encode()]).standard_t(3)) for name in offered.attributes]
    return float(np.clip(BASE_RATE * np.exp(TASTE_SCALE * sum(weights)), 0.001, 0.25))


def acts_of(visitor: Visitor, shown: Sequence[Offered], seed: int) -> tuple[SimulatedAct, ...]:
    """Everything the visitor does with the listings shown to them; independent of what others do."""
    acts: list[SimulatedAct] = []
    for position, offered in enumerate(shown):
        rng = np.random.default_rng([seed, *visitor.key.encode(), *offered.slug.encode()])
        if visitor.kind is Kind.DECLARED_BOT:
            acts.append(_act(visitor, offered, "view", position, 0))
        elif visitor.kind is Kind.STEALTH_BOT:
            acts.extend(_bot_acts(visitor, offered, position, rng))
        else:
            acts.extend(_person_acts(visitor, offered, position, rng, appeal(offered, seed)))
    return tuple(acts)


def _person_acts(
    visitor: Visitor, offered: Offered, position: int, rng: np.random.Generator, rate: float
) -> Iterator[SimulatedAct]:
    start = 45 * position  # seconds since arrival: people look before they act
    yield _act(visitor, offered, "view", start, 0)
    wants = min(rate * visitor.eagerness, 0.9)
    draw, colour = rng.random(), str(rng.choice(offered.colours))
    size = offered.sizes[int(np.clip(rng.normal(len(offered.sizes) / 2, 1.2), 0, len(offered.sizes) - 1))]
    quantity = 1 + int(rng.negative_binomial(1, 1 / _MEAN_QUANTITY[visitor.segment]))
    twice = visitor.kind is Kind.DOUBLE_CLICKER
    if rng.random() < min(4 * wants, 0.95):
        yield _act(visitor, offered, "favourite", start + 12, 0)
        if twice:
            yield _act(visitor, offered, "favourite", start + 12, 1)
    if draw < wants:
        yield _act(visitor, offered, "pre_order", start + 25, 0, colour, size, quantity)
        if twice:
            yield _act(visitor, offered, "pre_order", start + 25, 0, colour, size, quantity)
        if rng.random() < 0.88:
            yield _act(visitor, offered, "deposit", start + 32, 0)
    elif draw < min(2.5 * wants, 0.97):
        yield _act(visitor, offered, "inquiry", start + 25, 0, colour, size, quantity)


def _bot_acts(visitor: Visitor, offered: Offered, position: int, rng: np.random.Generator) -> Iterator[SimulatedAct]:
    yield _act(visitor, offered, "view", position // 8, 0)
    yield _act(visitor, offered, "favourite", position // 8, 0)
    if rng.random() < 0.5:
        yield _act(visitor, offered, "pre_order", position // 8, 0, offered.colours[0], offered.sizes[0], 1)


def _act(
    visitor: Visitor,
    offered: Offered,
    rung: str,
    seconds: int,
    repeat: int,
    colour: str | None = None,
    size: str | None = None,
    quantity: int | None = None,
) -> SimulatedAct:
    name = f"{visitor.key}/{offered.slug}/{rung}/{repeat}"
    at = visitor.arrives_at + timedelta(seconds=seconds)
    return SimulatedAct(str(uuid.uuid5(_NAMESPACE, name)), offered.slug, rung, at, colour, size, quantity)


def looked_at(visitor: Visitor, page: Sequence[Offered], seed: int) -> tuple[Offered, ...]:
    """Which listings of a page, first ones first, a visitor opens: bots crawl all of them, people mostly the first.

    People look down the page until they tire, after ten listings on average, and pass over every tenth.
    """
    if visitor.kind in (Kind.DECLARED_BOT, Kind.STEALTH_BOT):
        return tuple(page)
    rng = np.random.default_rng([seed + 1, *visitor.key.encode()])
    depth = 1 + int(rng.poisson(SCREENS - 1))
    opened = rng.random(len(page)) < OPENED_SHARE
    return tuple(offered for position, offered in enumerate(page[:depth]) if opened[position] or position == 0)
