"""Signals from JSON APIs, page by page, mapped by JMESPath."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from models.errors import UnreadableSource
from trends.sources.config import SourceConfig
from trends.sources.fetch import Answer, Fetcher
from trends.sources.options import Paging, PagingKind, Since
from trends.sources.reading import Reading
from trends.sources.rss import conditions, validators
from trends.sources.signal import Refused, Signal, read_row

_JSON_TYPES = ("application/json", "text/json", "text/plain", "application/octet-stream", "")


def read_api(config: SourceConfig, url: str, reading: Reading) -> Iterator[Signal | Refused]:
    """Every item of every page, read or refused.

    Asks only for what is new where the source says how ([since], or `newest_first` paging, or an unpaged answer that
    the server says is unchanged). UnreadableSource when an answer cannot be fetched, is no JSON, holds no list of
    items, or pages go round in circles.
    """
    since = _Newest(config.since, reading)
    with Fetcher(config, [url], reading.environ, reading.pace) as fetcher:
        headers = conditions(reading.mark) if config.paging is None else {}
        for answer, payload in _pages(fetcher, _with(url, since.asked()), config.paging, headers, reading):
            if answer.status == 304:
                reading.unchanged, reading.next_mark = True, reading.mark
                return
            keys = []
            items = _items(payload, config, answer.url)
            for number, item in enumerate(items, start=1):
                row = _read_item(item, config, reading.as_of, f"{answer.url} item {number}")
                since.look_at(item, row)
                if isinstance(row, Signal):
                    keys.append(row.external_id)
                else:
                    reading.put_off(row.readable_on)
                yield row
            if config.paging and (_is_last(config.paging, len(items)) or _all_known(config.paging, keys, reading)):
                break
    seen = validators(answer) if config.paging is None and not reading.early_on else {}
    reading.next_mark = {**seen, **since.mark(complete=not reading.notes)}


def _is_last(paging: Paging, items: int) -> bool:
    """Numbered pages end with an empty one, or with a short one where we said how long a page is."""
    if paging.kind not in (PagingKind.PAGE, PagingKind.OFFSET):
        return False
    return items < (paging.size if paging.size_parameter else 1)


def _all_known(paging: Paging, keys: list[str], reading: Reading) -> bool:
    return paging.newest_first and bool(keys) and reading.known(keys) >= set(keys)


def _pages(
    fetcher: Fetcher, url: str, paging: Paging | None, headers: Mapping[str, str], reading: Reading
) -> Iterator[tuple[Answer, Any]]:
    if paging is None:
        answer = fetcher.get(url, headers)
        yield answer, None if answer.status == 304 else _decode(answer)
        return
    following: str | None = _with(url, _first_page(paging))
    asked: set[str | None] = set()
    before = b""
    for number in range(paging.max_pages):
        answer = fetcher.get(str(following))
        if following in asked or answer.body == before:
            raise UnreadableSource(f"{following}: pages go round in circles")
        asked.add(following)
        before = answer.body
        payload = _decode(answer)
        yield answer, payload
        following = _next_page(paging, url, number + 1, answer, payload)
        if following is None:
            return
    reading.notes.append(f"{url}: stopped after {paging.max_pages} pages; what follows was not read, raise max_pages")


def _first_page(paging: Paging) -> dict[str, str]:
    size = {paging.size_parameter: str(paging.size)} if paging.size_parameter else {}
    match paging.kind:
        case PagingKind.PAGE | PagingKind.OFFSET:
            return {paging.parameter: str(paging.start), **size}
        case PagingKind.CURSOR | PagingKind.LINK:
            return size


def _next_page(paging: Paging, url: str, done: int, answer: Answer, payload: Any) -> str | None:
    size = {paging.size_parameter: str(paging.size)} if paging.size_parameter else {}
    match paging.kind:
        case PagingKind.LINK:
            link = httpx.Response(200, headers={"link": answer.headers.get("link", "")}).links.get("next", {})
            return urljoin(answer.url, link["url"]) if link.get("url") else None
        case PagingKind.CURSOR:
            cursor = jmespath.search(paging.next, payload)
            return _with(url, {paging.parameter: str(cursor), **size}) if cursor else None
        case PagingKind.PAGE:
            return _with(url, {paging.parameter: str(paging.start + done), **size})
        case PagingKind.OFFSET:
            return _with(url, {paging.parameter: str(paging.start + done * paging.size), **size})


def _decode(answer: Answer) -> Any:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON_TYPES and not kind.endswith("+json"):
        raise UnreadableSource(f"{answer.url}: answered {kind[:60]}, not JSON")
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableSource(f"{answer.url}: no JSON: {error}"[:300]) from None


def _items(payload: Any, config: SourceConfig, url: str) -> list[Any]:
    items = _search(config.items, payload)
    if not isinstance(items, list):
        found = "nothing" if items is None else type(items).__name__
        raise UnreadableSource(f"{url}: items {config.items!r} finds {found}, not a list")
    return items


def _read_item(item: Any, config: SourceConfig, as_of: date, where: str) -> Signal | Refused:
    if not isinstance(item, dict):
        return Refused.of(where, "no JSON object", item)
    row = {path: _search(path, item) for path in config.columns.values()}
    return read_row(row, config, as_of, where)


def _search(path: str, value: Any) -> Any:
    try:
        return jmespath.search(path, value)
    except JMESPathError:  # a function that got a value of the wrong type
        return None


def _with(url: str, parameters: Mapping[str, str]) -> str:
    return str(httpx.URL(url).copy_merge_params(parameters)) if parameters else url


def _greater(one: str | int, other: str | int) -> str | int:
    """The later of two values; the first when they are of different kinds."""
    match one, other:
        case (int(), int()):
            return max(one, other)
        case (str(), str()):
            return max(one, other)
        case _:
            return one


class _Newest:
    """The greatest value seen, which the next request sends back."""

    def __init__(self, since: Since | None, reading: Reading) -> None:
        self._since = since
        self._asked: str | int | None = (reading.mark or {}).get("since") if since else None
        self._newest = self._asked

    def asked(self) -> dict[str, str]:
        """The parameter to send; none the first time."""
        if self._since is None or self._asked is None:
            return {}
        if self._since.overlap_days:
            earlier = date.fromisoformat(str(self._asked)) - timedelta(days=self._since.overlap_days)
            return {self._since.parameter: earlier.isoformat()}
        return {self._since.parameter: str(self._asked)}

    def look_at(self, item: Any, row: Signal | Refused) -> None:
        """Remember the value of an item, unless its day has not come yet: it is asked for again."""
        if self._since is None or (isinstance(row, Refused) and row.readable_on):
            return
        if self._since.value:
            value = _search(self._since.value, item)
        else:
            value = row.observed_on.isoformat() if isinstance(row, Signal) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            self._newest = value if self._newest is None else _greater(self._newest, value)

    def mark(self, complete: bool) -> dict[str, Any]:
        """What to remember; what was asked before when pages were left unread."""
        value = self._newest if complete else self._asked
        return {} if value is None else {"since": value}
