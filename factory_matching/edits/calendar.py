"""A factory's own days: closed, or with more or fewer units than on any other day."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.edits.rule import EditRule, Values
from factory_matching.offers.slots import LARGEST_CAPACITY
from factory_matching.store import find_slots
from models.errors import InvalidInput
from models.factory import CapacitySlot, Factory


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a factory: what it can make, what of that is booked, whether it said so itself."""

    on: date
    capacity: int
    booked: int
    stated: bool


def find_days(session: Session, factory: Factory, today: date, days: int) -> tuple[Day, ...]:
    """The next days, today first."""
    slots = _find_slots(session, factory.id, today, days)
    found = []
    for offset in range(days):
        on = today + timedelta(days=offset)
        slot = slots.get(on)
        if slot is None:
            found.append(Day(on, factory.daily_capacity, 0, False))
        else:
            usual = max(factory.daily_capacity, slot.booked)
            found.append(Day(on, slot.capacity if slot.stated else usual, slot.booked, slot.stated))
    return tuple(found)


def read_stated(session: Session, factory_id: int, today: date, asked: Values, days: int) -> Values:
    """ISO day -> units stated by the factory, for all stated days ahead and the asked ones; None where not stated."""
    slots = _find_slots(session, factory_id, today, days)
    stated = {on.isoformat(): slot.capacity for on, slot in slots.items() if slot.stated}
    return {**dict.fromkeys(sorted(asked)), **stated}


def check_days(session: Session, factory: Factory, asked: Values, today: date, rule: EditRule) -> Values:
    """ISO day -> units, 0 for closed, None for as usual; InvalidInput for what is no such thing, or below bookings."""
    days = {read_day(text): units for text, units in asked.items()}
    if not days:
        raise InvalidInput("no day is named")
    last = today + timedelta(days=rule.calendar_days - 1)
    slots = find_slots(session, [(factory.id, day) for day in days])
    for day, units in days.items():
        if not today <= day <= last:
            raise InvalidInput(f"{day} is not between {today} and {last}")
        if units is not None and (type(units) is not int or not 0 <= units <= LARGEST_CAPACITY):
            raise InvalidInput(f"{day}: {str(units)[:20]!r} is not a whole number from 0")
        slot = slots.get((factory.id, day))
        if slot is not None and units is not None and units < slot.booked:
            raise InvalidInput(f"{day}: {slot.booked} units are booked, fewer are not possible")
    return {day.isoformat(): days[day] for day in sorted(days)}


def read_day(text: str) -> date:
    """An ISO day; InvalidInput otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text[:20]!r} is not a day such as 2026-11-30") from None


def _find_slots(session: Session, factory_id: int, today: date, days: int) -> dict[date, CapacitySlot]:
    query = select(CapacitySlot).where(CapacitySlot.factory_id == factory_id, CapacitySlot.day >= today)
    found = session.scalars(query.where(CapacitySlot.day < today + timedelta(days=days)))
    return {slot.day: slot for slot in found}
