"""Write the briefs of placed orders: JSON, PDF, messages, in one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from factory_matching.briefs.brief import BriefParts, Label, write_brief
from factory_matching.briefs.pdf import Pictures, render_brief
from factory_matching.offers.announce import announce_brief
from factory_matching.store import find_orders_without_brief, get_offered_design
from models.batch import Batch
from models.blobs import BlobStore
from models.decision import ConfirmedDemand
from models.factory import Factory
from models.order import Allocation, InspectionNeed, Offer, ProductionBrief, ProductionOrder


def issue_briefs(session: Session, now: datetime, blobs: BlobStore, label: Label) -> int:
    """Write and queue the brief of every order that has none; returns how many. A second call writes nothing."""
    orders = find_orders_without_brief(session)
    for order in orders:
        _issue(session, order, now, blobs, label)
    return len(orders)


def _issue(session: Session, order: ProductionOrder, now: datetime, blobs: BlobStore, label: Label) -> None:
    parts = gather_parts(session, order)
    content = write_brief(parts, label)
    pictures = Pictures(blobs.get(parts.mockup), blobs.get(parts.flat_front), blobs.get(parts.flat_back))
    pdf = blobs.put(render_brief(content, pictures, now))
    brief = ProductionBrief(order_id=order.id, content=content, pdf=pdf, written_at=now)
    session.add(brief)
    session.flush()
    announce_brief(session, order, brief, session.get_one(Factory, order.factory_id), now)


def gather_parts(session: Session, order: ProductionOrder) -> BriefParts:
    """What the brief of an order is written from."""
    offer = session.get_one(Offer, order.offer_id)
    allocation = session.get_one(Allocation, offer.allocation_id)
    demand = session.get_one(ConfirmedDemand, order.demand_id)
    listing, mockup, design = get_offered_design(session, demand.listing_id)
    factory = session.get_one(Factory, order.factory_id)
    return BriefParts(
        order_code=order.code,
        factory={
            "code": factory.code,
            "name": factory.name,
            "region": factory.region,
            "language": factory.language,
        },
        title_zh=listing.title_zh,
        title_en=listing.title_en,
        spec=design.garment,
        lines=allocation.lines,
        unit_price=order.unit_price,
        currency=order.currency,
        placed_on=order.placed_at.date(),
        starts_on=allocation.starts_on,
        due_on=order.due_on,
        tech_pack=design.tech_pack,
        mockup=mockup.picture,
        flat_front=design.flat_front,
        flat_back=design.flat_back,
        must_pass=order.inspection is not InspectionNeed.NONE,
        simulated=session.get_one(Batch, listing.batch_id).simulated,
    )
