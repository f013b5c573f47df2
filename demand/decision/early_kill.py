"""How likely a listing is to be confirmed before its window ends: too unlikely means no more viewers for it. Pure.

Predictive probability of success (D. Spiegelhalter, L. Freedman, P. Blackburn, Monitoring clinical trials: conditional
or predictive power?, Controlled Clinical Trials 7, 1986): the rate's posterior is carried to the viewers still to come,
who convert as a beta-binomial. Stopping on it is stopping for futility: it takes chances to be confirmed away and adds
none, so that false confirms stay within alpha; it proves nothing against the listing.
"""

from functools import lru_cache
from math import exp, log

from demand.beta import Beta, log_beta
from demand.decision.evidence import log_e_confirm

FUTILE = 0.001
"""Where to give a listing up: bench/decide.py finds half the viewers saved, and one clear winner in 700 lost to it."""
_NEGLIGIBLE = 1e-17


def prior_of(p0: float) -> Beta:
    """The prior unless another is given: a listing converts as often as it must, worth one conversion.

    Kinder than most listings deserve, so that few winners are given up; its weight is gone after 1/p0 viewers.
    """
    return Beta(1.0, max(1.0, 1 / p0 - 1))


def chance_to_confirm(
    viewers: int, converted: int, viewers_left: int, p0: float, alpha: float, prior: Beta | None = None
) -> float:
    """Probability that the evidence to confirm stands at 1/alpha when `viewers_left` more have come; 1 if it does now.

    A listing may also cross on the way and fall back: this is then a little less than the chance to cross at all.
    ValueError for impossible figures.
    """
    if viewers_left < 0:
        raise ValueError(f"{viewers_left} viewers left")
    if log_e_confirm(viewers, converted, p0) >= log(1 / alpha):
        return 1.0
    missing = fewest_to_confirm(viewers + viewers_left, p0, alpha) - converted
    if missing > viewers_left:
        return 0.0
    return _chance_of_at_least(missing, viewers_left, (prior or prior_of(p0)).after(converted, viewers - converted))


@lru_cache(maxsize=1 << 16)
def fewest_to_confirm(viewers: int, p0: float, alpha: float) -> int:
    """The fewest conversions of so many viewers that confirm; one more than viewers when none do."""
    if not 0 < alpha < 1:
        raise ValueError(f"an error rate of {alpha}")
    needed = log(1 / alpha)
    low, high = 0, viewers + 1
    while low < high:
        middle = (low + high) // 2
        if log_e_confirm(viewers, middle, p0) >= needed:
            high = middle
        else:
            low = middle + 1
    return low


def _chance_of_at_least(hits: int, trials: int, rate: Beta) -> float:
    """Tail of the beta-binomial distribution, summed from `hits` away from its mean."""
    if hits <= 0:
        return 1.0
    first = _chance_of(hits, trials, rate)
    if hits > trials * rate.mean:
        return min(1.0, _sum_up(first, hits, trials, rate))
    return max(0.0, 1.0 - (_sum_down(first, hits, trials, rate) - first))


def _chance_of(hits: int, trials: int, rate: Beta) -> float:
    ways = -log(trials + 1) - log_beta(hits + 1, trials - hits + 1)
    return exp(ways + log_beta(rate.a + hits, rate.b + trials - hits) - log_beta(rate.a, rate.b))


def _sum_up(term: float, hits: int, trials: int, rate: Beta) -> float:
    total = term
    while hits < trials:
        term *= (trials - hits) * (rate.a + hits) / ((hits + 1) * (rate.b + trials - hits - 1))
        hits += 1
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    return total


def _sum_down(term: float, hits: int, trials: int, rate: Beta) -> float:
    total = term
    while hits > 0:
        term *= hits * (rate.b + trials - hits) / ((trials - hits + 1) * (rate.a + hits - 1))
        hits -= 1
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    return total
