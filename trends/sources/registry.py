"""Which places a source of each kind has, and which reader belongs to it."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from models.errors import InvalidInput, UnreadableSource
from trends.sources.config import SourceConfig, SourceKind
from trends.sources.file import find_files, read_file
from trends.sources.http_json import read_api
from trends.sources.own_search import read_searches
from trends.sources.reading import Reading
from trends.sources.rss import read_feed
from trends.sources.signal import Refused, Signal
from trends.sources.sql import read_query
from trends.sources.trend_series import SeriesPoint, read_export

Item = Signal | SeriesPoint | Refused


def find_places(config: SourceConfig, places: Sequence[str | Path]) -> list[str | UnreadableSource]:
    """Files, feeds, addresses or the one query of a source; what is not there as the error that says so.

    `places` (paths or URLs) replace those of the configuration; a database is named by its configuration alone.
    """
    match config.kind:
        case SourceKind.FILE | SourceKind.TREND_SERIES:
            if not (places or config.paths):
                raise InvalidInput(f"source {config.name}: no path given and none configured")
            return _find_files(config.kind, places or config.paths)
        case SourceKind.RSS | SourceKind.HTTP_JSON:
            return list(dict.fromkeys(map(str, places or config.urls)))
        case SourceKind.SQL | SourceKind.OWN_SEARCH:
            if places:
                raise InvalidInput(f"source {config.name}: a source of kind {config.kind.value!r} takes no places")
            return [_query_name(config)]
        case _:
            assert_never(config.kind)


def read_place(config: SourceConfig, place: str, reading: Reading) -> Iterator[Item]:
    """Every new row of one place, read or refused."""
    match config.kind:
        case SourceKind.FILE:
            return read_file(config, Path(place), reading)
        case SourceKind.RSS:
            return read_feed(config, place, reading)
        case SourceKind.HTTP_JSON:
            return read_api(config, place, reading)
        case SourceKind.SQL:
            return read_query(config, reading)
        case SourceKind.TREND_SERIES:
            return read_export(config, Path(place), reading)
        case SourceKind.OWN_SEARCH:
            return read_searches(config, reading)
        case _:
            assert_never(config.kind)


def place_key(config: SourceConfig, place: str) -> str:
    """What a place is called among the marks, the same from wherever it is named; at most 300 characters."""
    named = config.kind in (SourceKind.FILE, SourceKind.TREND_SERIES)
    key = str(Path(place).resolve()) if named else place
    return key if len(key) <= 300 else key[:260] + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _find_files(kind: SourceKind, paths: Sequence[str | Path]) -> list[str | UnreadableSource]:
    found: dict[str, str | UnreadableSource] = {}
    for path in paths:
        try:
            files = find_files([path], (".csv",)) if kind is SourceKind.TREND_SERIES else find_files([path])
            found |= {str(file.resolve()): str(file) for file in files}
        except UnreadableSource as error:
            found[str(path)] = error
    return list(found.values())


def _query_name(config: SourceConfig) -> str:
    if config.sql is None:
        return "our storefront"
    asked = f"{config.sql.url}{config.sql.url_variable} {config.sql.query}"
    return f"query {hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()}"
