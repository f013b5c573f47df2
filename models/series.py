"""Ready-made weekly series of phrases, as search trend tools export them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class TrendSeriesValue(Base):
    """The interest in one phrase in one week, as one export of one source gives it.

    Exports rescale: 100 is the highest week *of that export*, so values of two exports are not comparable. Each export
    keeps its rows; `trends.series.find_series` joins them into one series a phrase by what they share.
    """

    __tablename__ = "trend_series"
    __table_args__ = (
        UniqueConstraint("source", "phrase", "region", "exported_through", "week_on"),
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index(None, "week_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    phrase: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(64))
    """As the export names it; empty when it names none."""
    language: Mapped[str] = mapped_column(String(8))
    week_on: Mapped[date]
    """The Monday of the ISO week."""
    value: Mapped[float]
    exported_through: Mapped[date]
    """The Monday of the last week in the export."""
