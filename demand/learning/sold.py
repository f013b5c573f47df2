"""One line of what became of goods, as a checked value. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from models.errors import InvalidInput
from models.interest import Segment
from models.sale import ReturnReason, SaleKind

COLUMNS = ("listing", "order", "colour", "size", "segment", "kind", "reason", "units", "on", "reference")
PRODUCTION = "production"
"""The source that only our own production orders write under."""
_MOST_UNITS = 10_000_000
_LONGEST = {"listing": 80, "order": 40, "colour": 40, "size": 20, "reference": 120}
_EARLIEST = date(2000, 1, 1)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sale:
    """Units of which one thing is known; InvalidInput when it cannot have happened so.

    `listing` is a slug, `order` a production order's code; one of them is enough. Colour and size stand together or not
    at all. Without a `reference` the row is the total of its day, for everything else that it names.
    """

    listing: str
    order: str
    colour: str
    size: str
    segment: Segment | None
    kind: SaleKind
    reason: ReturnReason | None
    units: int
    on: date
    reference: str = ""

    def __post_init__(self) -> None:
        if not self.listing and not self.order:
            raise InvalidInput("neither listing nor order is named")
        if bool(self.colour) != bool(self.size):
            raise InvalidInput("colour and size stand together or not at all")
        if self.reason is not None and self.kind is not SaleKind.RETURNED:
            raise InvalidInput(f"a reason belongs to returned units, not to {self.kind} ones")
        if not 0 <= self.units <= _MOST_UNITS:
            raise InvalidInput(f"units {self.units} are outside 0-{_MOST_UNITS}")

    @property
    def key(self) -> str:
        """By which the same row is known when it comes again."""
        if self.reference:
            return f"ref:{self.reference}"
        parts = (self.listing, self.order, self.colour, self.size, self.segment or "", self.kind, self.reason or "")
        return "|".join((*parts, self.on.isoformat()))


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: where it stands, why, and what it said."""

    where: str
    reason: str
    row: Mapping[str, Any]


def read_sale(row: Mapping[str, Any], today: date) -> Sale:
    """Check one row of a file or request; InvalidInput says which column is wrong. Empty cells say nothing."""
    if unknown := sorted(str(name)[:20] for name in row if name not in COLUMNS):
        raise InvalidInput(f"unknown columns {', '.join(unknown[:5])}; known: {', '.join(COLUMNS)}")
    return Sale(
        listing=_text(row, "listing"),
        order=_text(row, "order"),
        colour=_text(row, "colour"),
        size=_text(row, "size"),
        segment=_choice(Segment, row, "segment"),
        kind=_kind(row),
        reason=_choice(ReturnReason, row, "reason"),
        units=_units(row),
        on=_day(row, today),
        reference=_text(row, "reference"),
    )


def merge_days(sales: Iterable[tuple[str, Sale]]) -> tuple[list[Sale], list[Refused]]:
    """One row for each key, whatever their order: units of the same day add up; references that disagree are refused.

    Takes (where, sale) pairs; two rows of one reference that say the same are one.
    """
    kept: dict[str, tuple[str, Sale]] = {}
    quarrels: dict[str, list[tuple[str, Sale]]] = {}
    for where, sale in sales:
        if sale.key not in kept:
            kept[sale.key] = where, sale
            continue
        first = kept[sale.key][1]
        if not sale.reference:
            kept[sale.key] = kept[sale.key][0], replace(first, units=min(_MOST_UNITS, first.units + sale.units))
        elif sale != first:
            quarrels.setdefault(sale.key, []).append((where, sale))
    refused = [
        Refused(where, f"reference {sale.reference!r} stands twice and says different things", {"key": key})
        for key, others in quarrels.items()
        for where, sale in (kept[key], *others)
    ]
    return [sale for key, (_, sale) in sorted(kept.items()) if key not in quarrels], refused


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    text = "" if value is None else str(value).strip()
    if len(text) > _LONGEST[column] or not text.isprintable() or "|" in text:
        raise InvalidInput(f"{column} {text[:40]!r} is longer than {_LONGEST[column]} characters or not plain text")
    return text


def _choice(kind: type[Choice], row: Mapping[str, Any], column: str) -> Choice | None:
    text = str(row.get(column) or "").strip().lower()
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(f"unknown {column} {text[:40]!r}; known: {', '.join(kind)}") from None


def _kind(row: Mapping[str, Any]) -> SaleKind:
    kind = _choice(SaleKind, row, "kind")
    if kind is None:
        raise InvalidInput(f"kind is empty; one of {', '.join(SaleKind)} is needed")
    return kind


def _units(row: Mapping[str, Any]) -> int:
    text = str(row.get("units", "")).strip()
    if not re.fullmatch(r"[0-9]{1,8}", text):
        raise InvalidInput(f"units {text[:40]!r} is not a whole number from 0 to {_MOST_UNITS}")
    return int(text)


def _day(row: Mapping[str, Any], today: date) -> date:
    text = str(row.get("on") or "").strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"on {text[:40]!r} is not a day like 2026-11-30") from None
    if not _EARLIEST <= day <= today:
        raise InvalidInput(f"on {day} is before {_EARLIEST} or after today, {today}")
    return day
