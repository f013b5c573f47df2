"""The order in which the storefront shows listings to one visitor, by the policy in force; it is written down."""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from demand.exposure.pages import Pages, unpack
from demand.exposure.snapshot import find_snapshot
from demand.store import find_open_listings
from listings.store import find_slugs_open_at
from models.exposure import ExposurePages
from models.interest import AgentKind, Segment
from web.agents import agent_kind
from web.page_log import PageLog
from web.visit import Database, Visit, Visiting, config_of, remember

router = APIRouter()
_MOST_KEPT = 8  # snapshots whose pages stay in memory
PRIVATE = {"cache-control": "private, no-store", "vary": "Cookie"}
"""A page is one visitor's: another's copy of it would break the propensities."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A snapshot as requests use it."""

    id: int
    listing_ids: tuple[int, ...]
    pages: dict[Segment, Pages]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The order of the open listings for one visitor; `policy` is None when nothing has been drawn yet."""

    order: tuple[int, ...]
    policy: Policy | None = None
    page: int = 0
    missing: tuple[int, ...] = ()

    def positions(self) -> dict[int, int]:
        """Where each listing stands, from 0."""
        return {listing: position for position, listing in enumerate(self.order)}


class Policies:
    """The policies of the last moments, read once each."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Policy] = OrderedDict()
        self._lock = Lock()

    def at(self, session: Session, now: datetime) -> Policy | None:
        """The policy in force at a moment."""
        snapshot = find_snapshot(session, now)
        if snapshot is None:
            return None
        with self._lock:
            if snapshot.id in self._kept:
                return self._kept[snapshot.id]
        rows = session.scalars(select(ExposurePages).where(ExposurePages.snapshot_id == snapshot.id))
        pages = {row.segment: unpack(row.orders, snapshot.pages) for row in rows}
        policy = Policy(snapshot.id, tuple(snapshot.listing_ids), pages)
        with self._lock:
            self._kept[policy.id] = policy
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return policy


def choose_page(secret: str, snapshot_id: int, visitor: str, pages: int) -> int:
    """The page of this visitor in this snapshot: the same at every reload, evenly spread over visitors."""
    digest = hmac.new(secret.encode(), f"page:{snapshot_id}:{visitor}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % pages


def shelf_of(request: Request, visit: Visit, session: Session, open_ids: Sequence[int]) -> Shelf:
    """The order of these open listings for this visitor now; as they come when no policy is in force."""
    policies: Policies = request.app.state.policies
    policy = policies.at(session, visit.now)
    if policy is None:
        return Shelf(tuple(open_ids))
    drawn = policy.pages[visit.segment]
    page = choose_page(config_of(request).secret, policy.id, visit.visitor, len(drawn))
    still = set(open_ids)
    whole = [policy.listing_ids[index] for index in drawn[page]]
    newer = [listing for listing in open_ids if listing not in set(policy.listing_ids)]
    missing = tuple(listing for listing in policy.listing_ids if listing not in still)
    return Shelf(tuple(one for one in whole if one in still) + tuple(newer), policy, page, missing)


def note_page(request: Request, visit: Visit, shelf: Shelf) -> None:
    """Write down that this person was shown this page; not the house's people, not bots, not prefetches."""
    prefetch = "prefetch" in request.headers.get("sec-purpose", "")
    person = agent_kind(request.headers.get("user-agent", "")) is AgentKind.BROWSER
    if shelf.policy is None or prefetch or visit.is_operator or not person:
        return
    log: PageLog = request.app.state.page_log
    log.note(
        {
            "snapshot_id": shelf.policy.id,
            "visitor": visit.visitor,
            "segment": visit.segment,
            "page": shelf.page,
            "shown_at": visit.now,
            "missing": list(shelf.missing),
        }
    )


@router.get("/api/shelf")
def get_shelf(request: Request, visit: Visiting, session: Database) -> Response:
    """The open listings in the order that the storefront shows to this visitor, for other front ends: slugs."""
    if config_of(request).simulated_time:  # a simulation may go over a past day again: then history says what was open
        slugs = find_slugs_open_at(session, visit.now)
    else:
        slugs = {listing.id: listing.slug for listing in find_open_listings(session, visit.now)}
    shelf = shelf_of(request, visit, session, list(slugs))
    note_page(request, visit, shelf)
    content = {
        "snapshot": shelf.policy.id if shelf.policy else None,
        "page": shelf.page if shelf.policy else None,
        "listings": [slugs[listing] for listing in shelf.order],
    }
    response = JSONResponse(content, headers=PRIVATE)
    remember(request, response, visit)
    return response
