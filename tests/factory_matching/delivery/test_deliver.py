import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from factory_matching.delivery.deliver import MOST_ATTEMPTS, Delivered, send_due, wait_after
from factory_matching.delivery.message import DeliveryFailed
from factory_matching.delivery.senders import build_senders
from models.db import connect, transaction
from models.outbox import Channel, OutboxMessage, enqueue
from tests.builders import PDF, make_factory

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cw=="
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
BLOB = "b" * 64


@pytest.fixture
def database(database_url):
    engine = connect(database_url)
    yield
    engine.dispose()


@contextmanager
def receiver(status=200):
    """A real server that keeps what it was sent."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((dict(self.headers), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/hook?x=1", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def queue(channel, address, key="offer:1", blob=None):
    with transaction() as session:
        factory = make_factory(session, webhook_url="https://f.example/", webhook_secret=SECRET)
        payload = {"type": "offer.sent", "timestamp": NOW.isoformat(), "data": {"factory": factory.code, "名": "大衣"}}
        enqueue(session, f"{key}:{channel}", channel, address, "subject", payload, NOW, blob)


def senders(tmp_path, allow_private=True):
    return build_senders(tmp_path / "sent", {BLOB: PDF}.__getitem__, allow_private)


def message():
    with transaction() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_a_webhook_is_signed_and_sent_once(database, tmp_path):
    now = datetime.now(UTC)  # receivers refuse signatures that are not of now
    with receiver() as (url, got):
        queue(Channel.WEBHOOK, url, blob=BLOB)
        assert send_due(transaction, now, senders(tmp_path)) == Delivered(1, 0, 0)
        assert send_due(transaction, now + timedelta(days=1), senders(tmp_path)) == Delivered(0, 0, 0)
    ((headers, body),) = got
    content = Webhook(SECRET).verify(body, headers)
    assert content["data"]["名"] == "大衣"
    assert content["attachment"]["media_type"] == "application/pdf"
    assert headers["webhook-id"] == "offer:1:webhook"
    assert headers["Host"].startswith("localhost:")
    assert (message().sent_at, message().attempts) == (now, 1)


def test_a_refused_webhook_is_tried_again_later_and_later(database, tmp_path):
    with receiver(status=500) as (url, got):
        queue(Channel.WEBHOOK, url)
        assert send_due(transaction, NOW, senders(tmp_path)) == Delivered(0, 1, 0)
        assert send_due(transaction, NOW, senders(tmp_path)) == Delivered(0, 0, 0)
        assert send_due(transaction, NOW + wait_after(1), senders(tmp_path)) == Delivered(0, 1, 0)
    row = message()
    assert len(got) == row.attempts == 2
    assert row.last_error == "localhost answered 500"
    assert row.next_attempt_at == NOW + wait_after(1) + wait_after(2)


def test_after_many_attempts_a_person_has_to_look(database, tmp_path):
    queue(Channel.WEBHOOK, "http://localhost:9/nobody")
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        assert send_due(transaction, now, senders(tmp_path)).failed == 1
        now += timedelta(days=2)
    assert send_due(transaction, now, senders(tmp_path)) == Delivered(0, 0, 1)


def test_a_crash_between_sending_and_marking_sends_the_same_key_again(database, tmp_path):
    sent = []

    def crash(message, now):
        sent.append(message.key)
        raise KeyboardInterrupt

    queue(Channel.FILE, "F1")
    with pytest.raises(KeyboardInterrupt):
        send_due(transaction, NOW, {Channel.FILE: crash})
    assert send_due(transaction, NOW, senders(tmp_path)) == Delivered(0, 0, 0)
    later = NOW + wait_after(1)
    assert send_due(transaction, later, {Channel.FILE: lambda m, now: sent.append(m.key)}) == Delivered(1, 0, 0)
    assert sent == ["offer:1:file", "offer:1:file"]


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "private address"),
        ("http://[::1]/", "private address"),
        ("http://localhost/", "private address"),
        ("http://169.254.169.254/latest", "private address"),
        ("http://nobody.invalid/", "no such host"),
        ("http://x:99999999/", "ValueError"),
    ],
)
def test_webhooks_do_not_reach_into_the_house(tmp_path, url, error):
    from factory_matching.delivery.message import Message

    sender = senders(tmp_path, allow_private=False)[Channel.WEBHOOK]
    with pytest.raises(DeliveryFailed, match=error):
        sender(Message("k", url, "s", {}, None, SECRET), NOW)


def test_a_file_message_lies_in_the_folder_of_its_factory(database, tmp_path):
    queue(Channel.FILE, "../F1", key="brief:PO-1", blob=BLOB)
    send_due(transaction, NOW, senders(tmp_path))
    files = sorted(path.relative_to(tmp_path / "sent") for path in (tmp_path / "sent").rglob("*") if path.is_file())
    assert [str(path) for path in files] == ["-F1/brief-PO-1.json", "-F1/brief-PO-1.pdf"]
    assert json.loads((tmp_path / "sent" / files[0]).read_text())["data"]["名"] == "大衣"
    assert (tmp_path / "sent" / files[1]).read_bytes() == PDF


def test_a_folder_that_cannot_be_written_is_a_failure_that_says_so(database, tmp_path):
    (tmp_path / "sent").write_text("a file in the way")
    queue(Channel.FILE, "F1")
    assert send_due(transaction, NOW, senders(tmp_path)).failed == 1
    assert "cannot write" in (message().last_error or "")


def test_the_portal_shows_a_message_once_it_is_marked(database, tmp_path):
    queue(Channel.PORTAL, "F1")
    assert send_due(transaction, NOW, senders(tmp_path)) == Delivered(1, 0, 0)
    assert message().sent_at == NOW


def test_waits_double_up_to_a_day():
    assert [wait_after(n) for n in (1, 2, 3, 12)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(days=1),
    ]
