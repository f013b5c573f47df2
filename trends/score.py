"""How much a phrase rises above its own past: pure arithmetic on weekly weighted counts, newest week first.

Method: the Gamma-Poisson shrinker of W. DuMouchel, "Bayesian Data Mining in Large Frequency Tables", The American
Statistician 53 (1999). The ratio of observed to expected titles has a Gamma prior around 1; the score is the lower 5%
point of its posterior (EB05), so three titles of a new word do not outrank thirty, and a common word needs many more.
The expected level is the higher of the phrase's own trailing year and the same weeks of earlier years, so winter
coats do not "rise" every November.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, gammainc, gammaincinv

from models.trend import TrendStage

RECENT_WEEKS = 4
YEAR = 52
PRIOR = 0.5  # pseudo-titles observed and expected before anything is seen; DuMouchel's mixtures lie around this weight
FADED = 0.1
SEASON_SLACK = 2  # a season may come this many weeks earlier or later than last year

Weeks = npt.NDArray[np.float64]
"""Weighted counts by week, newest first."""


@dataclass(frozen=True, slots=True)
class Rise:
    """Observed and expected level of the recent weeks with what follows from them."""

    observed: float
    expected: float
    score: float
    """Lower 5% point of observed/expected."""
    momentum: float
    """Posterior mean of observed/expected."""
    confidence: float
    """Probability that the level at least doubled."""


def rise(observed: float, expected: float) -> Rise:
    """Judge one phrase; both levels are weighted titles in the recent weeks."""
    shape, rate = PRIOR + observed, PRIOR + expected
    return Rise(
        observed,
        expected,
        score=float(gammaincinv(shape, 0.05) / rate),
        momentum=shape / rate,
        confidence=float(1 - gammainc(shape, 2 * rate)),
    )


def expected_level(weeks: Weeks, totals: Weeks) -> float:
    """Titles to expect in the recent weeks, from the past alone.

    `weeks` and `totals` are weighted counts of the phrase and of all titles, newest week first, same length.
    """
    recent_total = float(totals[:RECENT_WEEKS].sum())
    usual = _share(weeks, totals, [slice(RECENT_WEEKS, RECENT_WEEKS + YEAR)], 0.0, 0.0)
    season = usual
    for shift in range(-SEASON_SLACK, SEASON_SLACK + 1):
        windows = [
            slice(year * YEAR + shift, year * YEAR + shift + RECENT_WEEKS) for year in range(1, len(weeks) // YEAR + 1)
        ]
        # Shrunk towards the usual level by one window of it: the highest of five thin windows is high by chance.
        season = max(season, _share(weeks, totals, windows, usual, recent_total))
    return season * recent_total


def _share(weeks: Weeks, totals: Weeks, windows: list[slice], usual: float, strength: float) -> float:
    seen = usual * strength + sum(float(weeks[window].sum()) for window in windows)
    total = strength + sum(float(totals[window].sum()) for window in windows)
    return seen / total if total > 0 else 0.0


def stage_of(weeks: Weeks) -> TrendStage:
    """Where on its curve a phrase is, from its weekly counts, newest first.

    Fading: the last two weeks are below the best earlier pair of the last eight weeks, and a fair coin would divide the
    titles so unevenly in under one case of ten (binomial sign test, so that 1 after 3 is no fading yet).
    Emerging: hardly anything before the recent weeks. Rising: more than in the two weeks before. Peak: the rest.
    """
    pairs = weeks[:-1] + weeks[1:]
    now, before, best = float(pairs[0]), float(pairs[2]), float(pairs[2:8].max())
    if now < best and bdtr(now, round(now + best), 0.5) < FADED:
        return TrendStage.FADING
    if float(weeks[RECENT_WEEKS:].sum()) <= float(weeks[:RECENT_WEEKS].sum()) / 4:
        return TrendStage.EMERGING
    return TrendStage.RISING if now > before else TrendStage.PEAK
