"""One row of a factory file as a checked value, or the reason why it cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from factory_matching.registry import cells
from factory_matching.registry.cells import NOTHING, Steps, Unusable, cell, plain
from models.attributes import Category
from models.factory import FactoryStanding, Verification
from models.money import PriceBreak, PriceLadder

FACTORY_COLUMNS = ("code", "name", "region", "language", "daily_capacity", "lead_days", "quality", "on_time")
CAPABILITY_COLUMNS = ("category", "materials", "techniques", "prices")
MORE_COLUMNS = (
    "warehouse", "markets", "also_speaks", "contacts", "joined_on", "verification", "lead_days_p90",
    "small_order_units", "small_order_days",
)  # fmt: skip
"""Columns of a factory that a file may leave out: what is known of them stays."""
HEAD_COLUMNS = (*FACTORY_COLUMNS, "state", "webhook_url", "webhook_secret", *MORE_COLUMNS)
OPTIONAL_COLUMNS = (
    "currency", "moq", "state", "webhook_url", "webhook_secret", *MORE_COLUMNS, "certificates", "sizes", "machines",
    "gauge",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CapabilityRecord:
    """What a factory can make of one category; the first step's quantity is the MOQ.

    Sizes, machines and gauge are None where the file leaves them to what is known; a gauge of "" is none at all.
    """

    category: Category
    materials: tuple[str, ...]
    techniques: tuple[str, ...]
    steps: Steps
    currency: str
    sizes: tuple[str, ...] | None = None
    machines: tuple[str, ...] | None = None
    gauge: str | None = None

    @property
    def ladder(self) -> PriceLadder:
        """The steps as exact money."""
        return PriceLadder(tuple(PriceBreak(q, Decimal(cents) / 100) for q, cents in self.steps), self.currency)


@dataclass(frozen=True, slots=True)
class FactoryRecord:
    """One factory with the capabilities read so far; `standing` is None where the file leaves it to us."""

    code: str
    name: str
    region: str
    language: str
    daily_capacity: int
    lead_days: int
    quality: float
    on_time: float
    webhook_url: str | None
    webhook_secret: str | None
    standing: FactoryStanding | None
    capabilities: tuple[CapabilityRecord, ...]
    more: Mapping[str, Any] = field(default_factory=dict)
    """What the file says of MORE_COLUMNS: lists as tuples, None for nothing."""
    certificates: Mapping[str, tuple[date, str | None]] | None = None
    """Kind -> last valid day and number; None where the file leaves them to what is known."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, where it stands and why."""

    where: str
    reason: str
    row: Mapping[str, Any]


def read_factory_row(row: Mapping[str, Any], where: str) -> FactoryRecord | Refused:
    """Check one flat row (one capability) or one nested object (`capabilities`: a list of them)."""
    read = read_parts(row, where)
    return read if isinstance(read, Refused) else replace(read[0], capabilities=read[1])


def read_parts(
    row: Mapping[str, Any], where: str, head: FactoryRecord | None = None
) -> tuple[FactoryRecord, tuple[CapabilityRecord, ...]] | Refused:
    """The factory without capabilities, the same object for rows that say the same of it; and the capabilities.

    `head`: the factory of a row that says nothing of it.
    """
    try:
        return head or _head_of(tuple(map(row.get, _KEY))), _capabilities(row)
    except Unusable as reason:
        return Refused(where, str(reason), row)


_KEY = (*HEAD_COLUMNS, "certificates")


def _head_of(values: tuple[Any, ...]) -> FactoryRecord:
    try:
        return _head(values)
    except TypeError:  # lists and mappings of JSON
        return _head(tuple(map(plain, values)))


@lru_cache(maxsize=64)  # rows of one factory stand together and repeat its cells
def _head(values: tuple[Any, ...]) -> FactoryRecord:
    row = {column: "" if value is None else plain(value).strip() for column, value in zip(_KEY, values, strict=True)}
    return FactoryRecord(
        code=cells.code(row["code"]),
        name=cells.text(row["name"], "name"),
        region=cells.text(row["region"], "region"),
        language=cells.text(row["language"], "language"),
        daily_capacity=cells.whole(row["daily_capacity"], "daily_capacity"),
        lead_days=cells.whole(row["lead_days"], "lead_days"),
        quality=cells.share(row["quality"], "quality"),
        on_time=cells.share(row["on_time"], "on_time"),
        webhook_url=cells.address(row["webhook_url"], row["webhook_secret"]),
        webhook_secret=cells.text(row["webhook_secret"], "webhook_secret") if row["webhook_secret"] else None,
        standing=cells.choice(FactoryStanding, row["state"], "state") if row["state"] else None,
        capabilities=(),
        more={column: _more(column, row[column]) for column in MORE_COLUMNS if row[column]},
        certificates=cells.certificates(row["certificates"]) if row["certificates"] else None,
    )


def _more(column: str, value: str) -> Any:
    match column:
        case "markets" | "also_speaks":
            return cells.free_words(value, column, 8 if column == "also_speaks" else 40)
        case "contacts":
            return tuple({"kind": kind, "value": said} for kind, said in cells.contacts(value))
        case "verification":
            return cells.choice(Verification, value, column)
        case _ if value == NOTHING:
            return None
        case "warehouse":
            return cells.text(value, column)
        case "joined_on":
            return cells.day(value, column)
        case _:
            return cells.whole(value, column)


def _capabilities(row: Mapping[str, Any]) -> tuple[CapabilityRecord, ...]:
    nested = row.get("capabilities")
    if nested is None:
        return (_capability(row),)
    if not isinstance(nested, list) or not nested or not all(isinstance(entry, Mapping) for entry in nested):
        raise Unusable("capabilities is not a list of objects")
    read = tuple(_capability(entry, row.get("currency")) for entry in nested)
    categories = [capability.category for capability in read]
    if len(set(categories)) < len(categories):
        repeated = next(c for c in categories if categories.count(c) > 1)
        raise Unusable(f"category {repeated} stands twice")
    return read


def _capability(row: Mapping[str, Any], usual_currency: object = None) -> CapabilityRecord:
    currency = str(row.get("currency") or usual_currency or "CNY").strip()
    steps = cells.ladder(cell(row, "prices"), currency)
    if row.get("moq") and cells.whole(cell(row, "moq"), "moq") != steps[0][0]:
        raise Unusable(f"moq {row['moq']} is not the first quantity of the prices ({steps[0][0]})")
    return CapabilityRecord(
        _category(row.get("category")),
        cells.words(cell(row, "materials"), "material"),
        cells.words(cell(row, "techniques"), "technique"),
        steps,
        currency,
        cells.words(sizes, "size") if (sizes := cell(row, "sizes")) else None,
        cells.free_words(machines, "machines") if (machines := cell(row, "machines")) else None,
        _gauge(cell(row, "gauge")),
    )


def _gauge(value: str) -> str | None:
    return None if not value else "" if value == NOTHING else cells.text(value, "gauge")


_CATEGORIES = {category.value: category for category in Category}


def _category(value: Any) -> Category:
    known = _CATEGORIES.get(value) if isinstance(value, str) else None
    return known or cells.choice(Category, value, "category")
