"""From a confirmed listing to goods that are made or deposits that go back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, choice


class SettlementState(StrEnum):
    """What a confirmed listing waits for."""

    CHECKING = "checking"
    TOPPING_UP = "topping_up"
    SETTLED = "settled"
    RELEASED = "released"


_S = SettlementState
OPEN_SETTLEMENTS = (_S.CHECKING, _S.TOPPING_UP)
"""States in which it is not yet known whether the listing is made."""


class Settlement(Base):
    """The re-check of one listing's commitments after its demand was confirmed."""

    __tablename__ = "settlements"
    __table_args__ = (
        CheckConstraint("min_units > 0", name="min_units_positive"),
        CheckConstraint("state <> 'topping_up' OR tops_up_until IS NOT NULL", name="top_up_has_a_date"),
        Index(None, "state"),
    )
    MOVES: ClassVar[Mapping[SettlementState, tuple[SettlementState, ...]]] = {
        _S.CHECKING: (_S.TOPPING_UP, _S.SETTLED, _S.RELEASED),
        _S.TOPPING_UP: (_S.SETTLED, _S.RELEASED),
    }

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("demand_decisions.id"))
    min_units: Mapped[int]
    """Of the rule by which the listing was confirmed."""
    standing_units: Mapped[int]
    """Units that stood when it was last looked at."""
    began_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    tops_up_until: Mapped[datetime | None]
    state: Mapped[SettlementState] = mapped_column(choice(SettlementState, "state"), default=SettlementState.CHECKING)

    @property
    def missing_units(self) -> int:
        """Units that lacked to the minimum when it was last looked at."""
        return max(0, self.min_units - self.standing_units)
