"""Queries on factories, demands, offers, orders and briefs."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from factory_matching.demand import Supply
from factory_matching.qualify import Qualifier
from factory_matching.registry.register import Register
from factory_matching.registry.snapshot import open_register
from factory_matching.scorecard.measured import prefer_measured
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.design import Design, Mockup
from models.errors import NotAllowed, NotFound
from models.factory import CapacitySlot
from models.listing import Listing
from models.order import Allocation, Offer, OfferState, ProductionBrief, ProductionOrder

LIVE = (OfferState.SENT, OfferState.COUNTERED, OfferState.ACCEPTED)
"""Offers whose units are spoken for."""
_FRESH = {"populate_existing": True}  # what another transaction changed before we got the lock must be seen


def load_register(session: Session) -> Register:
    """Every factory and capability of the tables, as arrays; measured shares go before declared ones."""
    return prefer_measured(session, open_register(session))


def load_qualifier(session: Session) -> Qualifier:
    """The register of the tables, ready to answer for specs."""
    return Qualifier.of(load_register(session))


def find_open_demands(session: Session, only: int | None = None) -> Sequence[ConfirmedDemand]:
    """Demands that need a maker (or `only` this one, if it does), with lines; locked until the transaction ends."""
    query = select(ConfirmedDemand).where(ConfirmedDemand.state == ConfirmedDemandState.OPEN)
    if only is not None:
        query = query.where(ConfirmedDemand.id == only)
    loaded = query.options(selectinload(ConfirmedDemand.lines)).order_by(ConfirmedDemand.id)
    return session.scalars(loaded.with_for_update().execution_options(**_FRESH)).all()


def get_offered_design(session: Session, listing_id: int) -> tuple[Listing, Mockup, Design]:
    """The listing with its price breaks, its picture and its design."""
    row = session.execute(
        select(Listing, Mockup, Design)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Listing.id == listing_id)
        .options(selectinload(Listing.price_breaks))
    ).one_or_none()
    if row is None:
        raise NotFound("listing", listing_id)
    listing, mockup, design = row
    return listing, mockup, design


def find_offers(session: Session, demand_ids: Iterable[int]) -> Sequence[tuple[Allocation, Offer]]:
    """Everything that was ever offered of these demands, in order."""
    query = select(Allocation, Offer).join(Offer, Offer.allocation_id == Allocation.id)
    rows = session.execute(query.where(Allocation.demand_id.in_(list(demand_ids))).order_by(Allocation.id))
    return [(allocation, offer) for allocation, offer in rows]


def find_booked(session: Session, today: date) -> dict[tuple[int, date], int]:
    """(factory id, day) -> units booked, from today on."""
    query = select(CapacitySlot.factory_id, CapacitySlot.day, CapacitySlot.booked).where(CapacitySlot.day >= today)
    return {(factory_id, day): booked for factory_id, day, booked in session.execute(query)}


def find_calendar(session: Session, today: date) -> dict[tuple[int, date], int]:
    """(factory id, day) -> units that a factory said it makes that day, from today on."""
    query = select(CapacitySlot.factory_id, CapacitySlot.day, CapacitySlot.capacity)
    stated = session.execute(query.where(CapacitySlot.day >= today, CapacitySlot.stated))
    return {(factory_id, day): capacity for factory_id, day, capacity in stated}


def find_supply(session: Session, today: date) -> Supply:
    """All factories with what they have free from today on."""
    return Supply(load_register(session), today, find_booked(session, today), find_calendar(session, today))


def find_slots(session: Session, keys: Iterable[tuple[int, date]]) -> dict[tuple[int, date], CapacitySlot]:
    """Slots of these factories and days that exist, locked until the transaction ends."""
    query = select(CapacitySlot).where(tuple_(CapacitySlot.factory_id, CapacitySlot.day).in_(list(keys)))
    found = session.scalars(query.with_for_update().execution_options(**_FRESH))
    return {(slot.factory_id, slot.day): slot for slot in found}


def hash_token(token: str) -> str:
    """What the tables keep of a portal token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def get_offer_by_token(session: Session, token: str) -> Offer:
    """The offer whose portal link carries this token; NotAllowed for any other."""
    offer = session.scalar(select(Offer).where(Offer.token_hash == hash_token(token)))
    if offer is None:
        raise NotAllowed("this link is not valid, or no longer")
    return offer


def find_expired(session: Session, now: datetime) -> Sequence[Offer]:
    """Offers whose time to answer has passed without an answer."""
    query = select(Offer).where(Offer.state == OfferState.SENT, Offer.expires_at <= now)
    return session.scalars(query.order_by(Offer.id)).all()


def find_countered(session: Session) -> Sequence[Offer]:
    """Counter-offers that wait for the merchandiser's rule."""
    return session.scalars(select(Offer).where(Offer.state == OfferState.COUNTERED).order_by(Offer.id)).all()


def find_orders_without_brief(session: Session) -> Sequence[ProductionOrder]:
    """Production orders whose brief is still to be written."""
    query = select(ProductionOrder).outerjoin(ProductionBrief, ProductionBrief.order_id == ProductionOrder.id)
    return session.scalars(query.where(ProductionBrief.id.is_(None)).order_by(ProductionOrder.id)).all()


def get_brief(session: Session, order_code: str) -> ProductionBrief:
    """The brief of a production order; NotFound until it is written."""
    query = select(ProductionBrief).join(ProductionOrder, ProductionOrder.id == ProductionBrief.order_id)
    brief = session.scalar(query.where(ProductionOrder.code == order_code))
    if brief is None:
        raise NotFound("brief of production order", order_code[:40])
    return brief
