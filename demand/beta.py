"""The Beta distribution of an unknown probability, and its incomplete function in log space. Pure arithmetic.

Only + - * / and the logarithms of the C library are used, in one fixed order, so that a decision stored years ago
replays to the bit whatever version of a numerical library is installed.
"""

from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_HALF_LOG_2PI = 0.5 * log(2 * pi)
_STIRLING_FROM = 16.0  # five terms of the series err by less than 1e-15 from here
_TINY = 1e-300
_SMALLEST_STEP = 1e-15
_MOST_STEPS = 10_000_000
_MOST_NEWTON_STEPS = 200


@dataclass(frozen=True, slots=True)
class Beta:
    """A prior on a probability, worth `a` successes and `b` failures seen before."""

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (0 < self.a < inf and 0 < self.b < inf):
            raise ValueError(f"Beta({self.a}, {self.b}) is not a distribution")

    @property
    def mean(self) -> float:
        """Expected probability."""
        return self.a / (self.a + self.b)

    @property
    def strength(self) -> float:
        """How many trials it is worth."""
        return self.a + self.b

    def after(self, converted: int, missed: int) -> "Beta":
        """What is believed after so many more of each; ValueError for negative counts."""
        if converted < 0 or missed < 0:
            raise ValueError(f"{converted} converted and {missed} missed")
        return Beta(self.a + converted, self.b + missed)

    def chance_below(self, x: float) -> float:
        """Probability that the unknown probability is below `x`; 0 below 0 and 1 above 1."""
        if x <= 0:
            return 0.0
        if x >= 1:
            return 1.0
        below = log_below(self.a, self.b, x, 1 - x) - log_beta_ratio(self.a, self.b, x, 1 - x)
        return min(1.0, exp(below))

    def quantile(self, chance: float) -> float:
        """The value that the unknown probability stays below with this probability; ValueError outside (0, 1).

        Newton's method on the log-odds between two bounds that it narrows; it ends where a step changes nothing.
        """
        if not 0 < chance < 1:
            raise ValueError(f"a chance of {chance}")
        low, high = -700.0, 700.0
        odds = log(self.a / self.b) + NormalDist().inv_cdf(chance) * sqrt(1 / self.a + 1 / self.b)
        for _ in range(_MOST_NEWTON_STEPS):
            odds = odds if low < odds < high else (low + high) / 2
            x, y = 1 / (1 + exp(-odds)), 1 / (1 + exp(odds))
            whole = log_beta_ratio(self.a, self.b, x, y)
            excess = exp(log_below(self.a, self.b, x, y) - whole) - chance
            low, high = (low, odds) if excess > 0 else (odds, high)
            step = excess * exp(min(whole, 700.0))
            if abs(step) < 1e-13 * max(1.0, abs(odds)) or high - low < 1e-13:
                break
            odds -= step
        return 1 / (1 + exp(-odds))


def log_below(a: float, b: float, x: float, y: float) -> float:
    """log of the integral of t^(a-1) (1-t)^(b-1) over (0, x), divided by x^a y^b; y is 1 - x, known without rounding.

    In the tail the powers never appear: the result stays exact where the integral underflows.
    """
    if x < (a + 1) / (a + b + 2):
        return -log(_fraction(a, b, x, y))
    whole = log_beta_ratio(a, b, x, y)
    above = exp(-whole) / _fraction(b, a, y, x) if whole > -700 else inf
    return whole + log1p(-min(above, 1 - 2**-53))


def log_beta_ratio(a: float, b: float, x: float, y: float) -> float:
    """log of B(a, b) / (x^a y^b), without cancellation: its saddle point (C. Loader, Fast and accurate computation of

    binomial probabilities, 2000) keeps 1e-10 at ten million viewers, where lgamma alone loses 1e-8.
    """
    n = a + b
    saddle = _deviance(a, n * x) + _deviance(b, n * y)
    return saddle + _HALF_LOG_2PI + 0.5 * log(n / (a * b)) + _stirling(a) + _stirling(b) - _stirling(n)


def log_beta(a: float, b: float) -> float:
    """log of the Beta function."""
    n = a + b
    return log_beta_ratio(a, b, a / n, b / n) + a * log(a / n) + b * log(b / n)


def _deviance(seen: float, expected: float) -> float:
    """seen log(seen / expected) + expected - seen."""
    excess = (expected - seen) / seen
    return seen * (excess - (log1p(excess) if abs(excess) < 0.5 else log(expected / seen)))


def _stirling(z: float) -> float:
    """What Stirling's formula leaves out of lgamma (DLMF 5.11.1)."""
    if z < _STIRLING_FROM:
        return lgamma(z) - (z - 0.5) * log(z) + z - _HALF_LOG_2PI
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z


def _fraction(a: float, b: float, x: float, y: float) -> float:
    """x^a y^b over the integral of t^(a-1) (1-t)^(b-1) over (0, x); ArithmeticError if it fails to converge.

    The even part of the continued fraction DLMF 8.17.22 (A. DiDonato, A. Morris, Algorithm 708, ACM TOMS 18, 1992) by
    Lentz's method; about sqrt(max(a, b)) steps at worst for x < (a + 1) / (a + b + 2), 13 for a usual listing.
    """
    both, top, double = a + b, a * y - b * x + 1.0, 2.0 - x
    square = x * x
    value = c = a * top / (a + 1.0)
    d, m = 0.0, 0.0
    while m < _MOST_STEPS:
        m += 1.0
        am = a + m
        odd = am + m
        ratio = m * (b - m) / (odd - 1.0)
        upper = ratio * ((am - 1.0) / (odd - 1.0)) * (both + m - 1.0) * square
        lower = m + ratio * x + am * (top + m * double) / (odd + 1.0)
        d = 1.0 / (lower + upper * d or _TINY)
        c = lower + upper / c or _TINY
        change = c * d
        value *= change
        if -_SMALLEST_STEP < change - 1.0 < _SMALLEST_STEP:
            return value
    raise ArithmeticError(f"the incomplete beta function of {a}, {b} at {x} did not converge")
