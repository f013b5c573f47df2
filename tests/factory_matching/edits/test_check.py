from datetime import timedelta

import pytest
from sqlalchemy import select

from factory_matching.edits.check import accept_edit, refuse_edit, set_verification
from factory_matching.edits.store import find_edits, find_waiting
from factory_matching.offers.slots import book
from models.errors import Conflict, InvalidInput
from models.factory import CapacitySlot, FactoryCertificate, Verification
from models.factory_edit import EditPart, EditState
from models.state import StateChange
from tests.builders import NOW, make_factory
from tests.factory_matching.edits.test_submit import COAT, RULE, TOMORROW, able, say


@pytest.fixture
def factory(session):
    return make_factory(session, daily_capacity=100, lead_days=8)


def accept(session, edit, now=NOW):
    accept_edit(session, edit, now, "Lin", "seen", RULE)


def test_an_accepted_edit_counts_with_who_checked_it(session, factory):
    edit = say(session, factory, EditPart.CAPABILITY, COAT, "coat").declared
    accept(session, edit)
    accept(session, edit)
    assert able(session, factory, "coat").moq == 20
    assert (edit.state, edit.checked_by, edit.answer) == (EditState.COUNTED, "Lin", "seen")
    moved = session.scalars(select(StateChange).where(StateChange.noun == "factory_edits")).all()
    assert [(one.to_state, one.who) for one in moved] == [("declared", "factory, link 1"), ("counted", "Lin")]
    assert find_waiting(session) == []


def test_a_refused_edit_leaves_the_record_and_tells_why(session, factory):
    edit = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 400}).declared
    with pytest.raises(InvalidInput, match="say why"):
        refuse_edit(session, edit, NOW, "Lin", " ")
    refuse_edit(session, edit, NOW, "Lin", "we saw three lines")
    refuse_edit(session, edit, NOW, "Lin", "again")
    assert (factory.daily_capacity, edit.state, edit.answer) == (100, EditState.REFUSED, "we saw three lines")
    with pytest.raises(Conflict):
        accept(session, edit)


def test_what_was_checked_is_the_measure_of_later_steps(session, factory):
    accept(session, say(session, factory, EditPart.CAPACITY, {"daily_capacity": 400}).declared)
    assert say(session, factory, EditPart.CAPACITY, {"daily_capacity": 490}).counted
    assert say(session, factory, EditPart.CAPACITY, {"daily_capacity": 510}).declared


def test_an_edit_of_what_has_changed_since_is_not_accepted(session, factory):
    edit = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 400}).declared
    factory.daily_capacity = 200
    with pytest.raises(Conflict, match="daily_capacity has been changed since"):
        accept(session, edit)


def test_a_larger_day_counts_only_while_it_can(session, factory):
    edit = say(session, factory, EditPart.CALENDAR, {TOMORROW: 300}).declared
    book(session, factory, [(NOW.date() + timedelta(days=1), 90)])
    accept(session, edit)
    (slot,) = session.scalars(select(CapacitySlot))
    assert (slot.capacity, slot.booked, slot.stated) == (300, 90, True)


def test_days_that_have_passed_are_left_out(session, factory):
    day = (NOW.date() + timedelta(days=2)).isoformat()
    edit = say(session, factory, EditPart.CALENDAR, {TOMORROW: 300, day: 300}).declared
    accept(session, edit, NOW + timedelta(days=2))
    assert [slot.day.isoformat() for slot in session.scalars(select(CapacitySlot))] == [day]


def test_a_certificate_that_ran_out_meanwhile_is_not_accepted(session, factory):
    edit = say(session, factory, EditPart.CERTIFICATE, {"expires_on": TOMORROW, "number": "9"}, "GOTS").declared
    with pytest.raises(InvalidInput, match="ran out"):
        accept(session, edit, NOW + timedelta(days=3))
    accept(session, edit)
    assert session.scalars(select(FactoryCertificate.number)).all() == ["9"]


def test_verification_is_set_with_what_was_checked(session, factory):
    with pytest.raises(InvalidInput, match="what was checked"):
        set_verification(session, factory, Verification.AUDITED, NOW, "Lin", "")
    set_verification(session, factory, Verification.AUDITED, NOW, "Lin", "visited on Monday")
    set_verification(session, factory, Verification.AUDITED, NOW, "Lin", "again")
    assert factory.verification is Verification.AUDITED
    (edit,) = find_edits(session, factory.id)
    assert (edit.after, edit.answer) == ({"verification": "audited"}, "visited on Monday")
