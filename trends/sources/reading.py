"""One reading of one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from trends.sources.pace import PACE, Pace

Mark = Mapping[str, Any]
"""How far a place has been read, as JSON; each kind of source writes its own."""


@dataclass(slots=True)
class Reading:
    """What a reader is given, and what it leaves behind for its next time."""

    as_of: date
    mark: Mark | None = None
    """What it left the last time; None: read everything."""
    environ: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = PACE
    known: Callable[[Sequence[str]], set[str]] = lambda keys: set()
    """Those of these external ids that are stored already."""
    session: Session | None = None
    """Our own database, for sources inside the house."""
    next_mark: Mark | None = None
    early_on: date | None = None
    """The first day on which a row that is too early now is to be read."""
    unchanged: bool = False
    """Nothing was read because nothing is new."""
    notes: list[str] = field(default_factory=list)
    """What a person should know although nothing failed."""

    def put_off(self, readable_on: date | None) -> None:
        """Remember that a row waits for its day; None: it waits for none."""
        if readable_on is not None:
            self.early_on = min(self.early_on or readable_on, readable_on)

    def has_come(self, day: str | None) -> bool:
        """Whether the day (ISO) that a mark waits for has come."""
        return day is not None and date.fromisoformat(day) <= self.as_of
