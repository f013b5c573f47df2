"""How a rate differs between listings: the Beta prior that explains earlier listings best. Pure.

Maximum marginal likelihood of the beta-binomial: parametric empirical Bayes (Morris 1983, JASA 78; Gelman et al.,
Bayesian Data Analysis, 3rd ed., ch. 5).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from demand.beta import Beta

FEWEST_LISTINGS = 20
"""Earlier listings below which their differences cannot be told from chance: the shipped prior serves then."""
_MOST_WORTH = 1000.0
"""Buyers' worth of a prior at most: where earlier listings hardly differ, the next one may."""

Whole = npt.NDArray[np.int64]


def fit_beta(outcomes: Sequence[tuple[int, int]]) -> Beta | None:
    """The prior from (happened, trials) of earlier listings; None with fewer than `FEWEST_LISTINGS` that had trials."""
    known = np.array([(happened, trials) for happened, trials in outcomes if trials > 0], np.int64).reshape(-1, 2)
    if len(known) < FEWEST_LISTINGS:
        return None
    happened, trials = known.T
    # Half a success and half a failure keep the logit finite where nothing, or everything, happened.
    mean = (happened.sum() + 0.5) / (trials.sum() + 1)
    found = optimize.minimize(
        lambda at: -_log_likelihood(at[0], at[1], happened, trials),
        x0=np.array([special.logit(mean), np.log(20.0)]),
        method="L-BFGS-B",
        bounds=((-12.0, 12.0), (np.log(0.5), np.log(_MOST_WORTH))),
    )
    mean, worth = float(special.expit(found.x[0])), float(np.exp(found.x[1]))
    return Beta(mean * worth, (1 - mean) * worth)


def _log_likelihood(logit_mean: float, log_worth: float, happened: Whole, trials: Whole) -> float:
    mean, worth = special.expit(logit_mean), np.exp(log_worth)
    a, b = mean * worth, (1 - mean) * worth
    return float((special.betaln(a + happened, b + trials - happened) - special.betaln(a, b)).sum())
