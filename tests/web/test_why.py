"""The page that says why a demand goes where it goes, in both languages."""

import re

import pytest

from factory_matching.exclusion import Reason
from factory_matching.explanation import Lost
from models.db import transaction
from tests.builders import make_confirmed_demand, make_factory
from tests.factory_matching.offered import place
from tests.web.conftest import Site
from web.words import WORDS


@pytest.fixture
def demands(operator: Site) -> list[int]:
    """One offered, one split, one that nobody can make."""
    with transaction() as session:
        make_factory(session, name="Alone & Sons", quality=0.9)
        make_factory(session, name="Second", quality=0.8)
        make_factory(session, moq=400)
        offered = make_confirmed_demand(session).id
        split = make_confirmed_demand(session, lines=(("olive", "M", 1_100),)).id
        lost = make_confirmed_demand(session, lines=(("olive", "M", 5),)).id
        place(session)
    return [offered, split, lost]


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_says_who_was_chosen_who_would_be_next_and_what_a_change_brings(operator: Site, demands):
    page = operator.client.get(f"/console/orders/{demands[0]}/why")
    assert page.status_code == 200
    text = text_of(page.text)
    assert "Alone &amp; Sons" in text
    assert "Who would be next" in text
    assert "one more day" in text
    assert "5% more" in text
    assert "price" in page.text
    assert page.text.count('<rect class="price"') >= 2
    assert "exact" in text


def test_a_split_and_a_demand_without_a_maker_are_said(operator: Site, demands):
    assert "no single factory could make all of it" in operator.client.get(f"/console/orders/{demands[1]}/why").text
    text = text_of(operator.client.get(f"/console/orders/{demands[2]}/why").text)
    assert "No factory could make it in time, alone or in parts." in text
    assert "have a higher minimum 3" in text


def test_the_page_is_chinese_for_who_reads_chinese(operator: Site, demands):
    text = text_of(operator.client.get(f"/console/orders/{demands[0]}/why", headers={"accept-language": "zh"}).text)
    assert "为何选这家工厂" in text
    assert "晚一天" in text


def test_the_orders_page_shows_the_last_match_and_what_has_no_factory(operator: Site, demands):
    page = operator.client.get("/console/orders").text
    text = text_of(page)
    assert "Last match" in text
    assert "checked independently" in text
    assert "certified lower bound" in text
    assert "have a minimum above 5" in text
    assert f"/console/orders/{demands[2]}/why" in page


def test_a_demand_that_is_not_there_is_not_found(operator: Site) -> None:
    assert operator.client.get("/console/orders/999/why").status_code == 404


def test_every_reason_has_its_word() -> None:
    assert {f"left_out_{reason}" for reason in Reason} <= WORDS.keys()
    assert {f"lost_{why}" for why in Lost} <= WORDS.keys()
