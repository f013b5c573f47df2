"""What became of the goods that were made: arrived, sold, returned, late, defective."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice
from models.interest import Segment


class SaleKind(StrEnum):
    """What happened to the units."""

    DELIVERED = "delivered"
    """Arrived from the maker and were accepted."""
    SOLD = "sold"
    RETURNED = "returned"
    LATE = "late"
    """Shipped by the maker after the date that was agreed."""
    DEFECTIVE = "defective"


class ReturnReason(StrEnum):
    """Why a buyer sent it back."""

    NOT_LIKE_PICTURE = "not_like_picture"
    SIZE = "size"
    QUALITY = "quality"
    LATE = "late"
    CHANGED_MIND = "changed_mind"
    OTHER = "other"


class SaleRecord(Base):
    """Units of a listing, a variant or an order of which one thing is known; corrected by sending it again."""

    __tablename__ = "sale_records"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        CheckConstraint("units BETWEEN 0 AND 10000000", name="units_range"),
        CheckConstraint("(colour IS NULL) = (size IS NULL)", name="variant_whole"),
        CheckConstraint("reason IS NULL OR kind = 'returned'", name="reason_of_return"),
        Index(None, "listing_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    """Who says so: a shop system, a file, or `production` for what the milestones of our own orders say."""
    key: Mapped[str] = mapped_column(String(260))
    """The sender's own reference, or what the row is the day's total of."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("production_orders.id"), index=True)
    colour: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[str | None] = mapped_column(String(20))
    segment: Mapped[Segment | None] = mapped_column(choice(Segment, "segment"))
    kind: Mapped[SaleKind] = mapped_column(choice(SaleKind, "kind"))
    reason: Mapped[ReturnReason | None] = mapped_column(choice(ReturnReason, "reason"))
    happened_on: Mapped[date]
    units: Mapped[int]
    recorded_at: Mapped[datetime]
