"""A factory answers its offer with the link alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models.db import transaction
from models.decision import ConfirmedDemandState
from models.listing import ListingState
from models.order import Offer, OfferState, ProductionOrder
from tests.builders import (
    NOW,
    PDF,
    TOKEN,
    make_allocation,
    make_brief,
    make_confirmed_demand,
    make_factory,
    make_listing,
    make_offer,
    make_production_order,
)
from tests.web.conftest import Site

PATH = f"/portal/offers/{TOKEN}"


@pytest.fixture(autouse=True)
def offer(site: Site) -> Offer:
    with transaction() as session:
        listing = make_listing(session, blobs=site.blobs, state=ListingState.COMMITTED)
        demand = make_confirmed_demand(session, listing, state=ConfirmedDemandState.OFFERED)
        factory = make_factory(session, language="en", name="Haining Tailors")
        return make_offer(session, make_allocation(session, demand, factory))


def state() -> OfferState:
    with transaction() as session:
        return session.scalars(select(Offer.state)).one()


def test_the_offer_says_what_how_many_and_by_when(site: Site) -> None:
    page = site.client.get(PATH, headers={"accept-language": "fr"}).text
    assert "Haining Tailors" in page
    assert "CN¥8,450" in page  # 100 x 84.50
    assert "double-breasted" in page
    assert page.count('class="num">60<') == 1
    assert f'action="{PATH}/accept"' in page


def test_a_factory_reads_its_own_language(site: Site) -> None:
    with transaction() as session:
        make_offer(session, make_allocation(session, factory=make_factory(session, language="zh")), token="another one")
    assert "接受邀约" in site.client.get("/portal/offers/another%20one").text


def test_accepting_places_the_order(site: Site) -> None:
    assert site.client.post(f"{PATH}/accept").status_code == 303
    assert state() is OfferState.ACCEPTED
    page = site.client.get(PATH).text
    assert "You accepted this offer." in page
    assert f"{PATH}/decline" not in page
    with transaction() as session:
        assert session.scalars(select(ProductionOrder.units)).all() == [100]


def test_declining_needs_a_reason(site: Site) -> None:
    assert site.client.post(f"{PATH}/decline", data={"reason": ""}).status_code == 422
    assert site.client.post(f"{PATH}/decline", data={"reason": "No capacity"}).status_code == 303
    assert state() is OfferState.DECLINED
    assert "No capacity" in site.client.get(PATH).text


def test_a_counter_offer_names_price_and_date(site: Site) -> None:
    due = (NOW + timedelta(days=14)).date().isoformat()
    form = {"price": "92.00", "due_on": due, "reason": "wool is dear"}
    assert site.client.post(f"{PATH}/counter", data=form).status_code == 303
    with transaction() as session:
        stored = session.scalars(select(Offer)).one()
    assert (stored.counter_price, stored.state) == (Decimal("92.00"), OfferState.COUNTERED)
    assert "CN¥92" in site.client.get(PATH).text


@pytest.mark.parametrize(
    "change",
    [
        {"price": "-1"},
        {"price": "0"},
        {"price": "NaN"},
        {"price": "1e99"},
        {"price": "much"},
        {"due_on": "soon"},
        {"due_on": "2020-01-01"},
    ],
)
def test_an_impossible_counter_offer_is_refused(site: Site, change: dict[str, str]) -> None:
    form = {"price": "92.00", "due_on": "2026-11-20", "reason": ""} | change
    assert site.client.post(f"{PATH}/counter", data=form).status_code == 422
    assert state() is OfferState.SENT


def test_an_answered_offer_is_not_answered_otherwise(site: Site) -> None:
    site.client.post(f"{PATH}/accept")
    assert site.client.post(f"{PATH}/decline", data={"reason": "changed our mind"}).status_code == 409


def test_an_ended_offer_cannot_be_answered(site: Site) -> None:
    with transaction() as session:
        session.scalars(select(Offer)).one().expires_at = NOW - timedelta(seconds=1)
    assert "has ended" in site.client.get(PATH).text
    assert site.client.post(f"{PATH}/accept").status_code == 409


@pytest.mark.parametrize("token", ["wrong", TOKEN.upper(), TOKEN + "x", "%27%20or%201=1", "\u4e2d"])
def test_a_wrong_token_opens_nothing(site: Site, token: str) -> None:
    assert site.client.get(f"/portal/offers/{token}").status_code == 403
    assert site.client.post(f"/portal/offers/{token}/accept").status_code == 403
    assert site.client.get(f"/portal/offers/{token}/brief.pdf").status_code == 403


def test_the_brief_is_there_once_it_is_written(site: Site, offer: Offer) -> None:
    assert site.client.get(f"{PATH}/brief.pdf").status_code == 404
    with transaction() as session:
        stored = session.get_one(Offer, offer.id)
        stored.state = OfferState.ACCEPTED
        make_brief(session, make_production_order(session, stored), site.blobs)
    assert "Production brief (PDF)" in site.client.get(PATH).text
    pdf = site.client.get(f"{PATH}/brief.pdf")
    assert (pdf.content, pdf.headers["content-type"]) == (PDF, "application/pdf")
    assert site.client.get(f"{PATH}/brief.json").json()["units"] == 100
