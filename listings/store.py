"""Questions that pages and flows ask about listings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, selectinload

from models.attributes import Category
from models.batch import Batch
from models.design import Design, Mockup, MockupState
from models.errors import NotFound
from models.garment import GarmentSpec
from models.interest import PreOrder, PreOrderState
from models.listing import OPEN_STATES, Listing, ListingState
from models.state import StateChange

STANDING = (PreOrderState.PLACED, PreOrderState.DEPOSITED, PreOrderState.SETTLED)
"""States in which a pre-order counts towards the pool."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A listing with everything a page shows of it; price breaks and variants are loaded."""

    listing: Listing
    mockup: Mockup
    design: Design
    batch: Batch
    pooled: int

    @property
    def spec(self) -> GarmentSpec:
        """What the product is."""
        return self.design.garment


def get_by_slug(session: Session, slug: str) -> Listing:
    """The listing with its price breaks and variants; NotFound when there is none."""
    listing = session.scalar(_loaded(select(Listing)).where(Listing.slug == slug))
    if listing is None:
        raise NotFound("listing", slug[:80])
    return listing


def get_exhibit(session: Session, slug: str) -> Exhibit:
    """One listing as a page shows it; NotFound when there is none."""
    found = _exhibits(session, _joined().where(Listing.slug == slug))
    if not found:
        raise NotFound("listing", slug[:80])
    return found[0]


def find_exhibits(
    session: Session,
    states: Iterable[ListingState] = OPEN_STATES,
    category: Category | None = None,
    batch_id: int | None = None,
    limit: int = 500,
) -> list[Exhibit]:
    """Listings in these states, soonest to close first."""
    question = _joined().where(Listing.state.in_(list(states))).order_by(Listing.closes_at, Listing.id).limit(limit)
    if batch_id is not None:
        question = question.where(Listing.batch_id == batch_id)
    if category is not None:
        question = question.where(Design.spec["category"].as_string() == category.value)
    return _exhibits(session, question)


def find_exhibits_open_at(session: Session, batch_id: int, at: datetime) -> list[Exhibit]:
    """The batch's listings that took acts at a moment, by their history, whatever has become of them since."""
    return _exhibits(session, _joined().where(Listing.batch_id == batch_id, _open_at(at)).order_by(Listing.id))


def find_slugs_open_at(session: Session, at: datetime) -> dict[int, str]:
    """Slugs of all listings that took acts at a moment, by id, whatever has become of them since."""
    question = select(Listing.id, Listing.slug).where(Listing.opens_at <= at, _open_at(at)).order_by(Listing.id)
    return dict(session.execute(question).tuples().all())


def _open_at(at: datetime) -> ColumnElement[bool]:
    """By the listing's history."""
    moves = select(StateChange.id).where(
        StateChange.noun == Listing.__tablename__, StateChange.row_id == Listing.id, StateChange.at <= at
    )
    opened = moves.where(StateChange.to_state.in_(OPEN_STATES)).exists()
    closed = moves.where(StateChange.from_state.in_(OPEN_STATES), StateChange.to_state.not_in(OPEN_STATES)).exists()
    return and_(opened, ~closed)


def find_slugs(session: Session, listing_ids: Sequence[int]) -> dict[int, str]:
    """The slugs of these listings."""
    return dict(session.execute(select(Listing.id, Listing.slug).where(Listing.id.in_(listing_ids))).tuples().all())


def find_open(session: Session, batch_id: int | None = None) -> Sequence[Listing]:
    """Listings whose acts are counted, with price breaks and variants."""
    question = _loaded(select(Listing)).where(Listing.state.in_(OPEN_STATES)).order_by(Listing.id)
    return session.scalars(question if batch_id is None else question.where(Listing.batch_id == batch_id)).all()


def find_of_batch(session: Session, batch_id: int) -> Sequence[Listing]:
    """Every listing of a batch, with price breaks and variants."""
    return session.scalars(_loaded(select(Listing)).where(Listing.batch_id == batch_id).order_by(Listing.id)).all()


def find_unpublished(session: Session, batch_id: int) -> Sequence[Mockup]:
    """Approved mockups of a batch whose designs somebody can make and that have no listing yet."""
    question = (
        select(Mockup)
        .join(Design, Design.id == Mockup.design_id)
        .outerjoin(Listing, Listing.mockup_id == Mockup.id)
        .where(
            Design.batch_id == batch_id,
            Design.makeable_by > 0,
            Mockup.state == MockupState.APPROVED,
            Listing.id.is_(None),
        )
        .order_by(Mockup.id)
    )
    return session.scalars(question).all()


def pooled_quantity(session: Session, listing_id: int) -> int:
    """Units of all pre-orders that stand."""
    return pooled_quantities(session, [listing_id]).get(listing_id, 0)


def pooled_quantities(session: Session, listing_ids: Sequence[int]) -> Mapping[int, int]:
    """Units of all pre-orders that stand, by listing; listings without any are left out."""
    question = (
        select(PreOrder.listing_id, func.sum(PreOrder.quantity))
        .where(PreOrder.listing_id.in_(listing_ids), PreOrder.state.in_(STANDING))
        .group_by(PreOrder.listing_id)
    )
    return {listing_id: int(units) for listing_id, units in session.execute(question)}


def _loaded(question: Select[tuple[Listing]]) -> Select[tuple[Listing]]:
    return question.options(selectinload(Listing.price_breaks), selectinload(Listing.variants))


def _joined() -> Select[tuple[Listing, Mockup, Design, Batch]]:
    return (
        select(Listing, Mockup, Design, Batch)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .join(Batch, Batch.id == Listing.batch_id)
        .options(selectinload(Listing.price_breaks), selectinload(Listing.variants))
    )


def _exhibits(session: Session, question: Select[tuple[Listing, Mockup, Design, Batch]]) -> list[Exhibit]:
    rows = session.execute(question).tuples().all()
    pooled = pooled_quantities(session, [row[0].id for row in rows])
    return [Exhibit(*row, pooled=pooled.get(row[0].id, 0)) for row in rows]
