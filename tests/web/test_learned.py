"""The analyst's pages of what sells and how buyers buy."""

from datetime import timedelta

import pytest

from demand.learning.keep_lessons import learn_lesson
from demand.learning.record_sales import import_sales
from models.batch import get_batch
from models.db import transaction
from models.interest import Segment
from tests.builders import NOW, make_batch, make_event, make_listing
from tests.demand.judged import confirmed, judged, people_batch
from tests.web.conftest import Site


def teach(simulated: bool = False) -> None:
    with transaction() as session:
        batch = make_batch(session, slug="taught") if simulated else people_batch(session, slug="taught")
        for number in range(10):
            listing = judged(session, batch, "camel", 60 + number)
            judged(session, batch, "olive", 6 + number % 3)
        confirmed(session, listing)
        sold = {"listing": listing.slug, "on": "2026-11-02"}
        rows = [
            {**sold, "kind": "sold", "units": 30},
            {**sold, "kind": "returned", "reason": "not_like_picture", "units": 4},
        ]
        import_sales(session, [(str(n), row) for n, row in enumerate(rows)], "shop", NOW)
        learn_lesson(session, simulated, NOW + timedelta(days=40))


@pytest.mark.parametrize("path", ["/dashboard/learned", "/dashboard/buyers"])
def test_only_operators_see_them(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 303


def test_the_page_says_so_where_nothing_was_learned(operator: Site) -> None:
    assert "Nothing was learned yet" in operator.client.get("/dashboard/learned").text


def test_what_sells_is_named_with_its_interval_in_both_languages(operator: Site) -> None:
    teach()
    page = operator.client.get("/dashboard/learned").text
    assert "Sells better:" in page
    assert "camel (colour)" in page
    assert "It cannot be judged yet" in page
    assert "not like the picture" in page
    assert "Simulated buyers." not in page
    chinese = operator.client.get("/dashboard/learned?lang=zh").text
    assert "更好卖" in chinese
    assert "与图片不符" in chinese


@pytest.mark.parametrize("segment", list(Segment))
def test_each_segment_has_its_view(operator: Site, segment: Segment) -> None:
    teach()
    assert operator.client.get(f"/dashboard/learned?segment={segment}").status_code == 200
    assert operator.client.get("/dashboard/learned?segment=martians").status_code == 422


def test_what_simulated_buyers_taught_is_called_so(operator: Site) -> None:
    teach(simulated=True)
    assert "Simulated buyers." in operator.client.get("/dashboard/learned").text
    assert "Nothing was learned yet" in operator.client.get("/dashboard/learned?simulated=false").text


def test_small_groups_are_withheld_and_others_counted(operator: Site) -> None:
    with transaction() as session:
        batch = people_batch(session, slug="coats")
        listing = make_listing(session, batch=batch)
        for number in range(7):
            make_event(session, listing, f"v{number}")
            make_event(session, listing, f"v{number}")
        make_event(session, listing, "alone", segment=Segment.CROSS_BORDER)
        assert get_batch(session, "coats").id
    page = operator.client.get("/dashboard/buyers?batch=coats").text
    assert '<td class="num">7</td>' in page
    assert "withheld" in page
    assert operator.client.get("/dashboard/buyers?batch=none").status_code == 404
