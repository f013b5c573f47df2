"""Commitments on one listing, one after the other: pre-order, deposit, cancellation and settlement never overlap."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from models.errors import NotFound
from models.listing import Listing


def lock_listing(session: Session, listing_id: int) -> Listing:
    """The listing as it is now, with its price breaks, held until the transaction ends; NotFound without it."""
    if session.get_bind().dialect.name == "sqlite":
        # SQLite has no row locks: any write takes its one write lock, before which a read may be out of date.
        touch = update(Listing).where(Listing.id == listing_id).values(state=Listing.state)
        session.execute(touch, execution_options={"synchronize_session": False})
    query = select(Listing).where(Listing.id == listing_id).options(selectinload(Listing.price_breaks))
    fresh = query.with_for_update().execution_options(populate_existing=True)
    listing = session.scalars(fresh).one_or_none()
    if listing is None:
        raise NotFound("listing", listing_id)
    return listing
