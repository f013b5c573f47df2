"""Who was shown what, and with which chance: snapshots of the order policy, and the pages that people saw."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice
from models.demand_rule import Rung
from models.interest import Segment


class LearnedPriors(Base):
    """What earlier listings taught about attributes, as of a moment; the latest row counts, none is changed."""

    __tablename__ = "learned_priors"
    __table_args__ = (UniqueConstraint("rung", "fitted_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rung: Mapped[Rung] = mapped_column(choice(Rung, "rung"))
    fitted_at: Mapped[datetime]
    rows: Mapped[int]
    """Listings by segment that were learned from."""
    priors: Mapped[dict[str, Any]]
    """As `demand.learning.priors.AttributePriors.to_json`."""


class ExposureSnapshot(Base):
    """The storefront's policy from a moment on: what was believed of the open listings and the pages drawn from it."""

    __tablename__ = "exposure_snapshots"
    __table_args__ = (CheckConstraint("slots > 0 AND pages > 0", name="counts_positive"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(unique=True)
    rule: Mapped[dict[str, Any]]
    """As `demand.exposure.rule.ExposureRule.to_json`."""
    slots: Mapped[int]
    """First positions of a page, whose propensities are meant."""
    pages: Mapped[int]
    """How many were drawn for each segment; a visitor sees one of them."""
    listing_ids: Mapped[list[Any]]
    """The open listings, in the order of the pages' indices."""
    standings: Mapped[dict[str, Any]]
    """Segment -> figures by listing, in the same order (`demand.exposure.standing.Standing`)."""
    phases: Mapped[dict[str, Any]]
    """Batch id -> discovery or exploitation."""


class ExposurePages(Base):
    """The pages of one segment in a snapshot, packed (`demand.exposure.pages.pack`)."""

    __tablename__ = "exposure_pages"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("exposure_snapshots.id"), primary_key=True)
    segment: Mapped[Segment] = mapped_column(choice(Segment, "segment"), primary_key=True)
    orders: Mapped[bytes] = mapped_column(sa.LargeBinary)


class PageShown(Base):
    """One visitor was shown one page in the default order; again within the same snapshot it is the same page."""

    __tablename__ = "pages_shown"
    __table_args__ = (Index(None, "shown_at"), Index(None, "visitor"))

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("exposure_snapshots.id"), primary_key=True)
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Pseudonym, as in the ledger."""
    segment: Mapped[Segment] = mapped_column(choice(Segment, "segment"), primary_key=True)
    page: Mapped[int]
    shown_at: Mapped[datetime]
    missing: Mapped[list[Any]]
    """Listings of the snapshot that had closed by then: those after them moved up."""


class PagesLost(Base):
    """Pages that were shown but could not be written down, noted by the next write that worked."""

    __tablename__ = "pages_lost"
    __table_args__ = (CheckConstraint("pages > 0", name="pages_positive"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    noted_at: Mapped[datetime]
    pages: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
