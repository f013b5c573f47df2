"""Days of factories, booked and given back."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from factory_matching.store import find_slots
from models.factory import CapacitySlot, Factory
from models.order import Allocation


def book(session: Session, factory: Factory, days: Sequence[tuple[date, int]]) -> None:
    """Hold units on days; the database refuses a day that would be over its capacity."""
    slots = find_slots(session, [(factory.id, day) for day, _ in days])
    for day, units in days:
        slot = slots.get((factory.id, day))
        if slot is None:
            capacity = factory.daily_capacity
            session.add(CapacitySlot(factory_id=factory.id, day=day, capacity=capacity, booked=units))
        else:
            slot.booked += units
            # A factory may have reported another capacity since the day was first booked.
            slot.capacity = max(factory.daily_capacity, slot.booked - units)
    session.flush()


def give_back(session: Session, allocation: Allocation) -> None:
    """Free exactly the days that an allocation held."""
    held = [(date.fromisoformat(entry["day"]), int(entry["units"])) for entry in allocation.booked]
    slots = find_slots(session, [(allocation.factory_id, day) for day, _ in held])
    for day, units in held:
        slot = slots.get((allocation.factory_id, day))
        if slot is not None:
            slot.booked -= units
    session.flush()
