from datetime import UTC, datetime

from sqlalchemy import func, select

from models.outbox import Channel, OutboxMessage, enqueue

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def test_a_message_with_the_same_key_is_queued_once(session):
    first = enqueue(session, "brief:PO-1:file", Channel.FILE, "F-1", "Brief PO-1", {"order": "PO-1"}, NOW)
    again = enqueue(session, "brief:PO-1:file", Channel.FILE, "F-1", "Brief PO-1", {"order": "PO-1"}, NOW)
    assert (first, again) == (True, False)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
