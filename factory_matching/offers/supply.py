"""What one demand may be made from: the register and the bookings of the factories that make its category."""

from datetime import date, datetime

from sqlalchemy import Select, select
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
    booked: dict[tuple[int, date], int] = {}
    stated: dict[tuple[int, date], int] = {}
    for slot in session.execute(_slots(now.date(), demand.due_on, design.garment.category)):
        booked[slot.factory_id, slot.day] = slot.booked
        if slot.stated:
            stated[slot.factory_id, slot.day] = slot.capacity
    return Supply(register or load_register(session), now.date(), booked, stated)


def _slots(today: date, until: date, category: Category) -> Select[tuple[int, date, int, int, bool]]:
    """Days of the category's makers that are booked or stated: a part of a market, however large it is."""
    makers = select(Capability.factory_id).where(Capability.category == category)
    columns = (
        CapacitySlot.factory_id,
        CapacitySlot.day,
        CapacitySlot.booked,
        CapacitySlot.capacity,
        CapacitySlot.stated,
    )
    return select(*columns).where(CapacitySlot.day.between(today, until), CapacitySlot.factory_id.in_(makers))
