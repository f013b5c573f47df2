"""Rollups equal a count from scratch, whatever happened in whatever order; a cut run changes nothing."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from demand.decision.judge import judge_listing
from demand.decision.judge_many import judge_open_listings
from demand.decision.replay import replay
from demand.interest.count import count_interest
from demand.interest.counts import ListingCounts
from demand.interest.record import cancel_pre_order, record
from demand.interest.roll_up import count_waiting, find_counts, judging_at, roll_up
from demand.settlement.settle import settle
from demand.store import get_decision
from models.decision import DemandDecision, Verdict
from models.demand_rule import DemandRule, Rung
from models.rollup import InterestRollup
from models.rule_version import fix_rule
from tests.builders import NOW, make_batch, make_listing
from tests.demand.shelf import make_act, make_visits

LATER = NOW + timedelta(days=1)
RULE = DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=5, min_units=30)


@pytest.fixture
def batch(session):
    return make_batch(session, rule=RULE.to_json())


def scratch(session, listing, at, rule=RULE):
    judging = judging_at(rule, listing.opens_at, at)
    return count_interest(session, listing.id, at, judging=judging)


def rolled(session, listing):
    session.expire_all()
    row = session.get(InterestRollup, listing.id)
    return ListingCounts.from_json(json.loads(row.counts))


def look(session, at):
    """Every new decision of one look."""
    roll_up(session, at)
    return [one for decisions in judge_open_listings(session, at) for one in decisions]


def test_only_what_has_news_is_counted_again(session, batch):
    one, other = make_listing(session, batch=batch), make_listing(session, batch=batch)
    record(session, make_visits(one.id, 8, converted=2))
    assert roll_up(session, LATER) == 2
    assert roll_up(session, LATER + timedelta(minutes=1)) == 0
    record(session, [make_act(other.id, "new", at=LATER + timedelta(minutes=2))])
    assert roll_up(session, LATER + timedelta(minutes=3)) == 1
    assert (count_waiting(session), rolled(session, other).on_rung(Rung.VIEW).people) == (0, 1)


def test_a_visitor_who_turns_out_a_robot_is_taken_from_every_listing(session, batch):
    one, other = make_listing(session, batch=batch), make_listing(session, batch=batch)
    record(session, [make_act(one.id, "r"), make_act(one.id, "person")])
    roll_up(session, LATER)
    assert rolled(session, one).on_rung(Rung.VIEW).people == 2
    burst = [make_act(other.id, "r", at=LATER + timedelta(seconds=n)) for n in range(40)]
    record(session, burst)
    roll_up(session, LATER + timedelta(hours=1))
    assert rolled(session, one).on_rung(Rung.VIEW).people == 1
    assert rolled(session, one) == scratch(session, one, LATER + timedelta(hours=1))


def test_acts_received_after_the_moment_wait(session, batch):
    listing = make_listing(session, batch=batch)
    record(session, [make_act(listing.id, "a"), make_act(listing.id, "b", at=LATER)])
    roll_up(session, NOW + timedelta(hours=1))
    assert (rolled(session, listing).on_rung(Rung.VIEW).people, count_waiting(session)) == (1, 1)
    roll_up(session, LATER)
    assert (rolled(session, listing).on_rung(Rung.VIEW).people, count_waiting(session)) == (2, 0)


def test_a_cancelled_pre_order_is_news(session, batch):
    listing = make_listing(session, batch=batch)
    acts = make_visits(listing.id, 3, converted=2)
    record(session, acts)
    roll_up(session, LATER)
    first = next(act for act in acts if act.rung is Rung.PRE_ORDER)
    cancel_pre_order(session, first.event_id, first.visitor, LATER)
    session.flush()
    assert roll_up(session, LATER + timedelta(minutes=1)) == 1
    assert rolled(session, listing).committed_units == 6


def test_viewers_become_judged_with_time_and_without_news(session):
    rule = replace(RULE, maturity_hours=2, burn_in_viewers=0)
    listing = make_listing(session, batch=make_batch(session, rule=rule.to_json()))
    record(session, make_visits(listing.id, 10))
    roll_up(session, NOW + timedelta(hours=2, minutes=4))
    assert rolled(session, listing).judged.viewers == 5
    assert roll_up(session, NOW + timedelta(hours=2, minutes=4, seconds=30)) == 0
    assert roll_up(session, NOW + timedelta(hours=3)) == 1
    assert rolled(session, listing).judged.viewers == 10


def test_a_new_version_of_the_rule_counts_anew(session, batch):
    listing = make_listing(session, batch=batch)
    record(session, make_visits(listing.id, 10))
    roll_up(session, LATER)
    fix_rule(session, batch, RULE, LATER, "ann", "first")
    fix_rule(session, batch, replace(RULE, burn_in_viewers=0), LATER, "ann", "few came")
    assert roll_up(session, LATER) == 1
    assert rolled(session, listing).judged.viewers == 10


def test_a_cut_run_leaves_everything_as_it_was(session, batch):
    listing = make_listing(session, batch=batch)
    record(session, make_visits(listing.id, 10, converted=3))
    cut = session.begin_nested()
    roll_up(session, LATER)
    cut.rollback()
    assert count_waiting(session) > 0
    assert session.scalar(select(func.count()).select_from(InterestRollup)) == 0
    roll_up(session, LATER)
    assert rolled(session, listing) == scratch(session, listing, LATER)


def test_pages_read_what_is_up_to_date_and_count_what_is_not(session, batch):
    listings = [make_listing(session, batch=batch) for _ in range(3)]
    record(session, make_visits(listings[0].id, 9, converted=2))
    roll_up(session, LATER)
    record(session, make_visits(listings[1].id, 9, converted=1, prefix="q"))
    at = LATER + timedelta(hours=1)
    found = find_counts(session, [one.id for one in listings], at)
    assert found == {one.id: scratch(session, one, at) for one in listings}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("act"), st.integers(0, 4), st.integers(0, 1), st.sampled_from([Rung.VIEW, Rung.FAVOURITE]),
                  st.integers(0, 90)),
        st.tuples(st.just("roll"), st.integers(0, 90)),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_rollups_equal_a_count_from_scratch_after_any_history(plain_session, steps):
    rule = replace(RULE, burn_in_viewers=1, maturity_hours=0.5)
    batch = make_batch(plain_session, rule=rule.to_json())
    listings = [make_listing(plain_session, batch=batch) for _ in range(2)]
    for step in steps:
        if step[0] == "roll":
            roll_up(plain_session, NOW + timedelta(minutes=step[1]))
        else:
            _, who, where, rung, minute = step
            act = make_act(listings[where].id, f"{batch.id}-{who}", rung, NOW + timedelta(minutes=minute))
            record(plain_session, [act])
    end = NOW + timedelta(hours=3)
    roll_up(plain_session, end)
    for listing in listings:
        assert rolled(plain_session, listing) == scratch(plain_session, listing, end, rule)


def test_a_look_at_all_decides_as_each_listing_alone_and_every_decision_replays(session, batch):
    listings = [make_listing(session, batch=batch) for _ in range(4)]
    record(session, make_visits(listings[0].id, 60, converted=20, prefix="a"))
    record(session, make_visits(listings[1].id, 200, converted=1, prefix="b"))
    record(session, make_visits(listings[2].id, 60, converted=19, prefix="c", quantity=1))
    new = look(session, LATER)
    verdicts = {one.listing_id: one.verdict for one in new}
    assert [verdicts[one.id] for one in listings] == [Verdict.CONFIRM, Verdict.STOP, Verdict.EXTEND, Verdict.EXTEND]
    stored = {row.listing_id: row for row in session.scalars(select(DemandDecision))}
    for listing in listings:
        one = stored[listing.id]
        assert replay(one).same
        alone = judge_listing(session, listing.id, LATER + timedelta(seconds=1))
        assert one.outcome["judgement"].keys() == alone.outcome["judgement"].keys()
        assert (one.verdict, one.reason) == (alone.verdict, alone.reason) or "in time" in one.reason
        assert one.outcome["quantity"] is None or one.outcome["quantity"]["units"] == alone.outcome["quantity"]["units"]


def test_a_listing_without_news_gets_no_new_decision(session, batch):
    listing = make_listing(session, batch=batch)
    record(session, make_visits(listing.id, 20, converted=1))
    assert len(look(session, LATER)) == 1
    assert look(session, LATER) == []
    assert look(session, LATER + timedelta(hours=1)) == []
    record(session, [make_act(listing.id, "late", at=LATER + timedelta(hours=2))])
    assert len(look(session, LATER + timedelta(hours=2))) == 1
    assert look(session, LATER + timedelta(hours=1)) == []  # looking back finds what held then
    at_close = look(session, listing.closes_at)
    assert [one.verdict for one in at_close] == [Verdict.STOP]


def test_a_look_across_the_batch_stores_what_it_saw_of_it(session):
    batch = make_batch(session, designs_wanted=2000, rule=replace(RULE, fdr=0.01).to_json())
    strong, weak = make_listing(session, batch=batch), make_listing(session, batch=batch)
    record(session, make_visits(strong.id, 120, converted=60, prefix="s"))
    record(session, make_visits(weak.id, 60, converted=11, prefix="w"))
    new = {one.listing_id: one for one in look(session, LATER)}
    assert (new[strong.id].verdict, new[weak.id].verdict) == (Verdict.CONFIRM, Verdict.EXTEND)
    stored = session.scalars(select(DemandDecision)).all()
    assert all(replay(one).same for one in stored)
    settle(session, get_decision(session, next(one.id for one in stored if one.verdict is Verdict.CONFIRM)), LATER)
