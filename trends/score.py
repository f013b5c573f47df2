"""How much a phrase rises above its own past: pure arithmetic on weekly weighted counts, newest week first.

Method: the Gamma-Poisson shrinker of W. DuMouchel, "Bayesian Data Mining in Large Frequency Tables", The American
Statistician 53 (1999). The ratio of observed to expected titles has a Gamma prior around 1; the score is the lower 5%
point of its posterior (EB05), so three titles of a new word do not outrank thirty, and a common word needs many more.
The expected level is the higher of the phrase's own trailing year and the same weeks of earlier years, so winter
coats do not "rise" every November.

Whether a rise could be chance is told by the predictive distribution of the same model: given what the past held, the
number of titles in the recent weeks is negative binomial (A. Gelman et al., Bayesian Data Analysis, 2013, 2.6), so
a level that is hardly known does not alarm. Its upper tail is corrected for the number of phrases looked at after
Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", Journal of the Royal Statistical Society B 57
(1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, betainc, gammainc, gammaincinv

from models.trend import TrendStage

RECENT_WEEKS = 4
YEAR = 52
PRIOR = 0.5  # pseudo-titles observed and expected before anything is seen; DuMouchel's mixtures lie around this weight
FADED = 0.1
SEASON_SLACK = 2  # a season may come this many weeks earlier or later than last year
PAST_WEEKS = 2 * YEAR + RECENT_WEEKS + SEASON_SLACK

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


def surprise(observed: float, past: float, expected: float, exposure: float) -> float:
    """The chance of `observed` titles or more when the past goes on.

    `past` titles were seen in the trailing year, `exposure` is the recent time as a share of it (by all titles), and
    `expected` what past and season let expect. Negative binomial with shape `PRIOR + past`, so a level known from two
    titles is less certain than one known from two hundred.
    """
    if observed <= 0:
        return 1.0
    shape = PRIOR + past
    mean = max(expected, shape * exposure)
    return float(betainc(observed, shape, mean / (mean + shape)))


def exposure_of(totals: Weeks, recent: int) -> float:
    """The last `recent` weeks as a share of the trailing year before the recent ones; at most 1, as with no past."""
    year = float(totals[RECENT_WEEKS : RECENT_WEEKS + YEAR].sum())
    now = float(totals[:recent].sum())
    return min(1.0, now / year) if year > 0 else 1.0


def false_discovery_rates(chances: Sequence[float], looked_at: int) -> list[float]:
    """For each chance, the share of false ones among all that are at least as surprising, `looked_at` being tried."""
    order = np.argsort(chances, kind="stable")
    ranked = np.array(chances, dtype=float)[order] * max(looked_at, len(chances)) / np.arange(1, len(chances) + 1)
    rates = np.empty(len(chances))
    rates[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return [float(rate) for rate in rates]


def expected_level(weeks: Weeks, totals: Weeks) -> Weeks:
    """Titles to expect in the recent weeks, from the past alone.

    `weeks` is the weighted counts of one phrase, or a row for each of several phrases, newest week first; `totals` is
    those of all titles, of the same length.
    """
    recent_total = float(totals[:RECENT_WEEKS].sum())
    usual = _share(weeks, totals, [slice(RECENT_WEEKS, RECENT_WEEKS + YEAR)], 0.0, 0.0)
    season = usual
    for shift in range(-SEASON_SLACK, SEASON_SLACK + 1):
        windows = [
            slice(year * YEAR + shift, year * YEAR + shift + RECENT_WEEKS)
            for year in range(1, weeks.shape[-1] // YEAR + 1)
        ]
        # Shrunk towards the usual level by one window of it: the highest of five thin windows is high by chance.
        season = np.maximum(season, _share(weeks, totals, windows, usual, recent_total))
    return season * recent_total


def _share(weeks: Weeks, totals: Weeks, windows: list[slice], usual: Weeks | float, strength: float) -> Weeks:
    seen = np.asarray(usual) * strength + sum(weeks[..., window].sum(axis=-1) for window in windows)
    total = strength + sum(float(totals[window].sum()) for window in windows)
    return np.asarray(seen / total if total > 0 else np.zeros_like(seen))


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
