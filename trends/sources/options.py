"""Tables inside a source's TOML: paging, since, sql."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.errors import InvalidInput
from trends.sources.fields import a_flag, a_path, a_text, a_variable, one_of, only_known, whole


class PagingKind(StrEnum):
    """How an API hands out one page after another."""

    PAGE = "page"
    """A page number in the query, counted from `start`."""
    OFFSET = "offset"
    """The number of items to leave out, in the query."""
    CURSOR = "cursor"
    """A token that the answer gives at `next`, sent back in the query."""
    LINK = "link"
    """The address in the Link header with rel="next" (RFC 8288)."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How to ask for the next page, and how many at most."""

    kind: PagingKind
    parameter: str = ""
    start: int = 1
    size: int = 100
    size_parameter: str = ""
    next: str = ""
    max_pages: int = 100
    newest_first: bool = False
    """The API lists the newest first: stop at the first page of which everything is known already."""


@dataclass(frozen=True, slots=True)
class Since:
    """How to ask only for what came after the last time."""

    parameter: str
    value: str = ""
    """JMESPath inside an item to the value to send back, the greatest counts; empty: the item's date."""
    overlap_days: int = 0
    """Ask so many days further back, for items that appear late; only with dates."""


@dataclass(frozen=True, slots=True)
class SqlOptions:
    """Which database is asked what."""

    query: str
    url: str = ""
    url_variable: str = ""
    """Environment variable that holds the URL; the place for a password."""
    cursor: str = ""
    """Column that grows with every new row; empty: everything is read every time."""
    overlap_days: int = 0


def parse_paging(table: object, where: str) -> Paging:
    """Check a [paging] table."""
    fields = only_known(table, list(Paging.__dataclass_fields__), where)
    kind = PagingKind(one_of(fields.get("kind"), list(PagingKind), f"{where}.kind"))
    for name, kinds in _NEEDED_BY.items():
        if kind in kinds and name not in fields:
            raise InvalidInput(f"{where}: paging by {kind} needs {name!r}")
    return Paging(
        kind=kind,
        parameter=_text_or_none(fields, "parameter", where),
        start=whole(fields.get("start", 0 if kind is PagingKind.OFFSET else 1), 0, 1_000_000, f"{where}.start"),
        size=whole(fields.get("size", 100), 1, 100_000, f"{where}.size"),
        size_parameter=_text_or_none(fields, "size_parameter", where),
        next=a_path(fields["next"], f"{where}.next") if "next" in fields else "",
        max_pages=whole(fields.get("max_pages", 100), 1, 100_000, f"{where}.max_pages"),
        newest_first=a_flag(fields.get("newest_first", False), f"{where}.newest_first"),
    )


_NEEDED_BY = {
    "parameter": (PagingKind.PAGE, PagingKind.OFFSET, PagingKind.CURSOR),
    "next": (PagingKind.CURSOR,),
}


def parse_since(table: object, where: str) -> Since:
    """Check a [since] table."""
    fields = only_known(table, list(Since.__dataclass_fields__), where)
    since = Since(
        parameter=a_text(fields.get("parameter"), f"{where}.parameter"),
        value=a_path(fields["value"], f"{where}.value") if "value" in fields else "",
        overlap_days=whole(fields.get("overlap_days", 0), 0, 3_650, f"{where}.overlap_days"),
    )
    if since.value and since.overlap_days:
        raise InvalidInput(f"{where}: overlap_days works with dates only, not with a value of its own")
    return since


def parse_sql(table: object, where: str) -> SqlOptions:
    """Check a [sql] table: one SELECT, and a URL from here (without a password) or from the environment."""
    fields = only_known(table, list(SqlOptions.__dataclass_fields__), where)
    if ("url" in fields) == ("url_variable" in fields):
        raise InvalidInput(f"{where} needs either url or url_variable")
    if "url" in fields:
        _check_url(a_text(fields["url"], f"{where}.url"), where)
    if "url_variable" in fields:
        a_variable(fields["url_variable"], f"{where}.url_variable")
    query = a_text(fields.get("query"), f"{where}.query").strip().rstrip(";")
    if query.split(None, 1)[0].upper() not in ("SELECT", "WITH") or ";" in query:
        raise InvalidInput(f"{where}.query is one SELECT")
    return SqlOptions(
        query=query,
        url=fields.get("url", ""),
        url_variable=fields.get("url_variable", ""),
        cursor=_text_or_none(fields, "cursor", where),
        overlap_days=whole(fields.get("overlap_days", 0), 0, 3_650, f"{where}.overlap_days"),
    )


def _check_url(url: str, where: str) -> None:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInput(f"{where}.url is no SQLAlchemy URL") from None
    if parsed.password is not None:
        raise InvalidInput(f"{where}.url holds a password; name an environment variable in url_variable instead")


def _text_or_none(fields: Any, name: str, where: str) -> str:
    return a_text(fields[name], f"{where}.{name}") if name in fields else ""
