"""A renewal from rows: proposed once, decided by a person, applied to standings."""

import pytest
from sqlalchemy import func, select

from factory_matching.renewal.decide import apply_approved, decide_proposal
from factory_matching.renewal.keep import find_members, find_proposals, get_proposal, make_proposal
from factory_matching.renewal.rule import RenewalRule
from factory_matching.renewal.words import explain_in, explain_out
from factory_matching.scorecard.appeals import file_appeal
from models.attributes import Category
from models.errors import Conflict, InvalidInput, NotFound
from models.factory import FactoryStanding
from models.outbox import OutboxMessage
from models.scorecard import ProposalState, RenewalMember, RenewalProposal, RenewalSide
from models.state import StateChange
from tests.builders import NOW, make_factory
from tests.factory_matching.conduct import DAY, LINKS, make_history, people_demand, score

RULE = RenewalRule(worst_share=0.34, least_orders=3)
COAT = Category.GREATCOAT
ACTIVE, WARNED, SUSPENDED = FactoryStanding


@pytest.fixture
def shop(session):
    """Three factories with a history, of which the first is late, and two newcomers; scored."""
    bad = make_history(session, late=4)
    for _ in range(2):
        make_history(session, good=4)
    newcomers = [make_factory(session), make_factory(session, quality=0.5)]
    score(session)
    return bad, newcomers


def propose(session, now=NOW, rule=RULE):
    made = make_proposal(session, COAT, rule, now)
    session.flush()
    return made


def test_a_proposal_lists_who_goes_and_who_comes_in_with_reasons(session, shop):
    bad, (newcomer, _) = shop
    made = propose(session)
    assert made.new
    members = find_members(session, made.proposal.id)
    assert [(member.side, factory.code) for member, factory in members] == [
        (RenewalSide.OUT, bad.code),
        (RenewalSide.IN, newcomer.code),
    ]
    out, come = (member.facts for member, _ in members)
    said = explain_out(out, str)
    assert "Rank 1 from the worst of 3" in said
    assert "on_time" in said
    assert "on notice" in said
    assert "准时率" in explain_in(come, "zh")
    assert "0 orders so far" in explain_in(come)
    assert bad.state is ACTIVE, "nothing moves before a person decides"
    assert made.proposal.effect["score"]["change"]["mean"] > 0
    assert set(made.proposal.effect["capacity"]["greatcoat"]) == {"before", "after", "need", "least"}


def test_the_same_proposal_is_made_once(session, shop):
    first = propose(session)
    again = propose(session, NOW + DAY)
    assert again.proposal is first.proposal
    assert not again.new
    assert session.scalar(select(func.count()).select_from(RenewalProposal)) == 1


def test_a_rejected_proposal_changes_nothing_and_is_not_made_again(session, shop):
    bad, _ = shop
    proposal = propose(session).proposal
    decide_proposal(session, proposal.id, False, "they mended it", "Li", NOW)
    assert apply_approved(session, NOW, "Li", LINKS).moved == 0
    assert bad.state is ACTIVE
    assert propose(session, NOW + DAY).proposal is proposal
    with pytest.raises(Conflict):
        decide_proposal(session, proposal.id, True, "after all", "Li", NOW)


def test_an_approved_proposal_gives_notice_and_the_next_one_replaces(session, shop):
    bad, _ = shop
    proposal = propose(session).proposal
    decide_proposal(session, proposal.id, True, "agreed", "Li", NOW)
    with pytest.raises(Conflict, match="waits to be applied"):
        propose(session, NOW, RenewalRule(worst_share=0.34, least_orders=3, most_orders_of_new=0, on_time_at_least=1))
    assert apply_approved(session, NOW, "Li", LINKS).moved == 1
    assert apply_approved(session, NOW, "Li", LINKS).moved == 0
    assert (bad.state, proposal.state) == (WARNED, ProposalState.APPLIED)
    change = session.scalars(select(StateChange).where(StateChange.to_state == "warned")).one()
    assert (change.who, change.why) == (
        "renewal: Li",
        f"Renewal of greatcoat, proposal {proposal.id}: put on notice.",
    )
    assert session.scalars(select(OutboxMessage)).first().payload["type"] == "standing.moved"

    later = NOW + 40 * DAY
    score(session, later)
    assert bad.state is WARNED
    second = propose(session, later)
    assert second.new
    assert find_members(session, second.proposal.id)[0][0].facts["step"] == "leave"
    decide_proposal(session, second.proposal.id, True, "agreed", "Li", later)
    apply_approved(session, later, "Li", LINKS)
    assert bad.state is SUSPENDED
    score(session, later + 200 * DAY)
    assert bad.state is SUSPENDED, "the rule does not lift what a person decided"


def test_an_appeal_holds_a_renewal_too(session, shop):
    bad, _ = shop
    proposal = propose(session).proposal
    decide_proposal(session, proposal.id, True, "agreed", "Li", NOW)
    apply_approved(session, NOW, "Li", LINKS)
    later = NOW + 40 * DAY
    score(session, later)
    second = propose(session, later).proposal
    file_appeal(session, bad.code, "We have a new line.", later)
    decide_proposal(session, second.id, True, "agreed", "Li", later)
    assert apply_approved(session, later, "Li", LINKS).held == 1
    assert bad.state is WARNED


def test_demand_that_has_grown_meanwhile_stops_the_application(session, shop):
    bad, (newcomer, _) = shop
    proposal = propose(session).proposal
    decide_proposal(session, proposal.id, True, "agreed", "Li", NOW)
    newcomer.daily_capacity = 1
    for _ in range(3):
        people_demand(session, units=3000)
    with pytest.raises(Conflict, match="too little capacity"):
        apply_approved(session, NOW, "Li", LINKS)
    assert bad.state is ACTIVE
    assert apply_approved(session, NOW, "nightly", LINKS, withdraw=True).moved == 0
    assert proposal.state is ProposalState.WITHDRAWN


def test_other_scores_make_another_proposal_in_place_of_the_undecided_one(session, shop):
    proposal = propose(session).proposal
    make_factory(session, daily_capacity=500)
    assert propose(session, NOW + DAY).new
    assert proposal.state is ProposalState.WITHDRAWN
    assert [one.state for one in find_proposals(session, COAT)] == [ProposalState.PROPOSED, ProposalState.WITHDRAWN]


def test_why_there_is_no_proposal_is_said(session):
    assert "no factory was scored" in propose(session).why
    make_history(session, good=4)
    score(session)
    made = propose(session)
    assert made.proposal is None
    assert "1 factories of it have 3 or more orders" in made.why
    assert session.scalar(select(func.count()).select_from(RenewalMember)) == 0
    with pytest.raises(NotFound):
        get_proposal(session, 1)


def test_a_decision_needs_a_reason(session, shop):
    proposal = propose(session).proposal
    with pytest.raises(InvalidInput):
        decide_proposal(session, proposal.id, True, " ", "Li", NOW)
