"""Which visitors count as people: pure rules over what a visitor did. A flagged visitor is kept and shown.

The rules are data, so that Python (one visitor) and the database (millions) apply the very same ones.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Flag(StrEnum):
    """Why a visitor is not counted among the clean people."""

    SUPPLIER = "supplier"
    """A supplier looking at or ordering from the platform it wants to supply."""
    DECLARED_BOT = "declared_bot"
    UNKNOWN_AGENT = "unknown_agent"
    TOO_FAST = "too_fast"
    TOO_MANY_LISTINGS = "too_many_listings"
    NO_VIEW = "no_view"
    """Asked or ordered without ever seeing the listing."""


@dataclass(frozen=True, slots=True)
class CleanRule:
    """Limits of what a person does; stored with each decision."""

    acts_per_minute: int = 30
    """Most acts in one minute: one every two seconds, each after reading a page; shop sessions peak near 10."""
    listings_per_day: int = 400
    """Most different listings on an average active day: 400 at 40 s each are four and a half hours of nothing else."""

    def __post_init__(self) -> None:
        if self.acts_per_minute < 1 or self.listings_per_day < 1:
            raise ValueError(
                f"limits of {self.acts_per_minute} acts and {self.listings_per_day} listings flag everyone"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> "CleanRule":
        """Read back what `to_json` wrote; TypeError on unknown keys."""
        return CleanRule(**data)


DEFAULT_RULE = CleanRule()


@dataclass(frozen=True, slots=True)
class Trace:
    """What one visitor did: everywhere, and (the last line) on the listing in question."""

    supplier_acts: int = 0
    declared_bot_acts: int = 0
    unknown_agent_acts: int = 0
    peak_per_minute: int = 0
    listings_per_day: int = 0
    conversions_unseen: int = 0
    """Inquiries, pre-orders and deposits on the listing if the visitor has no view of it, else 0."""


@dataclass(frozen=True, slots=True)
class Check:
    """A visitor whose `measure` (a field of Trace) exceeds `limit` gets the flag."""

    flag: Flag
    measure: str
    limit: int


def checks(rule: CleanRule) -> tuple[Check, ...]:
    """In order of precedence: a visitor gets the first flag that applies."""
    return (
        Check(Flag.SUPPLIER, "supplier_acts", 0),
        Check(Flag.DECLARED_BOT, "declared_bot_acts", 0),
        Check(Flag.UNKNOWN_AGENT, "unknown_agent_acts", 0),
        Check(Flag.TOO_FAST, "peak_per_minute", rule.acts_per_minute),
        Check(Flag.TOO_MANY_LISTINGS, "listings_per_day", rule.listings_per_day),
        Check(Flag.NO_VIEW, "conversions_unseen", 0),
    )


def flag_of(trace: Trace, rule: CleanRule) -> Flag | None:
    """The first flag that applies to the visitor, or None for a clean person."""
    return next((check.flag for check in checks(rule) if getattr(trace, check.measure) > check.limit), None)
