"""The e-processes as the first method computed them, kept so that its decisions replay to the bit.

Same mathematics as demand/decision/evidence.py, in other steps: the last digits differ. Nothing new is decided by it.
"""

from collections.abc import Callable
from math import exp, inf, lgamma, log, log1p

# Tuned by simulation (bench/decide.py): fewest viewers over a portfolio whose rates are Beta(0.6, 30), p0 = 2%. Any
# other values keep the error rates, they only cost viewers.
_CONFIRM_A, _CONFIRM_B = 1.0, 0.8
_STOP_A, _STOP_B = 1.5, 3.0
_TINY = 1e-300
_MOST_STEPS = 1_000_000
_BISECTIONS = 100


def log_e_confirm(viewers: int, converted: int, p0: float) -> float:
    """Natural log of the e-process against 'the rate is at most p0'; 0 before anybody came."""
    _check(viewers, converted, p0)
    a, b = _CONFIRM_A, max(1.0, _CONFIRM_B / p0)
    # Mirrored: x above p0 is 1 - x below 1 - p0.
    missed = viewers - converted
    return _log_lower(b + missed, a + converted, 1 - p0, missed, converted) - _log_lower(b, a, 1 - p0, 0, 0)


def log_e_stop(viewers: int, converted: int, p0: float) -> float:
    """Natural log of the e-process against 'the rate is at least p0'; 0 before anybody came."""
    _check(viewers, converted, p0)
    a, b = _STOP_A, max(1.0, _STOP_B / p0)
    missed = viewers - converted
    return _log_lower(a + converted, b + missed, p0, converted, missed) - _log_lower(a, b, p0, 0, 0)


def confidence_sequence(viewers: int, converted: int, p0: float, alpha: float) -> tuple[float, float]:
    """Rates that the data do not contradict at level alpha at this look or any other; (0, 1) without viewers.

    The interval of all p at which the Beta(1, 1/p0 - 1) mixture over the likelihood at p is below 1/alpha (Robbins).
    """
    _check(viewers, converted, p0)
    if viewers == 0:
        return 0.0, 1.0
    a, b = 1.0, max(1.0, 1 / p0 - 1)
    missed = viewers - converted
    limit = _log_beta(a + converted, b + missed) - _log_beta(a, b) - log(1 / alpha)

    def contradicted(p: float) -> bool:
        return _log_power(converted, p) + _log_power(missed, 1 - p) < limit

    rate = converted / viewers
    return _edge(contradicted, 0.0, rate), _edge(contradicted, 1.0, rate)


def _edge(contradicted: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where the interval ends between a point outside and one inside it; the log-likelihood is concave."""
    if not contradicted(outside):
        return outside
    for _ in range(_BISECTIONS):
        middle = (outside + inside) / 2
        if contradicted(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _log_power(count: int, p: float) -> float:
    if count == 0:
        return 0.0
    return count * log(p) if p > 0 else -inf


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _log_lower(a: float, b: float, x: float, hits: int, misses: int) -> float:
    """log of the integral of t^(a-1) (1-t)^(b-1) over (0, x), divided by x^hits (1-x)^misses.

    In the tail the powers are divided before they are taken: the result stays exact where the integral underflows.
    """
    if x < (a + 1) / (a + b + 2):
        return (a - hits) * log(x) + (b - misses) * log1p(-x) - log(a) + log(_fraction(a, b, x))
    upper = b * log1p(-x) + a * log(x) - log(b) + log(_fraction(b, a, 1 - x))
    whole = _log_beta(a, b)
    return whole + log1p(-exp(min(upper - whole, -1e-16))) - hits * log(x) - misses * log1p(-x)


def _fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method; ArithmeticError if it fails.

    Converges in about sqrt(max(a, b)) steps for x < (a + 1) / (a + b + 2).
    """
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        change = 1.0
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + numerator * d)
            c = _away_from_zero(1 + numerator / c)
            change = c * d
            value *= change
        if abs(change - 1) < 1e-15:
            return value
    raise ArithmeticError(f"the incomplete beta function of {a}, {b} at {x} did not converge")


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _check(viewers: int, converted: int, p0: float) -> None:
    if not 0 <= converted <= viewers:
        raise ValueError(f"{converted} of {viewers} viewers converted")
    if not 0 < p0 < 1:
        raise ValueError(f"a target rate of {p0}")
