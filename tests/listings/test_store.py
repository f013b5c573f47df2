"""Listings are found with what pages need, and pools count what stands."""

import pytest
from sqlalchemy.orm import Session

from listings import store
from models.attributes import Category
from models.design import MockupState
from models.errors import NotFound
from models.interest import PreOrderState
from models.listing import ListingState
from tests.builders import make_batch, make_design, make_listing, make_mockup, make_pre_order


def test_a_pool_counts_only_pre_orders_that_stand(session: Session) -> None:
    listing = make_listing(session)
    make_pre_order(session, listing, quantity=6)
    make_pre_order(session, listing, quantity=5, state=PreOrderState.DEPOSITED)
    make_pre_order(session, listing, quantity=100, state=PreOrderState.CANCELLED)
    assert store.pooled_quantity(session, listing.id) == 11
    assert store.pooled_quantity(session, make_listing(session).id) == 0


def test_open_listings_are_found_with_everything_a_page_shows(session: Session) -> None:
    listing = make_listing(session)
    make_pre_order(session, listing, quantity=6)
    make_listing(session, state=ListingState.STOPPED)
    session.expire_all()
    (exhibit,) = store.find_exhibits(session)
    assert exhibit.pooled == 6
    assert exhibit.spec.category is Category.GREATCOAT
    assert exhibit.listing.ladder.moq == 1


@pytest.mark.parametrize(("category", "found"), [(Category.GREATCOAT, 1), (Category.MUG, 0)])
def test_listings_are_found_by_category(session: Session, category: Category, found: int) -> None:
    make_listing(session)
    assert len(store.find_exhibits(session, category=category)) == found


def test_listings_are_found_by_batch(session: Session) -> None:
    batch = make_batch(session)
    listing = make_listing(session, batch=batch)
    make_listing(session)
    assert [row.id for row in store.find_of_batch(session, batch.id)] == [listing.id]
    assert [row.id for row in store.find_open(session, batch.id)] == [listing.id]
    assert len(store.find_open(session)) == 2
    assert [row.listing.id for row in store.find_exhibits(session, batch_id=batch.id)] == [listing.id]


def test_only_approved_and_makeable_mockups_wait_to_be_published(session: Session) -> None:
    batch = make_batch(session)
    make_listing(session, batch=batch)
    make_mockup(session, make_design(session, batch), state=MockupState.DRAWN)
    make_mockup(session, make_design(session, batch, makeable_by=0, cost_ladder={}, lead_days=None))
    waiting = make_mockup(session, make_design(session, batch))
    assert [row.id for row in store.find_unpublished(session, batch.id)] == [waiting.id]


def test_an_unknown_slug_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no listing 'x'"):
        store.get_by_slug(session, "x")
    with pytest.raises(NotFound):
        store.get_exhibit(session, "x")
