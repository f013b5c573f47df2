"""What a source is, read from its TOML table: kind, rights, columns, dates, weights, limits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from models.errors import InvalidInput
from trends.sources.fields import (
    a_country,
    a_flag,
    a_name,
    a_number,
    a_path,
    a_text,
    a_variable,
    one_of,
    only_known,
    text_table,
    texts,
    whole,
)
from trends.sources.options import Paging, Since, SqlOptions, parse_paging, parse_since, parse_sql


class SourceKind(StrEnum):
    """How the source is read."""

    FILE = "file"
    RSS = "rss"
    HTTP_JSON = "http_json"
    SQL = "sql"
    TREND_SERIES = "trend_series"
    OWN_SEARCH = "own_search"


class WeightRule(StrEnum):
    """How much one signal counts."""

    ONE = "one"
    RANK = "rank"
    """1 + 1/sqrt(rank): the head of a list counts up to twice, its tail about once."""
    LOG = "log"
    """1 + log10(1 + value of the weight column): likes and shares count, but not in proportion."""


class Searches(StrEnum):
    """Which of our own searches are signals."""

    ALL = "all"
    UNMET = "unmet"
    """Only those that found nothing."""


COLUMNS = ("title", "date", "id", "rank", "weight", "language", "url")
LANGUAGES = ("zh", "en", "auto")
_MAX_BYTES = 5_000_000
_RIGHTS = ("kind", "name", "licence", "retention_days", "language", "country", "engagement")
_MAPPING = ("columns", "date_format", "weight")
_HTTP = ("urls", "timeout_seconds", "max_bytes", "allow_private", "headers", "secret_headers", "retries",
         "max_wait_seconds", "requests_per_second")  # fmt: skip
_FIELDS: Mapping[SourceKind, tuple[str, ...]] = {
    SourceKind.FILE: (*_RIGHTS, *_MAPPING, "paths"),
    SourceKind.RSS: (*_RIGHTS, *_HTTP),
    SourceKind.HTTP_JSON: (*_RIGHTS, *_MAPPING, *_HTTP, "items", "paging", "since"),
    SourceKind.SQL: (*_RIGHTS, *_MAPPING, "sql"),
    SourceKind.TREND_SERIES: (*_RIGHTS, "paths"),
    SourceKind.OWN_SEARCH: (*_RIGHTS, "searches", "min_searches"),
}


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source, checked."""

    kind: SourceKind
    name: str
    licence: str
    retention_days: int
    language: str = "auto"
    country: str | None = None
    engagement: str = ""
    """What the weight of a signal stands for, in words."""
    columns: Mapping[str, str] = field(default_factory=lambda: {"title": "title", "date": "date"})
    """Our name -> column of the source; a JMESPath inside an item for http_json."""
    date_format: str | None = None
    """A strptime pattern; ISO 8601 when absent."""
    weight: WeightRule = WeightRule.ONE
    paths: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    timeout_seconds: float = 20.0
    """For one answer, from the first byte sent to the last received."""
    max_bytes: int = _MAX_BYTES
    """Of one answer, unpacked."""
    allow_private: bool = False
    """Whether the hosts of `urls` may be private or loopback addresses; a redirect to another private host never."""
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    """Header -> environment variable that holds its value; sent to the hosts of `urls` only."""
    retries: int = 4
    max_wait_seconds: float = 120.0
    """The longest wait that a server may ask for (Retry-After)."""
    requests_per_second: float = 2.0
    """To one host."""
    items: str = "@"
    """JMESPath to the list of items of an answer."""
    paging: Paging | None = None
    since: Since | None = None
    sql: SqlOptions | None = None
    searches: Searches = Searches.ALL
    min_searches: int = 1
    """Queries of fewer searches a day are left out, so that no single person's words become a signal."""

    def rules(self) -> str:
        """A digest of everything that decides how a row is read: when it changes, places are read again."""
        reading = replace(self, licence="", country=None, engagement="", paths=(), urls=(), retries=0, max_bytes=0,
                          timeout_seconds=0, max_wait_seconds=0, requests_per_second=0)  # fmt: skip
        return hashlib.blake2b(repr(reading).encode(), digest_size=8).hexdigest()


def parse_source(table: Mapping[str, Any], where: str) -> SourceConfig:
    """Check a parsed TOML table; InvalidInput names the file, the field and what is allowed."""
    only_known(table, list(SourceConfig.__dataclass_fields__), where)
    for name in ("kind", "name", "licence", "retention_days"):
        if name not in table:
            raise InvalidInput(f"{where}: field {name!r} is missing")
    kind = SourceKind(one_of(table["kind"], list(SourceKind), f"{where}: kind"))
    if foreign := sorted(set(table) - set(_FIELDS[kind])):
        raise InvalidInput(f"{where}: a source of kind {kind.value!r} has no {foreign[0]!r}")
    read = {name: parse(table[name], f"{where}: {name}") for name, parse in _PARSERS.items() if name in table}
    config = SourceConfig(kind=kind, **read)
    _check_together(config, table, where)
    return config


def _columns(value: object, where: str) -> Mapping[str, str]:
    columns = text_table(value, where)
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise InvalidInput(f"{where} has unknown {unknown[0]!r}; known: {', '.join(COLUMNS)}")
    for name in ("title", "date"):
        if name not in columns:
            raise InvalidInput(f"{where} needs {name!r}")
    return columns


def _secret_headers(value: object, where: str) -> Mapping[str, str]:
    return {name: a_variable(variable, f"{where}.{name}") for name, variable in text_table(value, where).items()}


_PARSERS: Mapping[str, Any] = {
    "name": a_name,
    "licence": a_text,
    "retention_days": lambda value, where: whole(value, 1, 36_500, where),
    "language": lambda value, where: one_of(value, LANGUAGES, where),
    "country": a_country,
    "engagement": a_text,
    "columns": _columns,
    "date_format": a_text,
    "weight": lambda value, where: WeightRule(one_of(value, list(WeightRule), where)),
    "paths": texts,
    "urls": texts,
    "timeout_seconds": lambda value, where: a_number(value, 0.1, 300, where),
    "max_bytes": lambda value, where: whole(value, 1_000, 100_000_000, where),
    "allow_private": a_flag,
    "headers": text_table,
    "secret_headers": _secret_headers,
    "retries": lambda value, where: whole(value, 0, 10, where),
    "max_wait_seconds": lambda value, where: a_number(value, 0, 3_600, where),
    "requests_per_second": lambda value, where: a_number(value, 0.001, 1_000, where),
    "items": a_path,
    "paging": parse_paging,
    "since": parse_since,
    "sql": parse_sql,
    "searches": lambda value, where: Searches(one_of(value, list(Searches), where)),
    "min_searches": lambda value, where: whole(value, 1, 1_000_000, where),
}


def _check_together(config: SourceConfig, table: Mapping[str, Any], where: str) -> None:
    needed = {WeightRule.RANK: "rank", WeightRule.LOG: "weight"}.get(config.weight)
    if needed and needed not in config.columns:
        raise InvalidInput(f"{where}: weight = {config.weight.value!r} needs a column for {needed!r}")
    if config.kind in (SourceKind.RSS, SourceKind.HTTP_JSON) and not config.urls:
        article = "an" if config.kind is SourceKind.RSS else "a"
        raise InvalidInput(f"{where}: {article} {config.kind} source needs urls")
    if config.kind is SourceKind.SQL and config.sql is None:
        raise InvalidInput(f"{where}: a sql source needs a [sql] table")
    if config.kind is SourceKind.HTTP_JSON:
        for name, path in config.columns.items():
            a_path(path, f"{where}: columns.{name}")
    if both := sorted(set(map(str.lower, config.headers)) & set(map(str.lower, config.secret_headers))):
        raise InvalidInput(f"{where}: header {both[0]!r} stands in headers and secret_headers")
