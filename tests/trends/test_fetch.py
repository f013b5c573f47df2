"""Fetching: what is tried again, how long it waits, what is too much, where secrets go, which addresses are closed."""

import gzip
import json

import httpx
import pytest

from models.errors import InvalidInput, PrivateAddress, UnreadableSource
from models.outside import OutsideTransport, is_public
from tests.trends.server import Clockwork, serving
from trends.sources import parse_source
from trends.sources.fetch import Fetcher, retry_after
from trends.sources.pace import Pace

GOOD = (200, {"Content-Type": "application/json"}, b"[]")


def config(url, **changes):
    table = {"kind": "rss", "name": "api", "licence": "test", "retention_days": 400, "urls": [url]}
    return parse_source({**table, "allow_private": True, "requests_per_second": 1000, **changes}, "api.toml")


def fetch(url, clock=None, environ=None, path="", **changes):
    clock = clock or Clockwork()
    settled = config(url, **changes)
    with Fetcher(settled, settled.urls, environ or {}, Pace(clock.sleep, clock.monotonic)) as fetcher:
        return fetcher.get(url + path)


def in_turn(*answers):
    """Each answer once, the last for ever."""

    def answer(asked, served):
        return answers[min(len(served.asked), len(answers)) - 1]

    return answer


def backed_off(clock):
    return [seconds for seconds in clock.slept if seconds >= 0.5]


def test_what_fails_for_a_moment_is_tried_again_with_growing_waits():
    clock = Clockwork()
    with serving(in_turn((500, {}, b""), (503, {}, b""), (502, {}, b""), GOOD)) as served:
        assert fetch(served.url, clock).body == b"[]"
    assert backed_off(clock) == [1, 2, 4]


def test_it_waits_as_long_as_the_server_asks():
    clock = Clockwork()
    with serving(in_turn((429, {"Retry-After": "7"}, b""), GOOD)) as served:
        fetch(served.url, clock)
    assert backed_off(clock) == [7]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Sun, 15 Nov 2026 08:01:30 GMT", "date": "Sun, 15 Nov 2026 08:00:00 GMT"}, 90),
        ({"retry-after": "Sun, 15 Nov 2026 07:00:00 GMT", "date": "Sun, 15 Nov 2026 08:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_a_date(headers, seconds):
    assert retry_after(httpx.Headers(headers)) == seconds


@pytest.mark.parametrize(
    ("answer", "changes", "says", "asked"),
    [
        ((500, {}, b""), {"retries": 2}, r"answered 500 \(3 tries\)", 3),
        ((429, {"Retry-After": "86400"}, b""), {}, "asks to wait 86400 s, longer than max_wait_seconds", 1),
        ((401, {}, b""), {}, "answered 401", 1),
        ((204, {}, b""), {}, "answered 204", 1),
        ((200, {"Content-Encoding": "zstd"}, b"x"), {}, "packed as zstd", 1),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), {}, "incorrect header check", 1),
    ],
)
def test_what_stays_wrong_is_one_clear_error(answer, changes, says, asked):
    with serving(in_turn(answer)) as served, pytest.raises(UnreadableSource, match=says) as raised:
        fetch(served.url, **changes)
    assert len(served.asked) == asked
    assert "\n" not in str(raised.value)


def test_fifty_megabytes_are_not_read_to_the_end():
    sent = []

    def endless(asked, served):
        return 200, {}, (sent.append(1) or b"x" * 100_000 for _ in range(500))

    with serving(endless) as served, pytest.raises(UnreadableSource, match="larger than 1000000 bytes"):
        fetch(served.url, max_bytes=1_000_000)
    assert sum(sent) < 200


def test_a_small_answer_that_unpacks_to_fifty_megabytes_is_stopped_at_the_limit():
    bomb = gzip.compress(b"x" * 50_000_000)
    with (
        serving(in_turn((200, {"Content-Encoding": "gzip"}, bomb))) as served,
        pytest.raises(UnreadableSource, match="larger than 1000000 bytes"),
    ):
        fetch(served.url, max_bytes=1_000_000)


def test_an_answer_that_drips_is_given_up():
    clock = Clockwork()

    def dripping(asked, served):
        return 200, {}, (clock.sleep(3) or b"x" for _ in range(10_000))

    with serving(dripping) as served, pytest.raises(UnreadableSource, match="takes longer than 20 s"):
        fetch(served.url, clock)


def test_a_packed_answer_is_unpacked():
    with serving(in_turn((200, {"Content-Encoding": "gzip"}, gzip.compress(b"[1]")))) as served:
        assert fetch(served.url).body == b"[1]"


def test_redirects_without_end_are_given_up():
    again = (302, {"Location": "/again"}, b"")
    with serving(in_turn(again)) as served, pytest.raises(UnreadableSource, match="more than 5"):
        fetch(served.url)
    assert len(served.asked) == 6


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.2/", "http://[::1]/", "http://0.0.0.0/"]
)
def test_a_redirect_into_the_house_is_refused_even_where_the_source_itself_is_in_the_house(target):
    with (
        serving(in_turn((302, {"Location": target}, b""))) as served,
        pytest.raises(UnreadableSource, match="is a private address"),
    ):
        fetch(served.url)


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://example.org/", "http://user:word@example.org/"])
def test_a_redirect_to_no_plain_web_address_is_refused(target):
    away = (302, {"Location": target}, b"")
    with serving(in_turn(away)) as served, pytest.raises(UnreadableSource, match=r"only http|no user"):
        fetch(served.url)


def test_secrets_go_to_the_named_hosts_only():
    headers = {"secret_headers": {"X-Key": "TEST_KEY"}, "headers": {"X-Plain": "p"}}
    with serving(in_turn(GOOD), host="127.0.0.2") as other:

        def away(asked, served):
            return (302, {"Location": other.url}, b"") if asked.path == "/away" else GOOD

        with serving(away) as served:
            fetch(served.url, environ={"TEST_KEY": "s3cret\n"}, **headers)
            with pytest.raises(UnreadableSource) as raised:
                fetch(served.url, environ={"TEST_KEY": "s3cret"}, path="/away", **headers)
    assert served.asked[0].headers["x-key"] == "s3cret"
    assert served.asked[0].headers["x-plain"] == "p"
    assert "s3cret" not in str(raised.value)
    assert not other.asked


def test_secrets_do_not_follow_a_redirect_to_another_port_of_the_same_host():
    with serving(in_turn(GOOD)) as other, serving(in_turn((302, {"Location": other.url}, b""))) as served:
        fetch(served.url, environ={"TEST_KEY": "s3cret"}, secret_headers={"X-Key": "TEST_KEY"})
    assert "x-key" not in other.asked[0].headers


@pytest.mark.parametrize(("environ", "says"), [({}, "TEST_KEY, which is not set"), ({"TEST_KEY": "a\nb"}, "printable")])
def test_a_secret_that_cannot_be_sent_is_told_without_its_value(environ, says):
    with pytest.raises(InvalidInput, match=says):
        fetch("http://127.0.0.1:1", environ=environ, secret_headers={"X-Key": "TEST_KEY"})


def test_a_secret_itself_does_not_stand_in_a_file():
    with pytest.raises(InvalidInput, match="name of an environment variable, not the secret itself"):
        config("http://x", secret_headers={"Authorization": "Bearer abc"})


def test_a_host_is_not_asked_faster_than_agreed():
    clock = Clockwork()
    settled = config("http://x", requests_per_second=4)
    with serving(in_turn(GOOD)) as served:
        settled = config(served.url, requests_per_second=4)
        pace = Pace(clock.sleep, clock.monotonic)
        for _ in range(2):  # two sources of one process share a host's pace
            with Fetcher(settled, settled.urls, {}, pace) as fetcher:
                fetcher.get(served.url)
                fetcher.get(served.url)
    assert clock.now == pytest.approx(0.75)


# --- the guard ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_a_name_that_answers_differently_the_second_time_gains_nothing():
    looked_up = []

    def rebinding(host, port):
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["127.0.0.3"]

    with serving(in_turn(GOOD)) as served:
        port = served.url.rpartition(":")[2]
        with httpx.Client(transport=OutsideTransport(lambda host: True, rebinding)) as client:
            assert client.get(f"http://feeds.example:{port}/").text == "[]"
    assert looked_up == ["feeds.example"]
    assert served.asked[0].headers["host"] == f"feeds.example:{port}"


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    transport = OutsideTransport(lambda host: False, lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with httpx.Client(transport=transport) as client, pytest.raises(PrivateAddress):
        client.get("http://feeds.example/")


def test_the_next_address_is_tried_when_one_does_not_answer():
    with serving(in_turn(GOOD)) as served:
        port = served.url.rpartition(":")[2]
        transport = OutsideTransport(lambda host: True, lambda host, port: ["127.0.0.9", "127.0.0.1"])
        with httpx.Client(transport=transport) as client:
            assert json.loads(client.get(f"http://feeds.example:{port}/").text) == []
