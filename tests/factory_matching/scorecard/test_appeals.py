from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factory_matching.scorecard.appeals import decide_appeal, file_appeal, find_appeals, reinstate
from factory_matching.scorecard.findings import find_findings, judge_finding, report_finding
from factory_matching.scorecard.record import open_dispute, record_inspection, settle_dispute
from factory_matching.scorecard.standings import StandingLinks
from models.conduct import Appeal, AppealState, DisputeKind, DisputeState, FactoryFinding, FindingKind, FindingState
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.factory import FactoryStanding
from models.state import StateChange
from tests.builders import NOW, make_factory
from tests.factory_matching.conduct import DAY, LINKS, make_history, make_order, score

ACTIVE, WARNED, SUSPENDED = FactoryStanding


def confirmed(session, factory, now=NOW):
    finding = report_finding(session, factory.code, FindingKind.INFRINGEMENT, "sold our print elsewhere", "buyer", now)
    return judge_finding(session, finding.id, True, "seen at a fair", "merchandiser", now, LINKS)


def test_a_confirmed_finding_suspends_at_once_and_says_who_and_why(session):
    factory = make_factory(session)
    finding = confirmed(session, factory)
    assert (factory.state, finding.state) == (SUSPENDED, FindingState.CONFIRMED)
    change = session.scalars(select(StateChange).where(StateChange.to_state == "suspended")).one()
    assert (change.who, change.at) == ("merchandiser", NOW)
    assert "infringement" in change.why
    with pytest.raises(Conflict):
        judge_finding(session, finding.id, False, "no", "merchandiser", NOW, LINKS)


def test_the_same_evidence_twice_is_one_finding(session):
    factory = make_factory(session)
    one = report_finding(session, factory.code, FindingKind.INFRINGEMENT, "a copy", "buyer", NOW)
    assert report_finding(session, factory.code, FindingKind.INFRINGEMENT, " a copy ", "other", NOW) is one
    assert session.scalar(select(func.count()).select_from(FactoryFinding)) == 1
    for wrong in ("", " ", "x" * 2001):
        with pytest.raises(InvalidInput):
            report_finding(session, factory.code, FindingKind.INFRINGEMENT, wrong, "buyer", NOW)
    with pytest.raises(NotFound):
        report_finding(session, "nobody", FindingKind.INFRINGEMENT, "a copy", "buyer", NOW)
    with pytest.raises(NotFound):
        judge_finding(session, 4711, True, "", "merchandiser", NOW, LINKS)


def test_a_granted_appeal_overturns_the_finding_and_reinstates(session):
    factory = make_factory(session)
    confirmed(session, factory)
    appeal = file_appeal(session, factory.code, "We hold the licence.", NOW + DAY)
    decide_appeal(session, factory.code, True, "licence seen", "merchandiser", NOW + 2 * DAY, LINKS)
    assert (appeal.state, appeal.decided_by, appeal.reason) == (AppealState.GRANTED, "merchandiser", "licence seen")
    assert factory.state is ACTIVE
    (finding,) = find_findings(session, factory.id)
    assert finding.state is FindingState.OVERTURNED
    score(session, NOW + 3 * DAY)
    assert factory.state is ACTIVE


def test_a_granted_appeal_is_not_undone_by_the_same_orders_the_next_night(session):
    factory = make_history(session, late=14)
    score(session)
    assert factory.state is WARNED
    file_appeal(session, factory.code, "Your mill was late.", NOW)
    decide_appeal(session, factory.code, True, "the mill was late", "merchandiser", NOW, LINKS)
    for days in (1, 2, 40):
        score(session, NOW + days * DAY)
        assert factory.state is ACTIVE


def test_a_refused_appeal_lets_the_rule_go_on_and_another_may_be_filed(session):
    factory = make_factory(session)
    confirmed(session, factory)
    file_appeal(session, factory.code, "We did not.", NOW)
    decide_appeal(session, factory.code, False, "photographs show it", "merchandiser", NOW, LINKS)
    assert factory.state is SUSPENDED
    file_appeal(session, factory.code, "New papers.", NOW)
    assert [appeal.state for appeal, _ in find_appeals(session, factory.id)] == [
        AppealState.REFUSED,
        AppealState.PENDING,
    ]
    assert len(find_appeals(session)) == 1


def test_one_appeal_at_a_time_and_only_against_something(session):
    factory = make_factory(session)
    with pytest.raises(Conflict, match="good standing"):
        file_appeal(session, factory.code, "For all cases.", NOW)
    confirmed(session, factory)
    one = file_appeal(session, factory.code, "We did not.", NOW)
    assert file_appeal(session, factory.code, "We did not.", NOW + DAY) is one
    with pytest.raises(Conflict, match="pending"):
        file_appeal(session, factory.code, "And besides.", NOW)
    with pytest.raises(InvalidInput):
        decide_appeal(session, factory.code, True, " ", "merchandiser", NOW, LINKS)
    assert session.scalar(select(func.count()).select_from(Appeal)) == 1


def test_a_person_may_reinstate_and_the_finding_that_was_known_does_not_suspend_again(session):
    factory = make_factory(session)
    confirmed(session, factory)
    reinstate(session, factory.code, "fined, and new owners", "merchandiser", NOW + DAY, LINKS)
    score(session, NOW + 2 * DAY)
    assert factory.state is ACTIVE
    with pytest.raises(Conflict):
        reinstate(session, factory.code, "again", "merchandiser", NOW + 3 * DAY, LINKS)


def test_a_link_opens_one_factorys_standing_only(session):
    LINKS.check("F1", LINKS.token("F1"))
    for token in (LINKS.token("F2"), "", "x" * 300, "\ud800"):
        with pytest.raises(NotAllowed):
            LINKS.check("F1", token)
    with pytest.raises(NotAllowed):
        StandingLinks("https://shop.example", "another secret of tests").check("F1", LINKS.token("F1"))


def test_inspections_and_disputes_are_noted_once_and_checked(session):
    order = make_order(session, make_factory(session))
    day = (NOW - 5 * DAY).date()
    words = "inspector", "fine", NOW
    assert record_inspection(session, order.code, "QC-1", day, 80, 79, 100, *words)
    assert not record_inspection(session, order.code, "QC-1", day, 80, 79, 100, *words)
    for wrong in ((0, 0, None), (10, 11, None), (10, -1, None), (10, 9, -1)):
        with pytest.raises(InvalidInput):
            record_inspection(session, order.code, "QC-2", day, *wrong, *words)
    for moment in (NOW.date() + timedelta(days=1), (NOW - 400 * DAY).date()):
        with pytest.raises(InvalidInput):
            record_inspection(session, order.code, "QC-3", moment, 10, 9, None, *words)
    dispute = open_dispute(session, order.code, DisputeKind.QUANTITY, "9 short", "desk", NOW)
    assert open_dispute(session, order.code, DisputeKind.QUANTITY, "9 short", "desk", NOW) is dispute
    settle_dispute(session, order.code, DisputeKind.QUANTITY, False, "found them", "merchandiser", NOW)
    assert dispute.state is DisputeState.DISMISSED
    with pytest.raises(Conflict):
        settle_dispute(session, order.code, DisputeKind.QUANTITY, True, "no", "merchandiser", NOW)
    with pytest.raises(NotFound):
        settle_dispute(session, order.code, DisputeKind.OTHER, True, "no", "merchandiser", NOW)
    with pytest.raises(NotFound):
        open_dispute(session, "PO-none", DisputeKind.OTHER, "x", "desk", NOW)
