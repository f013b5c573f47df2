"""Merchandisers read why, say yes or no, and see what followed; analysts see counts raw and clean."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from models.batch import BatchState
from models.db import transaction
from models.design import Mockup, MockupState
from models.listing import Listing, ListingState
from models.state import StateChange
from tests.builders import (
    make_batch,
    make_brief,
    make_decision,
    make_design,
    make_event,
    make_listing,
    make_message,
    make_mockup,
    make_pre_order,
    make_trend,
)
from tests.web.conftest import Site
from trends.review import find_versions

EMPTY = (
    "/console",
    "/console/trends",
    "/console/review",
    "/console/batches",
    "/console/listings",
    "/console/orders",
    "/console/outbox",
)


@pytest.mark.parametrize("path", [*EMPTY, "/dashboard"])
def test_an_empty_house_has_pages_too(operator: Site, path: str) -> None:
    answer = operator.client.get(path)
    assert answer.status_code == 200
    assert re.search(r"No \w+|Nothing", answer.text)


@pytest.mark.parametrize(
    "path",
    ["/console/trends/99", "/console/batches/x", "/console/decisions/99", "/dashboard?batch=x", "/dashboard/x.csv"],
)
def test_what_is_not_there_is_not_found(operator: Site, path: str) -> None:
    assert operator.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/console/trends/", "/console/decisions/"])
def test_a_number_that_no_row_can_have_is_no_crash(operator: Site, path: str) -> None:
    assert operator.client.get(f"{path}{10**30}").status_code == 422


def test_trends_say_why(operator: Site) -> None:
    with transaction() as session:
        trend = make_trend(session, phrase="军大衣")
    assert "大学生为什么爱穿军大衣" in operator.client.get("/console/trends").text
    page = operator.client.get(f"/console/trends/{trend.id}").text
    assert "3.4 times the level expected" in page
    assert "wool" in page


def test_an_unknown_phrase_is_explained_once_with_who_and_when(operator: Site) -> None:
    guess = {"attribute": "colour", "value": "brown", "confidence": 0.8, "basis": "beside", "titles": 3}
    doubt = {**guess, "value": "pink", "confidence": 0.51}
    with transaction() as session:
        trend = make_trend(session, phrase="云朵风", review="the lexicon does not know it", attributes=[guess, doubt])
        trend.meaning, trend.segments = {"colour": ["brown"]}, {"cross_border": 0.91}
    page = operator.client.get("/console/review?lang=en").text
    assert 'value="brown"' in page
    assert "pink" not in page
    card = operator.client.get(f"/console/trends/{trend.id}?lang=en").text
    assert "80%, words beside it" in card
    assert "91%" in card
    said = {"phrase": "云朵风", "who": "Lin", "colour": "棕色, camel", "category": "coat"}
    assert operator.client.post("/console/review", data={**said, "colour": "bronw"}).status_code == 422
    assert operator.client.post("/console/review", data=said).headers["location"] == "/console/review"
    assert "云朵风" not in operator.client.get("/console/review").text
    operator.client.post("/console/review", data={"phrase": "云朵风", "who": "Wang", "no_goods": "true"})
    with transaction() as session:
        versions = find_versions(session, "云朵风")
    assert [(one.version, one.who, one.is_goods) for one in versions] == [(1, "Lin", True), (2, "Wang", False)]
    assert versions[0].meaning == {"category": ["coat"], "colour": ["brown", "camel"]}


def waiting_mockup(state: MockupState = MockupState.DRAWN) -> Mockup:
    with transaction() as session:
        batch = make_batch(session, state=BatchState.DESIGNED, slug="to-review")
        return make_mockup(session, make_design(session, batch), state=state)


@pytest.mark.parametrize(("act", "state"), [("approve", MockupState.APPROVED), ("reject", MockupState.REJECTED)])
def test_a_picture_is_judged_on_the_contact_sheet(operator: Site, act: str, state: MockupState) -> None:
    mockup = waiting_mockup(MockupState.FLAGGED)
    assert f"/console/mockups/{mockup.id}/{act}" in operator.client.get("/console/batches/to-review").text
    answer = operator.client.post(f"/console/mockups/{mockup.id}/{act}")
    assert answer.headers["location"] == f"/console/batches/to-review#mockup-{mockup.id}"
    with transaction() as session:
        assert session.get_one(Mockup, mockup.id).state is state
        moved = session.scalars(select(StateChange).where(StateChange.noun == "mockups")).all()[-1]
    assert (moved.who, moved.to_state) == ("merchandiser", state.value)


def test_htmx_gets_the_judged_frame_alone(operator: Site) -> None:
    mockup = waiting_mockup()
    answer = operator.client.post(f"/console/mockups/{mockup.id}/approve", headers={"hx-request": "true"})
    assert answer.text.lstrip().startswith("<article")
    assert "approved" in answer.text


def test_a_rejected_picture_stays_rejected(operator: Site) -> None:
    mockup = waiting_mockup()
    operator.client.post(f"/console/mockups/{mockup.id}/reject")
    assert operator.client.post(f"/console/mockups/{mockup.id}/approve").status_code == 409
    assert operator.client.post("/console/mockups/999/approve").status_code == 404


def test_listings_show_clean_people_over_all_visitors(operator: Site) -> None:
    with transaction() as session:
        listing = make_listing(session)
        for agent in ("browser", "browser", "declared_bot"):
            make_event(session, listing, agent=agent)
        make_pre_order(session, listing, quantity=6)
        make_decision(session, listing)
    assert re.search(r'2<br><small class="soft">3<', operator.client.get("/console/listings").text)
    page = operator.client.get(f"/console/listings/{listing.slug}").text
    assert "declared bot 1" in page
    assert "Simulated buyers." in page


def test_a_merchandiser_can_stop_a_listing(operator: Site) -> None:
    with transaction() as session:
        listing = make_listing(session)
    assert (
        operator.client.post(f"/console/listings/{listing.slug}/stop", data={"why": "too like another"}).status_code
        == 303
    )
    with transaction() as session:
        assert session.get_one(Listing, listing.id).state is ListingState.STOPPED
    assert "too like another" in operator.client.get(f"/console/listings/{listing.slug}").text
    assert operator.client.post(f"/console/listings/{listing.slug}/stop").status_code == 409


def test_a_decision_is_explained_in_the_readers_language(operator: Site) -> None:
    with transaction() as session:
        decision = make_decision(session)
    page = operator.client.get(f"/console/decisions/{decision.id}").text
    assert "38 of 912 viewers pre-ordered" in page
    assert f"demandloom demand replay {decision.id}" in page
    assert "Expected profit by quantity" in page
    assert "order again as soon as it sells" in page
    assert "shipped assumptions" in page
    assert "补单" in operator.client.get(f"/console/decisions/{decision.id}?lang=zh").text
    assert "912 位访客中有 38 位预订" in operator.client.get(f"/console/decisions/{decision.id}?lang=zh").text


def test_a_decision_of_another_version_is_shown_as_stored(operator: Site) -> None:
    with transaction() as session:
        decision = make_decision(
            session, method="old/0", reason="it was so", inputs={"counts": {"seen": 7}}, outcome={}
        )
    page = operator.client.get(f"/console/decisions/{decision.id}").text
    assert "it was so" in page
    assert "seen" in page


def test_orders_offers_briefs_and_messages_are_shown(operator: Site) -> None:
    with transaction() as session:
        brief = make_brief(session, blobs=operator.blobs)
        make_message(session, address="https://shop.example/portal/offers/SECRET", subject="New offer")
    page = operator.client.get("/console/orders").text
    code = brief.content["code"]
    assert code in page
    assert operator.client.get(f"/console/orders/{code}/brief.pdf").content.startswith(b"%PDF")
    outbox = operator.client.get("/console/outbox").text
    assert "New offer" in outbox
    assert "SECRET" not in outbox


def test_the_dashboard_has_charts_with_tables_for_those_without_script(operator: Site) -> None:
    with transaction() as session:
        listing = make_listing(session)
        for _ in range(3):
            make_pre_order(session, listing)
        make_decision(session, listing)
    page = operator.client.get("/dashboard").text
    assert "Simulated buyers." in page
    assert page.count("<noscript>") == 4
    options = [
        json.loads(one.replace("&#34;", '"').replace("&amp;", "&")) for one in re.findall(r'data-chart="([^"]*)"', page)
    ]
    assert len(options) == 4
    assert options[0]["series"][0]["data"][3] == 3  # raw visitors who pre-ordered


def test_counts_are_exported_by_listing_segment_and_rung(operator: Site) -> None:
    with transaction() as session:
        listing = make_listing(session)
        make_event(session, listing)
        slug = session.get_one(Listing, listing.id).batch_id
        batch = session.scalars(select(Listing.slug)).one()
    assert slug
    page = operator.client.get("/dashboard").text
    (path,) = re.findall(r'href="(/dashboard/[^"]+\.csv)"', page)
    rows = list(csv.DictReader(io.StringIO(operator.client.get(path).text)))
    assert len(rows) == 15
    (seen,) = [row for row in rows if row["acts"] != "0"]
    assert (seen["listing"], seen["rung"], seen["people_clean"], seen["simulated_buyers"]) == (
        batch,
        "view",
        "1",
        "yes",
    )
