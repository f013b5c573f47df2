"""Commitments on one listing, one after the other: pre-order, deposit, cancellation and settlement never overlap."""

from sqlalchemy.orm import Session, selectinload

from models.errors import NotFound
from models.hold import hold
from models.listing import Listing


def lock_listing(session: Session, listing_id: int) -> Listing:
    """The listing as it is now, with its price breaks, held until the transaction ends; NotFound without it."""
    listing = hold(session, Listing, listing_id, selectinload(Listing.price_breaks))
    if listing is None:
        raise NotFound("listing", listing_id)
    return listing
