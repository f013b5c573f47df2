"""A chain leader places an offer inside its network: units to members within their minimum and time, in time.

Until then the pool's days are held by the offer's allocation; from then on the members' own days are booked. An offer
that is not placed before it expires is given back and matched again, like any that nobody answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.assignment.schedule import Job, schedule
from factory_matching.complexity import complexity
from factory_matching.offers.answer import accept, hold
from factory_matching.offers.slots import book
from factory_matching.policies.network import share
from factory_matching.registry.register import MATERIAL_BIT, TECHNIQUE_BIT, material_mask, technique_mask
from factory_matching.store import get_offered_design
from models.decision import ConfirmedDemand
from models.errors import Conflict, InvalidInput
from models.factory import Capability, CapacitySlot, Factory, FactoryStanding
from models.garment import GarmentSpec
from models.money import PriceLadder, round_cent
from models.order import Allocation, Offer, OfferState
from models.policy import Pool, PoolMember, PoolPart, PoolPlacing


@dataclass(frozen=True, slots=True)
class Place:
    """Units for a member, and what the leader pays it for each."""

    units: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """A member that could make some of an offer."""

    factory: Factory
    least: int
    """Its minimum."""
    days: Mapping[int, int]
    """Day from today -> units that it has free until the due date."""
    asks: Decimal
    """What it asks for a unit at the suggested quantity, else at its minimum."""
    suggested: int

    @property
    def room(self) -> int:
        """Units that it can make in time."""
        return sum(self.days.values())


def pool_of(session: Session, leader_id: int) -> Pool | None:
    """The open pool that a factory leads."""
    return session.scalar(select(Pool).where(Pool.leader_id == leader_id, Pool.closed_at.is_(None)))


def offer_to_pool(session: Session, pool: Pool, allocation: Allocation) -> None:
    """Note that an allocation is for the pool to place inside."""
    session.add(PoolPlacing(allocation_id=allocation.id, pool_id=pool.id, gain_share=pool.gain_share))


def find_choices(session: Session, offer: Offer, today: date) -> list[Choice]:
    """Members that could make some of it, with a split that would do where there is one."""
    allocation = session.get_one(Allocation, offer.allocation_id)
    placing = session.get(PoolPlacing, allocation.id)
    if placing is None:
        return []
    demand = session.get_one(ConfirmedDemand, allocation.demand_id)
    spec = get_offered_design(session, demand.listing_id)[2].garment
    members = select(PoolMember.factory_id).where(PoolMember.pool_id == placing.pool_id)
    query = (
        select(Factory, Capability)
        .join(Capability, Capability.factory_id == Factory.id)
        .where(
            Factory.id.in_(members), Capability.category == spec.category, Factory.state != FactoryStanding.SUSPENDED
        )
    )
    rows = [(factory, able) for factory, able in session.execute(query.order_by(Factory.id)) if _can_make(able, spec)]
    days = {factory.id: _free_days(session, factory, today, demand.due_on) for factory, _ in rows}
    split = share(allocation.units, [(f.id, able.moq, sum(days[f.id].values())) for f, able in rows]) or {}
    return [
        Choice(factory, able.moq, days[factory.id], _asks(able, spec, split.get(factory.id, able.moq)),
               split.get(factory.id, 0))
        for factory, able in rows
    ]  # fmt: skip


def place_inside(session: Session, offer: Offer, parts: Mapping[int, Place], now: datetime, who: str) -> None:
    """Give all units of a pool's offer to members (factory id -> units and price) and accept it.

    Placing twice is placing once. InvalidInput for a split that cannot be, Conflict when the offer is no longer open.
    """
    held = hold(session, offer)
    placing = session.get(PoolPlacing, held.allocation.id)
    if placing is None:
        raise InvalidInput("this offer is not for a pool")
    if placing.placed_at is not None:
        return
    if offer.state is not OfferState.SENT or now >= offer.expires_at:
        raise Conflict(f"the offer was to be placed until {offer.expires_at:%Y-%m-%d %H:%M} UTC")
    given = sum(part.units for part in parts.values())
    if given != held.allocation.units:
        raise InvalidInput(f"{given} units are placed of {held.allocation.units}")
    choices = {choice.factory.id: choice for choice in find_choices(session, offer, now.date())}
    gain = Decimal(0)
    for factory_id, part in sorted(parts.items()):
        _book(session, held.allocation, choices.get(factory_id), part, held.demand.due_on, now.date())
        gain += part.units * (held.allocation.unit_price - part.unit_price)
    placing.placed_at, placing.gain = now, round_cent(gain)
    placing.leader_gain = round_cent(gain * Decimal(str(placing.gain_share))) if gain > 0 else placing.gain
    session.flush()
    accept(session, offer, now, who)


def find_parts(session: Session, allocation_id: int) -> Sequence[tuple[PoolPart, Factory]]:
    """Who makes what of a pool's offer."""
    query = select(PoolPart, Factory).join(Factory, Factory.id == PoolPart.factory_id)
    rows = session.execute(query.where(PoolPart.allocation_id == allocation_id).order_by(PoolPart.id))
    return [(part, factory) for part, factory in rows]


def _book(
    session: Session, allocation: Allocation, choice: Choice | None, part: Place, due_on: date, today: date
) -> None:
    if choice is None:
        raise InvalidInput("a factory is no member of the pool, is suspended or does not make this")
    name = choice.factory.name
    if part.units < choice.least:
        raise InvalidInput(f"{name}: {part.units} units are below its minimum of {choice.least}")
    if part.units > choice.room:
        raise InvalidInput(f"{name}: {part.units} units by {due_on} are more than the {choice.room} that it can make")
    if not part.unit_price.is_finite() or not 0 < part.unit_price < 10_000_000:
        raise InvalidInput(f"{name}: {part.unit_price} is no unit price")
    last = max(choice.days)
    hands = [choice.days.get(day, 0) for day in range(last + 1)]
    plan = [(today + timedelta(days=day), units) for day, units in schedule([Job(0, part.units, last)], hands)[0]]
    book(session, choice.factory, plan)
    session.add(
        PoolPart(
            allocation_id=allocation.id,
            factory_id=choice.factory.id,
            units=part.units,
            unit_price=round_cent(part.unit_price),
            booked=[{"day": day.isoformat(), "units": units} for day, units in plan],
        )
    )


def _can_make(able: Capability, spec: GarmentSpec) -> bool:
    materials = sum(MATERIAL_BIT[name] for name in able.materials)
    techniques = sum(TECHNIQUE_BIT.get(name, 0) for name in able.techniques)
    material, technique = material_mask(spec), technique_mask(spec)
    return materials & material == material and techniques & technique == technique


def _free_days(session: Session, factory: Factory, today: date, due_on: date) -> dict[int, int]:
    query = select(CapacitySlot).where(CapacitySlot.factory_id == factory.id, CapacitySlot.day.between(today, due_on))
    slots = {slot.day: slot for slot in session.scalars(query.execution_options(populate_existing=True))}
    free = {}
    for offset in range(factory.lead_days, (due_on - today).days + 1):
        slot = slots.get(today + timedelta(days=offset))
        capacity = slot.capacity if slot is not None and slot.stated else factory.daily_capacity
        if left := max(capacity - (slot.booked if slot is not None else 0), 0):
            free[offset] = left
    return free


def _asks(able: Capability, spec: GarmentSpec, units: int) -> Decimal:
    ladder = PriceLadder.from_json(able.price_ladder)
    return round_cent(ladder.unit_price(max(units, able.moq)) * complexity(spec))
