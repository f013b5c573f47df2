"""Read what is known of factories' conduct from the tables: orders, offers, inspections, disputes, what was sold.

People's and simulated batches are never mixed. `FactoryYield` is what the learning stage believes of the same lots that
arrived; it stands for first-pass quality where no inspection of the factory is in the window.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.scorecard.evidence import Evidence, Ledger
from factory_matching.scorecard.gather_offers import add_offers
from factory_matching.scorecard.rule import Measure, ScoreRule
from factory_matching.scorecard.shelf import batch_of, category_column
from models.conduct import Dispute, DisputeState, Inspection
from models.decision import ConfirmedDemand
from models.lesson import FactoryYield, find_lesson
from models.listing import Listing
from models.order import ProductionOrder, ProductionOrderState
from models.sale import ReturnReason, SaleKind, SaleRecord
from models.state import StateChange

MAKERS_FAULT = (ReturnReason.QUALITY, ReturnReason.SIZE, ReturnReason.LATE)
"""Returns that speak about who made it; a picture that promised too much does not."""


@dataclass(frozen=True, slots=True)
class Made:
    """One production order with its outcome."""

    id: int
    factory: int
    category: str
    units: int
    due_on: date
    shipped_on: date | None
    listing: int


def gather(session: Session, rule: ScoreRule, today: date, simulated: bool) -> Evidence:
    """Everything in the window that ends today."""
    ledger = Ledger()
    since = today - timedelta(days=rule.window_days)
    made = find_made(session, since, today, simulated)
    _add_orders(session, ledger, made, today)
    counted = _add_inspections(session, ledger, made, since, today)
    _add_yields(session, ledger, made, rule, today, simulated)
    _add_quantities(session, ledger, made, counted, rule, today)
    _add_returns(session, ledger, made, today)
    add_offers(session, ledger, rule, since, today, simulated)
    return ledger.close()


def find_made(session: Session, since: date, today: date, simulated: bool) -> Mapping[int, Made]:
    """Orders that were shipped or due in the window, cancelled ones left out, by id."""
    shipped = (
        select(StateChange.row_id, func.max(StateChange.at).label("at"))
        .where(
            StateChange.noun == ProductionOrder.__tablename__,
            StateChange.to_state == ProductionOrderState.SHIPPED.value,
        )
        .group_by(StateChange.row_id)
        .subquery()
    )
    columns = (
        ProductionOrder.id,
        ProductionOrder.factory_id,
        category_column(),
        ProductionOrder.units,
        ProductionOrder.due_on,
        shipped.c.at,
        Listing.id,
    )
    query = batch_of(select(*columns).join(ConfirmedDemand, ConfirmedDemand.id == ProductionOrder.demand_id), simulated)
    query = query.outerjoin(shipped, shipped.c.row_id == ProductionOrder.id)
    # A year before the window is early enough for an order that was shipped within it.
    query = query.where(
        ProductionOrder.state != ProductionOrderState.CANCELLED, ProductionOrder.due_on >= since - timedelta(days=365)
    )
    made = {}
    for order, factory, category, units, due_on, at, listing in session.execute(query):
        shipped_on = at.date() if at else None
        outcome = shipped_on or due_on
        if since <= outcome <= today and (shipped_on is not None or due_on < today):
            made[order] = Made(order, factory, category or "", units, due_on, shipped_on, listing)
    return made


def _add_orders(session: Session, ledger: Ledger, made: Mapping[int, Made], today: date) -> None:
    """On time or not, disputed or not: one event an order."""
    query = select(Dispute.order_id).where(Dispute.state == DisputeState.UPHELD)
    upheld = set(session.scalars(query))
    for order in made.values():
        late = order.shipped_on is None or order.shipped_on > order.due_on
        age = (today - (order.shipped_on or order.due_on)).days
        ledger.add(Measure.ON_TIME, order.factory, order.category, float(not late), 1.0, age)
        ledger.add(Measure.DISPUTES, order.factory, order.category, float(order.id not in upheld), 1.0, age)


def _add_inspections(
    session: Session, ledger: Ledger, made: Mapping[int, Made], since: date, today: date
) -> Mapping[int, int]:
    """The first inspection of each order; returns the last count of its pieces, where somebody counted."""
    query = select(Inspection).where(Inspection.inspected_on >= since, Inspection.inspected_on <= today)
    seen: set[int] = set()
    counted: dict[int, int] = {}
    for row in session.scalars(query.order_by(Inspection.inspected_on, Inspection.id)):
        order = made.get(row.order_id)
        if order is None:
            continue
        if order.id not in seen:
            seen.add(order.id)
            age = (today - row.inspected_on).days
            ledger.add(Measure.FIRST_GOOD, order.factory, order.category, row.good, row.inspected, age)
        if row.counted is not None:
            counted[order.id] = row.counted
    return counted


def find_yields(session: Session, rule: ScoreRule, today: date, simulated: bool) -> Sequence[FactoryYield]:
    """Makers' yields as the newest lesson in the window believed them."""
    lesson = find_lesson(session, simulated)
    if lesson is None or not today - timedelta(days=rule.window_days) <= lesson.learned_at.date() <= today:
        return ()
    return session.scalars(select(FactoryYield).where(FactoryYield.lesson_id == lesson.id)).all()


def _add_yields(
    session: Session, ledger: Ledger, made: Mapping[int, Made], rule: ScoreRule, today: date, simulated: bool
) -> None:
    """Good of ordered pieces as the newest lesson counted them, for factories without an inspection."""
    lesson = find_lesson(session, simulated)
    inspected = ledger.factories_with(Measure.FIRST_GOOD)
    category = {order.factory: order.category for order in made.values()}
    for row in find_yields(session, rule, today, simulated):
        if lesson is not None and row.factory_id in category and row.factory_id not in inspected:
            age = (today - lesson.learned_at.date()).days
            ledger.add(Measure.FIRST_GOOD, row.factory_id, category[row.factory_id], row.good, row.ordered, age)


def _add_quantities(
    session: Session,
    ledger: Ledger,
    made: Mapping[int, Made],
    counted: Mapping[int, int],
    rule: ScoreRule,
    today: date,
) -> None:
    """Whether the agreed number came: as delivered, else as an inspector counted."""
    query = select(SaleRecord.order_id, func.sum(SaleRecord.units))
    query = query.where(SaleRecord.kind == SaleKind.DELIVERED, SaleRecord.order_id.is_not(None))
    delivered = {order: int(units) for order, units in session.execute(query.group_by(SaleRecord.order_id)).tuples()}
    for order in made.values():
        came = delivered.get(order.id, counted.get(order.id))
        settled = order.shipped_on is not None and (today - order.shipped_on).days >= rule.arrival_days
        if came is None or order.shipped_on is None or not settled:
            continue
        accurate = abs(came - order.units) <= rule.quantity_tolerance * order.units
        age = (today - order.shipped_on).days
        ledger.add(Measure.QUANTITY, order.factory, order.category, float(accurate), 1.0, age)


def _add_returns(session: Session, ledger: Ledger, made: Mapping[int, Made], today: date) -> None:
    """Sold and sent back by order, or by listing where one factory made all of it."""
    makers: dict[int, set[int]] = defaultdict(set)
    one_order: dict[int, Made] = {}
    for order in made.values():
        makers[order.listing].add(order.factory)
        one_order[order.listing] = order
    sold: dict[int, int] = defaultdict(int)
    back: dict[int, int] = defaultdict(int)
    query = select(
        SaleRecord.order_id, SaleRecord.listing_id, SaleRecord.kind, SaleRecord.reason, func.sum(SaleRecord.units)
    ).where(SaleRecord.kind.in_((SaleKind.SOLD, SaleKind.RETURNED)), SaleRecord.happened_on <= today)
    groups = (SaleRecord.order_id, SaleRecord.listing_id, SaleRecord.kind, SaleRecord.reason)
    for order_id, listing, kind, reason, units in session.execute(query.group_by(*groups)):
        sole = one_order[listing] if len(makers[listing]) == 1 else None
        known = made.get(order_id) if order_id is not None else sole
        if known is None:
            continue
        if kind is SaleKind.SOLD:
            sold[known.id] += int(units)
        elif reason in MAKERS_FAULT:
            back[known.id] += int(units)
    for order_id, units in sold.items():
        if units > 0:
            order = made[order_id]
            kept = units - min(back[order_id], units)
            age = (today - (order.shipped_on or order.due_on)).days
            ledger.add(Measure.RETURNS, order.factory, order.category, kept, units, age)
