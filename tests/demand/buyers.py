"""Synthetic buyers of four behaviours and plain ones, who act over sixty days on a synthetic shelf; seeded."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from demand.interest.behaviour import NEAR_BREAK, Behaviour
from models.attributes import Category
from models.batch import Rung
from models.interest import AgentKind, InterestEvent, Segment
from models.listing import Listing
from tests.builders import NOW, make_batch, make_design, make_listing, make_mockup, make_trend
from tests.design_gen.specs import spec_of

START = NOW - timedelta(days=60)
DAYS = 60
SCENES = ("camping", "office", "holiday", "wedding", "school", "skiing")
CATEGORIES = (Category.COAT, Category.SWEATER, Category.SCARF, Category.BOOTS)
BREAKS = (1, 60, 150, 400)
_PRICES = tuple((quantity, f"{159 - 10 * step}.00") for step, quantity in enumerate(BREAKS))


@dataclass(frozen=True)
class Shelf:
    """Listings of four categories, shared out over six scenes."""

    listings: tuple[int, ...]
    scene: Mapping[int, str]
    category: Mapping[int, Category]

    def of(self, scene: str | None = None, category: Category | None = None) -> list[int]:
        return [
            one for one in self.listings
            if scene in (None, self.scene[one]) and category in (None, self.category[one])
        ]  # fmt: skip


def make_shelf(session: Session, each: int = 12) -> Shelf:
    batch = make_batch(session)
    trends = [make_trend(session, meaning={"occasion": [scene]}) for scene in SCENES]
    rows: dict[int, tuple[str, Category]] = {}
    for category in CATEGORIES:
        for number in range(each):
            trend = trends[number % len(SCENES)]
            design = make_design(session, batch, trend, spec_of(category), fingerprint=uuid.uuid4().hex)
            listing: Listing = make_listing(session, make_mockup(session, design), batch=batch, prices=_PRICES)
            rows[listing.id] = SCENES[number % len(SCENES)], category
    return Shelf(tuple(rows), {i: row[0] for i, row in rows.items()}, {i: row[1] for i, row in rows.items()})


@dataclass
class Acts:
    """Acts as they happen; every buyer's true behaviours beside them."""

    chance: Random
    truth: dict[str, frozenset[Behaviour]] = field(default_factory=dict)
    rows: list[tuple[datetime, str, int, Rung, int | None]] = field(default_factory=list)

    def add(self, day: float, buyer: str, listing: int, rung: Rung = Rung.VIEW, quantity: int | None = None) -> None:
        self.rows.append((START + timedelta(days=day), buyer, listing, rung, quantity))

    def want(self, day: float, buyer: str, listing: int, quantity: int) -> None:
        """Look, and a little later pre-order."""
        self.add(day, buyer, listing)
        self.add(day + 0.01, buyer, listing, Rung.PRE_ORDER, quantity)


def simulate(shelf: Shelf, seed: int, each: int = 60, plain: int = 240) -> Acts:
    acts = Acts(Random(seed))
    makers = {
        "plain": _plain, "scene": _scene, "bulk": _bulk, "periodic": _periodic,
    }  # fmt: skip
    for kind, act in makers.items():
        for number in range(plain if kind == "plain" else each):
            buyer = f"{kind}-{number}"
            acts.truth[buyer] = frozenset() if kind == "plain" else frozenset({Behaviour(kind)})
            act(acts, shelf, buyer)
    _compare_prices(acts, shelf, [f"price-{number}" for number in range(each)])
    return acts


def _plain(acts: Acts, shelf: Shelf, buyer: str) -> None:
    chance, day = acts.chance, acts.chance.uniform(0, DAYS - 8)
    seen = chance.sample(shelf.listings, chance.randint(2, 9))
    for listing in seen:
        acts.add(day + chance.uniform(0, 0.1), buyer, listing)
        if chance.random() < 0.3:
            acts.add(day + chance.uniform(1, 7), buyer, listing)
    for listing in seen[: chance.choice((0, 0, 0, 1, 1, 2))]:
        acts.want(day + chance.uniform(0.2, 7), buyer, listing, chance.randint(1, 12))


def _scene(acts: Acts, shelf: Shelf, buyer: str) -> None:
    chance, day = acts.chance, acts.chance.uniform(0, DAYS - 12)
    scene = chance.choice(SCENES)
    for category in chance.sample(CATEGORIES, chance.randint(2, 4)):
        listing = chance.choice(shelf.of(scene, category))
        acts.want(day + chance.uniform(0, 9), buyer, listing, chance.randint(1, 8))
    if chance.random() < 0.3:
        acts.want(day + chance.uniform(0, 9), buyer, chance.choice(shelf.listings), chance.randint(1, 8))


def _bulk(acts: Acts, shelf: Shelf, buyer: str) -> None:
    chance, day = acts.chance, acts.chance.uniform(0, DAYS - 3)
    category = chance.choice(CATEGORIES)
    for listing in chance.sample(shelf.of(category=category), chance.randint(1, 3)):
        acts.want(day + chance.uniform(0, 2), buyer, listing, max(5, round(chance.lognormvariate(4.1, 0.5))))


def _periodic(acts: Acts, shelf: Shelf, buyer: str) -> None:
    chance = acts.chance
    gap, day = chance.choice((5, 7, 10, 14)), chance.uniform(0, 3)
    while day < DAYS - 1:
        acts.want(
            max(0, day + chance.gauss(0, 0.15 * gap)), buyer, chance.choice(shelf.listings), chance.randint(2, 20)
        )
        day += gap


def _compare_prices(acts: Acts, shelf: Shelf, buyers: Sequence[str]) -> None:
    """They watch listings of one category and come back on days when the next price is near."""
    chance = acts.chance
    watched: dict[str, list[int]] = {}
    for buyer in buyers:
        acts.truth[buyer] = frozenset({Behaviour.PRICE_COMPARISON})
        watched[buyer] = _some(chance, shelf.of(category=chance.choice(CATEGORIES)), chance.randint(6, 10))
        for listing in watched[buyer]:
            acts.add(chance.uniform(0, 2), buyer, listing)
    orders = sorted(
        (at, listing, quantity or 0) for at, _, listing, rung, quantity in acts.rows if rung is Rung.PRE_ORDER
    )
    for day in range(3, DAYS):
        morning = START + timedelta(days=day)
        pooled = Counter[int]()
        for at, listing, quantity in orders:
            if at < morning:
                pooled[listing] += quantity
        near = {one for one in shelf.listings if _is_near(pooled[one])}
        for buyer in buyers:
            for listing in near.intersection(watched[buyer]):
                if chance.random() < 0.15:
                    acts.add(day, buyer, listing)
    for buyer in buyers:
        if chance.random() < 0.6:
            acts.want(DAYS - 0.5, buyer, watched[buyer][0], chance.randint(2, 10))


def _some(chance: Random, listings: list[int], count: int) -> list[int]:
    return chance.sample(listings, min(count, len(listings)))


def _is_near(pooled: int) -> bool:
    following = next((quantity for quantity in BREAKS if quantity > pooled), None)
    return following is not None and NEAR_BREAK * (following - pooled) <= following


def keep(session: Session, acts: Acts, segments: Mapping[str, Segment] | None = None) -> None:
    """Write them into the ledger in a mixed order."""
    rows = list(_as_rows(acts, segments or {}))
    acts.chance.shuffle(rows)
    for start in range(0, len(rows), 2_000):
        session.execute(insert(InterestEvent), rows[start : start + 2_000])


def _as_rows(acts: Acts, segments: Mapping[str, Segment]) -> Iterator[dict[str, object]]:
    for at, buyer, listing, rung, quantity in acts.rows:
        named = {"colour": "olive", "size": "M"} if rung is Rung.PRE_ORDER else {"colour": None, "size": None}
        yield {
            "event_id": str(uuid.UUID(int=acts.chance.getrandbits(128), version=4)),
            "listing_id": listing,
            "visitor": buyer,
            "segment": segments.get(buyer, Segment.DOMESTIC_BUSINESS),
            "rung": rung,
            "quantity": quantity,
            "agent": AgentKind.BROWSER,
            "occurred_at": at,
            "received_at": at,
            **named,
        }
