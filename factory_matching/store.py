"""Queries on factories, demands, offers, orders and briefs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.register import CapabilityEntry, FactoryEntry, Register, build_register
from models.factory import Capability, Factory


def load_register(session: Session) -> Register:
    """Every factory and capability of the tables, as arrays."""
    factories = session.execute(
        select(Factory.id, Factory.state, Factory.daily_capacity, Factory.lead_days, Factory.quality, Factory.on_time)
    )
    capabilities = session.execute(
        select(
            Capability.factory_id,
            Capability.category,
            Capability.materials,
            Capability.techniques,
            Capability.price_ladder,
        )
    )
    return build_register(
        (FactoryEntry(*row) for row in factories),
        (
            CapabilityEntry(factory_id, category, materials, techniques, ladder["breaks"], ladder["currency"])
            for factory_id, category, materials, techniques, ladder in capabilities
        ),
    )
