import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from demand.interest.act import Act
from models.batch import Rung
from models.db import connect, transaction
from models.interest import InterestEvent, PreOrder
from tests.builders import make_listing
from tests.demand.shelf import make_act
from web.writer import EventWriter, WriterBusy


@pytest.fixture
def engine(database_url):
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def listing_id(engine):
    with transaction() as session:
        return make_listing(session).id


def count_events():
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(InterestEvent))


def test_acts_of_many_callers_are_answered_after_their_commit(engine, listing_id):
    with EventWriter(engine) as writer, ThreadPoolExecutor(8) as callers:

        def call(number):
            acts = [make_act(listing_id, f"v{number}"), make_act(listing_id, f"v{number}", Rung.FAVOURITE)]
            answer = writer.submit(acts).result(30)
            with transaction() as session:
                assert all(session.get(InterestEvent, act.event_id) for act in acts)
            return answer.new

        assert sum(callers.map(call, range(40))) == 80
    assert count_events() == 80


def test_callers_who_repeat_each_other_are_told_apart(engine, listing_id):
    with EventWriter(engine) as writer:
        act = make_act(listing_id)
        answers = [future.result(30) for future in [writer.submit([act]) for _ in range(5)]]
    assert [answer.new for answer in answers] == [1, 0, 0, 0, 0]
    assert [answer.repeated for answer in answers] == [0, 1, 1, 1, 1]


def test_a_bad_act_fails_alone(engine, listing_id):
    bad = object.__new__(Act)  # as a bug would make it: it has no fields at all
    refused = make_act(listing_id + 99)
    writer = EventWriter(engine, most_wait=0.2)
    started = threading.Event()
    event.listen(engine, "commit", lambda _: started.wait(30))
    with writer:
        first = writer.submit([make_act(listing_id)])
        others = [writer.submit([act]) for act in (bad, refused, make_act(listing_id))]
        started.set()
        assert first.result(30).new == 1
        with pytest.raises(AttributeError):
            others[0].result(30)
        assert "no listing" in others[1].result(30).refused[0].reason
        assert others[2].result(30).new == 1
    assert count_events() == 2


def test_closing_writes_what_was_submitted(engine, listing_id):
    writer = EventWriter(engine)
    writer.start()
    futures = [writer.submit([make_act(listing_id)]) for _ in range(50)]
    writer.close()
    assert all(future.done() for future in futures)
    assert count_events() == 50
    with pytest.raises(WriterBusy):
        writer.submit([make_act(listing_id)])
    writer.close()


def test_a_full_queue_refuses_at_once(engine, listing_id):
    release = threading.Event()
    event.listen(engine, "commit", lambda _: release.wait(30))
    with EventWriter(engine, most_waiting=1) as writer:
        accepted = []

        def submit_many():
            for _ in range(5):
                accepted.append(writer.submit([make_act(listing_id)]))

        with pytest.raises(WriterBusy, match="wait for the event writer"):
            submit_many()
        release.set()
        assert all(future.result(30).new == 1 for future in accepted)


def test_the_writer_asks_for_the_deposit_share_it_was_given(engine, listing_id):
    with EventWriter(engine, Decimal("0.1")) as writer:
        writer.submit([make_act(listing_id, rung=Rung.PRE_ORDER)]).result(30)
    with transaction() as session:
        assert session.scalars(select(PreOrder.deposit)).one() == Decimal("95.40")
