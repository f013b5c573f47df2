"""Nobody passes who should not, and nothing leaves that must not."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from models.db import transaction
from tests.builders import NOW, make_listing
from tests.web.conftest import HEADERS, OPERATOR, Site, build_site
from web import signing
from web.config import WebConfig

CONSOLE = (
    "/console",
    "/console/trends",
    "/console/trends/1",
    "/console/batches",
    "/console/batches/x",
    "/console/listings",
    "/console/listings/x",
    "/console/decisions/1",
    "/console/orders",
    "/console/orders/1/why",
    "/console/orders/x/brief.pdf",
    "/console/outbox",
    "/dashboard",
    "/dashboard/x.csv",
)
POSTS = ("/console/mockups/1/approve", "/console/mockups/1/reject", "/console/listings/x/stop")


@pytest.mark.parametrize("path", CONSOLE)
def test_no_console_page_without_signing_in(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", POSTS)
def test_no_console_act_without_signing_in(site: Site, path: str) -> None:
    assert site.client.post(path).status_code == 403


def test_a_wrong_token_does_not_sign_in(site: Site) -> None:
    answer = site.client.post("/sign-in", data={"token": OPERATOR[:-1]})
    assert answer.status_code == 403
    assert "set-cookie" not in {name.lower() for name in answer.headers} or "operator" not in answer.cookies
    assert site.client.get("/console").status_code == 303


def test_the_session_cookie_is_strict_and_unreadable(site: Site) -> None:
    answer = site.client.post("/sign-in", data={"token": OPERATOR, "next": "/dashboard"})
    assert answer.headers["location"] == "/dashboard"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert OPERATOR not in cookie


def test_sign_in_leads_nowhere_else(site: Site) -> None:
    answer = site.client.post("/sign-in", data={"token": OPERATOR, "next": "//evil.example/x"})
    assert answer.headers["location"] == "/console"


def test_signing_out_ends_the_session(operator: Site) -> None:
    assert operator.client.get("/console").status_code == 200
    operator.client.post("/sign-out")
    assert operator.client.get("/console").status_code == 303


@pytest.mark.parametrize(
    "cookie", [None, "", ".", "9999999999.", "9999999999.0", "x" * 500, "９.é", f"{int(NOW.timestamp()) + 99}.abc"]
)
def test_a_forged_session_is_none(cookie: str | None) -> None:
    assert not signing.is_session("a secret of the tests", cookie, NOW)


def test_a_session_ends() -> None:
    cookie = signing.sign_session("a secret of the tests", NOW)
    assert signing.is_session("a secret of the tests", cookie, NOW + timedelta(hours=11))
    assert not signing.is_session("a secret of the tests", cookie, NOW + timedelta(hours=13))
    assert not signing.is_session("another secret of them", cookie, NOW)


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []

    def watch(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(signing.hmac, "compare_digest", watch)
    assert signing.same_token("token", "token")
    assert not signing.same_token("t", "token")
    assert not signing.same_token("\ud800", "token")
    assert compared == [(32, 32)] * 3


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
def test_forms_of_other_sites_are_refused(operator: Site, name: str) -> None:
    value = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}[name]
    for path in ("/segment", "/sign-in", "/console/mockups/1/approve", "/portal/offers/x/accept"):
        assert operator.client.post(path, headers={name: value}, data={"segment": "cross_border"}).status_code == 403


@pytest.mark.parametrize("origin", ["null", "", "http://testserver.evil.example", "not an origin", "http://[x"])
def test_a_strange_origin_is_refused(site: Site, origin: str) -> None:
    answer = site.client.post("/segment", headers={"origin": origin}, data={"segment": "cross_border"})
    assert answer.status_code == 403


def test_the_own_origin_passes(site: Site) -> None:
    answer = site.client.post("/segment", headers={"origin": "http://testserver"}, data={"segment": "cross_border"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/site.css", "/health"])
def test_every_answer_carries_strict_headers(site: Site, path: str) -> None:
    headers = site.client.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_no_page_carries_inline_script_or_style(site: Site) -> None:
    with transaction() as session:
        slug = make_listing(session).slug
    for path in ("/", f"/listings/{slug}", "/sign-in", "/my-interest", "/how-it-works"):
        page = site.client.get(path).text
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"\s(style|on\w+)=", page)


def test_visitor_cookies_are_unreadable_and_secure_on_https(sqlite_url: str, tmp_path) -> None:
    app = build_site(sqlite_url, tmp_path, base_url="https://shop.example")
    with TestClient(app, headers=HEADERS, base_url="https://shop.example") as client:
        cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie


def test_a_huge_form_is_refused(site: Site) -> None:
    big = {"segment": "x" * 20_000}
    assert site.client.post("/segment", data=big).status_code == 413

    kind = {"content-type": "application/x-www-form-urlencoded"}
    undeclared = (b"segment=" + b"x" * 1000 for _ in range(100))
    assert site.client.post("/segment", content=undeclared, headers=kind).status_code == 413


def test_too_many_forms_in_a_minute_are_refused(sqlite_url: str, tmp_path) -> None:
    app = build_site(sqlite_url, tmp_path, posts_per_minute=5)
    with TestClient(app, headers=HEADERS, follow_redirects=False) as client:
        statuses = [client.post("/segment", data={"segment": "cross_border"}).status_code for _ in range(12)]
        assert client.get("/").status_code == 200
    assert 429 in statuses
    assert statuses[:5] == [303] * 5


def test_time_is_the_clients_only_in_simulations(sqlite_url: str, tmp_path) -> None:
    with TestClient(build_site(sqlite_url, tmp_path), headers=HEADERS) as client:
        assert client.get("/", headers={"x-simulated-time": "rubbish"}).status_code == 200
    with TestClient(build_site(sqlite_url, tmp_path, simulated_time=True), headers=HEADERS) as client:
        for wrong in ("rubbish", "2026-01-01T00:00:00"):
            assert client.get("/", headers={"x-simulated-time": wrong}).status_code == 422
        assert client.get("/", headers={"x-simulated-time": "2026-01-01T00:00:00+08:00"}).status_code == 200


@pytest.mark.parametrize("change", [{"secret": "short"}, {"operator_token": "short"}, {"deposit_share": 2}])
def test_a_weak_configuration_is_refused(sqlite_url: str, tmp_path, change) -> None:
    with pytest.raises(ValueError):
        build_site(sqlite_url, tmp_path, **change)
    assert WebConfig.__dataclass_params__.frozen
