"""Scoring from rows, once a day; standings move by the rule, and matching goes by what was measured."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_matching.scorecard.appeals import file_appeal
from factory_matching.scorecard.findings import judge_finding, report_finding
from factory_matching.scorecard.record import open_dispute, record_inspection, settle_dispute
from factory_matching.scorecard.rule import ScoreRule
from factory_matching.store import load_register
from models.conduct import DisputeKind, FindingKind
from models.db import connect, transaction
from models.decision import ConfirmedDemand
from models.factory import FactoryStanding, RegisterChange
from models.lesson import FactoryYield, Lesson
from models.order import OfferState, ProductionOrderState
from models.outbox import OutboxMessage
from models.sale import ReturnReason, SaleKind, SaleRecord
from models.scorecard import FactoryScore, ScoreRun
from models.state import StateChange
from tests.builders import NOW, make_allocation, make_factory, make_offer, make_production_order
from tests.factory_matching.conduct import DAY, LINKS, make_history, make_order, people_demand, score

ACTIVE, WARNED, SUSPENDED = FactoryStanding


def scored(session, factory):
    query = select(FactoryScore).where(FactoryScore.factory_id == factory.id).order_by(FactoryScore.run_id.desc())
    return session.scalars(query.limit(1)).one()


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_late_factory_scores_below_a_punctual_one_and_both_say_from_how_many_orders(session):
    good, bad = make_history(session, good=8), make_history(session, good=1, late=7)
    unknown = make_factory(session)
    assert score(session).factories == 2
    better, worse = scored(session, good), scored(session, bad)
    assert worse.score < better.score
    assert (better.orders, worse.orders, better.offers) == (8, 8, 8)
    assert worse.low < worse.score < worse.high
    assert worse.measures["on_time"]["raw"] == pytest.approx(1 / 8, abs=0.02)
    # Eight orders do not make it as bad as they look.
    assert worse.measures["on_time"]["mean"] > 0.2
    assert session.scalars(select(FactoryScore).where(FactoryScore.factory_id == unknown.id)).all() == []
    assert worse.pool == "greatcoat"


def test_a_day_is_scored_once_and_the_next_day_again(session):
    make_history(session, good=3)
    score(session)
    before = [count(session, table) for table in (ScoreRun, FactoryScore, StateChange, OutboxMessage)]
    assert score(session, NOW + timedelta(hours=5)).factories == 0
    assert [count(session, table) for table in (ScoreRun, FactoryScore, StateChange, OutboxMessage)] == before
    assert score(session, NOW + DAY).factories == 1
    assert count(session, ScoreRun) == 2


def test_orders_of_simulated_batches_are_scored_apart_and_move_nobody(session):
    factory = make_factory(session)
    for _ in range(12):
        make_order(session, factory, late=True, demand=people_demand(session, simulated=True))
    assert score(session).factories == 0
    assert score(session, simulated=True).factories == 1
    assert scored(session, factory).high < 0.80
    assert factory.state is ACTIVE


def test_every_measure_comes_from_its_rows(session):
    factory = make_factory(session)
    order = make_order(session, factory, hours=12, counter_price=Decimal("92.95"), units=100)
    before = scored_measures(session, factory)
    assert before["response"]["raw"] == pytest.approx(0.75)
    assert before["price"]["raw"] == pytest.approx(1 - 0.10 / 0.25)
    assert before["disputes"]["raw"] == 1.0
    assert before["quantity"]["raw"] is None
    record_inspection(
        session, order.code, "QC-1", (NOW - 21 * DAY).date(), 80, 72, 90, "inspector", "loose buttons", NOW
    )
    open_dispute(session, order.code, DisputeKind.QUALITY, "loose buttons", "buyer desk", NOW)
    listing = session.get_one(ConfirmedDemand, order.demand_id).listing_id
    for kind, reason, units in (
        (SaleKind.SOLD, None, 50),
        (SaleKind.RETURNED, ReturnReason.QUALITY, 5),
        (SaleKind.RETURNED, ReturnReason.CHANGED_MIND, 9),
    ):
        session.add(sale(order, listing, kind, reason, units))
    found = scored_measures(session, factory, NOW + DAY)
    assert found["first_good"]["raw"] == pytest.approx(0.9)
    assert found["quantity"]["raw"] == 0.0
    assert found["returns"]["raw"] == pytest.approx(0.9)
    assert found["disputes"]["raw"] == 1.0
    settle_dispute(session, order.code, DisputeKind.QUALITY, True, "photographs", "merchandiser", NOW)
    assert scored_measures(session, factory, NOW + 2 * DAY)["disputes"]["raw"] == 0.0


def scored_measures(session, factory, now=NOW):
    score(session, now)
    return scored(session, factory).measures


def sale(order, listing, kind, reason, units):
    return SaleRecord(
        source="shop",
        key=f"{kind} {reason}",
        listing_id=listing,
        order_id=order.id,
        kind=kind,
        reason=reason,
        units=units,
        happened_on=NOW.date(),
        recorded_at=NOW,
    )


def test_yields_of_the_newest_lesson_stand_in_where_nobody_inspected(session):
    factory, inspected = make_factory(session), make_factory(session)
    make_order(session, factory)
    order = make_order(session, inspected)
    record_inspection(session, order.code, "QC-2", (NOW - 21 * DAY).date(), 100, 99, None, "inspector", "fine", NOW)
    lesson = Lesson(
        version=1,
        simulated=False,
        learned_at=NOW - 3 * DAY,
        method="tests",
        digest="0" * 64,
        evidence={},
        priors={},
        effects={},
        segment_effects={},
        rungs={},
    )
    session.add(lesson)
    session.flush()
    for one in (factory, inspected):
        bad = {"lots": 6, "ordered": 200, "good": 120, "share": 0.6, "low": 0.5, "high": 0.7}
        session.add(FactoryYield(lesson_id=lesson.id, factory_id=one.id, **bad))
    score(session)
    assert scored(session, factory).measures["first_good"]["raw"] == pytest.approx(0.6)
    assert scored(session, inspected).measures["first_good"]["raw"] == pytest.approx(0.99)
    assert load_register(session).quality[0] == pytest.approx(0.6), "matching goes by the yield of six lots"


def test_an_offer_that_was_let_expire_and_an_order_that_never_shipped_count_against_it(session):
    factory = make_factory(session)
    allocation = make_allocation(session, people_demand(session), factory)
    sent = NOW - 10 * DAY
    make_offer(session, allocation, "t1", sent_at=sent, expires_at=sent + DAY, state=OfferState.EXPIRED)
    other = make_allocation(session, people_demand(session), factory)
    offer = make_offer(session, other, "t2", sent_at=NOW, state=OfferState.ACCEPTED)
    order = make_production_order(session, offer, due_on=(NOW - 5 * DAY).date())
    found = scored_measures(session, factory)
    assert found["response"]["raw"] == pytest.approx(0.5, abs=0.05), "one let expire, one answered at once"
    assert found["on_time"]["raw"] == 0.0
    order.state = ProductionOrderState.CANCELLED
    assert scored_measures(session, factory, NOW + DAY)["on_time"]["raw"] is None


def test_matching_goes_by_what_was_measured_where_there_is_enough(session):
    many, few = make_history(session, good=2, late=10), make_history(session, late=2)
    before = load_register(session)
    assert list(before.on_time) == [0.95, 0.95]
    score(session)
    after = load_register(session)
    assert after.on_time[0] == pytest.approx(scored(session, many).on_time)
    assert after.on_time[0] < 0.5
    assert after.on_time[1] == 0.95
    assert list(after.quality) == [0.97, 0.97]
    assert few.id > many.id


def test_whoever_keeps_the_register_reads_it_again_after_a_run(database_url):
    engine = connect(database_url)
    marks = []
    for act in (lambda session: make_history(session, good=1), score, lambda session: score(session, NOW + DAY)):
        with transaction() as session:
            act(session)
        with transaction() as session:
            marks.append(session.scalars(select(func.sum(RegisterChange.token))).one())
    assert len(set(marks)) == 3
    engine.dispose()


def test_warned_first_then_suspended_on_new_orders_then_on_probation(session):
    factory = make_history(session, late=14)
    assert score(session).warned == 1
    assert factory.state is WARNED
    change = session.scalars(select(StateChange).where(StateChange.to_state == "warned")).one()
    assert (change.who, change.from_state) == ("scorecard", "active")
    assert "14 orders" in change.why
    messages = session.scalars(select(OutboxMessage)).all()
    assert {message.payload["type"] for message in messages} == {"standing.moved"}
    assert "评分" in messages[0].payload["data"]["why"]["zh"]
    assert messages[0].subject == "合作状态：警告"

    later = NOW + 31 * DAY
    score(session, later)
    assert factory.state is WARNED, "nothing new has happened since the warning"
    make_history(session, late=3, factory=factory, now=later, days_ago=1)
    assert score(session, later + DAY).suspended == 1
    assert factory.state is SUSPENDED
    assert score(session, later + 50 * DAY).lifted == 0
    assert score(session, later + 92 * DAY).lifted == 1
    assert factory.state is WARNED


def test_a_warning_ends_when_the_score_is_clear_again(session):
    factory = make_history(session, late=14)
    score(session)
    assert factory.state is WARNED
    better = NOW + 100 * DAY
    make_history(session, good=40, factory=factory, now=better, days_ago=2)
    assert score(session, better).lifted == 1
    assert factory.state is ACTIVE


def test_a_pending_appeal_holds_the_move_and_the_run_says_so(session):
    factory = make_history(session, late=14)
    score(session)
    file_appeal(session, factory.code, "Our cloth came late from your mill.", NOW)
    later = NOW + 31 * DAY
    make_history(session, late=3, factory=factory, now=later, days_ago=1)
    assert score(session, later).held == 1
    assert factory.state is WARNED
    assert scored(session, factory).verdict["held"] is True


def test_a_reported_finding_warns_and_another_one_suspends(session):
    factory = make_factory(session)
    report_finding(session, factory.code, FindingKind.NO_REAL_SOURCE, "an empty hall", "visitor", NOW)
    score(session, NOW + DAY)
    assert factory.state is WARNED
    score(session, NOW + 40 * DAY)
    assert factory.state is WARNED, "the same report does not suspend"
    report_finding(session, factory.code, FindingKind.INFRINGEMENT, "copied print", "visitor", NOW + 41 * DAY)
    score(session, NOW + 42 * DAY)
    assert factory.state is SUSPENDED


def test_after_a_dismissed_report_the_warning_ends(session):
    factory = make_factory(session)
    finding = report_finding(session, factory.code, FindingKind.NO_REAL_SOURCE, "an empty hall", "visitor", NOW)
    score(session, NOW + DAY)
    judge_finding(session, finding.id, False, "they had moved next door", "merchandiser", NOW + 2 * DAY, LINKS)
    score(session, NOW + 20 * DAY)
    assert factory.state is ACTIVE


def test_a_rule_of_other_weights_makes_another_score(session):
    factory = make_history(session, late=8)
    only_price = dict.fromkeys([measure.value for measure in ScoreRule().weights], 0.0) | {"price": 1.0}
    score(session, rule=ScoreRule.from_table({"weights": only_price}))
    assert scored(session, factory).score > 0.9
