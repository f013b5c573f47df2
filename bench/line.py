"""The one JSON line that every bench program ends with."""

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reach:
    """A figure to reach: `measured[name]` at most, or at least, `limit`."""

    name: str
    limit: float
    at_least: bool = False

    def holds(self, measured: Mapping[str, Any]) -> bool:
        """Whether the measured figure reaches the limit."""
        value = float(measured[self.name])
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{self.name} {'>=' if self.at_least else '<='} {self.limit:g}"


def peak_rss_mb() -> int:
    """Largest resident set of this process or any child, in MB (Linux counts in KB)."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def print_line(
    bench: str,
    seed: int,
    seconds: float,
    measured: Mapping[str, Any],
    baseline: Mapping[str, Any],
    reach: tuple[Reach, ...],
    quick: bool = False,
) -> int:
    """Print the line and return the exit code: 0 when every figure is reached, else 1."""
    ok = all(figure.holds(measured) for figure in reach)
    line = {
        "bench": bench,
        "quick": quick,
        "seed": seed,
        "seconds": round(seconds, 2),
        "peak_rss_mb": measured.get("peak_rss_mb", peak_rss_mb()),
        "measured": dict(measured),
        "baseline": dict(baseline),
        "reach": [str(figure) for figure in reach],
        "ok": ok,
    }
    sys.stderr.flush()
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
    return 0 if ok else 1
