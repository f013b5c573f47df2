"""One row of a factory file as a checked value, or the reason why it cannot be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from factory_matching.registry.techniques import TECHNIQUES
from models.attributes import Category, Material
from models.factory import FactoryStanding
from models.money import PriceBreak, PriceLadder

FACTORY_COLUMNS = ("code", "name", "region", "language", "daily_capacity", "lead_days", "quality", "on_time")
CAPABILITY_COLUMNS = ("category", "materials", "techniques", "prices")
OPTIONAL_COLUMNS = ("currency", "moq", "state", "webhook_url", "webhook_secret")
HEAD_COLUMNS = (*FACTORY_COLUMNS, "state", "webhook_url", "webhook_secret")
_LIMITS = {"code": 40, "name": 120, "region": 40, "language": 8, "webhook_url": 500, "webhook_secret": 120}
_LARGEST = 10_000_000  # units a day, days, units of a break: past this it is a slip of the keyboard
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class CapabilityRecord:
    """What a factory can make of one category; the ladder's first quantity is the MOQ."""

    category: Category
    materials: tuple[str, ...]
    techniques: tuple[str, ...]
    ladder: PriceLadder


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


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, where it stands and why."""

    where: str
    reason: str
    row: Mapping[str, Any]


class _Unusable(Exception):
    """Raised inside this file only; its message becomes the reason."""


def read_factory_row(row: Mapping[str, Any], where: str) -> FactoryRecord | Refused:
    """Check one flat row (one capability) or one nested object (`capabilities`: a list of them)."""
    try:
        cells = tuple(["" if (cell := row.get(column)) is None else str(cell).strip() for column in HEAD_COLUMNS])
        return replace(_head(cells), capabilities=_capabilities(row))
    except _Unusable as reason:
        return Refused(where, str(reason), row)


@lru_cache(maxsize=64)  # rows of one factory stand together and repeat its cells
def _head(cells: tuple[str, ...]) -> FactoryRecord:
    row = dict(zip(HEAD_COLUMNS, cells, strict=True))
    return FactoryRecord(
        code=_code(row),
        name=_text(row, "name"),
        region=_text(row, "region"),
        language=_text(row, "language"),
        daily_capacity=_whole(row, "daily_capacity"),
        lead_days=_whole(row, "lead_days"),
        quality=_share(row, "quality"),
        on_time=_share(row, "on_time"),
        webhook_url=_address(row),
        webhook_secret=_text(row, "webhook_secret") if row["webhook_secret"] else None,
        standing=_choice(FactoryStanding, row["state"], "state") if row["state"] else None,
        capabilities=(),
    )


def _capabilities(row: Mapping[str, Any]) -> tuple[CapabilityRecord, ...]:
    nested = row.get("capabilities")
    if nested is None:
        return (_capability(row),)
    if not isinstance(nested, list) or not nested or not all(isinstance(entry, Mapping) for entry in nested):
        raise _Unusable("capabilities is not a list of objects")
    read = tuple(_capability({"currency": row.get("currency"), **entry}) for entry in nested)
    categories = [capability.category for capability in read]
    if repeated := next((c for c in categories if categories.count(c) > 1), None):
        raise _Unusable(f"category {repeated} stands twice")
    return read


def _capability(row: Mapping[str, Any]) -> CapabilityRecord:
    ladder = _ladder(_plain(row.get("prices")), str(row.get("currency") or "CNY").strip())
    if row.get("moq") and _whole(row, "moq") != ladder.moq:
        raise _Unusable(f"moq {row['moq']} is not the first quantity of the prices ({ladder.moq})")
    return CapabilityRecord(
        category=_choice(Category, row.get("category"), "category"),
        materials=_words(_plain(row.get("materials")), "material"),
        techniques=_words(_plain(row.get("techniques")), "technique"),
        ladder=ladder,
    )


def _plain(value: object) -> str:
    """Lists and mappings of JSON in the form that spreadsheets use, so that one reader serves both."""
    if isinstance(value, Mapping):
        return "|".join(f"{quantity}:{price}" for quantity, price in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "|".join(":".join(map(str, part)) if isinstance(part, list) else str(part) for part in value)
    return "" if value is None else str(value)


# Real files repeat the same few lists thousands of times.
@lru_cache(maxsize=20_000)
def _words(text: str, kind: str) -> tuple[str, ...]:
    words = {word.strip().lower() for word in re.split(r"[|;,、；，]", text)} - {"", "plain", "none"}
    known: frozenset[str] = TECHNIQUES if kind == "technique" else frozenset(Material)
    if unknown := sorted(words - known):
        raise _Unusable(f"unknown {kind} {unknown[0][:40]!r}; known: {', '.join(sorted(known))}")
    if not words and kind == "material":
        raise _Unusable("no material given")
    return tuple(sorted(words))


def _ladder(text: str, currency: str) -> PriceLadder:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise _Unusable(f"currency {currency[:20]!r} is not a three-letter code")
    steps = [step for step in re.split(r"[|;；]", text) if step.strip()]
    if not steps:
        raise _Unusable("no prices given; write them as 50:310|200:280")
    try:
        return PriceLadder(tuple(_break(step) for step in steps), currency)
    except ValueError as error:
        raise _Unusable(f"prices {text[:60]!r}: {error}") from None


@lru_cache(maxsize=50_000)
def _break(step: str) -> PriceBreak:
    quantity, colon, price = step.replace("：", ":").partition(":")
    try:
        amount = Decimal(price.strip())
        if not colon or not quantity.strip().isdecimal() or not 0 < amount < _LARGEST or int(quantity) > _LARGEST:
            raise InvalidOperation
    except InvalidOperation:
        raise _Unusable(f"price step {step.strip()[:40]!r} is not QUANTITY:PRICE") from None
    return PriceBreak(int(quantity), amount.quantize(Decimal("0.01")))


def _code(row: Mapping[str, Any]) -> str:
    code = _text(row, "code")
    if not re.fullmatch(r"\w[\w.-]*", code):
        raise _Unusable(f"code {code!r} may hold only letters, digits, dot, dash and underscore")
    return code


def _text(row: Mapping[str, Any], column: str) -> str:
    text = str(row.get(column) or "").strip()
    if not text:
        raise _Unusable(f"{column} is empty")
    if len(text) > _LIMITS[column] or not text.isprintable():
        raise _Unusable(f"{column} {text[:40]!r} is longer than {_LIMITS[column]} characters or not plain text")
    return text


def _address(row: Mapping[str, Any]) -> str | None:
    if not row.get("webhook_url"):
        return None
    url = _text(row, "webhook_url")
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise _Unusable(f"webhook_url {url[:60]!r} is not an http address")
    if not row.get("webhook_secret"):
        raise _Unusable("webhook_url needs a webhook_secret, so that messages can be signed")
    return url


def _whole(row: Mapping[str, Any], column: str) -> int:
    text = str(row.get(column) or "").strip()
    if not text.isdecimal() or not 0 < int(text[:12]) <= _LARGEST:
        raise _Unusable(f"{column} {text[:40]!r} is not a whole number above 0")
    return int(text)


def _share(row: Mapping[str, Any], column: str) -> float:
    text = str(row.get(column, "")).strip()
    try:
        share = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise _Unusable(f"{column} {text[:40]!r} is not a share between 0 and 1 (or 0% and 100%)")
    return share


def _choice(kind: type[Choice], value: object, name: str) -> Choice:
    text = str(value or "").strip().lower()
    try:
        return kind(text)
    except ValueError:
        raise _Unusable(f"unknown {name} {text[:40]!r}; known: {', '.join(kind)}") from None
