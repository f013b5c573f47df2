"""Where signals come from: one file per kind of source, chosen by its configuration."""

from trends.sources.config import SourceConfig, SourceKind, WeightRule, parse_source
from trends.sources.registry import read_source
from trends.sources.signal import Refused, Signal

__all__ = ["Refused", "Signal", "SourceConfig", "SourceKind", "WeightRule", "parse_source", "read_source"]
