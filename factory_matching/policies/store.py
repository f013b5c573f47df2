"""What policies go by, read from the tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.demand import OpenDemand
from factory_matching.policies.facts import Facts
from factory_matching.policies.pools import Joined
from factory_matching.policies.rules import NewSuppliers, Policies
from factory_matching.store import LIVE, get_offered_design
from models.batch import Batch
from models.decision import ConfirmedDemand
from models.factory import Factory, Verification
from models.interest import PreOrder, PreOrderState
from models.order import Allocation, Offer, ProductionOrder, ProductionOrderState
from models.policy import ForbiddenPair, Pool, PoolMember, PoolPlacing

_OVER = (ProductionOrderState.SHIPPED, ProductionOrderState.CANCELLED)
_UNITS_OF_PARAMETERS = 10_000


def find_facts(
    session: Session, policies: Policies, demands: Sequence[OpenDemand], today: date, guarantee: bool = True
) -> Facts:
    """What the policies look at for these demands; without the guarantee nothing of earlier runs is read."""
    rule = policies.new_suppliers
    recent = _find_recent(session, rule, today) if guarantee and rule.share and rule.window_days else (0, 0)
    return Facts(
        finished=_count_finished(session) if rule.finished_orders else {},
        open_orders=_count_open(session),
        verified=_find_verified(session, rule),
        forbidden=_find_forbidden(session, {demand.brand for demand in demands if demand.brand}),
        deposits=_find_deposits(session, demands) if policies.warned.deposit_above else {},
        together=_find_together(session, {demand.batch for demand in demands if demand.batch is not None}),
        recent=recent,
    )


def find_pools(session: Session, today: date) -> list[Joined]:
    """Pools that are open, with what they took on and have not placed inside yet."""
    members: dict[int, list[int]] = defaultdict(list)
    for pool_id, factory_id in session.execute(select(PoolMember.pool_id, PoolMember.factory_id)):
        members[pool_id].append(factory_id)
    open_ = session.scalars(select(Pool).where(Pool.closed_at.is_(None)).order_by(Pool.id)).all()
    waiting = _find_unplaced(session, [pool.id for pool in open_])
    return [_join(session, pool, sorted(members[pool.id]), waiting[pool.id], today) for pool in open_]


def _join(session: Session, pool: Pool, members: Sequence[int], waiting: Sequence[Allocation], today: date) -> Joined:
    held: dict[date, int] = defaultdict(int)
    demands = []
    for allocation in waiting:
        for entry in allocation.booked:
            if (day := date.fromisoformat(entry["day"])) >= today:
                held[day] += int(entry["units"])
        demand = session.get_one(ConfirmedDemand, allocation.demand_id)
        spec = get_offered_design(session, demand.listing_id)[2].garment
        demands.append((OpenDemand(demand.id, spec, allocation.units, demand.due_on), allocation.units))
    return Joined(pool.leader_id, tuple(members), dict(held), tuple(demands))


def _find_unplaced(session: Session, pools: Iterable[int]) -> Mapping[int, list[Allocation]]:
    query = (
        select(PoolPlacing.pool_id, Allocation)
        .join(Allocation, Allocation.id == PoolPlacing.allocation_id)
        .join(Offer, Offer.allocation_id == Allocation.id)
        .where(PoolPlacing.pool_id.in_(list(pools)), PoolPlacing.placed_at.is_(None), Offer.state.in_(LIVE))
        .order_by(Allocation.id)
    )
    found: dict[int, list[Allocation]] = defaultdict(list)
    for pool_id, allocation in session.execute(query):
        found[pool_id].append(allocation)
    return found


def _count_finished(session: Session) -> dict[int, int]:
    query = select(ProductionOrder.factory_id, func.count().label("orders")).where(
        ProductionOrder.state == ProductionOrderState.SHIPPED
    )
    return {row.factory_id: row.orders for row in session.execute(query.group_by(ProductionOrder.factory_id))}


def _count_open(session: Session) -> dict[int, int]:
    """Offers without an answer, and what became of accepted ones until it is shipped."""
    query = (
        select(Allocation.factory_id, func.count().label("orders"))
        .join(Offer, Offer.allocation_id == Allocation.id)
        .outerjoin(ProductionOrder, ProductionOrder.offer_id == Offer.id)
        .where(Offer.state.in_(LIVE), ProductionOrder.id.is_(None) | ProductionOrder.state.not_in(_OVER))
    )
    return {row.factory_id: row.orders for row in session.execute(query.group_by(Allocation.factory_id))}


def _find_verified(session: Session, rule: NewSuppliers) -> frozenset[int]:
    """Only factories whose joining date is known can be new."""
    order = list(Verification)
    enough = order[order.index(Verification(rule.verification)) :]
    query = select(Factory.id).where(Factory.joined_on.is_not(None), Factory.verification.in_(enough))
    return frozenset(session.scalars(query))


def _find_forbidden(session: Session, brands: set[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    query = select(ForbiddenPair.brand, ForbiddenPair.factory_id).where(ForbiddenPair.brand.in_(sorted(brands)))
    for brand, factory in session.execute(query) if brands else ():
        found[brand].add(factory)
    return {brand: frozenset(factories) for brand, factories in found.items()}


def _find_deposits(session: Session, demands: Sequence[OpenDemand]) -> dict[int, Decimal]:
    paid = (PreOrderState.DEPOSITED, PreOrderState.SETTLED)
    found: dict[int, Decimal] = {}
    keys = [demand.key for demand in demands]
    for start in range(0, len(keys), _UNITS_OF_PARAMETERS):
        query = (
            select(ConfirmedDemand.id, func.sum(PreOrder.deposit))
            .join(PreOrder, PreOrder.listing_id == ConfirmedDemand.listing_id)
            .where(ConfirmedDemand.id.in_(keys[start : start + _UNITS_OF_PARAMETERS]), PreOrder.state.in_(paid))
            .group_by(ConfirmedDemand.id)
        )
        found |= {key: Decimal(deposit) for key, deposit in session.execute(query)}
    return found


def _find_together(session: Session, batches: set[int]) -> frozenset[int]:
    query = select(Batch.id).where(Batch.keep_together, Batch.id.in_(sorted(batches)))
    return frozenset(session.scalars(query)) if batches else frozenset()


def _find_recent(session: Session, rule: NewSuppliers, today: date) -> tuple[int, int]:
    """Units that were offered in the window and not declined, and those of them at factories that were new then."""
    since = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=rule.window_days)
    query = (
        select(Allocation.units, Offer.sent_at, Factory.joined_on)
        .join(Offer, Offer.allocation_id == Allocation.id)
        .join(Factory, Factory.id == Allocation.factory_id)
        .where(Offer.sent_at >= since, Offer.state.in_(LIVE))
    )
    total = new = 0
    for units, sent_at, joined_on in session.execute(query):
        total += units
        if joined_on is not None and (sent_at.date() - joined_on).days <= rule.joined_days:
            new += units
    return total, new
