"""Who got how much exposure, and what an even order would have brought: read from the pages that were shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demand.exposure.off_policy import Estimate, Logged, doubly_robust, effective_size, ips, on_policy, snips
from demand.exposure.pages import propensities, unpack, without
from models.batch import Batch
from models.demand_rule import Rung
from models.exposure import ExposurePages, ExposureSnapshot, PageShown, PagesLost
from models.interest import AgentKind, InterestEvent, Segment
from models.listing import Listing

_PRIOR_RATE_VIEWERS = 50.0  # the guess of a listing's rate is shrunk towards that of all by so many
_LADDER = tuple(Rung)


@dataclass(frozen=True, slots=True)
class Entry:
    """One listing among the first positions of one page that was shown."""

    page: int
    listing_id: int
    propensity: float
    even: float
    """Its chance if all listings were shown alike."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Pages shown in the order of time, with their first positions."""

    pages: tuple[PageShown, ...]
    entries: tuple[Entry, ...]
    open_listings: Mapping[int, tuple[int, ...]]
    """By page: the listings that were open."""

    def by_day(self) -> dict[date, dict[int, int]]:
        """How often each listing was among the first positions, by day."""
        days: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for entry in self.entries:
            days[self.pages[entry.page].shown_at.date()][entry.listing_id] += 1
        return {day: dict(days[day]) for day in sorted(days)}


def load_shown(session: Session, batch: Batch | None = None) -> Shown:
    """All pages that were shown; of a batch, only its own listings on them and the pages that showed any."""
    only = None if batch is None else set(session.scalars(select(Listing.id).where(Listing.batch_id == batch.id)))
    rows = session.scalars(select(PageShown).order_by(PageShown.shown_at, PageShown.visitor)).all()
    drawn = _Drawn(session)
    pages: list[PageShown] = []
    entries: list[Entry] = []
    open_listings: dict[int, tuple[int, ...]] = {}
    for row in rows:
        order, chance, slots = drawn.page(row)
        seen = [listing for listing in order[:slots] if only is None or listing in only]
        if not seen:
            continue
        even = slots / len(order)
        entries += [Entry(len(pages), listing, chance[listing], even) for listing in seen]
        open_listings[len(pages)] = tuple(listing for listing in order if only is None or listing in only)
        pages.append(row)
    return Shown(tuple(pages), tuple(entries), open_listings)


class _Drawn:
    """Pages and propensities by snapshot, segment and what was missing, worked out once each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, Segment, tuple[int, ...]], tuple[Any, dict[int, float], list[int], int]] = {}

    def page(self, row: PageShown) -> tuple[list[int], dict[int, float], int]:
        """The order of the open listings on the page, each one's chance to be among the first, how many those are."""
        key = row.snapshot_id, row.segment, tuple(row.missing)
        if key not in self._known:
            self._known[key] = self._load(*key)
        pages, chance, ids, slots = self._known[key]
        return [ids[index] for index in pages[row.page]], chance, slots

    def _load(
        self, snapshot_id: int, segment: Segment, missing: tuple[int, ...]
    ) -> tuple[Any, dict[int, float], list[int], int]:
        snapshot = self._session.get_one(ExposureSnapshot, snapshot_id)
        stored = self._session.get_one(ExposurePages, (snapshot_id, segment))
        gone = np.isin(np.array(snapshot.listing_ids), np.array(missing, dtype=np.int64))
        pages = without(unpack(stored.orders, snapshot.pages), gone)
        slots = min(snapshot.slots, pages.shape[1])
        frequency = np.zeros(len(gone))
        found = propensities(pages, slots)
        frequency[: len(found)] = found
        chance = {listing: float(frequency[index]) for index, listing in enumerate(snapshot.listing_ids)}
        return pages, chance, list(snapshot.listing_ids), slots


@dataclass(frozen=True, slots=True)
class Moved:
    """How often listings were among the first positions under the first and the last policy that showed them.

    In multiples of an even share, averaged over the listings; None when none of them was shown.
    """

    listings: int
    first: float | None
    last: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        rounded = [None if one is None else round(one, 3) for one in (self.first, self.last)]
        return {"confirmed": self.listings, "first": rounded[0], "last": rounded[1]}


def share_moved(shown: Shown, listing_ids: Sequence[int]) -> Moved:
    """How exposure of these listings moved from their first policy to their last."""
    pages: dict[int, int] = defaultdict(int)
    for page in shown.pages:
        pages[page.snapshot_id] += 1
    times: dict[int, dict[int, float]] = {listing: defaultdict(float) for listing in listing_ids}
    for entry in shown.entries:
        if entry.listing_id in times:
            snapshot = shown.pages[entry.page].snapshot_id
            times[entry.listing_id][snapshot] += 1 / (entry.even * pages[snapshot])
    seen = [by_snapshot for by_snapshot in times.values() if by_snapshot]
    if not seen:
        return Moved(len(times), None, None)
    first, last = (float(np.mean([one[end(one)] for one in seen])) for end in (min, max))
    return Moved(len(times), first, last)


def load_rewards(session: Session, shown: Shown, rung: Rung) -> list[float]:
    """1 for each entry whose visitor reached the rung on that listing after this page and before their next, else 0."""
    above = _LADDER[_LADDER.index(rung) :]
    listings = {entry.listing_id for entry in shown.entries}
    acts = session.execute(
        select(InterestEvent.visitor, InterestEvent.listing_id, func.min(InterestEvent.occurred_at))
        .where(
            InterestEvent.listing_id.in_(listings),
            InterestEvent.rung.in_(above),
            InterestEvent.agent == AgentKind.BROWSER,
        )
        .group_by(InterestEvent.visitor, InterestEvent.listing_id)
    )
    first = {(visitor, listing): at for visitor, listing, at in acts.tuples()}
    until = _next_page(shown.pages)
    rewards = []
    for entry in shown.entries:
        page = shown.pages[entry.page]
        at = first.get((page.visitor, entry.listing_id))
        rewards.append(float(at is not None and page.shown_at <= at and not (until[entry.page] or at) < at))
    return rewards


def _next_page(pages: Sequence[PageShown]) -> list[datetime | None]:
    later: dict[str, datetime] = {}
    following: list[datetime | None] = [None] * len(pages)
    for place in range(len(pages) - 1, -1, -1):
        following[place] = later.get(pages[place].visitor)
        later[pages[place].visitor] = pages[place].shown_at
    return following


@dataclass(frozen=True, slots=True)
class Comparison:
    """Conversions per page of what was shown and of an even order, three ways; all None before any page was shown."""

    pages: int
    lowest_propensity: float | None
    highest_propensity: float | None
    effective_size: float
    shown: Estimate | None
    even: Mapping[str, Estimate]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "pages": self.pages,
            "propensity": [self.lowest_propensity, self.highest_propensity],
            "effective_size": round(self.effective_size, 1),
            "shown_per_page": self.shown.to_json() if self.shown else None,
            "even_per_page": {name: estimate.to_json() for name, estimate in self.even.items()},
        }


def compare_with_even(shown: Shown, rewards: Sequence[float]) -> Comparison:
    """What an order that shows all open listings alike would have brought, from the same pages."""
    if not shown.pages:
        return Comparison(0, None, None, 0.0, None, {})
    propensity = np.array([entry.propensity for entry in shown.entries])
    people = {name: number for number, name in enumerate(dict.fromkeys(page.visitor for page in shown.pages))}
    logged = Logged(
        page=np.array([entry.page for entry in shown.entries]),
        propensity=propensity,
        target=np.array([entry.even for entry in shown.entries]),
        reward=np.array(rewards),
        visitor=np.array([people[page.visitor] for page in shown.pages]),
    )
    guess = _guess(shown, rewards)
    of_entries = np.array([guess[entry.listing_id] for entry in shown.entries])
    even = {entry.page: entry.even for entry in shown.entries}
    expected = np.array(
        [even[page] * sum(guess[one] for one in listings) for page, listings in shown.open_listings.items()]
    )
    positions = float(np.mean([even[page] * len(listings) for page, listings in shown.open_listings.items()]))
    return Comparison(
        pages=len(shown.pages),
        lowest_propensity=float(propensity.min()),
        highest_propensity=float(propensity.max()),
        effective_size=effective_size(logged),
        shown=on_policy(logged),
        even={
            "ips": ips(logged),
            "snips": snips(logged, positions),
            "doubly_robust": doubly_robust(logged, expected, of_entries),
        },
    )


def _guess(shown: Shown, rewards: Sequence[float]) -> Mapping[int, float]:
    """Each listing's rate among the first positions, shrunk towards that of all."""
    seen: dict[int, float] = defaultdict(float)
    did: dict[int, float] = defaultdict(float)
    for entry, reward in zip(shown.entries, rewards, strict=True):
        seen[entry.listing_id] += 1
        did[entry.listing_id] += reward
    whole = sum(did.values()) / sum(seen.values())
    every = {listing for listings in shown.open_listings.values() for listing in listings}
    worth = _PRIOR_RATE_VIEWERS
    return {one: (did[one] + worth * whole) / (seen[one] + worth) for one in every}


def count_lost(session: Session) -> int:
    """Pages that were shown and could not be written down."""
    return session.scalar(select(func.coalesce(func.sum(PagesLost.pages), 0))) or 0
