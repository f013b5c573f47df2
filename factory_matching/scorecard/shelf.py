"""Pieces of queries: a demand's category, whether its buyers are people, where a day begins."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select

from models.batch import Batch
from models.decision import ConfirmedDemand
from models.design import Design, Mockup
from models.listing import Listing


def category_column() -> ColumnElement[str]:
    """The category of a design, from its spec."""
    column: ColumnElement[str] = Design.spec["category"].as_string()
    return column


def batch_of(query: Select[Any], simulated: bool) -> Select[Any]:
    """Join a demand's listing, design and batch; keep people's or simulated ones."""
    return (
        query.join(Listing, Listing.id == ConfirmedDemand.listing_id)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .join(Batch, Batch.id == Listing.batch_id)
        .where(Batch.simulated == simulated)
    )


def start_of(day: date) -> datetime:
    """Midnight UTC."""
    return datetime.combine(day, time(), UTC)
