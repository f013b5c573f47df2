"""JSON APIs: every way of paging, only what is new the second time, and broken answers told clearly."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from models.errors import UnreadableSource
from models.signal import TrendSignal
from tests.trends.server import Clockwork, serving
from trends.collect import Outside, collect, collect_apart
from trends.sources import parse_source
from trends.sources.pace import Pace

AS_OF = date(2026, 11, 15)
POSTS = [
    {"id": number, "at": f"2026-11-{number:02d}T10:00:00Z", "text": f"看到军大衣 {number}", "stats": {"likes": number}}
    for number in range(1, 8)
]


def config(url, **changes):
    table = {
        "kind": "http_json",
        "name": "api",
        "licence": "test",
        "retention_days": 400,
        "urls": [url + "/posts"],
        "items": "data.posts",
        "columns": {"id": "id", "date": "at", "title": "text", "weight": "stats.likes"},
        "weight": "log",
        "allow_private": True,
        "requests_per_second": 1000,
        "retries": 1,
    }
    return parse_source({**table, **changes}, "api.toml")


def outside():
    clock = Clockwork()
    return Outside({}, Pace(clock.sleep, clock.monotonic))


def take(session, source, **changes):
    return collect(session, source, [], AS_OF, outside=outside(), **changes)


def said(posts, **more):
    body = json.dumps({"data": {"posts": posts}, **more}).encode()
    return 200, {"Content-Type": "application/json; charset=utf-8"}, body


def paged(asked, served):
    """Seven posts, three a page, in every way of paging."""
    query = asked.query
    start = int(query.get("offset", query.get("after", (int(query.get("page", 1)) - 1) * 3)))
    following = {"next": str(start + 3)} if start + 3 < len(POSTS) else {"next": None}
    status, headers, body = said(POSTS[start : start + 3], paging=following)
    if asked.path == "/posts" and following["next"]:
        headers = {**headers, "Link": f'</posts?page={start // 3 + 2}>; rel="next", </posts>; rel="first"'}
    return status, headers, body


@pytest.mark.parametrize(
    ("paging", "requests"),
    [
        ({"kind": "page", "parameter": "page", "size": 3, "size_parameter": "limit"}, 3),
        ({"kind": "page", "parameter": "page"}, 4),  # without the size only an empty page says that it was the last
        ({"kind": "offset", "parameter": "offset", "size": 3, "size_parameter": "limit"}, 3),
        ({"kind": "cursor", "parameter": "after", "next": "paging.next"}, 3),
        ({"kind": "link"}, 3),
    ],
    ids=lambda value: str(value),
)
def test_every_page_is_read_once(session, paging, requests):
    with serving(paged) as served:
        done = take(session, config(served.url, paging=paging))
    assert (done.read, done.added, done.refused) == (7, 7, 0)
    assert len(served.asked) == requests
    titles = session.scalars(select(TrendSignal.title).order_by(TrendSignal.observed_on)).all()
    assert titles == [post["text"] for post in POSTS]


def test_pages_beyond_the_limit_are_told(session):
    paging = {"kind": "link", "max_pages": 2}
    with serving(paged) as served:
        done = take(session, config(served.url, paging=paging))
    assert (done.read, len(served.asked)) == (6, 2)
    assert "stopped after 2 pages" in done.notes[0]


def test_the_second_run_asks_only_for_what_came_since(session):
    posts = POSTS[:4]

    def since(asked, served):
        return said([post for post in posts if post["at"] >= asked.query.get("since", "")])

    with serving(since) as served:
        source = config(served.url, since={"parameter": "since"})
        first = take(session, source)
        posts += POSTS[4:]
        second, third = take(session, source), take(session, source)
    assert [one.query for one in served.asked] == [{}, {"since": "2026-11-04"}, {"since": "2026-11-07"}]
    assert [(one.read, one.added) for one in (first, second, third)] == [(4, 4), (4, 3), (1, 0)]


def test_it_asks_further_back_for_items_that_come_late(session):
    with serving(lambda asked, served: said(POSTS)) as served:
        source = config(served.url, since={"parameter": "since", "overlap_days": 3})
        take(session, source)
        take(session, source)
    assert served.asked[1].query == {"since": "2026-11-04"}


def test_the_greatest_id_can_be_sent_back_instead(session):
    with serving(lambda asked, served: said(POSTS)) as served:
        source = config(served.url, since={"parameter": "after_id", "value": "id"})
        take(session, source)
        take(session, source)
    assert served.asked[1].query == {"after_id": "7"}


def test_what_is_left_unread_is_asked_for_again(session):
    with serving(paged) as served:
        source = config(served.url, since={"parameter": "since"}, paging={"kind": "link", "max_pages": 1})
        take(session, source)
        take(session, source)
    assert [one.query for one in served.asked] == [{}, {}]


def test_newest_first_stops_at_the_first_page_that_is_known(session):
    posts = POSTS[:6]

    def newest_first(asked, served):
        start = (int(asked.query["page"]) - 1) * 3
        return said(posts[::-1][start : start + 3])

    paging = {"kind": "page", "parameter": "page", "newest_first": True}
    with serving(newest_first) as served:
        source = config(served.url, paging=paging)
        take(session, source)
        posts.append(POSTS[6])
        before = len(served.asked)
        second = take(session, source)
    assert second.added == 1
    assert [one.query["page"] for one in served.asked[before:]] == ["1", "2"]


def test_an_unchanged_answer_is_not_sent_again(session):
    def tagged(asked, served):
        if asked.headers.get("if-none-match") == '"7"':
            return 304, {}, b""
        status, headers, body = said(POSTS)
        return status, {**headers, "ETag": '"7"'}, body

    with serving(tagged) as served:
        source = config(served.url)
        first, second = take(session, source), take(session, source)
        again = take(session, source, again=True)
    assert [(one.read, one.added, one.unchanged) for one in (first, second, again)] == [(7, 7, 0), (0, 0, 1), (7, 0, 0)]


def test_bad_items_are_refused_and_the_rest_is_kept(session):
    posts = [*POSTS[:2], "text", {**POSTS[2], "at": "yesterday"}, {**POSTS[3], "stats": None}, {"id": 9}]
    with serving(lambda asked, served: said(posts)) as served:
        done = take(session, config(served.url))
    assert (done.read, done.added, done.refused) == (6, 2, 4)


def test_more_likes_the_next_time_count(session):
    likes = [10]
    with serving(lambda asked, served: said([{**POSTS[0], "stats": {"likes": likes[0]}}])) as served:
        source = config(served.url)
        weights = []
        for number in (10, 999, 99):
            likes[0] = number
            take(session, source)
            weights.append(session.scalar(select(TrendSignal.weight)))
    assert weights == [pytest.approx(2.04, abs=0.01), 4.0, 4.0]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>sign in</html>"), "answered text/html, not JSON"),
        ((200, {"Content-Type": "application/json"}, b'{"data": {"posts": [1,'), "no JSON"),
        ((200, {"Content-Type": "application/json"}, b"[" * 100_000), "no JSON"),
        ((200, {"Content-Type": "application/json"}, b""), "no JSON"),
        ((200, {"Content-Type": "application/json"}, b'{"data": {}}'), "items 'data.posts' finds nothing, not a list"),
        ((200, {"Content-Type": "application/json"}, b'{"data": {"posts": {}}}'), "finds dict, not a list"),
        ((200, {"Content-Type": "application/json"}, b'{"data": {"posts": [{}, {}]}}'), "all 2 rows are refused"),
        ((404, {}, b""), "answered 404"),
    ],
)
def test_a_broken_answer_is_one_clear_error_and_keeps_nothing(session, answer, says):
    with serving(lambda asked, served: answer) as served, pytest.raises(UnreadableSource) as raised:
        take(session, config(served.url))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert session.scalar(select(func.count()).select_from(TrendSignal)) == 0


@pytest.mark.parametrize("paging", [{"kind": "link"}, {"kind": "page", "parameter": "page"}])
def test_pages_that_go_round_in_circles_are_noticed(session, paging):
    def circle(asked, served):
        status, headers, body = said(POSTS)
        return status, {**headers, "Link": '</posts?page=1>; rel="next"'}, body

    with serving(circle) as served, pytest.raises(UnreadableSource, match="go round in circles"):
        take(session, config(served.url, paging=paging))
    assert len(served.asked) == 2


def test_a_broken_address_does_not_stop_its_neighbour(session, tmp_path):
    from contextlib import nullcontext

    with serving(lambda asked, served: said(POSTS) if asked.path == "/posts" else (500, {}, b"")) as served:
        source = config(served.url, urls=[served.url + "/broken", served.url + "/posts"])
        done = collect_apart(lambda: nullcontext(session), source, [], AS_OF, outside=outside())
    assert done.added == 7
    assert len(done.failures) == 1
    assert "/broken: answered 500 (2 tries)" in done.failures[0]


def test_an_empty_list_is_an_answer(session):
    with serving(lambda asked, served: said([])) as served:
        assert take(session, config(served.url)).read == 0
