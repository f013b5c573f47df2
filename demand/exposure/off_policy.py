"""What another order of the listings would have brought, from pages shown with known chances. Pure, in arrays.

A listing's conversions are taken to depend on whether it was among the first positions, not on what stood beside it
(the item model of Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay, Wen, Offline evaluation of ranking policies with
click models, KDD 2018). Then each shown listing weighs by the chance that the other order shows it over the chance that
it was shown. IPS (Horvitz, Thompson, JASA 47, 1952) is unbiased; SNIPS (Swaminathan, Joachims, NeurIPS 2015) divides by
the weights' own sum: a little biased, steadier where weights differ much; doubly robust (Dudik, Erhan, Langford, Li,
Statistical Science 29, 2014) adds a guess of the rates and corrects it by what was seen. Intervals are 95%, normal,
over visitors: the pages of one visitor are not independent.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Logged:
    """What was shown: an entry for each listing among the first positions of each page.

    `page` numbers the pages from 0, `visitor` (by page) says whose each is; `propensity` is the chance with which the
    entry was shown, `target` the chance with which the other order would show it, `reward` what came of it.
    """

    page: Whole
    propensity: Reals
    target: Reals
    reward: Reals
    visitor: Whole

    def __post_init__(self) -> None:
        shapes = {one.shape for one in (self.page, self.propensity, self.target, self.reward)}
        if len(shapes) != 1:
            raise ValueError(f"entries of shapes {shapes}")
        if len(self.page) and not (self.propensity.min() > 0 and self.propensity.max() <= 1 and self.target.min() >= 0):
            raise ValueError("a chance with which something was shown lies above 0 and at most at 1")
        if len(self.page) and self.page.max() >= len(self.visitor):
            raise ValueError(f"page {self.page.max()} of {len(self.visitor)}")

    @property
    def weight(self) -> Reals:
        """How much more often the other order would show each entry."""
        return self.target / self.propensity


@dataclass(frozen=True, slots=True)
class Estimate:
    """Reward per page with its 95% interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def effective_size(logged: Logged) -> float:
    """How many entries of equal weight say as much (Kish, Survey Sampling, 1965); 0 without any."""
    weight = logged.weight
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0


def on_policy(logged: Logged) -> Estimate:
    """What the order that was shown brought per page; ValueError without pages."""
    return _mean(_by_page(logged, logged.reward), logged.visitor)


def ips(logged: Logged) -> Estimate:
    """Inverse propensity scores; ValueError without pages."""
    return _mean(_by_page(logged, logged.weight * logged.reward), logged.visitor)


def snips(logged: Logged, positions: float) -> Estimate:
    """Self-normalised IPS where the other order shows `positions` listings a page; ValueError without any weight."""
    weighed, weights = _by_page(logged, logged.weight * logged.reward), _by_page(logged, logged.weight)
    if weights.sum() <= 0:
        raise ValueError("nothing that the other order would show was shown")
    value = positions * weighed.sum() / weights.sum()
    # The ratio's influence by page: linearisation of a quotient of sums.
    influence = value + (positions * weighed - value * weights) / weights.mean()
    return _mean(influence, logged.visitor)


def doubly_robust(logged: Logged, expected: Reals, guess: Reals) -> Estimate:
    """`guess` is the reward believed of each entry, `expected` the other order's believed reward of each whole page."""
    corrected = _by_page(logged, logged.weight * (logged.reward - guess))
    return _mean(expected + corrected, logged.visitor)


def _by_page(logged: Logged, values: Reals) -> Reals:
    return np.bincount(logged.page, weights=values, minlength=len(logged.visitor)).astype(np.float64)


def _mean(by_page: Reals, visitor: Whole) -> Estimate:
    """Mean over pages; its error from the sums over each visitor's pages."""
    pages = len(by_page)
    if pages == 0:
        raise ValueError("no page was shown")
    value = float(by_page.mean())
    _, place = np.unique(visitor, return_inverse=True)
    sums = np.bincount(place, weights=by_page - value)
    people = len(sums)
    inflate = people / (people - 1) if people > 1 else np.inf
    error = float(np.sqrt(inflate * (sums**2).sum())) / pages if people > 1 else np.inf
    return Estimate(value, value - _Z * error, value + _Z * error)
