"""What a factory's own page shows: each part of its record with its version, what waits, its days, its orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.edits.calendar import Day, find_days
from factory_matching.edits.record import PLAIN_FIELDS, find_capabilities, find_certificates, read_part
from factory_matching.edits.rule import EditRule, Values
from factory_matching.edits.store import find_all_declared, find_declared
from factory_matching.edits.submit import version_of
from factory_matching.offers.link import PortalLinks
from factory_matching.offers.milestones import next_report
from factory_matching.store import hash_token
from models.decision import ConfirmedDemand
from models.factory import Factory
from models.factory_edit import EditPart, FactoryEdit
from models.listing import Listing
from models.order import Allocation, Offer, OfferState, ProductionOrder, ProductionOrderState

OVER = (ProductionOrderState.SHIPPED, ProductionOrderState.CANCELLED)
_MOST_ORDERS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """One part as it stands: its values, the version that an edit must name, the edit that waits."""

    part: EditPart
    key: str
    values: Values
    version: str
    waiting: FactoryEdit | None

    @property
    def name(self) -> str:
        """Name of its form on the page."""
        return f"{self.part.value}-{self.key}" if self.key else self.part.value


def show_part(session: Session, factory: Factory, part: EditPart, key: str, today: date) -> Shown:
    """One part of the record."""
    values = read_part(session, factory, part, key, {}, today)
    return Shown(part, key, values, version_of(values), find_declared(session, factory.id, part, key))


def show_parts(session: Session, factory: Factory, today: date, add: str = "") -> Mapping[str, Sequence[Shown]]:
    """Every part of the record by its name; capabilities and certificates also where only an edit names them."""
    keys = {
        EditPart.CAPABILITY: [one.category.value for one in find_capabilities(session, factory.id)],
        EditPart.CERTIFICATE: [one.kind for one in find_certificates(session, factory.id)],
    }
    for one in find_all_declared(session, factory.id):
        if one.part in keys and one.key not in keys[one.part]:
            keys[one.part].append(one.key)
    if add and add not in keys[EditPart.CAPABILITY]:
        keys[EditPart.CAPABILITY].append(add)
    plain = [*PLAIN_FIELDS, EditPart.CALENDAR]
    return {
        part.value: [show_part(session, factory, part, key, today) for key in keys.get(part, [""])]
        for part in (*plain, *keys)
    }


def show_weeks(session: Session, factory: Factory, today: date, rule: EditRule) -> list[list[Day | None]]:
    """The days ahead in weeks from Monday, None where a week has days outside."""
    cells: list[Day | None] = [None] * today.weekday()
    cells += find_days(session, factory, today, rule.calendar_days)
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A production order with what it is of, and the milestone that the factory may report next."""

    order: ProductionOrder
    listing: Listing
    next: ProductionOrderState | None


def find_order_lines(session: Session, factory_id: int) -> list[OrderLine]:
    """A factory's orders, those not over first, the earliest due first."""
    query = (
        select(ProductionOrder, Listing)
        .join(ConfirmedDemand, ConfirmedDemand.id == ProductionOrder.demand_id)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .where(ProductionOrder.factory_id == factory_id)
        .order_by(ProductionOrder.id.desc())
        .limit(_MOST_ORDERS)
    )
    lines = [OrderLine(order, listing, next_report(order)) for order, listing in session.execute(query).tuples()]
    return sorted(lines, key=lambda line: (line.order.state in OVER, line.order.due_on))


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that waits for the factory's answer, with the page on which it is answered."""

    offer: Offer
    allocation: Allocation
    listing: Listing
    path: str


def find_open_offers(session: Session, factory: Factory, secret: str, now: datetime) -> list[OpenOffer]:
    """What the factory may still answer, the soonest to end first; those sent under another secret are left out."""
    query = (
        select(Offer, Allocation, Listing)
        .join(Allocation, Allocation.id == Offer.allocation_id)
        .join(ConfirmedDemand, ConfirmedDemand.id == Allocation.demand_id)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .where(Allocation.factory_id == factory.id, Offer.state == OfferState.SENT, Offer.expires_at > now)
        .order_by(Offer.expires_at)
        .limit(_MOST_ORDERS)
    )
    links, found = PortalLinks("", secret), []
    for offer, allocation, listing in session.execute(query).tuples():
        token = links.token(listing.slug, factory.code, allocation.round)
        if hash_token(token) == offer.token_hash:
            found.append(OpenOffer(offer, allocation, listing, links.to_offer(token)))
    return found


def to_json(session: Session, factory: Factory, today: date) -> dict[str, Any]:
    """The record for programs: parts with versions, what waits, orders with what may be reported next."""
    parts = show_parts(session, factory, today)
    shown = [one for same in parts.values() for one in same]
    return {
        "code": factory.code,
        "name": factory.name,
        "verification": factory.verification.value,
        "parts": [
            {
                "part": one.part.value,
                "key": one.key,
                "version": one.version,
                "values": one.values,
                "waiting": one.waiting and one.waiting.after,
            }
            for one in shown
        ],
        "orders": [
            {
                "code": line.order.code,
                "units": line.order.units,
                "due_on": line.order.due_on.isoformat(),
                "state": line.order.state.value,
                "next": line.next and line.next.value,
            }
            for line in find_order_lines(session, factory.id)
        ],
    }
