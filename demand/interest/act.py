"""One act of one visitor, as a checked value, and what became of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.batch import Rung
from models.errors import InvalidInput
from models.interest import AgentKind, Segment

MOST_UNITS = 100_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COUNTED_RUNGS = frozenset((Rung.INQUIRY, Rung.PRE_ORDER))


@dataclass(frozen=True, slots=True)
class Act:
    """A view, favourite, inquiry, pre-order or deposit; InvalidInput when it cannot have happened so.

    `event_id` is a lower-case UUID chosen by the browser; `visitor` is a pseudonym of at most 64 characters; an inquiry
    needs a quantity, a pre-order a quantity, colour and size; times are aware.
    """

    event_id: str
    listing_id: int
    visitor: str
    segment: Segment
    rung: Rung
    agent: AgentKind
    occurred_at: datetime
    received_at: datetime
    colour: str | None = None
    size: str | None = None
    quantity: int | None = None

    def __post_init__(self) -> None:
        if not _UUID.fullmatch(self.event_id):
            raise InvalidInput(f"id {self.event_id[:40]!r} is not a lower-case UUID")
        if not 0 < len(self.visitor) <= 64:
            raise InvalidInput(f"a visitor's pseudonym has 1-64 characters, not {len(self.visitor)}")
        if self.occurred_at.tzinfo is None or self.received_at.tzinfo is None:
            raise InvalidInput(f"act {self.event_id}: its time has no zone")
        if self.quantity is not None and not 1 <= self.quantity <= MOST_UNITS:
            raise InvalidInput(f"quantity {self.quantity} is outside 1-{MOST_UNITS}")
        if self.quantity is None and self.rung in _COUNTED_RUNGS:
            raise InvalidInput(f"rung {self.rung} needs a quantity")
        if self.rung is Rung.PRE_ORDER and not (self.colour and self.size):
            raise InvalidInput("rung pre_order needs a colour and a size")


class Outcome(StrEnum):
    """What became of an act that was handed in."""

    NEW = "new"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """One act's outcome; the reason is empty unless it was refused."""

    event_id: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answers in the order of the acts."""

    answers: tuple[Answer, ...]

    def count(self, outcome: Outcome) -> int:
        """How many acts had this outcome."""
        return sum(answer.outcome is outcome for answer in self.answers)

    @property
    def new(self) -> int:
        """Acts appended now."""
        return self.count(Outcome.NEW)

    @property
    def repeated(self) -> int:
        """Acts that were in the ledger already."""
        return self.count(Outcome.REPEATED)

    @property
    def refused(self) -> tuple[Answer, ...]:
        """Acts of which nothing was written."""
        return tuple(answer for answer in self.answers if answer.outcome is Outcome.REFUSED)
