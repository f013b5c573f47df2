"""Whether designs sampled with what was learned sell better than those left as control. Pure.

The listing is the unit: designs were drawn into the two arms at random inside each batch. The difference of the mean
conversion is taken inside batches (a regression with an intercept for each batch), its interval from the listings'
spread inside batch and arm with Student's t; viewers make single rates noisier, which the spread already holds.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

LEAST_LISTINGS = 5
"""In each arm; with fewer, an interval says nothing that anybody could use."""
LEAST_VIEWERS = 100
"""Of a listing, for its rate to be looked at."""
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One listing of an arm: how many of its clean viewers converted."""

    batch_id: int
    treated: bool
    viewers: int
    converted: int

    def __post_init__(self) -> None:
        if not 0 <= self.converted <= self.viewers:
            raise ValueError(f"{self.converted} of {self.viewers} viewers converted")

    @property
    def rate(self) -> float:
        """Converted by viewers; 0 without viewers."""
        return self.converted / self.viewers if self.viewers else 0.0


@dataclass(frozen=True, slots=True)
class Lift:
    """Treated against control listings; the difference is in conversion, with its 95% interval."""

    treated: int
    control: int
    control_rate: float | None
    """Mean over the control listings."""
    difference: float | None
    low: float | None
    high: float | None
    """None, as the other figures, where there are too few listings to say anything."""

    @property
    def known(self) -> bool:
        """Whether there is enough to say anything."""
        return self.difference is not None


def measure_lift(results: Sequence[ArmResult]) -> Lift:
    """Compare the arms inside batches that have both, over listings with at least LEAST_VIEWERS viewers."""
    cells: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for one in results:
        if one.viewers >= LEAST_VIEWERS:
            cells[one.batch_id][one.treated].append(one.rate)
    both = {batch: arms for batch, arms in cells.items() if all(arms)}
    control, treated = (sum(len(arms[arm]) for arms in both.values()) for arm in (0, 1))
    free = control + treated - len(both) - 1
    if min(control, treated) < LEAST_LISTINGS or free < 1:
        return Lift(treated, control, None, None, None, None)
    weights = {batch: len(c) * len(t) / (len(c) + len(t)) for batch, (c, t) in both.items()}
    gaps = {batch: _mean(t) - _mean(c) for batch, (c, t) in both.items()}
    weight = sum(weights.values())
    difference = sum(weights[batch] * gaps[batch] for batch in both) / weight
    rest = sum(_squares(c) + _squares(t) for c, t in both.values())
    rest += sum(weights[batch] * (gaps[batch] - difference) ** 2 for batch in both)
    error = (rest / free / weight) ** 0.5
    margin = float(stats.t.ppf((1 + _CONFIDENCE) / 2, free)) * error
    rate = _mean([one for c, _ in both.values() for one in c])
    return Lift(treated, control, rate, difference, difference - margin, difference + margin)


def _mean(rates: Sequence[float]) -> float:
    return sum(sorted(rates)) / len(rates)


def _squares(rates: Sequence[float]) -> float:
    return sum((rate - _mean(rates)) ** 2 for rate in sorted(rates))
