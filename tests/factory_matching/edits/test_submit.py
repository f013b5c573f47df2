"""What a factory says of itself: checked like a file, counted or waiting, never lost."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from factory_matching.edits.record import read_part
from factory_matching.edits.rule import EditRule
from factory_matching.edits.store import find_edits, find_waiting
from factory_matching.edits.submit import submit_edit, version_of, withdraw_edit
from factory_matching.offers.slots import book
from models.attributes import Category
from models.db import connect, transaction
from models.errors import Conflict, InvalidInput
from models.factory import Capability, CapacitySlot, Factory, FactoryCertificate
from models.factory_edit import EditPart, EditState
from models.state import StateChange
from tests.builders import NOW, make_factory

RULE = EditRule()
TODAY = NOW.date()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
LADDER = {"currency": "CNY", "breaks": [["20", "80"], [100, "75.5"]]}
COAT = {"materials": ["wool"], "techniques": ["zip"], "prices": LADDER}


def say(session, factory, part, asked, key="", version=None):
    if version is None:
        version = version_of(read_part(session, factory, part, key, {}, TODAY))
    return submit_edit(session, factory, part, key, asked, version, NOW, "factory, link 1", RULE)


@pytest.fixture
def factory(session):
    return make_factory(session, daily_capacity=100, lead_days=8)


def able(session, factory, category="greatcoat"):
    query = select(Capability).where(Capability.factory_id == factory.id, Capability.category == category)
    return session.scalar(query)


def test_a_harmless_edit_counts_at_once_and_says_what_stood_there(session, factory):
    done = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 80})
    assert (factory.daily_capacity, factory.lead_days) == (80, 8)
    edit = done.counted
    assert (edit.before, edit.after) == ({"daily_capacity": 100}, {"daily_capacity": 80})
    assert (edit.who, edit.at, edit.state, done.declared) == ("factory, link 1", NOW, EditState.COUNTED, None)
    (change,) = session.scalars(select(StateChange).where(StateChange.noun == "factory_edits"))
    assert (change.to_state, change.who) == ("counted", "factory, link 1")


def test_a_sensitive_claim_waits_and_the_old_entry_stands(session, factory):
    done = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 400, "lead_days": 9})
    assert (factory.daily_capacity, factory.lead_days) == (100, 9)
    assert (done.counted.after, done.declared.after) == ({"lead_days": 9}, {"daily_capacity": 400})
    assert [(edit.id, who.code) for edit, who in find_waiting(session)] == [(done.declared.id, factory.code)]


def test_small_steps_add_up(session, factory):
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 120})
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 140})
    assert factory.daily_capacity == 120


def test_what_an_import_says_in_between_is_the_new_measure(session, factory):
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 120})
    factory.daily_capacity = 300
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 350})
    assert factory.daily_capacity == 350


def test_saying_the_same_again_is_no_edit(session, factory):
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 80})
    done = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 80})
    assert (done.counted, done.declared) == (None, None)
    assert len(find_edits(session, factory.id)) == 1


def test_an_edit_of_what_was_changed_meanwhile_is_not_taken(session, factory):
    seen = version_of(read_part(session, factory, EditPart.CAPACITY, "", {}, TODAY))
    say(session, factory, EditPart.CAPACITY, {"daily_capacity": 80}, version=seen)
    with pytest.raises(Conflict, match="in the meantime"):
        say(session, factory, EditPart.CAPACITY, {"daily_capacity": 90}, version=seen)
    say(session, factory, EditPart.CONTACTS, {"contacts": [{"kind": "phone", "value": "1"}]})
    assert factory.daily_capacity == 80


def test_two_edits_at_the_same_moment_are_never_both_taken(database_url):
    engine, outcomes = connect(database_url), []
    with transaction() as session:
        factory = make_factory(session)
        seen = version_of(read_part(session, factory, EditPart.CAPACITY, "", {}, TODAY))

    def edit(units):
        try:
            with transaction() as mine:
                own = mine.get_one(Factory, factory.id)
                say(mine, own, EditPart.CAPACITY, {"daily_capacity": units}, version=seen)
            outcomes.append(units)
        except Conflict:
            outcomes.append(None)

    threads = [threading.Thread(target=edit, args=(units,)) for units in (40, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (taken,) = [units for units in outcomes if units]
    with transaction() as session:
        assert session.get_one(Factory, factory.id).daily_capacity == taken
        assert [edit.after for edit in find_edits(session, factory.id)] == [{"daily_capacity": taken}]
    engine.dispose()


@pytest.mark.parametrize(
    ("part", "key", "asked", "reason"),
    [
        (EditPart.CAPACITY, "", {"daily_capacity": 0}, "daily_capacity"),
        (EditPart.CAPACITY, "", {"daily_capacity": None}, "daily_capacity"),
        (EditPart.CAPACITY, "", {"quality": 1}, "has no field 'quality'"),
        (EditPart.CAPACITY, "", {}, "nothing is said"),
        (EditPart.CAPABILITY, "space_suit", COAT, "unknown category"),
        (EditPart.CAPABILITY, "coat", {**COAT, "materials": []}, "no material"),
        (EditPart.CAPABILITY, "coat", {**COAT, "prices": {"currency": "CNY", "breaks": []}}, "no prices"),
        (EditPart.CAPABILITY, "coat", {**COAT, "prices": {"currency": "CNY", "breaks": [[9, 1], [8, 2]]}}, "ladder"),
        (EditPart.CAPABILITY, "greatcoat", {}, "capabilities"),
        (EditPart.CERTIFICATE, "BSCI", {"expires_on": "soon"}, "soon"),
        (EditPart.CERTIFICATE, "BSCI!", {"expires_on": "2027-01-01"}, "not KIND"),
        (EditPart.CAPABILITY, "coat", {**COAT, "sizes": ["huge"]}, "unknown size"),
        (EditPart.CAPABILITY, "coat", {**COAT, "gauge": "x" * 21}, "longer than 20"),
        (EditPart.CONTACTS, "", {"contacts": [{"kind": "phone"}]}, "kind and a value"),
        (EditPart.CONTACTS, "", {"contacts": [{"kind": "a b", "value": "1"}]}, "not KIND:VALUE"),
        (EditPart.SMALL_ORDERS, "", {"small_order_units": -5}, "small_order_units"),
        (EditPart.LANGUAGES, "", {"also_speaks": ["x" * 9]}, "longer than 8"),
        (EditPart.CALENDAR, "", {}, "no day"),
        (EditPart.CALENDAR, "", {"soon": 1}, "not a day"),
        (EditPart.CALENDAR, "", {"2020-01-01": 1}, "not between"),
        (EditPart.CALENDAR, "", {TOMORROW: -1}, "whole number"),
        (EditPart.CALENDAR, "", {TOMORROW: "many"}, "whole number"),
        (EditPart.VERIFICATION, "", {"verification": "audited"}, "does not say"),
    ],
)
def test_what_an_import_would_refuse_is_refused_here_with_the_same_words(session, factory, part, key, asked, reason):
    with pytest.raises(InvalidInput, match=reason):
        submit_edit(
            session, factory, part, key, asked, _seen(session, factory, part, key), NOW, "factory, link 1", RULE
        )
    assert find_edits(session, factory.id) == []


def _seen(session, factory, part, key):
    return "" if part is EditPart.VERIFICATION else version_of(read_part(session, factory, part, key, {}, TODAY))


def test_a_new_category_waits_and_its_prices_are_read_like_a_files(session, factory):
    done = say(session, factory, EditPart.CAPABILITY, COAT, "coat")
    assert able(session, factory, "coat") is None
    assert done.declared.before == {}
    assert done.declared.after["prices"] == {"currency": "CNY", "breaks": [[20, "80.00"], [100, "75.50"]]}


def test_prices_and_minimum_of_a_known_category_count_at_once(session, factory):
    done = say(session, factory, EditPart.CAPABILITY, {"prices": LADDER, "materials": ["wool", "linen"]}, "greatcoat")
    stored = able(session, factory)
    assert (stored.moq, stored.price_ladder["breaks"][0]) == (20, [20, "80.00"])
    assert stored.materials == ["wool"]
    assert (done.declared.before, done.declared.after) == ({"materials": ["wool"]}, {"materials": ["linen", "wool"]})


def test_optional_fields_can_be_emptied_again(session, factory):
    say(session, factory, EditPart.LANGUAGES, {"also_speaks": ["en", "vi"]})
    say(session, factory, EditPart.CAPACITY, {"lead_days_p90": 12})
    assert (factory.also_speaks, factory.lead_days_p90) == (["en", "vi"], 12)
    say(session, factory, EditPart.LANGUAGES, {"also_speaks": []})
    done = say(session, factory, EditPart.CAPACITY, {"lead_days_p90": None})
    assert (factory.also_speaks, done.declared.after) == ([], {"lead_days_p90": None})


def test_kinds_of_certificates_stand_in_capitals(session, factory):
    longer = (TODAY + timedelta(days=400)).isoformat()
    assert say(session, factory, EditPart.CERTIFICATE, {"expires_on": longer}, "oeko-tex").declared.key == "OEKO-TEX"


def test_a_category_can_be_given_up_at_once_and_what_waited_with_it(session):
    factory = make_factory(session, (Category.COAT, Category.GREATCOAT))
    waiting = say(session, factory, EditPart.CAPABILITY, {"gauge": "12G"}, "coat").declared
    done = say(session, factory, EditPart.CAPABILITY, {}, "coat")
    assert able(session, factory, "coat") is None
    assert (done.counted.after, bool(done.counted.before)) == ({}, True)
    assert waiting.state is EditState.REPLACED


def test_a_later_word_replaces_what_waits_and_keeps_the_rest_of_it(session, factory):
    first = say(session, factory, EditPart.CAPABILITY, {"gauge": "12G", "machines": ["flat_knitting"]}, "greatcoat")
    second = say(session, factory, EditPart.CAPABILITY, {"gauge": "7G"}, "greatcoat")
    assert first.declared.state is EditState.REPLACED
    assert second.declared.after == {"gauge": "7G", "machines": ["flat_knitting"]}
    say(session, factory, EditPart.CAPABILITY, {"prices": LADDER}, "greatcoat")
    assert second.declared.state is EditState.DECLARED


def test_what_waits_can_be_taken_back(session, factory):
    edit = say(session, factory, EditPart.CAPACITY, {"daily_capacity": 400}).declared
    withdraw_edit(session, factory, edit, NOW, "factory, link 1")
    withdraw_edit(session, factory, edit, NOW, "factory, link 1")
    assert (edit.state, factory.daily_capacity) == (EditState.WITHDRAWN, 100)


def test_a_day_is_closed_at_once_and_opened_again(session, factory):
    say(session, factory, EditPart.CALENDAR, {TOMORROW: 0})
    (slot,) = session.scalars(select(CapacitySlot))
    assert (slot.capacity, slot.stated) == (0, True)
    say(session, factory, EditPart.CALENDAR, {TOMORROW: None})
    assert (slot.capacity, slot.stated) == (100, False)


def test_a_day_never_falls_below_its_bookings(session, factory):
    book(session, factory, [(TODAY + timedelta(days=1), 60)])
    with pytest.raises(InvalidInput, match="60 units are booked"):
        say(session, factory, EditPart.CALENDAR, {TOMORROW: 59})
    say(session, factory, EditPart.CALENDAR, {TOMORROW: 60})
    (slot,) = session.scalars(select(CapacitySlot))
    assert (slot.capacity, slot.booked) == (60, 60)


def test_a_much_larger_day_waits(session, factory):
    done = say(session, factory, EditPart.CALENDAR, {TOMORROW: 300})
    assert done.counted is None
    assert done.declared.after == {TOMORROW: 300}
    assert session.scalars(select(CapacitySlot)).all() == []


def test_a_certificate_waits_and_may_be_shortened_or_given_up_at_once(session, factory):
    held = {"factory_id": factory.id, "kind": "BSCI", "number": "1"}
    session.add(FactoryCertificate(**held, expires_on=TODAY + timedelta(days=90)))
    session.flush()
    longer = (TODAY + timedelta(days=400)).isoformat()
    assert say(session, factory, EditPart.CERTIFICATE, {"expires_on": longer}, "BSCI").declared
    assert say(session, factory, EditPart.CERTIFICATE, {"expires_on": longer}, "GOTS").declared
    say(session, factory, EditPart.CERTIFICATE, {"expires_on": TOMORROW}, "BSCI")
    (kept,) = session.scalars(select(FactoryCertificate))
    assert (kept.expires_on.isoformat(), kept.number) == (TOMORROW, "1")
    say(session, factory, EditPart.CERTIFICATE, {}, "BSCI")
    assert session.scalars(select(FactoryCertificate)).all() == []
