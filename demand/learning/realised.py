"""What of a listing's promise came true: how much of what was made for it was sold and kept."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.decision import ConfirmedDemand
from models.sale import SaleKind, SaleRecord

MATURE = timedelta(days=21)
"""After the first sale; by then most of what comes back has come back. Before, conversions are believed as they are."""
_MOST = 2.0
"""A listing whose goods sold out twice over says no more than this: later re-orders are another story."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What became of one listing's goods."""

    made: int
    net: int
    """Sold less returned, at least 0."""
    first_on: date | None
    """Of the first sale."""

    def __post_init__(self) -> None:
        if self.made < 1 or self.net < 0:
            raise ValueError(f"{self.net} units kept of {self.made} made")

    def is_mature(self, today: date) -> bool:
        """Whether most returns are back."""
        return self.first_on is not None and today - self.first_on >= MATURE

    def realised(self, converted: int, viewers: int) -> int:
        """Conversions as if only those had converted whose goods were sold and kept; at most all viewers."""
        return min(viewers, round(converted * min(_MOST, self.net / self.made)))


def find_sold(session: Session) -> Mapping[int, Sold]:
    """Every listing whose demand was confirmed, by id."""
    made = session.execute(select(ConfirmedDemand.listing_id, ConfirmedDemand.units)).tuples().all()
    table = SaleRecord
    figures = func.sum(table.units).label("units"), func.min(table.happened_on).label("first_on")
    totals = (
        select(table.listing_id, table.kind, *figures)
        .where(table.kind.in_((SaleKind.SOLD, SaleKind.RETURNED)), table.units > 0)
        .group_by(table.listing_id, table.kind)
    )
    net: dict[int, int] = defaultdict(int)
    first: dict[int, date] = {}
    for row in session.execute(totals):
        if row.kind is SaleKind.SOLD:
            net[row.listing_id] += int(row.units)
            first[row.listing_id] = row.first_on
        else:
            net[row.listing_id] -= int(row.units)
    return {one: Sold(units, max(0, net[one]), first.get(one)) for one, units in made}
