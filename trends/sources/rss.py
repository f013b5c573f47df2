"""Signals from RSS and Atom feeds, fetched with limits and never from private addresses unless allowed."""

import calendar
import ipaddress
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import httpx

from models.errors import UnreadableSource
from trends.sources.config import SourceConfig, WeightRule
from trends.sources.signal import Refused, Signal, read_row

MAX_REDIRECTS = 5
_ENTRY_COLUMNS: Mapping[str, str] = {"title": "title", "date": "date", "id": "id", "url": "url"}


def read_feeds(config: SourceConfig, urls: Iterable[str], as_of: date) -> Iterator[Signal | Refused]:
    """Every entry of every feed, read or refused; UnreadableSource when a feed cannot be fetched or is no feed."""
    for url in urls:
        yield from parse_feed(fetch_feed(url, config), config, url, as_of)


def parse_feed(body: bytes, config: SourceConfig, url: str, as_of: date) -> Iterator[Signal | Refused]:
    """The entries of one feed document; UnreadableSource when there is none."""
    feed = feedparser.parse(body)
    if not feed.entries:
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
        "date": datetime.fromtimestamp(calendar.timegm(moment), UTC).date() if moment else None,
        "id": entry.get("id") or link or entry.get("title", ""),
        "url": link,
    }


def fetch_feed(url: str, config: SourceConfig) -> bytes:
    """The body behind a URL, following at most five redirects; every hop's address is checked before connecting."""
    try:
        with httpx.Client(timeout=config.timeout_seconds, follow_redirects=False, trust_env=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                answer = _fetch_once(client, url, config)
                if isinstance(answer, bytes):
                    return answer
                url = answer
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise UnreadableSource(f"{url}: {error or type(error).__name__}") from None
    raise UnreadableSource(f"{url}: more than {MAX_REDIRECTS} redirects")


def _fetch_once(client: httpx.Client, url: str, config: SourceConfig) -> bytes | str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnreadableSource(f"{url[:200]}: only http and https addresses are fetched")
    address = _public_address(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), url, config)
    # Connecting to the address that was checked, not to the name again: a name may resolve differently a second time.
    pinned = httpx.URL(url).copy_with(host=address)
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    with client.stream("GET", pinned, headers={"Host": host}, extensions={"sni_hostname": parts.hostname}) as response:
        if response.is_redirect:
            return urljoin(url, str(response.headers.get("location", "")))
        if response.status_code != 200:
            raise UnreadableSource(f"{url}: answered {response.status_code}")
        return _limited_body(response, url, config.max_bytes)


def _limited_body(response: httpx.Response, url: str, limit: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit:
            raise UnreadableSource(f"{url}: larger than {limit} bytes")
    return bytes(body)


def _public_address(host: str, port: int, url: str, config: SourceConfig) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreadableSource(f"{url}: cannot resolve {host}: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not config.allow_private and not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise UnreadableSource(f"{url}: {host} is a private address; set allow_private = true to fetch it")
    return addresses[0]
