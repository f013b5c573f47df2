"""What share of the units that a maker was asked for arrives good. Pure.

Makers' shares are Beta distributed around that of all makers, mean and strength estimated from all of them (empirical
Bayes: Morris, JASA 78, 1983), so that a maker of one small lot is believed to be nearly like the others. Defects come
in lots: within a maker the counts vary more than binomially, and units count as fewer by that factor.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from demand.beta import Beta

_USUAL_SHARE = Beta(19.0, 1.0)
_USUAL_STRENGTH, _STRENGTH_SPREAD = 40.0, 1.0
"""Makers differ as if each had a history of 40 independent units, within a factor of e."""
_USUAL_DISPERSION, _DISPERSION_WORTH = 5.0, 5.0
_TAIL = 0.05


@dataclass(frozen=True, slots=True)
class Lot:
    """One production order that has arrived."""

    factory_id: int
    ordered: int
    good: int

    def __post_init__(self) -> None:
        if not 0 <= self.good <= self.ordered or self.ordered < 1:
            raise ValueError(f"{self.good} good of {self.ordered} units")


@dataclass(frozen=True, slots=True)
class MakerYield:
    """A maker's share of good units with its 90% interval."""

    factory_id: int
    lots: int
    ordered: int
    good: int
    share: float
    low: float
    high: float


def fit_yields(lots: Sequence[Lot]) -> tuple[MakerYield, ...]:
    """Every maker with a lot, by id; the order of the lots does not matter."""
    of_maker: dict[int, list[Lot]] = defaultdict(list)
    for lot in lots:
        of_maker[lot.factory_id].append(lot)
    dispersion = _dispersion(of_maker)
    totals = {
        maker: (sum(lot.ordered for lot in some), sum(lot.good for lot in some)) for maker, some in of_maker.items()
    }
    prior = _prior([(ordered / dispersion, good / dispersion) for ordered, good in totals.values()])
    found = []
    for maker in sorted(totals):
        ordered, good = totals[maker]
        after = Beta(prior.a + good / dispersion, prior.b + (ordered - good) / dispersion)
        interval = after.quantile(_TAIL), after.quantile(1 - _TAIL)
        found.append(MakerYield(maker, len(of_maker[maker]), ordered, good, after.mean, *interval))
    return tuple(found)


def _dispersion(of_maker: Mapping[int, Sequence[Lot]]) -> float:
    """Pearson's within makers, at least 1, with what is usual worth some lots more."""
    spread, free = 0.0, 0
    for some in of_maker.values():
        share = sum(lot.good for lot in some) / sum(lot.ordered for lot in some)
        if len(some) > 1 and 0 < share < 1:
            spread += sum((lot.good - share * lot.ordered) ** 2 / (lot.ordered * share * (1 - share)) for lot in some)
            free += len(some) - 1
    return max(1.0, (_DISPERSION_WORTH * _USUAL_DISPERSION + spread) / (_DISPERSION_WORTH + free))


def _prior(counts: Sequence[tuple[float, float]]) -> Beta:
    """The most likely Beta that makers come from; what is usual where there are none."""
    ordered = np.array([count[0] for count in sorted(counts)])
    good = np.array([count[1] for count in sorted(counts)])

    def loss(point: tuple[float, float]) -> float:
        mean, strength = special.expit(point[0]), np.exp(point[1])
        a, b = mean * strength, (1 - mean) * strength
        likelihood = (special.betaln(a + good, b + ordered - good) - special.betaln(a, b)).sum()
        belief = _USUAL_SHARE.a * np.log(mean) + _USUAL_SHARE.b * np.log1p(-mean)
        belief -= (point[1] - np.log(_USUAL_STRENGTH)) ** 2 / (2 * _STRENGTH_SPREAD**2)
        return -float(likelihood + belief)

    start = (special.logit(_USUAL_SHARE.mean), np.log(_USUAL_STRENGTH))
    found = optimize.minimize(loss, start, method="L-BFGS-B", bounds=[(-6.0, 8.0), (-1.0, 8.0)])
    mean, strength = float(special.expit(found.x[0])), float(np.exp(found.x[1]))
    return Beta(mean * strength, (1 - mean) * strength)
