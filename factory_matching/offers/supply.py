"""What one demand may be made from: the register and the bookings of the factories that make its category."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.demand import Supply
from factory_matching.registry.register import Register
from factory_matching.store import get_offered_design, load_register
from models.attributes import Category
from models.decision import ConfirmedDemand
from models.factory import Capability, CapacitySlot


def find_supply_for(
    session: Session, demand: ConfirmedDemand, now: datetime, register: Register | None = None
) -> Supply:
    """Supply for one demand; `register` is one that stays open in this process, None reads the tables."""
    _, _, design = get_offered_design(session, demand.listing_id)
    slots = _find_slots(session, now.date(), demand.due_on, design.garment.category)
    booked = {(factory_id, day): units for factory_id, day, units, _, _ in slots if units}
    calendar = {(factory_id, day): capacity for factory_id, day, _, capacity, stated in slots if stated}
    return Supply(register or load_register(session), now.date(), booked, calendar)


def _find_slots(
    session: Session, today: date, until: date, category: Category
) -> list[tuple[int, date, int, int, bool]]:
    """Days with bookings or a capacity of their own; a market of 100,000 orders has a few thousand of one category."""
    makers = select(Capability.factory_id).where(Capability.category == category)
    columns = (CapacitySlot.factory_id, CapacitySlot.day, CapacitySlot.booked, CapacitySlot.capacity)
    query = select(*columns, CapacitySlot.stated).where(
        CapacitySlot.day.between(today, until),
        CapacitySlot.stated | (CapacitySlot.booked > 0),
        CapacitySlot.factory_id.in_(makers),
    )
    return [tuple(row) for row in session.execute(query)]
