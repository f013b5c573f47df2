"""One row of any source: read into a Signal, or refused with a reason."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from trends.sources.config import SourceConfig, WeightRule

MAX_TITLE = 500
_RAW_SHOWN = 200
_CHINESE = re.compile(r"[㐀-鿿]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")


class Signal(NamedTuple):
    """A readable observation, ready to be stored under its natural key (source, external_id).

    A tuple and not a dataclass: half a million are made and turned into rows in one go.
    """

    source: str
    external_id: str
    observed_on: date
    language: str
    title: str
    rank: int | None
    weight: float
    url: str | None


class Why(StrEnum):
    """What is the matter with a refused row."""

    MALFORMED = "malformed"
    EARLY = "early"
    """Good, but of a day that has not come as of the day asked for."""
    EXPIRED = "expired"
    """Good, but older than the source's retention lets us keep."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: where it stands, why, and its first 200 characters."""

    where: str
    reason: str
    raw: str
    why: Why = Why.MALFORMED
    readable_on: date | None = None
    """The first `as_of` at which an early row is read."""

    @staticmethod
    def of(
        where: str, reason: str, raw: object, why: Why = Why.MALFORMED, readable_on: date | None = None
    ) -> "Refused":
        """Shorten whatever was found to something a person can look at."""
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        return Refused(where, reason, text[:_RAW_SHOWN], why, readable_on)


class Unusable(Exception):
    """Why one row is refused; never leaves this package."""

    def __init__(self, reason: str, why: Why = Why.MALFORMED, readable_on: date | None = None) -> None:
        super().__init__(reason)
        self.why = why
        self.readable_on = readable_on


def read_row(row: Mapping[str, Any], config: SourceConfig, as_of: date, where: str) -> Signal | Refused:
    """Turn one row (column -> value) into a Signal.

    Refused when a mapped value is missing, the title is empty, the date is unreadable, lies more than a day after
    `as_of` (time zones) or before the retention period, or rank or weight is no usable number. Titles keep their
    first 500 characters.
    """
    try:
        title = _title(_value(row, config, "title"))
        observed_on = _date(_value(row, config, "date"), config, as_of)
        rank = _rank(row, config)
        key = _key(_value(row, config, "id")) if "id" in config.columns else _fingerprint(observed_on, rank, title)
        return Signal(
            config.name,
            key,
            observed_on,
            _language(row, config, title),
            title,
            rank,
            _weight(row, config, rank),
            _url(row, config),
        )
    except Unusable as unusable:
        return Refused.of(where, str(unusable), row, unusable.why, unusable.readable_on)


def _value(row: Mapping[str, Any], config: SourceConfig, name: str) -> Any:
    column = config.columns[name]
    value = row.get(column)
    if value is None or value == "":
        raise Unusable(f"no {name} in column {column!r}")
    return value


def _key(value: object) -> str:
    """The source's own id; its digest when a column of a database could not hold it."""
    key = str(value).strip()
    return key if len(key) <= 128 and key.isprintable() else _digest(key)


def _title(value: object) -> str:
    title = _BLANKS.sub(" ", str(value)).strip()
    if not title:
        raise Unusable("empty title")
    if not title.isprintable() and any("\ud800" <= character <= "\udfff" for character in title):
        raise Unusable("title is no valid text")
    return title[:MAX_TITLE]


def _date(value: object, config: SourceConfig, as_of: date) -> date:
    day = _as_date(value, config.date_format)
    if day > as_of + timedelta(days=1):
        raise Unusable(f"date {day} lies after {as_of}", Why.EARLY, day - timedelta(days=1))
    if (as_of - day).days > config.retention_days:
        raise Unusable(f"date {day} is older than the {config.retention_days} days kept", Why.EXPIRED)
    return day


def _as_date(value: object, pattern: str | None) -> date:
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case _:
            return _parse_date(str(value).strip(), pattern)


@lru_cache(maxsize=4096)
def _parse_date(text: str, pattern: str | None) -> date:
    try:
        return datetime.strptime(text, pattern).date() if pattern else datetime.fromisoformat(text).date()  # noqa: DTZ007
    except (ValueError, OverflowError):
        wanted = pattern or "YYYY-MM-DD"
        raise Unusable(f"date {text[:40]!r} does not read as {wanted}") from None


def _rank(row: Mapping[str, Any], config: SourceConfig) -> int | None:
    if "rank" not in config.columns:
        return None
    value = _value(row, config, "rank")
    try:
        rank = int(value)
    except (TypeError, ValueError, OverflowError):
        raise Unusable(f"rank {str(value)[:40]!r} is no whole number") from None
    if not 1 <= rank <= 1_000_000:
        raise Unusable(f"rank {rank} is outside 1-1000000")
    return rank


def _weight(row: Mapping[str, Any], config: SourceConfig, rank: int | None) -> float:
    match config.weight:
        case WeightRule.ONE:
            return 1.0
        case WeightRule.RANK:
            return 1.0 + 1.0 / math.sqrt(rank or 1_000_000)
        case WeightRule.LOG:
            value = _value(row, config, "weight")
            try:
                number = float(value)
            except (TypeError, ValueError):
                raise Unusable(f"weight {str(value)[:40]!r} is no number") from None
            if not 0 <= number < math.inf:
                raise Unusable(f"weight {number} is negative or infinite")
            return 1.0 + math.log10(1.0 + number)


def _language(row: Mapping[str, Any], config: SourceConfig, title: str) -> str:
    if "language" in config.columns:
        named = str(row.get(config.columns["language"]) or "")[:8]
        if named and named.isprintable():
            return named
    return config.language if config.language != "auto" else detect_language(title)


def detect_language(text: str) -> str:
    """Chinese where there is a Chinese character, else English."""
    return "zh" if _CHINESE.search(text) else "en"


def _url(row: Mapping[str, Any], config: SourceConfig) -> str | None:
    value = str(row.get(config.columns["url"]) or "") if "url" in config.columns else ""
    usable = value.startswith(("http://", "https://")) and len(value) <= 1000 and value.isprintable()
    return value if usable else None


def _fingerprint(day: date, rank: int | None, title: str) -> str:
    return _digest(f"{day}|{rank}|{title}")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
