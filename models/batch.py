"""A launch by a merchandiser and the rule that will judge it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, choice
from models.errors import NotFound


class Rung(StrEnum):
    """The commitment ladder, lowest first."""

    VIEW = "view"
    FAVOURITE = "favourite"
    INQUIRY = "inquiry"
    PRE_ORDER = "pre_order"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class DemandRule:
    """How a batch's listings will be judged; fixed before the first visitor, stored with the batch."""

    rung: Rung = Rung.PRE_ORDER
    """Viewers who reach this rung or a higher one count as converted."""
    target_rate: float = 0.02
    """Break-even conversion p0."""
    alpha: float = 0.01
    """Error rate of confirming (and of stopping), under continuous looking."""
    burn_in_viewers: int = 50
    """First viewers who are not judged: novelty inflates them."""
    min_units: int = 30
    """Committed units below which a confirmed listing is not made."""
    version: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.target_rate < 1 or not 0 < self.alpha < 0.5:
            raise ValueError(f"target rate {self.target_rate} and alpha {self.alpha} are not rates")
        if self.burn_in_viewers < 0 or self.min_units < 1:
            raise ValueError(f"burn-in of {self.burn_in_viewers} viewers, minimum of {self.min_units} units")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "rung": self.rung.value}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "DemandRule":
        """Read back what `to_json` wrote; TypeError on unknown keys, ValueError on impossible values."""
        return DemandRule(**{**data, "rung": Rung(data.get("rung", Rung.PRE_ORDER))})


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
    simulated: Mapped[bool]
    """Its buyers are simulated, and every page that shows its numbers says so."""
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"), default=BatchState.LAUNCHED)

    @property
    def demand_rule(self) -> DemandRule:
        """The stored rule as a value."""
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
