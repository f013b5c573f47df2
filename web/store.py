"""Joined reads of pages: rows of several nouns together, newest first unless said otherwise."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, selectinload

from models.batch import Batch, BatchTrend
from models.decision import ConfirmedDemand, ConfirmedDemandState, DemandDecision
from models.design import Design, Mockup, MockupState
from models.errors import NotFound
from models.factory import Factory
from models.interest import PreOrder
from models.listing import Listing
from models.order import Allocation, Offer, ProductionBrief, ProductionOrder
from models.outbox import OutboxMessage
from models.quote import Rfq, RfqInvite
from models.state import StateChange
from models.trend import Trend

MOST_ROWS = 500
OnSheet = tuple[Mockup, Design, Trend, Listing | None]
"""A picture with its design, the trend it is for, and its listing once it has one."""


def find_history(session: Session, noun: str, row_id: int) -> Sequence[StateChange]:
    """Every move of one thing, oldest first."""
    query = select(StateChange).where(StateChange.noun == noun, StateChange.row_id == row_id).order_by(StateChange.id)
    return session.scalars(query).all()


def find_decisions(session: Session, listing_id: int) -> Sequence[DemandDecision]:
    """Every judgement of one listing, newest first."""
    query = select(DemandDecision).where(DemandDecision.listing_id == listing_id)
    return session.scalars(query.order_by(DemandDecision.looked_at.desc())).all()


def get_decision(session: Session, decision_id: int) -> tuple[DemandDecision, Listing, Batch]:
    """One judgement with its listing and batch; NotFound when there is none."""
    query = (
        select(DemandDecision, Listing, Batch)
        .join(Listing, Listing.id == DemandDecision.listing_id)
        .join(Batch, Batch.id == Listing.batch_id)
        .where(DemandDecision.id == decision_id)
    )
    row = session.execute(query).tuples().one_or_none()
    if row is None:
        raise NotFound("decision", decision_id)
    return row


def find_batch_decisions(session: Session, batch_id: int | None = None) -> Sequence[tuple[DemandDecision, Listing]]:
    """Judgements with their listings, newest first; of one batch or of all."""
    query = select(DemandDecision, Listing).join(Listing, Listing.id == DemandDecision.listing_id)
    if batch_id is not None:
        query = query.where(Listing.batch_id == batch_id)
    query = query.order_by(DemandDecision.looked_at.desc(), DemandDecision.id.desc()).limit(MOST_ROWS)
    return session.execute(query).tuples().all()


def find_own_pre_orders(session: Session, visitor: str) -> Sequence[tuple[PreOrder, Listing]]:
    """A visitor's pre-orders with their listings, newest first."""
    query = (
        select(PreOrder, Listing)
        .join(Listing, Listing.id == PreOrder.listing_id)
        .where(PreOrder.visitor == visitor)
        .order_by(PreOrder.placed_at.desc())
        .limit(MOST_ROWS)
    )
    return session.execute(query).tuples().all()


def get_own_pre_order(session: Session, event_id: str, visitor: str) -> tuple[PreOrder, Listing]:
    """A visitor's own pre-order with its listing and price breaks; NotFound for another visitor's."""
    query = (
        select(PreOrder, Listing)
        .join(Listing, Listing.id == PreOrder.listing_id)
        .options(selectinload(Listing.price_breaks))
        .where(PreOrder.event_id == event_id, PreOrder.visitor == visitor)
    )
    row = session.execute(query).tuples().one_or_none()
    if row is None:
        raise NotFound("pre-order", event_id[:40])
    return row


def get_pre_order(session: Session, event_id: str) -> PreOrder:
    """Anybody's pre-order; NotFound when there is none."""
    order = session.scalar(select(PreOrder).where(PreOrder.event_id == event_id))
    if order is None:
        raise NotFound("pre-order", event_id[:40])
    return order


def find_trends(session: Session, limit: int = 100) -> Sequence[Trend]:
    """The trends of the newest day that has any, highest score first."""
    newest = select(func.max(Trend.as_of)).scalar_subquery()
    query = select(Trend).where(Trend.as_of == newest).order_by(Trend.score.desc(), Trend.id).limit(limit)
    return session.scalars(query).all()


def get_trend(session: Session, trend_id: int) -> Trend:
    """One trend; NotFound when there is none."""
    trend = session.get(Trend, trend_id)
    if trend is None:
        raise NotFound("trend", trend_id)
    return trend


def find_batches(session: Session) -> Sequence[Batch]:
    """Every batch, newest first."""
    return session.scalars(select(Batch).order_by(Batch.id.desc()).limit(MOST_ROWS)).all()


def find_batch_trends(session: Session, batch_id: int) -> Sequence[Trend]:
    """The trends that a batch designs for, in the merchandiser's order."""
    query = select(Trend).join(BatchTrend, BatchTrend.trend_id == Trend.id).where(BatchTrend.batch_id == batch_id)
    return session.scalars(query.order_by(BatchTrend.position)).all()


def count_mockups(session: Session, batch_id: int) -> dict[MockupState, int]:
    """How many pictures of a batch are in each state."""
    query = select(Mockup.state, func.count()).join(Design, Design.id == Mockup.design_id)
    rows = session.execute(query.where(Design.batch_id == batch_id).group_by(Mockup.state))
    return dict(rows.tuples().all())


def find_contact_sheet(session: Session, batch_id: int) -> Sequence[OnSheet]:
    """Every picture of a batch with its design, trend and listing, in the order they were drawn."""
    query = (
        select(Mockup, Design, Trend, Listing)
        .join(Design, Design.id == Mockup.design_id)
        .join(Trend, Trend.id == Design.trend_id)
        .outerjoin(Listing, Listing.mockup_id == Mockup.id)
        .where(Design.batch_id == batch_id)
        .order_by(Mockup.id)
    )
    return session.execute(query).tuples().all()


def get_on_contact_sheet(session: Session, mockup_id: int) -> tuple[Mockup, Design, Trend, Listing | None, Batch]:
    """One picture with its design, trend, listing and batch; NotFound when there is none."""
    query = (
        select(Mockup, Design, Trend, Listing, Batch)
        .join(Design, Design.id == Mockup.design_id)
        .join(Trend, Trend.id == Design.trend_id)
        .join(Batch, Batch.id == Design.batch_id)
        .outerjoin(Listing, Listing.mockup_id == Mockup.id)
        .where(Mockup.id == mockup_id)
    )
    row = session.execute(query).tuples().one_or_none()
    if row is None:
        raise NotFound("mockup", mockup_id)
    return row


def find_offers(session: Session) -> Sequence[tuple[Offer, Allocation, Factory, Listing]]:
    """Offers with what they offer, to whom and of which listing, newest first."""
    query = (
        select(Offer, Allocation, Factory, Listing)
        .join(Allocation, Allocation.id == Offer.allocation_id)
        .join(Factory, Factory.id == Allocation.factory_id)
        .join(ConfirmedDemand, ConfirmedDemand.id == Allocation.demand_id)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .order_by(Offer.id.desc())
        .limit(MOST_ROWS)
    )
    return session.execute(query).tuples().all()


def find_orders(session: Session) -> Sequence[tuple[ProductionOrder, Factory, Listing, ProductionBrief | None]]:
    """Production orders with factory, listing and brief, newest first."""
    query = (
        select(ProductionOrder, Factory, Listing, ProductionBrief)
        .join(Factory, Factory.id == ProductionOrder.factory_id)
        .join(ConfirmedDemand, ConfirmedDemand.id == ProductionOrder.demand_id)
        .join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .outerjoin(ProductionBrief, ProductionBrief.order_id == ProductionOrder.id)
        .order_by(ProductionOrder.id.desc())
        .limit(MOST_ROWS)
    )
    return session.execute(query).tuples().all()


def get_brief(session: Session, code: str) -> ProductionBrief:
    """The brief of the production order with this code; NotFound when there is none (yet)."""
    query = select(ProductionBrief).join(ProductionOrder, ProductionOrder.id == ProductionBrief.order_id)
    brief = session.scalar(query.where(ProductionOrder.code == code))
    if brief is None:
        raise NotFound("brief", code[:40])
    return brief


def find_offer_outcome(session: Session, offer_id: int) -> tuple[ProductionOrder, ProductionBrief | None] | None:
    """The production order of an accepted offer with its brief, once written; None before there is one."""
    query = (
        select(ProductionOrder, ProductionBrief)
        .outerjoin(ProductionBrief, ProductionBrief.order_id == ProductionOrder.id)
        .where(ProductionOrder.offer_id == offer_id)
    )
    return session.execute(query).tuples().one_or_none()


def find_waiting_demands(session: Session) -> Sequence[tuple[ConfirmedDemand, Listing]]:
    """Demands that no factory has, with their listings, newest first."""
    waiting = (ConfirmedDemandState.OPEN, ConfirmedDemandState.UNSERVED)
    query = select(ConfirmedDemand, Listing).join(Listing).where(ConfirmedDemand.state.in_(waiting))
    return session.execute(query.order_by(ConfirmedDemand.id.desc()).limit(MOST_ROWS)).tuples().all()


def find_rfqs(session: Session, demand_id: int) -> Sequence[Rfq]:
    """Requests for quotation of one demand, newest first."""
    return session.scalars(select(Rfq).where(Rfq.demand_id == demand_id).order_by(Rfq.id.desc())).all()


def find_invites(session: Session, rfq_id: int) -> Sequence[tuple[RfqInvite, Factory, StateChange]]:
    """Who was asked for a quote, with the last move of each, in order."""
    moved = aliased(StateChange)
    own = moved.noun == RfqInvite.__tablename__, moved.row_id == RfqInvite.id
    last = select(func.max(moved.id)).where(*own).correlate(RfqInvite).scalar_subquery()
    query = (
        select(RfqInvite, Factory, StateChange)
        .join(Factory, Factory.id == RfqInvite.factory_id)
        .join(StateChange, StateChange.id == last)
        .where(RfqInvite.rfq_id == rfq_id)
    )
    return session.execute(query.order_by(RfqInvite.id)).tuples().all()


def find_design_of_rfq(session: Session, rfq: Rfq) -> tuple[Design, Mockup | None] | None:
    """The design that a request is about, with its picture once drawn."""
    query = select(Design, Mockup).outerjoin(Mockup, Mockup.design_id == Design.id)
    if rfq.design_id is not None:
        query = query.where(Design.id == rfq.design_id)
    else:
        demanded = select(Listing.mockup_id).join(ConfirmedDemand).where(ConfirmedDemand.id == rfq.demand_id)
        query = query.where(Mockup.id.in_(demanded))
    return session.execute(query.order_by(Mockup.id.desc()).limit(1)).tuples().one_or_none()


def find_messages(session: Session) -> Sequence[OutboxMessage]:
    """The outbox, newest first."""
    return session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(MOST_ROWS)).all()


def is_shown_blob(session: Session, column: str, key: str) -> bool:
    """Whether the blob is a mockup's picture ('picture') or a design's flat ('flat'): only those are public."""
    if column == "picture":
        return session.scalar(select(Mockup.id).where(Mockup.picture == key).limit(1)) is not None
    query = select(Design.id).where((Design.flat_front == key) | (Design.flat_back == key)).limit(1)
    return session.scalar(query) is not None
