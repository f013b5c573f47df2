"""Days of factories, booked and given back."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from factory_matching.offers.lines import cut
from factory_matching.store import find_slots
from models.errors import InvalidInput
from models.factory import CapacitySlot, Factory
from models.order import Allocation
from models.policy import PoolPlacing

LARGEST_CAPACITY = 10_000_000
"""Units a day; past this it is a slip of the keyboard."""


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
            if not slot.stated:  # the factory may have reported another daily capacity since
                slot.capacity = max(factory.daily_capacity, slot.booked - units)
    session.flush()


def state_capacity(session: Session, factory: Factory, day: date, units: int | None) -> int:
    """Take down what a factory can make on a day (0: closed, None: as on any day); what is booked stays.

    Returns what stands then. InvalidInput for a number below 0.
    """
    if units is not None and not 0 <= units <= LARGEST_CAPACITY:
        raise InvalidInput(f"{units} units is no capacity of a day")
    slot = find_slots(session, [(factory.id, day)]).get((factory.id, day))
    if slot is None:
        slot = CapacitySlot(factory_id=factory.id, day=day, capacity=0, booked=0)
        session.add(slot)
    slot.stated = units is not None
    slot.capacity = max(factory.daily_capacity if units is None else units, slot.booked)
    session.flush()
    return slot.capacity


def give_back(session: Session, allocation: Allocation) -> None:
    """Free exactly the days that an allocation held."""
    _free(session, allocation, {date.fromisoformat(entry["day"]): int(entry["units"]) for entry in allocation.booked})


def keep_part(session: Session, allocation: Allocation, units: int) -> int:
    """Leave an allocation so many of its units, made first, and free the days of the others; returns how many.

    ValueError unless it holds more than that.
    """
    released = allocation.units - units
    if not 0 < units < allocation.units:
        raise ValueError(f"{units} of {allocation.units} units are no part")
    kept, freed, left = [], {}, units
    for entry in sorted(allocation.booked, key=lambda entry: str(entry["day"])):
        stays = min(left, int(entry["units"]))
        left -= stays
        if stays:
            kept.append({**entry, "units": stays})
        if stays < int(entry["units"]):
            freed[date.fromisoformat(entry["day"])] = int(entry["units"]) - stays
    _free(session, allocation, freed)
    allocation.lines = cut(allocation.lines, [units, released])[0]
    allocation.units, allocation.booked = units, kept
    if kept:
        allocation.ends_on = date.fromisoformat(kept[-1]["day"])
    session.flush()
    return released


def _free(session: Session, allocation: Allocation, held: Mapping[date, int]) -> None:
    """A pool's days are held by its allocation alone, in no factory's slots."""
    if session.get(PoolPlacing, allocation.id) is not None:
        return
    slots = find_slots(session, [(allocation.factory_id, day) for day in held])
    for day, units in held.items():
        slot = slots.get((allocation.factory_id, day))
        if slot is not None:
            slot.booked -= units
    session.flush()
