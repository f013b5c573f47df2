"""Where signals come from: one file per kind of source, chosen by its configuration."""

from trends.sources.config import SourceConfig, SourceKind, WeightRule, parse_source
from trends.sources.reading import Reading
from trends.sources.registry import find_places, place_key, read_place
from trends.sources.signal import Refused, Signal
from trends.sources.trend_series import SeriesPoint

__all__ = [
    "Reading",
    "Refused",
    "SeriesPoint",
    "Signal",
    "SourceConfig",
    "SourceKind",
    "WeightRule",
    "find_places",
    "parse_source",
    "place_key",
    "read_place",
]
