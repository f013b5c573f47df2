"""Which reader belongs to which kind of source."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import assert_never

from models.errors import InvalidInput
from trends.sources.config import SourceConfig, SourceKind
from trends.sources.file import read_files
from trends.sources.rss import read_feeds
from trends.sources.signal import Refused, Signal


def read_source(config: SourceConfig, places: Sequence[str | Path], as_of: date) -> Iterator[Signal | Refused]:
    """Every row of the source, read or refused; `places` (paths or URLs) replace those of the configuration."""
    match config.kind:
        case SourceKind.FILE:
            if not (places or config.paths):
                raise InvalidInput(f"source {config.name}: no path given and none configured")
            return read_files(config, places or config.paths, as_of)
        case SourceKind.RSS:
            return read_feeds(config, [str(place) for place in places] or config.urls, as_of)
        case _:
            assert_never(config.kind)
