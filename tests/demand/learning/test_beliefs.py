from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from demand.interest.record import record
from demand.learning.beliefs import SHIPPED, learn_beliefs, learn_curves, learn_rate
from demand.learning.followed import (
    Followed,
    SizeSold,
    find_answers,
    find_cancellations,
    find_earlier_listings,
    find_sizes,
)
from demand.quantity.priors import QuantityPriors
from models.attributes import Category
from models.batch import Rung
from models.interest import AgentKind, PreOrder, PreOrderState, Segment
from models.listing import ListingState
from models.state import move
from tests.builders import NOW, make_design, make_listing, make_mockup, make_pre_order
from tests.demand.shelf import make_act

BUSINESS, CONSUMER, ABROAD = Segment.DOMESTIC_BUSINESS, Segment.DOMESTIC_CONSUMER, Segment.CROSS_BORDER
LATER = NOW + timedelta(days=10)
PRIORS = QuantityPriors()


def followed(listings, rates, buyers=40, scale=2.0, seen=30.0, seed=1):
    """Buyers of every segment on so many listings; delays are exponential."""
    rng = np.random.default_rng(seed)
    found = []
    for listing in range(listings):
        for segment, (a, b) in rates.items():
            rate = rng.beta(a, b)
            takes = np.where(rng.random(buyers) < rate, rng.exponential(scale, buyers), np.inf)
            until = rng.uniform(0.3, 1.0, buyers) * seen
            found += [
                Followed(listing, segment, min(float(t), float(end)), bool(t <= end))
                for t, end in zip(takes, until, strict=True)
            ]
    return found


def test_rates_and_delays_are_learned_from_enough_listings():
    learned = learn_rate(followed(120, {BUSINESS: (30, 70)}), PRIORS.converted)
    assert learned.pool.level.mean == pytest.approx(0.3, abs=0.02)
    assert learned.pool.level.strength > 40
    assert learned.delay.scale_days == pytest.approx(2.0, rel=0.1)
    assert learned.delay.shape == pytest.approx(1.0, rel=0.1)


def test_segments_keep_their_own_level():
    learned = learn_rate(followed(60, {BUSINESS: (60, 60), CONSUMER: (10, 110)}), PRIORS.converted)
    assert learned.pool.offset(BUSINESS) > 0.5
    assert learned.pool.offset(CONSUMER) < -0.5
    assert learned.pool.offset(ABROAD) == 0.0


@pytest.mark.parametrize("listings", [0, 1, 19])
def test_few_listings_leave_the_shipped_prior(listings):
    learned = learn_rate(followed(listings, {BUSINESS: (3, 9)}), PRIORS.converted)
    assert learned.pool == PRIORS.converted.pool


def test_buyers_still_waiting_do_not_lower_the_rate():
    patient = learn_rate(followed(120, {BUSINESS: (30, 70)}, seen=5.0), PRIORS.converted)
    assert patient.pool.level.mean == pytest.approx(0.3, abs=0.04)


def test_size_curves_are_shrunk_towards_even():
    sold = [SizeSold(Category.GREATCOAT, size, units) for size, units in (("M", 60), ("L", 20), ("M", 20))]
    curve = dict(learn_curves(sold, 20.0)[Category.GREATCOAT])
    assert curve == {"L": 30 / 120, "M": 90 / 120}
    assert learn_curves([], 20.0) == {}


@pytest.fixture
def over(session):
    """A listing that took acts and is in production."""
    return make_listing(session, closes_at=NOW + timedelta(days=5))


def ask(session, listing, visitor, hours=0.0, **changes):
    at = NOW + timedelta(hours=hours)
    record(session, [make_act(listing.id, visitor, Rung.INQUIRY, at, **changes)])


def order(session, listing, visitor, hours=0.0, **changes):
    at = NOW + timedelta(hours=hours)
    record(session, [make_act(listing.id, visitor, Rung.PRE_ORDER, at, **changes)])


def test_an_inquiry_is_followed_until_the_order_after_it(session, over):
    ask(session, over, "asks-and-orders")
    order(session, over, "asks-and-orders", 36)
    ask(session, over, "asks", segment=CONSUMER)
    order(session, over, "orders-first")
    ask(session, over, "orders-first", 5)
    ask(session, over, "robot", agent=AgentKind.DECLARED_BOT)
    move(session, over, ListingState.COMMITTED, NOW + timedelta(days=4), "tests", "confirmed")
    session.flush()
    assert find_answers(session, [over.id], LATER) == [
        Followed(over.id, CONSUMER, 4.0, False),
        Followed(over.id, BUSINESS, 1.5, True),
    ]


def test_a_pre_order_is_followed_until_it_is_cancelled_or_settled(session, over):
    for visitor, hours, to in (("a", 48, PreOrderState.CANCELLED), ("b", 72, PreOrderState.SETTLED), ("c", 0, None)):
        made = make_pre_order(session, over, visitor=visitor, placed_at=NOW, deposit=Decimal(0))
        if to:
            move(session, made, to, NOW + timedelta(hours=hours), "tests", "so it was")
    session.flush()
    assert find_cancellations(session, [over.id], LATER) == [
        Followed(over.id, BUSINESS, 2.0, True),
        Followed(over.id, BUSINESS, 3.0, False),
        Followed(over.id, BUSINESS, 10.0, False),
    ]


def test_sizes_are_counted_by_category_without_what_was_cancelled(session, over):
    design = make_design(session)
    coat = make_listing(session, make_mockup(session, design))
    make_pre_order(session, coat, size="M", quantity=6)
    make_pre_order(session, coat, size="M", quantity=2)
    make_pre_order(session, coat, size="L", quantity=9, state=PreOrderState.CANCELLED)
    assert find_sizes(session, [coat.id, over.id], LATER) == [SizeSold(design.garment.category, "M", 8)]


def test_only_listings_that_are_over_are_learned_from(session, over):
    make_listing(session, state=ListingState.DRAFT)
    make_listing(session, closes_at=LATER + timedelta(days=1))
    stopped = make_listing(session, state=ListingState.STOPPED, closes_at=LATER + timedelta(days=1))
    assert set(find_earlier_listings(session, LATER)) == {over.id, stopped.id}


def test_without_history_the_priors_are_the_shipped_ones(session):
    beliefs = learn_beliefs(session, LATER)
    assert beliefs == SHIPPED
    assert beliefs.priors.learned_from == 0
    assert beliefs.for_category(Category.GREATCOAT).size_curve == ()


def test_what_was_learned_says_from_how_many_listings(session):
    listings = [make_listing(session, closes_at=NOW + timedelta(days=1)) for _ in range(20)]
    acts = []
    for listing in listings:
        for buyer in range(8):
            at = NOW + timedelta(minutes=buyer)
            acts.append(make_act(listing.id, f"{listing.id}-{buyer}", Rung.INQUIRY, at))
            if buyer % 4 == 0:
                acts.append(
                    make_act(listing.id, f"{listing.id}-{buyer}", Rung.PRE_ORDER, at + timedelta(hours=20 + buyer))
                )
    record(session, acts)
    beliefs = learn_beliefs(session, LATER)
    assert beliefs.priors.learned_from == 20
    assert beliefs.priors.converted.pool.level.mean == pytest.approx(0.25, abs=0.03)
    assert beliefs.priors.cancelled.pool.level.mean < 0.05
    assert dict(beliefs.for_category(Category.GREATCOAT).size_curve) == {"M": 1.0}
    assert session.query(PreOrder).count() == 40
