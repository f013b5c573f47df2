"""An approved, makeable mockup becomes one reservable listing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listings.price import Pricing
from listings.publish import publish
from listings.store import get_by_slug
from models.design import MockupState
from models.errors import Conflict, InvalidInput, NotFound
from models.listing import ListingState
from models.state import StateChange
from tests.builders import NOW, make_batch, make_design, make_mockup
from tests.lexicons import SMALL


def test_a_listing_has_title_prices_variants_and_the_batch_window(session: Session) -> None:
    mockup = make_mockup(session)
    slug = publish(session, mockup, SMALL, Pricing(), NOW, "li").slug
    session.flush()
    session.expire_all()
    listing = get_by_slug(session, slug)
    assert listing.title_zh == "橄榄绿双排扣羊毛军大衣"
    assert listing.state is ListingState.RESERVABLE
    assert [(b.from_quantity, b.unit_price) for b in listing.price_breaks] == [
        (1, Decimal(131)),
        (100, Decimal(121)),
        (300, Decimal(112)),
    ]
    assert [variant.size for variant in listing.variants] == ["S", "M", "L", "XL"]
    assert listing.closes_at == NOW + timedelta(days=5)


def test_every_step_on_the_way_is_recorded(session: Session) -> None:
    listing = publish(session, make_mockup(session), SMALL, Pricing(), NOW, "li")
    session.flush()
    states = session.scalars(
        select(StateChange.to_state).where(StateChange.noun == "listings", StateChange.row_id == listing.id)
    )
    assert list(states) == ["draft", "approved", "reservable"]


def test_publishing_twice_gives_the_same_listing(session: Session) -> None:
    mockup = make_mockup(session)
    first = publish(session, mockup, SMALL, Pricing(), NOW, "li")
    assert publish(session, mockup, SMALL, Pricing(), NOW, "li").id == first.id


def test_more_colours_become_variants(session: Session) -> None:
    listing = publish(session, make_mockup(session), SMALL, Pricing(), NOW, "li", more_colours=("navy", "olive"))
    assert {variant.colour for variant in listing.variants} == {"olive", "navy"}
    assert len(listing.variants) == 8


def test_an_unknown_colour_is_refused(session: Session) -> None:
    with pytest.raises(NotFound, match="beige"):
        publish(session, make_mockup(session), SMALL, Pricing(), NOW, "li", more_colours=("beige",))


def test_what_is_not_approved_is_not_published(session: Session) -> None:
    with pytest.raises(Conflict, match="only approved"):
        publish(session, make_mockup(session, state=MockupState.FLAGGED), SMALL, Pricing(), NOW, "li")


def test_what_nobody_can_make_is_not_published(session: Session) -> None:
    mockup = make_mockup(session, make_design(session, makeable_by=0, cost_ladder={}, lead_days=None))
    with pytest.raises(Conflict, match="no factory can make it"):
        publish(session, mockup, SMALL, Pricing(), NOW, "li")


def test_a_batch_whose_window_is_over_publishes_nothing(session: Session) -> None:
    with pytest.raises(Conflict, match="closed on"):
        publish(session, make_mockup(session), SMALL, Pricing(), NOW + timedelta(days=6), "li")


def test_costs_in_another_currency_are_refused(session: Session) -> None:
    mockup = make_mockup(session, make_design(session, make_batch(session, currency="USD")))
    with pytest.raises(InvalidInput, match="costed in CNY"):
        publish(session, mockup, SMALL, Pricing(), NOW, "li")
