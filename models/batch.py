"""A launch by a merchandiser and the rule that will judge it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, choice
from models.demand_rule import DemandRule as DemandRule
from models.demand_rule import Rung as Rung
from models.errors import NotFound

CONTROL_SHARE = 0.1
"""Where a batch file says nothing."""


class BatchState(StrEnum):
    """What a batch is waiting for."""

    LAUNCHED = "launched"
    DESIGNED = "designed"
    PUBLISHED = "published"
    DECIDED = "decided"
    PLACED = "placed"


class Batch(Base):
    """One launch: trends x designs x price band x test window x rule."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window_forward"),
        CheckConstraint("price_low > 0 AND price_high >= price_low", name="price_band"),
        CheckConstraint("designs_wanted > 0", name="designs_wanted_positive"),
        CheckConstraint("control_share BETWEEN 0 AND 1", name="control_share_is_share"),
    )
    MOVES: ClassVar[Mapping[BatchState, tuple[BatchState, ...]]] = {
        BatchState.LAUNCHED: (BatchState.DESIGNED,),
        BatchState.DESIGNED: (BatchState.PUBLISHED,),
        BatchState.PUBLISHED: (BatchState.DECIDED,),
        BatchState.DECIDED: (BatchState.PLACED,),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    trends_as_of: Mapped[date]
    designs_wanted: Mapped[int]
    seed: Mapped[int]
    price_low: Mapped[Decimal]
    price_high: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    rule: Mapped[dict[str, Any]]
    """The version in force; every version is a row of `RuleVersion`."""
    control_share: Mapped[float] = mapped_column(default=CONTROL_SHARE)
    """Share of its designs that are drawn without what was learned, so that learning can be judged."""
    brand: Mapped[str | None] = mapped_column(String(80))
    """Whose goods these are; forbidden pairs go by it."""
    keep_together: Mapped[bool] = mapped_column(default=False)
    """All its demands go to one maker where one can take them all."""
    market: Mapped[str | None] = mapped_column(String(40))
    """Short name of the market where it is sold: its makers serve it, and freight is reckoned to it; None: at home."""
    certificates: Mapped[list[Any]] = mapped_column(default=list)
    """Kinds that its makers hold through the due date."""
    simulated: Mapped[bool]
    """Its buyers are simulated, and every page that shows its numbers says so."""
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"), default=BatchState.LAUNCHED)

    @property
    def demand_rule(self) -> DemandRule:
        """The rule in force as a value."""
        return DemandRule.from_json(self.rule)


class BatchTrend(Base):
    """A trend that a batch designs for, in the merchandiser's order."""

    __tablename__ = "batch_trends"
    __table_args__ = (UniqueConstraint("batch_id", "position"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    trend_id: Mapped[int] = mapped_column(ForeignKey("trends.id"), primary_key=True)
    position: Mapped[int]


def get_batch(session: Session, slug: str) -> Batch:
    """The batch of that name; NotFound when there is none."""
    batch = session.scalar(select(Batch).where(Batch.slug == slug))
    if batch is None:
        raise NotFound("batch", slug[:64])
    return batch
