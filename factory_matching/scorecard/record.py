"""Note what inspectors counted and what was disputed; the same report again changes nothing."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.briefs.aql import passes
from models.conduct import Dispute, DisputeKind, DisputeState, Inspection
from models.db import insert_new
from models.errors import InvalidInput, NotFound
from models.order import InspectionNeed, ProductionOrder
from models.state import begin, move


def get_order(session: Session, code: str) -> ProductionOrder:
    """By its code; NotFound without it."""
    order = session.scalar(select(ProductionOrder).where(ProductionOrder.code == code))
    if order is None:
        raise NotFound("production order", code[:40])
    return order


def record_inspection(
    session: Session,
    order_code: str,
    reference: str,
    inspected_on: date,
    inspected: int,
    good: int,
    counted: int | None,
    who: str,
    why: str,
    now: datetime,
) -> bool:
    """One report by its number; returns whether it was new. InvalidInput for numbers or a day that cannot be.

    An order that must be inspected before it is shipped has passed once a report keeps to its sampling plan.
    """
    order = get_order(session, order_code)
    if not inspected > 0 or not 0 <= good <= inspected or (counted is not None and counted < 0):
        raise InvalidInput(f"{good} good of {inspected} inspected, {counted} counted: this cannot be")
    if not order.placed_at.date() <= inspected_on <= now.date():
        raise InvalidInput(f"{inspected_on} is before the order was placed, or not yet")
    if not 0 < len(reference.strip()) <= 60:
        raise InvalidInput("the report's reference has 1 to 60 characters")
    row = {
        "order_id": order.id,
        "reference": reference.strip(),
        "inspected_on": inspected_on,
        "inspected": inspected,
        "good": good,
        "counted": counted,
        "who": who[:64],
        "why": why[:500],
        "recorded_at": now,
    }
    if insert_new(session, Inspection, [row]) != 1:
        return False
    if order.inspection is InspectionNeed.REQUIRED and passes(order.units, inspected, inspected - good):
        order.inspection = InspectionNeed.PASSED
    return True


def open_dispute(session: Session, order_code: str, kind: DisputeKind, why: str, who: str, now: datetime) -> Dispute:
    """A complaint of one kind about an order; there is one of each kind at most."""
    order = get_order(session, order_code)
    known = session.scalar(select(Dispute).where(Dispute.order_id == order.id, Dispute.kind == kind))
    if known is not None:
        return known
    dispute = Dispute(order_id=order.id, kind=kind, opened_at=now, who=who[:64], why=why[:500])
    session.add(dispute)
    begin(session, dispute, now, who, why)
    return dispute


def settle_dispute(
    session: Session, order_code: str, kind: DisputeKind, upheld: bool, why: str, who: str, now: datetime
) -> Dispute:
    """Upheld counts against the factory, dismissed does not. NotFound without it, Conflict when it was settled."""
    order = get_order(session, order_code)
    query = select(Dispute).where(Dispute.order_id == order.id, Dispute.kind == kind).with_for_update()
    dispute = session.scalars(query).one_or_none()
    if dispute is None:
        raise NotFound("dispute of production order", order_code[:40])
    move(session, dispute, DisputeState.UPHELD if upheld else DisputeState.DISMISSED, now, who, why)
    return dispute
