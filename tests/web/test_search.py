"""The storefront's search finds what is there, and counts what was looked for without who or what is personal."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from models.db import transaction
from models.search import SearchCount
from tests.builders import NOW, make_listing
from tests.web.conftest import OPERATOR, Site
from web.search import SearchLog, looks_personal, matches, normalise

TITLES = ["橄榄绿双排扣羊毛军大衣", "Olive double-breasted wool greatcoat"]


def counted():
    with transaction() as session:
        query = select(SearchCount.query, SearchCount.searched_on, SearchCount.searches, SearchCount.unmet)
        return session.execute(query.order_by(SearchCount.query)).tuples().all()


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Wool   COAT ", "wool coat"),
        ("ＷＯＯＬ\tcoat\x00", "wool coat"),
        ("军大衣", "军大衣"),
        ("x" * 500, "x" * 80),
        ("\u200b \n", ""),
        ("' OR 1=1 --", "' or 1=1 --"),
    ],
)
def test_queries_are_compared_in_one_form(typed, normal):
    assert normalise(typed) == normal


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("greatcoat", True),
        ("wool olive", True),
        ("军大衣", True),
        ("绿色军大衣", True),
        ("军大衣 羊毛", True),
        ("wool mug", False),
        ("马面裙", False),
        ("大衣柜子", False),
    ],
)
def test_a_search_finds_by_every_word(query, found):
    assert matches(query, TITLES) is found


@pytest.mark.parametrize(
    ("query", "personal"),
    [
        ("li.wei@example.org", True),
        ("call 138 0013 8000", True),
        ("13800138000", True),
        ("coat for 4111-1111-1111-1111", True),
        ("https://example.org/me", True),
        ("sk_live_9f8a7b6c5d4e3f2a", True),
        ("y2k coat 2026", False),
        ("军大衣 180cm", False),
        ("double-breasted greatcoat", False),
    ],
)
def test_what_looks_personal_is_known(query, personal):
    assert looks_personal(normalise(query)) is personal


def test_the_shop_is_searched_and_what_is_missing_is_counted(site_on_both: Site):
    with transaction() as session:
        make_listing(session, blobs=site_on_both.blobs)
    site_on_both.client.get("/")
    assert "greatcoat" in site_on_both.client.get("/?q=WOOL++greatcoat").text
    page = site_on_both.client.get("/?q=马面裙").text
    assert "Nothing like that is open" in page
    site_on_both.client.get("/?q=马面裙")  # the same visitor once more
    other = site_on_both.another_visitor()
    other.get("/")
    other.get("/?q=马面裙")
    day = NOW.date()
    assert counted() == [("wool greatcoat", day, 1, 0), ("马面裙", day, 2, 2)]


def test_what_is_personal_or_nobodys_is_not_counted(site: Site):
    site.client.get("/?q=first")  # no cookie yet: a link from elsewhere, or a crawler
    site.client.get("/")
    for query in ("me@example.org", "13800138000", "???", "   "):
        assert site.client.get("/", params={"q": query}).status_code == 200
    site.client.get("/?q=robot", headers={"user-agent": "Googlebot/2.1"})
    site.client.get("/?q=guess", headers={"sec-purpose": "prefetch"})
    site.client.post("/sign-in", data={"token": OPERATOR})
    site.client.get("/?q=house")
    assert counted() == []


def test_a_query_is_escaped_and_limited(site: Site):
    page = site.client.get("/", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    assert site.client.get("/", params={"q": "x" * 5000}).status_code == 422


def test_searches_at_the_same_moment_are_all_counted(site: Site):
    log: SearchLog = site.app.state.searches
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda number: log.count(f"v{number}", "军大衣", NOW.date(), 0), range(64)))
    assert all(said)
    assert counted() == [("军大衣", NOW.date(), 64, 64)]
