"""Signals from RSS and Atom feeds; an unchanged feed is not sent again."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import feedparser

from models.errors import UnreadableSource
from trends.sources.config import SourceConfig, WeightRule
from trends.sources.fetch import Answer, Fetcher
from trends.sources.reading import Mark, Reading
from trends.sources.signal import Refused, Signal, read_row

_ENTRY_COLUMNS: Mapping[str, str] = {"title": "title", "date": "date", "id": "id", "url": "url"}
_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


def read_feed(config: SourceConfig, url: str, reading: Reading) -> Iterator[Signal | Refused]:
    """Every entry of a feed that has changed; UnreadableSource when it cannot be fetched or is no feed."""
    with Fetcher(config, [url], reading.environ, reading.pace) as fetcher:
        answer = fetcher.get(url, conditions(reading.mark))
    if answer.status == 304:
        reading.unchanged, reading.next_mark = True, reading.mark
        return
    for row in parse_feed(answer.body, config, url, reading.as_of):
        if isinstance(row, Refused):
            reading.put_off(row.readable_on)
        yield row
    # An entry that waits for its day is to be sent again.
    reading.next_mark = None if reading.early_on else validators(answer)


def conditions(mark: Mark | None) -> dict[str, str]:
    """The request headers that ask for an answer only if it differs from the one that left this mark."""
    return {_CONDITIONS[name]: str(value) for name, value in (mark or {}).items() if name in _CONDITIONS}


def validators(answer: Answer) -> Mark:
    """What an answer says to recognise it by."""
    return {name: answer.headers[name] for name in _CONDITIONS if name in answer.headers}


def parse_feed(body: bytes, config: SourceConfig, url: str, as_of: date) -> Iterator[Signal | Refused]:
    """The entries of one feed document; UnreadableSource when it is none. A feed may be empty."""
    feed = feedparser.parse(body)
    if not feed.entries and not feed.get("version"):
        why = f": {feed.bozo_exception}" if feed.get("bozo") else ""
        raise UnreadableSource(f"{url}: no feed entries{why}"[:300])
    by_entry = replace(config, columns=_ENTRY_COLUMNS, weight=WeightRule.ONE, date_format=None)
    for number, entry in enumerate(feed.entries, start=1):
        yield read_row(_entry_row(entry), by_entry, as_of, f"{url} entry {number}")


def _entry_row(entry: Any) -> dict[str, Any]:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    link = entry.get("link", "")
    return {
        "title": entry.get("title", ""),
        "date": _day(moment),
        "id": entry.get("id") or link or entry.get("title", ""),
        "url": link,
    }


def _day(moment: Any) -> date | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC).date() if moment else None
    except (ValueError, OverflowError, OSError):
        return None
