"""What every factory got, read from the tables for the fairness report."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.policies.fairness import Work
from factory_matching.policies.rules import NewSuppliers
from factory_matching.store import LIVE
from models.factory import Factory, FactoryStanding
from models.order import Allocation, Offer


def find_work(session: Session, since: datetime, today: date, rule: NewSuppliers) -> list[Work]:
    """Every factory that is not suspended, with what was offered to it since a moment and not declined."""
    query = (
        select(
            Allocation.factory_id,
            func.sum(Allocation.units).label("units"),
            func.sum(Allocation.units * Allocation.unit_price).label("money"),
            func.count().label("orders"),
        )
        .join(Offer, Offer.allocation_id == Allocation.id)
        .where(Offer.state.in_(LIVE), Offer.sent_at >= since)
        .group_by(Allocation.factory_id)
    )
    got = {row.factory_id: (int(row.units), Decimal(row.money), int(row.orders)) for row in session.execute(query)}
    columns = (Factory.id, Factory.region, Factory.joined_on, Factory.daily_capacity)
    rows = session.execute(select(*columns).where(Factory.state != FactoryStanding.SUSPENDED).order_by(Factory.id))
    newest = today - timedelta(days=rule.joined_days)
    return [
        Work(factory, region, joined is not None and joined >= newest, capacity, *got.get(factory, (0, Decimal(0), 0)))
        for factory, region, joined, capacity in rows
    ]
