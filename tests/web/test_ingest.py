import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from models.batch import Rung
from models.db import connect, transaction
from models.interest import AgentKind, InterestEvent, PreOrder
from models.listing import ListingState
from tests.builders import NOW, make_listing
from tests.demand.shelf import new_id
from web.agents import agent_kind
from web.ingest import MOST_BYTES, interest_routes, pseudonym
from web.writer import EventWriter

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SECRET = "a secret of the tests"


@contextmanager
def serving(url, simulated=False):
    engine = connect(url)
    with EventWriter(engine) as writer:
        app = Starlette(routes=interest_routes(writer, engine, SECRET, lambda: NOW, simulated))
        with TestClient(app, headers={"user-agent": BROWSER}) as client:
            yield client
    engine.dispose()


@pytest.fixture
def client(database_url):
    with serving(database_url) as client:
        yield client


@pytest.fixture
def simulated(sqlite_url):
    with serving(sqlite_url, simulated=True) as client:
        yield client


@pytest.fixture
def slug(client):
    with transaction() as session:
        return make_listing(session).slug


def posted(slug, rung="view", **changes):
    return {"id": new_id(), "listing": slug, "rung": rung, "segment": "cross_border", **changes}


def rows():
    with transaction() as session:
        return session.scalars(select(InterestEvent).order_by(InterestEvent.occurred_at)).all()


def test_one_act_is_accepted_once(client, slug):
    act = posted(slug)
    assert client.post("/api/interest", json=act).json() == {"accepted": 1, "repeated": 0, "refused": []}
    assert client.post("/api/interest", json=act).json() == {"accepted": 0, "repeated": 1, "refused": []}
    (row,) = rows()
    assert (row.rung, row.agent, row.occurred_at, row.received_at) == (Rung.VIEW, AgentKind.BROWSER, NOW, NOW)


def test_a_visitor_is_known_by_a_keyed_hash_of_a_cookie_that_scripts_cannot_read(client, slug):
    first = client.post("/api/interest", json=posted(slug))
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    raw = client.cookies["dl_visitor"]
    assert "set-cookie" not in client.post("/api/interest", json=posted(slug)).headers
    assert {row.visitor for row in rows()} == {pseudonym(SECRET, raw)}
    assert raw not in pseudonym(SECRET, raw)


def test_a_batch_with_a_pre_order_makes_the_pre_order(client, slug):
    batch = [posted(slug), posted(slug, "pre_order", colour="olive", size="M", quantity=3)]
    assert client.post("/api/interest", json=batch).json()["accepted"] == 2
    with transaction() as session:
        assert session.scalar(select(func.sum(PreOrder.quantity))) == 3


def test_what_the_listing_does_not_take_is_refused_by_id_and_the_rest_accepted(client, slug):
    with transaction() as session:
        closed = make_listing(session, state=ListingState.STOPPED).slug
    acts = [posted(slug), posted(closed), posted("no-such-listing"), posted(slug, "deposit")]
    answer = client.post("/api/interest", json=acts).json()
    assert answer["accepted"] == 1
    assert {item["id"]: item["reason"] for item in answer["refused"]} == {
        acts[1]["id"]: "the listing is stopped and takes no more acts",
        acts[2]["id"]: "no listing 'no-such-listing'",
        acts[3]["id"]: "the visitor has no pre-order here that awaits a deposit",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rung": "purchase"}, "purchase"),
        ({"segment": None}, "segment"),
        ({"id": "7"}, "id"),
        ({"id": "x" * 36}, "UUID"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**30}, "quantity"),
        ({"quantity": "3"}, "quantity"),
        ({"colour": "a\x00b"}, "colour"),
        ({"size": "x" * 21}, "size"),
        ({"listing": ""}, "listing"),
        ({"rung": "inquiry"}, "needs a quantity"),
        ({"rung": "pre_order", "quantity": 3}, "colour and a size"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-02T09:00:00"}, "at"),
        ({"visitor": "somebody"}, "simulations"),
        ({"price": 1}, "price"),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_its_whole_batch(client, slug, changes, said):
    answer = client.post("/api/interest", json=[posted(slug), posted(slug, **changes)])
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert rows() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"7", b'"x"', b"[1]", b"\xff\xfe", b'{"id": "\\ud800"}', b"[" * 5000, b"{}"]
)
def test_a_body_that_is_no_act_gets_one_clear_line(client, body):
    answer = client.post("/api/interest", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("the body is not an act or a list of acts")


def test_bodies_and_batches_have_limits(client, slug):
    assert client.post("/api/interest", content=b" " * (MOST_BYTES + 1)).status_code == 413
    assert client.post("/api/interest", content=iter([b" " * MOST_BYTES, b" "])).status_code == 413
    many = client.post("/api/interest", content=json.dumps([posted(slug) for _ in range(501)]).replace(" ", ""))
    assert many.status_code == 422
    assert "501 acts" in many.json()["error"]
    assert client.post("/api/interest", json=[]).json() == {"accepted": 0, "repeated": 0, "refused": []}
    assert client.get("/api/interest").status_code == 405


def test_the_server_names_the_time_unless_time_is_simulated(client, slug):
    client.post("/api/interest", json=posted(slug, at=(NOW + timedelta(days=3)).isoformat()))
    client.post("/api/interest", json=posted(slug), headers={"x-demandloom-visitor": "somebody"})
    assert {row.occurred_at for row in rows()} == {NOW}
    assert len({row.visitor for row in rows()}) == 1


def test_a_simulation_names_time_and_visitors(simulated):
    with transaction() as session:
        slug = make_listing(session).slug
    later = NOW + timedelta(days=3)
    header = {"x-demandloom-visitor": "sim-7-1"}
    assert "set-cookie" not in simulated.post("/api/interest", json=posted(slug), headers=header).headers
    batch = [posted(slug, at=later.isoformat(), visitor=name) for name in ("sim-7-2", "sim-7-3")]
    assert simulated.post("/api/interest", json=batch, headers=header).json()["accepted"] == 2
    assert {(row.visitor, row.received_at) for row in rows()} == {
        (pseudonym(SECRET, "sim-7-1"), NOW),
        (pseudonym(SECRET, "sim-7-2"), later),
        (pseudonym(SECRET, "sim-7-3"), later),
    }
    odd = simulated.post("/api/interest", json=posted(slug), headers={"x-demandloom-visitor": "a b"})
    assert odd.status_code == 422


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        (BROWSER, AgentKind.BROWSER),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile", AgentKind.BROWSER),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", AgentKind.DECLARED_BOT),
        ("Baiduspider+(+http://www.baidu.com/search/spider.htm)", AgentKind.DECLARED_BOT),
        ("python-httpx/0.28.1", AgentKind.DECLARED_BOT),
        ("", AgentKind.UNKNOWN),
        ("something else", AgentKind.UNKNOWN),
        ("x" * 1_000_000, AgentKind.UNKNOWN),
    ],
)
def test_the_user_agent_says_what_it_is(user_agent, kind):
    assert agent_kind(user_agent) is kind
