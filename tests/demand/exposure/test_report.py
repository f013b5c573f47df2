from datetime import timedelta

import pytest

from demand.exposure.pages import propensities, unpack
from demand.exposure.report import compare_with_even, count_lost, load_rewards, load_shown, share_moved
from demand.exposure.rule import ExposureRule
from demand.exposure.snapshot import make_snapshot
from demand.interest.record import record
from models.batch import Rung
from models.exposure import ExposurePages, PageShown, PagesLost
from models.interest import Segment
from tests.builders import NOW, make_batch, make_listing
from tests.demand.shelf import make_act

RULE = ExposureRule(slots=2, pages=50)
SEGMENT = Segment.DOMESTIC_BUSINESS


@pytest.fixture
def shelf(session):
    """A batch of five listings, its policy, and ten visitors who saw page after page."""
    batch = make_batch(session)
    listings = [make_listing(session, batch=batch) for _ in range(5)]
    snapshot = make_snapshot(session, NOW, RULE)
    for number in range(10):
        session.add(PageShown(snapshot_id=snapshot.id, visitor=f"v{number}", segment=SEGMENT, page=number,
                              shown_at=NOW + timedelta(minutes=number), missing=[]))  # fmt: skip
    session.flush()
    return batch, listings, snapshot


def test_entries_are_the_first_positions_with_their_exact_propensities(session, shelf):
    batch, _, snapshot = shelf
    pages = unpack(session.get_one(ExposurePages, (snapshot.id, SEGMENT)).orders, 50)
    chance = propensities(pages, 2)
    shown = load_shown(session, batch)
    assert [(entry.page, entry.listing_id) for entry in shown.entries] == [
        (page, snapshot.listing_ids[index]) for page in range(10) for index in pages[page, :2]
    ]
    for entry in shown.entries:
        assert entry.propensity == chance[snapshot.listing_ids.index(entry.listing_id)]
        assert entry.even == pytest.approx(2 / 5)
    assert sum(shown.by_day()[NOW.date()].values()) == 20


def test_a_listing_that_was_gone_leaves_its_place_to_the_others(session, shelf):
    batch, listings, snapshot = shelf
    row = session.get_one(PageShown, (snapshot.id, "v0", SEGMENT))
    row.missing = [listings[0].id]
    session.flush()
    shown = load_shown(session, batch)
    first = [entry for entry in shown.entries if entry.page == 0]
    assert len(first) == 2
    assert listings[0].id not in {entry.listing_id for entry in first}
    assert first[0].even == pytest.approx(2 / 4)


def test_a_conversion_counts_for_the_page_before_it(session, shelf):
    batch, *_ = shelf
    shown = load_shown(session, batch)
    entry = shown.entries[0]
    at = NOW + timedelta(minutes=3)
    record(session, [make_act(entry.listing_id, "v0", at=at), make_act(entry.listing_id, "v0", Rung.PRE_ORDER, at)])
    assert load_rewards(session, shown, Rung.PRE_ORDER) == [1.0, *([0.0] * 19)]
    assert load_rewards(session, shown, Rung.DEPOSIT) == [0.0] * 20


def test_the_comparison_says_what_was_and_what_an_even_order_would_bring(session, shelf):
    batch, *_ = shelf
    shown = load_shown(session, batch)
    told = compare_with_even(shown, [1.0] * 20).to_json()
    assert told["pages"] == 10
    assert told["shown_per_page"]["value"] == 2
    assert told["even_per_page"]["doubly_robust"]["value"] == pytest.approx(2, abs=0.6)
    assert 0 < told["effective_size"] <= 20


def test_nobody_came_so_nothing_is_said(session):
    told = compare_with_even(load_shown(session), []).to_json()
    assert told == {"pages": 0, "propensity": [None, None], "effective_size": 0.0, "shown_per_page": None,
                    "even_per_page": {}}  # fmt: skip
    assert share_moved(load_shown(session), [1]).to_json() == {"confirmed": 1, "first": None, "last": None}


def test_exposure_that_moved_is_told_in_even_shares(session, shelf):
    batch, listings, _ = shelf
    shown = load_shown(session, batch)
    every = share_moved(shown, [one.id for one in listings])
    seen = {entry.listing_id for entry in shown.entries}
    assert every.first == every.last == pytest.approx(20 / (10 * 2 / 5) / len(seen))


def test_pages_that_were_lost_are_told(session):
    session.add(PagesLost(noted_at=NOW, pages=4, reason="disk full"))
    session.add(PagesLost(noted_at=NOW, pages=3, reason="disk full"))
    session.flush()
    assert count_lost(session) == 7
