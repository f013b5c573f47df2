"""How long buyers take: from an inquiry to its pre-order, or from a pre-order to its cancellation. Pure.

Some never do it. In the mixture-cure model (Boag 1949; Farewell 1982) a share `rate` does it at all, after a Weibull
delay; of a buyer who has waited `age` days without doing it, the chance to do it within the next `horizon` days is

    rate (G(age + horizon) - G(age)) / (1 - rate G(age)),    G(t) = 1 - exp(-(t / scale) ** shape).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]

FEWEST_DONE = 30
"""Delays seen below which two parameters of a delay are not worth fitting."""
_NARROWEST, _WIDEST = 0.2, 10.0  # shapes outside are an artefact of a handful of distinct delays
YOUNGEST = 1 / 24
"""Days that nobody is younger than: an act of this moment is counted as an hour old."""
_RATIO = 1.25
_SEEN = 0.5
_STEPS = (np.arange(16) + 0.5) / 16


@dataclass(frozen=True, slots=True)
class Delay:
    """A Weibull delay in days, of those who do it at all."""

    shape: float
    scale_days: float

    def __post_init__(self) -> None:
        if not 0 < self.shape < float("inf") or not 0 < self.scale_days < float("inf"):
            raise ValueError(f"a Weibull delay of shape {self.shape} and {self.scale_days} days")

    def slowed(self, by: float) -> "Delay":
        """So many times as long."""
        return Delay(self.shape, self.scale_days * by)

    def done_by(self, days: float) -> float:
        """Share of those who do it at all that have done it after so many days; 0 for days that are not positive."""
        return float(-np.expm1(-((max(days, 0.0) / self.scale_days) ** self.shape)))

    def days_by(self, share: float) -> float:
        """Days after which this share (0 to below 1) has done it."""
        return float(self.scale_days * (-np.log1p(-share)) ** (1 / self.shape))


def coarse_days(days: float) -> float:
    """An age to within an eighth, so that buyers of about one age are counted together."""
    steps = round(float(np.log(max(days, YOUNGEST) / YOUNGEST) / np.log(_RATIO)))
    return round(YOUNGEST * _RATIO**steps, 4)


def chance_later(rate: Reals, age: float, horizon: float, delay: Delay, slower: Reals | float = 1.0) -> Reals:
    """Chance to do it within `horizon` days, of a buyer who has waited `age` days, for each rate of doing it at all.

    The delay is `slower` times as long.
    """
    scale = delay.scale_days * slower
    done, by_then = (-np.expm1(-((days / scale) ** delay.shape)) for days in (age, age + horizon))
    later: Reals = rate * (by_then - done) / (1 - rate * done)
    return later


def left_over(age: float, horizon: float, first: Delay, second: Delay) -> float:
    """Share of second delays that end before the horizon, when they begin as the first ones end within it.

    Of inquiries aged `age` that become pre-orders within `horizon` days: those cancelled by then, were all cancelled.
    """
    done, by_then = first.done_by(age), first.done_by(age + horizon)
    ends = [first.days_by(done + (by_then - done) * float(step)) for step in _STEPS]
    return float(np.mean([second.done_by(age + horizon - end) for end in ends])) if by_then > done else 0.0


@dataclass(frozen=True, slots=True)
class Waited:
    """So many buyers waited `days`, and then did it, or were still waiting when last looked at."""

    days: float
    happened: bool
    count: int


def fit_delay(waited: Sequence[Waited]) -> Delay | None:
    """The delay that explains these waits best (maximum likelihood, censored).

    None with fewer than `FEWEST_DONE` that did it, or when nobody was followed until half of them would have.

    Source: lifelines' MixtureCureFitter over a Weibull; the share that never does it is fitted along and let go, since
    it differs from listing to listing (`demand.decision.pool`).
    """
    known = [wait for wait in waited if wait.count > 0]
    if sum(wait.count for wait in known if wait.happened) < FEWEST_DONE:
        return None
    # Three seconds of import (it brings pandas and matplotlib), paid only where history is learned.
    from lifelines import MixtureCureFitter, WeibullFitter

    fitted = MixtureCureFitter(base_fitter=WeibullFitter())
    fitted.fit(
        [max(wait.days, YOUNGEST) for wait in known],
        [wait.happened for wait in known],
        weights=[wait.count for wait in known],
    )
    delay = Delay(min(max(float(fitted.rho_), _NARROWEST), _WIDEST), float(fitted.lambda_))
    # Where nobody was followed past the middle of the delay, slow buyers look like buyers who never do it.
    return delay if delay.done_by(max(wait.days for wait in known)) >= _SEEN else None
