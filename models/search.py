"""What buyers looked for in our own storefront, without who."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

LONGEST_QUERY = 80


class SearchCount(Base):
    """How often a query was searched on a day, and how often nothing was found. No visitor is kept with it."""

    __tablename__ = "search_counts"
    __table_args__ = (
        UniqueConstraint("query", "searched_on"),
        CheckConstraint("searches > 0 AND unmet >= 0 AND unmet <= searches", name="counts_fit"),
        Index(None, "searched_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    """Normalised: Unicode NFKC, lower case, single spaces."""
    searched_on: Mapped[date]
    searches: Mapped[int]
    unmet: Mapped[int]
    """Searches that found nothing."""
    results: Mapped[int]
    """How many listings the latest search found."""
