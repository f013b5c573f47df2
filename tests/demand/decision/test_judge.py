from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from demand.decision import first_evidence, first_method
from demand.decision.decide import METHOD
from demand.decision.judge import judge_listing
from demand.decision.outcome import CONCLUDE_BY_METHOD, DecisionInputs
from demand.decision.replay import replay, replay_log, replay_under
from demand.interest.count import count_interest
from demand.interest.record import record
from demand.settlement.settle import settle
from demand.store import (
    find_due_listings,
    find_latest_decisions,
    find_open_listings,
    find_unsettled,
    funnel,
    get_decision,
)
from models.batch import DemandRule, Rung
from models.decision import ConfirmedDemand, ConfirmedDemandLine, DemandDecision, Verdict
from models.errors import Conflict, InvalidInput, NotFound
from models.interest import AgentKind, PreOrder, PreOrderState
from models.listing import ListingState
from models.state import StateChange
from tests.builders import NOW, make_batch, make_design, make_listing, make_mockup
from tests.demand.shelf import make_act, make_visits

RULE = DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=5, min_units=30)
LATER = NOW + timedelta(days=2)


@pytest.fixture
def wanted(session):
    """A listing that a third of its viewers pre-order."""
    listing = make_listing(session, colours=("olive", "black"))
    record(session, make_visits(listing.id, 60, converted=20))
    record(session, make_visits(listing.id, 6, converted=4, prefix="x", colour="black", size="L", quantity=3))
    return listing


@pytest.fixture
def unwanted(session):
    """A listing that one of 200 viewers pre-orders."""
    listing = make_listing(session)
    record(session, make_visits(listing.id, 200, converted=1, prefix="u"))
    return listing


def judge(session, listing, rule=RULE, at=LATER):
    return judge_listing(session, listing.id, at, rule, seed=7)


def states(session, listing):
    return set(session.scalars(select(PreOrder.state).where(PreOrder.listing_id == listing.id)))


def test_a_wanted_listing_is_confirmed_and_exactly_what_stands_is_to_be_made(session, wanted):
    decision = judge(session, wanted)
    assert (decision.verdict, decision.method) == (Verdict.CONFIRM, METHOD)
    demand = settle(session, decision, LATER)
    assert {(line.colour, line.size): line.units for line in demand.lines} == {("olive", "M"): 120, ("black", "L"): 12}
    settled = select(func.sum(PreOrder.quantity)).where(PreOrder.state == PreOrderState.SETTLED)
    assert demand.units == session.scalar(settled) == 132
    assert wanted.state is ListingState.COMMITTED
    assert demand.due_on == (LATER + timedelta(days=wanted.lead_days)).date()
    assert demand.confirmed_at == LATER


def test_judging_and_settling_twice_changes_nothing(session, wanted):
    first = settle(session, judge(session, wanted), LATER)
    changes = session.scalar(select(func.count()).select_from(StateChange))
    again = settle(session, judge(session, wanted), LATER + timedelta(hours=1))
    assert again is first
    assert session.scalar(select(func.count()).select_from(DemandDecision)) == 1
    assert session.scalar(select(func.count()).select_from(ConfirmedDemandLine)) == 2
    assert session.scalar(select(func.count()).select_from(StateChange)) == changes


def test_an_unwanted_listing_is_stopped_and_its_buyers_released(session, unwanted):
    decision = judge(session, unwanted)
    assert decision.verdict is Verdict.STOP
    for _ in range(2):
        assert settle(session, decision, LATER) is None
    assert unwanted.state is ListingState.STOPPED
    assert states(session, unwanted) == {PreOrderState.RELEASED}


def test_a_listing_nobody_saw_is_extended_and_left_alone(session):
    listing = make_listing(session)
    decision = judge(session, listing)
    assert decision.verdict is Verdict.EXTEND
    assert settle(session, decision, LATER) is None
    assert listing.state is ListingState.RESERVABLE


def test_too_few_committed_units_extend(session, wanted):
    decision = judge(session, wanted, DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=5, min_units=133))
    assert decision.verdict is Verdict.EXTEND
    assert "132 units" in decision.reason


def test_what_was_cancelled_meanwhile_is_not_made(session, wanted):
    decision = judge(session, wanted)
    for order in session.scalars(select(PreOrder).where(PreOrder.colour == "olive")):
        order.state = PreOrderState.CANCELLED
    session.flush()
    assert settle(session, decision, LATER) is None
    assert wanted.state is ListingState.RESERVABLE
    assert states(session, wanted) == {PreOrderState.CANCELLED, PreOrderState.PLACED}


def test_only_paid_deposits_stand_where_deposits_are_asked(session):
    listing = make_listing(session)
    record(session, make_visits(listing.id, 60, converted=20), Decimal("0.1"))
    assert judge(session, listing).verdict is Verdict.EXTEND
    deposits = [make_act(listing.id, f"p{n}", Rung.DEPOSIT, NOW + timedelta(hours=2)) for n in range(40, 48)]
    record(session, deposits)
    decision = judge(session, listing, at=LATER + timedelta(hours=1))
    assert decision.verdict is Verdict.CONFIRM
    assert settle(session, decision, LATER + timedelta(hours=1)).units == 48
    assert states(session, listing) == {PreOrderState.SETTLED, PreOrderState.RELEASED}


def test_bots_confirm_nothing_and_their_pre_orders_are_released(session, wanted):
    bots = make_visits(wanted.id, 300, converted=300, prefix="bot", quantity=9)
    record(session, [replace(act, agent=AgentKind.DECLARED_BOT) for act in bots])
    counts = count_interest(session, wanted.id, LATER)
    assert (counts.committed_units, counts.raw_units) == (132, 132 + 2700)
    assert settle(session, judge(session, wanted), LATER).units == 132
    released = select(func.count()).where(PreOrder.state == PreOrderState.RELEASED)
    assert session.scalar(released) == 300


def test_a_top_up_stays_within_what_the_plan_holds_worth_making(session, wanted):
    record(session, [make_act(wanted.id, f"p{n}", Rung.INQUIRY, quantity=40) for n in range(30)])
    decision = judge(session, wanted)
    planned = decision.outcome["quantity"]["units"]
    assert planned > 132
    demand = settle(session, decision, LATER, top_up=100_000)
    assert demand.units == planned == sum(line.units for line in demand.lines)


def test_a_decision_replays_to_the_bit_from_what_it_stored(session, wanted, unwanted):
    for listing in (wanted, unwanted, make_listing(session)):
        decision = judge(session, listing)
        session.expire(decision)
        assert replay(decision).same
        decision.outcome = {**decision.outcome, "judgement": {**decision.outcome["judgement"], "low": 0.5}}
        assert not replay(decision).same


def test_another_rule_is_asked_of_the_same_counts(session, wanted):
    decision = judge(session, wanted)
    strict = DemandRule(target_rate=0.5, alpha=0.05, burn_in_viewers=5, min_units=30)
    assert replay_under(decision, strict).judgement.verdict is Verdict.EXTEND
    with pytest.raises(Conflict, match="skip"):
        replay_under(decision, DemandRule(burn_in_viewers=6))


def test_a_decision_of_an_unknown_method_does_not_replay(session, wanted):
    decision = judge(session, wanted)
    decision.method = "coin toss/1"
    with pytest.raises(Conflict, match="coin toss"):
        replay(decision)


def test_a_design_that_nobody_could_make_has_no_plan(session):
    design = make_design(session, cost_ladder={}, lead_days=None, makeable_by=0)
    decision = judge(session, make_listing(session, make_mockup(session, design)))
    assert decision.outcome["quantity"] is None
    assert replay(decision).same


def test_the_rule_and_seed_are_those_fixed_at_launch(session):
    batch = make_batch(session, rule=RULE.to_json(), seed=11)
    decision = judge_listing(session, make_listing(session, batch=batch).id, LATER)
    assert (decision.rule, decision.inputs["seed"]) == (RULE.to_json(), 11)


def test_only_open_listings_are_judged(session):
    with pytest.raises(NotFound):
        judge_listing(session, 10**9, LATER)
    with pytest.raises(Conflict, match="shipping"):
        judge(session, make_listing(session, state=ListingState.SHIPPING))


def test_a_verdict_does_not_move_a_listing_that_went_another_way(session, wanted, unwanted):
    for listing in (wanted, unwanted):
        decision = judge(session, listing)
        listing.state = ListingState.SHIPPING
        session.flush()
        with pytest.raises(Conflict, match="shipping"):
            settle(session, decision, LATER)


def test_a_log_is_judged_row_by_row():
    rows = [{"listing_id": "a", "n": "1000", "converted": "60"}, {"listing_id": "b", "n": "1000", "converted": "1"}]
    assert [(key, judged.verdict) for key, judged in replay_log(rows, 0.02, 0.01)] == [
        ("a", Verdict.CONFIRM),
        ("b", Verdict.STOP),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"n": "10"}, "row 1 has no column 'converted'"),
        ({"n": "ten", "converted": "1"}, "row 1"),
        ({"n": None, "converted": "1"}, "row 1"),
        ({"n": "1", "converted": "2"}, "2 of 1 viewers"),
    ],
)
def test_a_bad_row_is_named(row, said):
    with pytest.raises(InvalidInput, match=said):
        list(replay_log([row], 0.02, 0.01))
    with pytest.raises(InvalidInput, match="rates"):
        list(replay_log([], 2.0, 0.01))


def test_flows_find_open_due_and_unsettled_listings(session, wanted, unwanted):
    future = make_listing(session, opens_at=LATER + timedelta(days=1), closes_at=LATER + timedelta(days=9))
    ended = make_listing(session, closes_at=NOW)
    stopped = make_listing(session, state=ListingState.STOPPED, closes_at=NOW)
    assert future not in find_open_listings(session, LATER)
    assert find_open_listings(session, LATER) == [wanted, unwanted, ended]
    assert find_due_listings(session, LATER) == [ended]
    assert stopped not in find_due_listings(session, LATER)
    decisions = [judge(session, listing) for listing in (wanted, unwanted, ended)]
    assert find_unsettled(session) == decisions
    settle(session, decisions[0], LATER)
    assert find_unsettled(session) == decisions[1:]
    assert get_decision(session, decisions[0].id) is decisions[0]
    with pytest.raises(NotFound):
        get_decision(session, 10**9)


def test_the_funnel_shows_each_listing_of_a_batch_with_its_last_decision(session):
    batch = make_batch(session)
    seen, unseen = make_listing(session, batch=batch), make_listing(session, batch=batch)
    make_listing(session)
    record(session, make_visits(seen.id, 9, converted=3))
    judge(session, seen, at=LATER - timedelta(hours=1))
    last = judge(session, seen)
    rows = funnel(session, batch.id, LATER)
    assert [row.listing for row in rows] == [seen, unseen]
    assert [row.counts.on_rung(Rung.VIEW).people for row in rows] == [9, 0]
    assert [row.decision for row in rows] == [last, None]
    assert find_latest_decisions(session, batch.id) == {seen.id: last}
    assert session.scalars(select(ConfirmedDemand)).all() == []


def test_a_listing_that_proved_nothing_is_closed_at_the_end_and_its_buyers_released(session):
    listing = make_listing(session, closes_at=LATER)
    record(session, make_visits(listing.id, 60, converted=3))
    assert judge(session, listing, at=LATER - timedelta(hours=1)).verdict is Verdict.EXTEND
    decision = judge(session, listing)
    assert (decision.verdict, decision.outcome["judgement"]["because"]) == (Verdict.STOP, "closed_unclear")
    settle(session, decision, LATER)
    assert listing.state is ListingState.STOPPED
    assert states(session, listing) == {PreOrderState.RELEASED}
    whys = session.scalars(select(StateChange.why).where(StateChange.noun == "pre_orders")).all()
    assert any("The window is over and neither is proven" in why for why in whys)


def test_the_last_viewers_have_their_hours_to_convert_before_the_end(session):
    rule = replace(RULE, maturity_hours=24)
    listing = make_listing(session, closes_at=LATER)
    record(session, make_visits(listing.id, 60, converted=20))
    assert judge(session, listing, rule).verdict is not Verdict.STOP
    assert judge(session, listing, rule, LATER + timedelta(days=1)).outcome["judgement"]["viewers"] == 55


def test_makers_set_the_minimum_listing_by_listing(session, wanted):
    rule = replace(RULE, min_units=None)
    wanted.makers_minimum = 133
    decision = judge(session, wanted, rule)
    assert decision.outcome["judgement"]["min_units"] == 133
    assert decision.verdict is Verdict.EXTEND
    assert replay(decision).same
    wanted.makers_minimum = 132
    decision = judge(session, wanted, rule, LATER + timedelta(hours=1))
    assert settle(session, decision, LATER).units == 132


def test_a_false_discovery_rate_looks_at_the_whole_batch_and_replays_alone(session):
    batch = make_batch(session, designs_wanted=2000, rule=replace(RULE, fdr=0.01).to_json())
    strong, weak = make_listing(session, batch=batch), make_listing(session, batch=batch)
    record(session, make_visits(strong.id, 120, converted=60, prefix="s"))
    record(session, make_visits(weak.id, 60, converted=11, prefix="w"))
    decisions = [judge_listing(session, listing.id, LATER) for listing in (strong, weak)]
    assert [one.outcome["judgement"]["because"] for one in decisions] == ["proven_above", "not_among_best"]
    assert decisions[1].inputs["catalogue"]["hypotheses"] == 2000
    assert all(replay(one).same for one in decisions)
    settle(session, decisions[0], LATER)
    later = judge_listing(session, weak.id, LATER + timedelta(hours=1))
    assert (later.inputs["catalogue"]["chosen"], later.inputs["catalogue"]["rank"]) == (1, 2)


def test_another_rule_meets_the_batchs_bar_also_where_this_one_never_asked(session):
    """11 of 55 pre-ordered 11 units: too few to be confirmed; asked for 5, it still has 2,000 listings beside it."""
    batch = make_batch(session, designs_wanted=2000, rule=replace(RULE, fdr=0.01).to_json())
    listing = make_listing(session, batch=batch)
    record(session, make_visits(listing.id, 60, converted=11, quantity=1, prefix="w"))
    decision = judge_listing(session, listing.id, LATER)
    assert decision.outcome["judgement"]["because"] == "too_few_units"
    easier = replace(RULE, fdr=0.01, min_units=5)
    assert replay_under(decision, easier).judgement.because == "not_among_best"
    assert replay(decision).same
    decision.inputs = {**decision.inputs, "catalogue": None}  # as where only the strong ones look at the rest
    with pytest.raises(Conflict, match="rest of its batch"):
        replay_under(decision, easier)


def test_a_decision_of_the_first_method_still_replays_by_it(session, wanted):
    inputs = judge(session, wanted).inputs
    for name in ("window", "catalogue", "makers_minimum"):
        inputs.pop(name)
    inputs["counts"].pop("cancelled")
    inputs["counts"].pop("stood_seconds")
    old_rule = {name: RULE.to_json()[name] for name in ("rung", "target_rate", "alpha", "burn_in_viewers", "min_units")}
    decision = DemandDecision(
        listing_id=wanted.id, looked_at=NOW, verdict=Verdict.CONFIRM, reason="", method=first_method.METHOD,
        rule={**old_rule, "version": 1}, inputs=inputs, outcome={},
    )  # fmt: skip
    outcome = CONCLUDE_BY_METHOD[first_method.METHOD](DecisionInputs.from_json(inputs), RULE).to_json()
    newer = ("chance", "units_chance", "units_at_least", "early_kill", "chosen", "hypotheses", "fdr")
    decision.outcome = {**outcome, "judgement": {k: v for k, v in outcome["judgement"].items() if k not in newer}}
    assert replay(decision).same
    assert decision.outcome["judgement"]["log_e_confirm"] == first_evidence.log_e_confirm(61, 24, RULE.target_rate)
