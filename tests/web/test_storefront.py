"""Buyers see what is open, what it is and what became of it."""

import pytest

from models.db import transaction
from models.listing import ListingState
from tests.builders import make_batch, make_decision, make_listing, make_pre_order
from tests.web.conftest import Site


def test_open_listings_are_shown_with_price_pool_and_what_is_missing(site_on_both: Site) -> None:
    with transaction() as session:
        listing = make_listing(session, blobs=site_on_both.blobs)
        make_pre_order(session, listing, quantity=46)
        make_listing(session, title_en="Never shown", state=ListingState.DRAFT)
    page = site_on_both.client.get("/").text
    assert "Olive double-breasted wool greatcoat" in page
    assert "CN¥159" in page
    assert "46 pooled · 54 more until CN¥149" in page
    assert "AI concept, not made yet" in page
    assert "Never shown" not in page


def test_an_empty_shop_says_so(site: Site) -> None:
    assert "No concept is open right now" in site.client.get("/").text


@pytest.mark.parametrize("query", ["?category=mug", "?category=nonsense", "?sort=price", "?sort=nonsense", "?lang=xx"])
def test_any_filter_answers(site: Site, query: str) -> None:
    with transaction() as session:
        make_listing(session)
    assert site.client.get(f"/{query}").status_code == 200


def test_a_category_shows_only_its_own(site: Site) -> None:
    with transaction() as session:
        make_listing(session)
    assert "greatcoat" in site.client.get("/?category=greatcoat").text
    assert "No concept is open" in site.client.get("/?category=mug").text


def test_a_listing_not_open_yet_is_not_in_the_shop(site: Site) -> None:
    with transaction() as session:
        batch = make_batch(session)
        make_listing(session, batch=batch, opens_at=batch.closes_at, closes_at=batch.closes_at.replace(year=2027))
    assert "No concept is open" in site.client.get("/").text


def test_simulated_buyers_are_named_so(site: Site) -> None:
    with transaction() as session:
        simulated = make_listing(session).slug
    assert "Simulated buyers." in site.client.get("/").text
    assert "Simulated buyers." in site.client.get(f"/listings/{simulated}").text
    with transaction() as session:
        real = make_listing(session, batch=make_batch(session, simulated=False)).slug
    assert "Simulated buyers." not in site.client.get(f"/listings/{real}").text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ListingState.STOPPED, "This concept was not made."),
        (ListingState.REFUNDED, "Every deposit was refunded."),
        (ListingState.COMMITTED, "Enough people wanted it"),
        (ListingState.IN_PRODUCTION, "It is being made."),
        (ListingState.SHIPPING, "on its way"),
        (ListingState.CLOSED, "It was made and delivered."),
    ],
)
def test_a_decided_listing_says_what_became_of_it(site: Site, state: ListingState, words: str) -> None:
    with transaction() as session:
        listing = make_listing(session, state=state)
        make_decision(session, listing)
    page = site.client.get(f"/listings/{listing.slug}").text
    assert words in page
    assert 'action="/listings' not in page
    assert "What became of earlier concepts" in site.client.get("/").text


@pytest.mark.parametrize("state", [ListingState.DRAFT, ListingState.APPROVED])
def test_what_is_not_public_is_not_found(site: Site, state: ListingState) -> None:
    with transaction() as session:
        slug = make_listing(session, state=state).slug
    assert site.client.get(f"/listings/{slug}").status_code == 404


def test_what_people_wrote_is_escaped(site: Site) -> None:
    with transaction() as session:
        slug = make_listing(session, title_en="<script>alert(1)</script>").slug
    page = site.client.get(f"/listings/{slug}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_readers_language_is_chosen_and_remembered(site: Site) -> None:
    assert "Concepts you can have made" in site.client.get("/").text
    assert "可以为您生产的概念款" in site.client.get("/?lang=zh").text
    assert "可以为您生产的概念款" in site.client.get("/").text
    assert site.client.post("/language", data={"language": "en", "back": "/how-it-works"}).status_code == 303
    assert "A concept, not stock" in site.client.get("/how-it-works").text


def test_a_chinese_browser_reads_chinese(site: Site) -> None:
    assert 'lang="zh-CN"' in site.client.get("/", headers={"accept-language": "zh-TW,zh;q=0.9,en;q=0.5"}).text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_no_form_redirects_to_another_site(site: Site, back: str) -> None:
    for path, form in (("/segment", {"segment": "cross_border"}), ("/language", {"language": "en"})):
        assert site.client.post(path, data={**form, "back": back}).headers["location"] == "/"
