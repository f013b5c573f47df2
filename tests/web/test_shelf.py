"""The default order comes from the policy in force, and what people are shown is written down with its place in it."""

import hashlib
import re
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from demand.exposure.pages import propensities, unpack
from demand.exposure.rule import ExposureRule
from demand.exposure.snapshot import make_snapshot
from models.db import transaction
from models.exposure import ExposurePages, ExposureSnapshot, PageShown, PagesLost
from models.interest import Segment
from models.listing import Listing, ListingState
from tests.builders import NOW, make_batch, make_listing
from tests.web.conftest import Site
from web.page_log import PageLog
from web.shelf import choose_page

RULE = ExposureRule(slots=2, pages=40)
PATIENCE = 5


@pytest.fixture
def shelf(site: Site) -> list[str]:
    """Slugs of six listings with a policy over them."""
    with transaction() as session:
        batch = make_batch(session)
        slugs = [make_listing(session, batch=batch).slug for _ in range(6)]
        make_snapshot(session, NOW, RULE)
    return slugs


def shown_order(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/listings/([\w-]+)"', page)))


def find_shown(wanted: int) -> list[PageShown]:
    """The pages written down, once there are so many."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with transaction() as session:
            rows = list(session.scalars(select(PageShown)))
        if len(rows) >= wanted or time.monotonic() > deadline:
            return rows
        time.sleep(0.05)


def test_the_default_order_is_one_of_the_pages_and_is_written_down_exactly(site: Site, shelf: list[str]) -> None:
    order = shown_order(site.client.get("/").text)
    assert shown_order(site.client.get("/").text) == order
    (row,) = find_shown(1)
    with transaction() as session:
        snapshot = session.scalars(select(ExposureSnapshot)).one()
        pages = unpack(session.get_one(ExposurePages, (snapshot.id, row.segment)).orders, snapshot.pages)
        slugs = dict(session.execute(select(Listing.id, Listing.slug)).tuples().all())
    drawn = [slugs[snapshot.listing_ids[index]] for index in pages[row.page]]
    assert order == drawn
    assert row.missing == []
    assert propensities(pages, 2).sum() == pytest.approx(2)


def test_other_front_ends_get_the_same_order(site: Site, shelf: list[str]) -> None:
    order = shown_order(site.client.get("/").text)
    answer = site.client.get("/api/shelf")
    assert answer.json()["listings"] == order
    assert answer.headers["cache-control"] == "private, no-store"


def test_visitors_meet_each_page_equally_often() -> None:
    seen = Counter(choose_page("a secret of the tests", 7, f"visitor {number}", 40) for number in range(20_000))
    assert len(seen) == 40
    assert max(seen.values()) < 500 + 5 * 500**0.5
    assert min(seen.values()) > 500 - 5 * 500**0.5


def test_pages_are_drawn_for_the_visitors_own_segment(site: Site, shelf: list[str]) -> None:
    site.client.cookies.set("segment", Segment.CROSS_BORDER.value)
    site.client.get("/")
    assert [row.segment for row in find_shown(1)] == [Segment.CROSS_BORDER]


def test_a_listing_that_closed_leaves_the_page_and_the_log_says_so(site: Site, shelf: list[str]) -> None:
    with transaction() as session:
        gone = session.scalars(select(Listing).where(Listing.slug == shelf[2])).one()
        gone.state = ListingState.STOPPED
        gone_id = gone.id
    order = site.client.get("/api/shelf").json()["listings"]
    assert sorted(order) == sorted(set(shelf) - {shelf[2]})
    assert [row.missing for row in find_shown(1)] == [[gone_id]]


@pytest.mark.parametrize("query", ["?sort=price", "?sort=wanted", "?category=greatcoat", "?q=coat"])
def test_a_page_that_the_buyer_arranged_is_not_exposure(site: Site, shelf: list[str], query: str) -> None:
    assert site.client.get(f"/{query}").status_code == 200
    site.another_visitor().get("/")
    assert len(find_shown(2)) == 1


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch"}, {"user-agent": "Googlebot/2.1"}, {"user-agent": "curl/8"}]
)
def test_bots_and_prefetches_are_not_exposure(site: Site, shelf: list[str], headers: dict[str, str]) -> None:
    site.client.get("/", headers=headers)
    site.another_visitor().get("/")
    assert len(find_shown(2)) == 1


def test_the_houses_own_people_are_not_exposure(operator: Site, shelf: list[str]) -> None:
    operator.client.get("/")
    operator.another_visitor().get("/")
    assert len(find_shown(2)) == 1


def test_a_page_of_one_visitor_is_kept_by_no_shared_cache(site: Site, shelf: list[str]) -> None:
    headers = site.client.get("/").headers
    assert headers["cache-control"] == "private, no-store"
    assert "cookie" in headers["vary"].lower()


def test_without_a_policy_the_most_wanted_come_first_and_nothing_is_written(site: Site) -> None:
    with transaction() as session:
        make_listing(session)
    assert site.client.get("/").status_code == 200
    assert site.client.get("/api/shelf").json()["snapshot"] is None
    assert find_shown(0) == []


def test_the_dashboard_shows_where_exposure_went(operator: Site, shelf: list[str]) -> None:
    assert "No page has been shown in the recommended order yet." in operator.client.get("/dashboard").text
    for _ in range(3):
        operator.another_visitor().get("/")
    find_shown(3)
    page = operator.client.get("/dashboard").text
    assert "3 pages shown in the recommended order; 0 could not be written down." in page
    assert "Olive double-breasted wool greatcoat (" in page


def row(snapshot: int, number: int) -> dict[str, object]:
    visitor = hashlib.sha256(str(number).encode()).hexdigest()
    return {"snapshot_id": snapshot, "visitor": visitor, "segment": Segment.CROSS_BORDER, "page": 1,
            "shown_at": NOW + timedelta(seconds=number), "missing": []}  # fmt: skip


def test_what_cannot_be_written_is_counted_and_said(site: Site, shelf: list[str], caplog) -> None:
    with transaction() as session:
        snapshot = session.scalars(select(ExposureSnapshot.id)).one()
        engine = session.get_bind()
    with PageLog(engine, pause=0.05, tries=2) as log:  # type: ignore[arg-type]
        log.note(row(snapshot + 1, 1))  # no such snapshot: refused by the database
        deadline = time.monotonic() + PATIENCE
        while not log.lost and time.monotonic() < deadline:
            time.sleep(0.02)
        log.note(row(snapshot, 2))
    assert log.lost == 1
    assert "1 pages shown were not written down" in caplog.text
    with transaction() as session:
        assert session.scalars(select(PagesLost.pages)).all() == [1]
        assert session.scalar(select(func.count()).select_from(PageShown)) == 1


def test_a_page_never_waits_for_a_crowded_log(site: Site) -> None:
    with transaction() as session:
        log = PageLog(session.get_bind(), most_waiting=2)  # type: ignore[arg-type] # not started: nobody empties it
    assert [log.note(row(1, number)) for number in range(4)] == [True, True, False, False]
    assert log.lost == 2
