"""What a source is, read from its TOML table: kind, licence, columns, dates, weights."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput


class SourceKind(StrEnum):
    """How the source is read."""

    FILE = "file"
    RSS = "rss"


class WeightRule(StrEnum):
    """How much one signal counts."""

    ONE = "one"
    RANK = "rank"
    """1 + 1/sqrt(rank): the head of a list counts up to twice, its tail about once."""
    LOG = "log"
    """1 + log10(1 + value of the weight column): likes and shares count, but not in proportion."""


COLUMNS = ("title", "date", "id", "rank", "weight", "language", "url")
LANGUAGES = ("zh", "en", "auto")
_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source, checked."""

    kind: SourceKind
    name: str
    licence: str
    retention_days: int
    language: str = "auto"
    columns: Mapping[str, str] = field(default_factory=lambda: {"title": "title", "date": "date"})
    date_format: str | None = None
    """A strptime pattern; ISO 8601 when absent."""
    weight: WeightRule = WeightRule.ONE
    paths: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    timeout_seconds: float = 20.0
    max_bytes: int = _MAX_BYTES
    allow_private: bool = False
    """Whether feeds on private and loopback addresses may be fetched."""


def parse_source(table: Mapping[str, Any], where: str) -> SourceConfig:
    """Check a parsed TOML table; InvalidInput names the file, the field and what is allowed."""
    known = set(SourceConfig.__dataclass_fields__)
    if unknown := sorted(set(table) - known):
        raise InvalidInput(f"{where}: unknown field {unknown[0]!r}; known: {', '.join(sorted(known))}")
    for name in ("kind", "name", "licence", "retention_days"):
        if name not in table:
            raise InvalidInput(f"{where}: field {name!r} is missing")
    config = SourceConfig(
        kind=SourceKind(_one_of(table["kind"], list(SourceKind), f"{where}: kind")),
        name=_name(table["name"], where),
        licence=_text(table["licence"], f"{where}: licence"),
        retention_days=int(_number(table["retention_days"], 1, 36_500, f"{where}: retention_days")),
        language=_one_of(table.get("language", "auto"), LANGUAGES, f"{where}: language"),
        columns=_columns(table.get("columns", {"title": "title", "date": "date"}), where),
        date_format=_text(table["date_format"], f"{where}: date_format") if "date_format" in table else None,
        weight=WeightRule(_one_of(table.get("weight", "one"), list(WeightRule), f"{where}: weight")),
        paths=_texts(table.get("paths", []), f"{where}: paths"),
        urls=_texts(table.get("urls", []), f"{where}: urls"),
        timeout_seconds=_number(table.get("timeout_seconds", 20.0), 0.1, 300, f"{where}: timeout_seconds"),
        max_bytes=int(_number(table.get("max_bytes", _MAX_BYTES), 1_000, 100_000_000, f"{where}: max_bytes")),
        allow_private=_flag(table.get("allow_private", False), f"{where}: allow_private"),
    )
    _check_together(config, where)
    return config


def _check_together(config: SourceConfig, where: str) -> None:
    needed = {WeightRule.RANK: "rank", WeightRule.LOG: "weight"}.get(config.weight)
    if config.kind is SourceKind.FILE and needed and needed not in config.columns:
        raise InvalidInput(f"{where}: weight = {config.weight.value!r} needs a column for {needed!r}")
    if config.kind is SourceKind.RSS and not config.urls:
        raise InvalidInput(f"{where}: an rss source needs urls")


def _columns(value: object, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{where}: columns is a table of our name = column of the source")
    if unknown := sorted(str(name) for name in set(value) - set(COLUMNS)):
        raise InvalidInput(f"{where}: columns has unknown {unknown[0]!r}; known: {', '.join(COLUMNS)}")
    for name in ("title", "date"):
        if name not in value:
            raise InvalidInput(f"{where}: columns needs {name!r}")
    return {name: _text(column, f"{where}: columns.{name}") for name, column in value.items()}


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise InvalidInput(f"{where}: name is lower-case letters, digits and _, at most 64")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{where} is a non-empty text")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidInput(f"{where} is a list of texts")
    return tuple(_text(item, where) for item in value)


def _number(value: object, low: float, high: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InvalidInput(f"{where} is a number from {low:g} to {high:g}")
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(f"{where} is true or false")
    return value


def _one_of(value: object, allowed: list[Any] | tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise InvalidInput(f"{where} is {str(value)[:40]!r}; known: {', '.join(map(str, allowed))}")
    return str(value)
