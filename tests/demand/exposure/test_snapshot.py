from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select

from demand.decision.judge import judge_listing
from demand.exposure.pages import propensities, unpack
from demand.exposure.rule import ExposureRule, Phase
from demand.exposure.snapshot import find_snapshot, forget_pages, make_snapshot
from demand.interest.record import record
from demand.learning.learn import find_priors, learn_priors
from models.errors import InvalidInput
from models.exposure import ExposurePages, ExposureSnapshot, PageShown
from models.interest import Segment
from models.listing import ListingState
from tests.builders import NOW, make_batch, make_listing
from tests.demand.shelf import make_visits

RULE = ExposureRule(slots=2, pages=60, discovery_share=0.4)
LATER = NOW + timedelta(days=1)


def pages_of(session, snapshot, segment=Segment.DOMESTIC_BUSINESS):
    row = session.get_one(ExposurePages, (snapshot.id, segment))
    return unpack(row.orders, snapshot.pages)


def make_shelf(session, listings=5):
    batch = make_batch(session, opens_at=NOW, closes_at=NOW + timedelta(days=2))
    return [make_listing(session, batch=batch) for _ in range(listings)]


def test_the_first_policy_gives_every_listing_its_chance_in_every_segment(session):
    listings = make_shelf(session)
    snapshot = make_snapshot(session, NOW, RULE)
    assert snapshot.listing_ids == [one.id for one in listings]
    for segment in Segment:
        chance = propensities(pages_of(session, snapshot, segment), snapshot.slots)
        assert chance.sum() == pytest.approx(2)
        assert chance.min() >= 1 / 5


def test_exposure_moves_to_the_winner_when_the_batch_has_found_out(session):
    listings = make_shelf(session)
    for number, listing in enumerate(listings):
        record(session, make_visits(listing.id, 120, 12 if number == 3 else 1, f"l{number}-"))
    discovering = make_snapshot(session, NOW + timedelta(hours=6), RULE)
    selling = make_snapshot(session, LATER, RULE)
    assert list(discovering.phases.values()) == [Phase.DISCOVERY]
    assert list(selling.phases.values()) == [Phase.EXPLOITATION]
    first = propensities(pages_of(session, selling), 1)
    assert int(np.argmax(first)) == 3
    assert first[3] > 0.8
    assert propensities(pages_of(session, selling), 2).min() >= 1 / 5


def test_the_same_moment_or_nothing_new_draws_nothing(session):
    make_shelf(session)
    first = make_snapshot(session, NOW, RULE)
    assert make_snapshot(session, NOW, RULE) is first
    assert make_snapshot(session, NOW + timedelta(minutes=10), RULE) is first
    assert session.scalar(select(func.count()).select_from(ExposureSnapshot)) == 1


def test_older_interest_counts_less_and_never_more_than_was_counted(session):
    (listing,) = make_shelf(session, 1)
    record(session, make_visits(listing.id, 100, 10))
    rule = ExposureRule(half_life_days=1.0)
    make_snapshot(session, NOW + timedelta(hours=3), rule)
    record(session, make_visits(listing.id, 1, 0, "late"))
    later = make_snapshot(session, NOW + timedelta(hours=27), rule)
    figures = later.standings[Segment.DOMESTIC_BUSINESS.value]
    assert figures["counted"] == [101]
    assert figures["kept"] == [pytest.approx(5, abs=0.01)]
    assert 45 < figures["seen"][0] < 70


def test_a_listing_that_closed_leaves_and_a_new_one_joins(session):
    listings = make_shelf(session, 3)
    make_snapshot(session, NOW, RULE)
    listings[0].state = ListingState.STOPPED
    newer = make_listing(session)
    session.flush()
    snapshot = make_snapshot(session, NOW + timedelta(minutes=5), RULE)
    assert snapshot.listing_ids == [listings[1].id, listings[2].id, newer.id]


def test_nothing_open_needs_no_policy(session):
    assert make_snapshot(session, NOW, RULE) is None


def test_a_policy_is_in_force_until_the_next(session):
    listings = make_shelf(session)
    first = make_snapshot(session, NOW, RULE)
    record(session, make_visits(listings[0].id, 3))
    second = make_snapshot(session, NOW + timedelta(hours=1), RULE)
    assert second.id != first.id
    assert find_snapshot(session, NOW + timedelta(minutes=59)).id == first.id
    assert find_snapshot(session, LATER).id == second.id
    assert find_snapshot(session, NOW - timedelta(seconds=1)) is None


def test_old_pages_and_policies_that_nobody_saw_are_forgotten(session):
    listings = make_shelf(session)
    seen = make_snapshot(session, NOW, RULE)
    shown = {"segment": Segment.CROSS_BORDER, "page": 1, "missing": []}
    session.add(PageShown(snapshot_id=seen.id, visitor="old", shown_at=NOW, **shown))
    session.add(PageShown(snapshot_id=seen.id, visitor="new", shown_at=NOW + timedelta(days=100), **shown))
    record(session, make_visits(listings[0].id, 3))
    make_snapshot(session, NOW + timedelta(hours=1), RULE)
    record(session, make_visits(listings[1].id, 3))
    last = make_snapshot(session, NOW + timedelta(hours=2), RULE)
    assert forget_pages(session, NOW + timedelta(days=150), ExposureRule(keep_days=100)) == 1
    assert session.scalars(select(ExposureSnapshot.id).order_by(ExposureSnapshot.id)).all() == [seen.id, last.id]


def test_priors_are_learned_once_a_moment_and_used_from_then_on(session):
    (listing,) = make_shelf(session, 1)
    record(session, make_visits(listing.id, 200, 40))
    judge_listing(session, listing.id, LATER)
    learned = learn_priors(session, LATER)
    assert learn_priors(session, LATER) is learned
    assert (learned.rows, find_priors(session, NOW).rows, find_priors(session, LATER).rows) == (1, 0, 1)
    wanted = find_priors(session, LATER).prior_for({"category": "greatcoat"}, Segment.DOMESTIC_BUSINESS)
    assert wanted.mean > find_priors(session, NOW).prior_for({"category": "greatcoat"}).mean


@pytest.mark.parametrize("table", [{"slots": 0}, {"winners_share": 2}, {"unknown": 1}])
def test_an_impossible_rule_is_refused(table):
    with pytest.raises(InvalidInput):
        ExposureRule.from_table(table)
