"""Figures of each listing as last counted, and the news that make them out of date."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, String, Text, event, insert
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from models.base import Base, Id
from models.interest import PreOrder


class InterestRollup(Base):
    """What a decision needs of one listing's acts; always written whole, from the ledger."""

    __tablename__ = "interest_rollups"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True, autoincrement=False)
    counted_to: Mapped[datetime]
    """Acts received up to here are in it; later ones come with news."""
    due_at: Mapped[datetime | None]
    """From here on it is out of date without any news: a viewer has had the time to convert."""
    version: Mapped[int]
    """Of the rule that says who is judged."""
    judged: Mapped[str] = mapped_column(String(100))
    """Judged people by highest rung, lowest rung first, with commas."""
    committed_units: Mapped[int]
    counts: Mapped[str] = mapped_column(Text)
    """All counts as JSON text: a decision pass copies it into a hundred thousand decisions without reading it."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("demand_decisions.id"))
    """The last decision made from it."""


class InterestNews(Base):
    """Something that the rollups do not hold yet; written with its cause, deleted once counted."""

    __tablename__ = "interest_news"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(Id)
    """One listing changed otherwise than by an act."""
    received_from: Mapped[datetime | None]
    received_to: Mapped[datetime | None]
    """Or acts were appended that were received between these."""


@event.listens_for(PreOrder, "after_update")
def _tell(_mapper: Mapper[Any], connection: Connection, order: PreOrder) -> None:
    """Whoever moves a pre-order, and wherever: its listing's committed units have changed."""
    connection.execute(insert(InterestNews), {"listing_id": order.listing_id})
