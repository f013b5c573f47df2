"""Buyers take part through plain forms; each act counts once."""

import re

import pytest
from sqlalchemy import func, select

from models.batch import Rung
from models.db import transaction
from models.interest import AgentKind, InterestEvent, PreOrder, PreOrderState, Segment
from models.listing import Listing, ListingState
from tests.builders import make_listing
from tests.web.conftest import OPERATOR, Site

EVENT = "0e9c6a52-8c2f-4d7e-9a35-0d1f5b6c7a81"


@pytest.fixture
def listing(site: Site) -> Listing:
    with transaction() as session:
        return make_listing(session)


def count(rung: Rung) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).where(InterestEvent.rung == rung)) or 0


def order(site: Site, listing: Listing, **changes: object) -> str:
    """Pre-order and return where the answer leads."""
    form = {"event_id": EVENT, "colour": "olive", "size": "M", "quantity": 12} | changes
    answer = site.client.post(f"/listings/{listing.slug}/pre-order", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_view_counts_once_a_day_for_each_visitor(site: Site, listing: Listing) -> None:
    for _ in range(3):
        site.client.get(f"/listings/{listing.slug}")
    assert count(Rung.VIEW) == 1
    site.another_visitor().get(f"/listings/{listing.slug}")
    assert count(Rung.VIEW) == 2


def test_operators_and_prefetches_do_not_count_as_viewers(operator: Site) -> None:
    with transaction() as session:
        slug = make_listing(session).slug
    operator.client.get(f"/listings/{slug}")
    operator.another_visitor().get(f"/listings/{slug}", headers={"sec-purpose": "prefetch"})
    assert count(Rung.VIEW) == 0


def test_bots_are_kept_and_named(site: Site, listing: Listing) -> None:
    site.client.get(f"/listings/{listing.slug}", headers={"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)"})
    with transaction() as session:
        assert session.scalar(select(InterestEvent.agent)) is AgentKind.DECLARED_BOT


def test_a_pre_order_is_confirmed_with_amount_deposit_and_what_happens_if_not_made(
    site: Site, listing: Listing
) -> None:
    page = site.client.get(order(site, listing)).text
    assert "Your pre-order is noted" in page
    assert "CN¥1,908" in page  # 12 x 159
    assert "CN¥190.80" in page
    assert "If it is not made, you pay nothing" in page


def test_the_form_on_the_page_is_the_one_that_orders(site: Site, listing: Listing) -> None:
    page = site.client.get(f"/listings/{listing.slug}").text
    (event_id,) = re.findall(r'pre-order">\s*<input type="hidden" name="event_id" value="([0-9a-f-]{36})"', page)
    assert site.client.get(order(site, listing, event_id=event_id)).status_code == 200


def test_sending_the_form_twice_orders_once(site: Site, listing: Listing) -> None:
    assert order(site, listing) == order(site, listing)
    with transaction() as session:
        assert session.scalars(select(PreOrder.quantity)).all() == [12]


def test_a_pre_order_carries_the_buyers_segment(site: Site, listing: Listing) -> None:
    site.client.post("/segment", data={"segment": "cross_border", "back": "/"})
    order(site, listing)
    with transaction() as session:
        assert session.scalar(select(PreOrder.segment)) is Segment.CROSS_BORDER


def test_a_deposit_can_be_noted_and_a_pre_order_cancelled(site: Site, listing: Listing) -> None:
    place = order(site, listing)
    assert site.client.post(f"{place}/deposit").status_code == 303
    assert "deposit paid" in site.client.get(place).text
    assert site.client.post(f"{place}/cancel").status_code == 303
    assert "You cancelled it" in site.client.get(place).text
    with transaction() as session:
        assert session.scalar(select(PreOrder.state)) is PreOrderState.CANCELLED


def test_nobody_sees_or_cancels_anothers_pre_order(site: Site, listing: Listing) -> None:
    place = order(site, listing)
    stranger = site.another_visitor()
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/cancel").status_code == 404
    assert stranger.post(f"{place}/deposit").status_code == 404


def test_inquiries_and_favourites_are_counted_and_shown_to_their_visitor(site: Site, listing: Listing) -> None:
    form = {"event_id": EVENT, "quantity": 30}
    assert site.client.post(f"/listings/{listing.slug}/inquiry", data=form).status_code == 303
    for _ in range(2):
        assert site.client.post(f"/listings/{listing.slug}/favourite").status_code == 303
    assert (count(Rung.INQUIRY), count(Rung.FAVOURITE)) == (1, 1)
    assert site.client.get("/my-interest").text.count(f'href="/listings/{listing.slug}"') == 2
    assert site.another_visitor().get("/my-interest").text.count("None yet.") == 3


def test_htmx_gets_the_favourite_button_alone(site: Site, listing: Listing) -> None:
    answer = site.client.post(f"/listings/{listing.slug}/favourite", headers={"hx-request": "true"})
    assert answer.text.lstrip().startswith("<form")
    assert "In your favourites" in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 0},
        {"quantity": "many"},
        {"quantity": 10**9},
        {"event_id": "x"},
        {"colour": ""},
        {"size": "x" * 1000},
    ],
)
def test_an_impossible_pre_order_is_refused_in_one_line(
    site: Site, listing: Listing, change: dict[str, object]
) -> None:
    form = {"event_id": EVENT, "colour": "olive", "size": "M", "quantity": 12} | change
    answer = site.client.post(f"/listings/{listing.slug}/pre-order", data=form)
    assert answer.status_code == 422
    assert "Something in the form is not right" in answer.text
    assert count(Rung.PRE_ORDER) == 0


def test_a_variant_that_is_not_offered_is_refused(site: Site, listing: Listing) -> None:
    form = {"event_id": EVENT, "colour": "pink", "size": "M", "quantity": 1}
    answer = site.client.post(f"/listings/{listing.slug}/pre-order", data=form)
    assert answer.status_code == 409
    assert "no variant" in answer.text


def test_a_stopped_listing_takes_no_more_acts(site: Site) -> None:
    with transaction() as session:
        slug = make_listing(session, state=ListingState.STOPPED).slug
    form = {"event_id": EVENT, "colour": "olive", "size": "M", "quantity": 1}
    assert site.client.post(f"/listings/{slug}/pre-order", data=form).status_code == 409


def test_the_ledger_knows_visitors_by_pseudonym_only(site: Site, listing: Listing) -> None:
    site.client.get(f"/listings/{listing.slug}")
    cookie = site.client.cookies["dl_visitor"]
    with transaction() as session:
        visitor = session.scalar(select(InterestEvent.visitor)) or ""
    assert re.fullmatch("[0-9a-f]{64}", visitor)
    assert cookie not in visitor


def test_page_and_api_know_the_same_visitor(site: Site, listing: Listing) -> None:
    site.client.get(f"/listings/{listing.slug}")
    act = {"id": EVENT, "listing": listing.slug, "rung": "favourite", "segment": "domestic_business"}
    assert site.client.post("/api/interest", json=act).json()["accepted"] == 1
    with transaction() as session:
        assert session.scalar(select(func.count(InterestEvent.visitor.distinct()))) == 1


def test_on_both_databases_a_pre_order_lowers_the_price_for_the_next(site_on_both: Site) -> None:
    with transaction() as session:
        listing = make_listing(session)
    order(site_on_both, listing, quantity=120)
    page = site_on_both.client.get(f"/listings/{listing.slug}").text
    assert "120 pooled · 180 more until CN¥139" in page
    assert OPERATOR not in page
