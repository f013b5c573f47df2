"""Feeds: entries read or refused, addresses checked before connecting, limits kept."""

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from models.errors import UnreadableSource
from tests.trends.reading import read_all
from trends.sources import Refused, Signal, parse_source
from trends.sources.rss import parse_feed

AS_OF = date(2026, 11, 15)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>looks</title>
<item><title>Greatcoats are back</title><link>https://example.org/1</link><guid>1</guid>
<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Undated</title><guid>2</guid></item>
<item><title>From the future</title><guid>3</guid><pubDate>Mon, 02 Nov 2037 08:00:00 GMT</pubDate></item>
</channel></rss>"""


def config(**changes):
    table = {"kind": "rss", "name": "feed", "licence": "test", "retention_days": 400, "urls": ["https://example.org/f"]}
    return parse_source({**table, **changes}, "feed.toml")


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        match self.path:
            case "/feed":
                self.answer(200, FEED)
            case "/moved":
                self.answer(302, b"", location="/feed")
            case "/loop":
                self.answer(302, b"", location="/loop")
            case "/page":
                self.answer(200, b"<html><p>no feed</p></html>")
            case "/huge":
                self.answer(200, b"x" * 50_000)
            case "/file":
                self.answer(302, b"", location="file:///etc/hostname")
            case _:
                self.answer(404, b"")

    def answer(self, status, body, location=None):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_entries_are_read_or_refused():
    good, undated, future = parse_feed(FEED, config(), "feed", AS_OF)
    assert isinstance(good, Signal)
    assert (good.external_id, good.observed_on, good.url) == ("1", date(2026, 11, 2), "https://example.org/1")
    assert isinstance(undated, Refused)
    assert "no date" in undated.reason
    assert isinstance(future, Refused)
    assert "lies after" in future.reason


def test_a_feed_is_fetched_through_redirects_when_the_address_is_allowed(server):
    rows = read_all(config(allow_private=True), [f"{server}/moved"], AS_OF)
    assert [type(row) for row in rows] == [Signal, Refused, Refused]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
def test_private_addresses_are_refused(host):
    with pytest.raises(UnreadableSource, match=r"private address|cannot resolve"):
        read_all(config(retries=0), [f"http://{host}:9/feed"], AS_OF)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/page", "no feed entries"),
        ("/none", "answered 404"),
        ("/loop", "more than 5 redirects"),
        ("/huge", "larger than 20000 bytes"),
        ("/file", "only http and https"),
    ],
)
def test_what_is_no_feed_is_one_clear_error(server, path, message):
    with pytest.raises(UnreadableSource, match=message):
        read_all(config(allow_private=True, max_bytes=20_000), [server + path], AS_OF)


def test_a_closed_port_is_one_clear_error():
    with pytest.raises(UnreadableSource, match=r"http://127\.0\.0\.1:1/x"):
        read_all(config(allow_private=True, timeout_seconds=2, retries=0), ["http://127.0.0.1:1/x"], AS_OF)
