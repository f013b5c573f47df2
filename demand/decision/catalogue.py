"""One listing among all of its batch: which may be confirmed together so that few of them are false. Pure.

The catalogue is the batch: its listings are launched together by one rule, and how many they are is fixed at launch, so
that nothing published elsewhere later moves the bar of what was confirmed. A confirmed listing keeps the evidence that
it was confirmed with; one that may not be confirmed (stopped, closed, too few units) counts with none. Then those
confirmed at any moment are exactly those chosen (demand/decision/fdr.py), and at most the level of them is false on
average.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log, nextafter
from typing import Any

from demand.decision.fdr import log_threshold


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a decision saw of the others: enough to repeat it alone."""

    hypotheses: int
    """Listings of the batch, also those stopped long ago."""
    level: float
    chosen: int
    """Listings chosen at this look, those confirmed before among them."""
    rank: int
    """Place of the listing by its evidence; 1 is the strongest."""
    bar: float
    """Natural log of the e-value from which listings are chosen at this look."""

    def admits(self, log_e: float) -> bool:
        """Whether a listing with this evidence is chosen."""
        return log_e >= self.bar

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the bar reads back to the bit."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def look_at_catalogue(log_e: Mapping[int, float], hypotheses: int, level: float) -> dict[int, Catalogue]:
    """Each listing's view of the catalogue: its evidence, minus infinity where it may not be confirmed, among all.

    Listings that are not named count as hypotheses without evidence. ValueError when fewer hypotheses are than named.
    """
    if hypotheses < len(log_e):
        raise ValueError(f"{len(log_e)} listings among {hypotheses} hypotheses")
    strongest_last = sorted(log_e.values())
    bar = log_threshold([*strongest_last, *([-inf] * (hypotheses - len(log_e)))], level)
    if bar == inf:  # nobody is chosen: the bar of one alone, which is above everybody
        bar = max(log(hypotheses / level) if hypotheses else 0.0, nextafter(max(strongest_last, default=0.0), inf))
    chosen = sum(value >= bar for value in strongest_last)
    return {
        listing_id: Catalogue(hypotheses, level, chosen, 1 + len(log_e) - bisect_right(strongest_last, value), bar)
        for listing_id, value in log_e.items()
    }
