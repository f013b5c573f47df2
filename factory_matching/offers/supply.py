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
    booked = _find_booked(session, now.date(), demand.due_on, design.garment.category)
    return Supply(register or load_register(session), now.date(), booked)


def _find_booked(session: Session, today: date, until: date, category: Category) -> dict[tuple[int, date], int]:
    """(factory id, day) -> units; a market of 100,000 orders has a few thousand rows of one category."""
    makers = select(Capability.factory_id).where(Capability.category == category)
    query = select(CapacitySlot.factory_id, CapacitySlot.day, CapacitySlot.booked).where(
        CapacitySlot.day.between(today, until), CapacitySlot.booked > 0, CapacitySlot.factory_id.in_(makers)
    )
    return {(factory_id, day): booked for factory_id, day, booked in session.execute(query)}
