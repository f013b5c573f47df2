"""Which listings to show more, so that the best few are found with the fewest viewers. Pure, in arrays.

A listing is told right when it is on its own side of the cut between the best `top` and the rest. On the square root of
the rate a Beta belief worth N viewers is nearly normal with a standard deviation of 1/(2 sqrt N), whatever the rate
(Bartlett, The use of transformations, Biometrics 3, 1947). If a listing's estimate lies z deviations from the cut, it
is told right with probability Phi(|z|), and after r N more viewers with the expectation of Phi(|sqrt(1 + r) z +
sqrt(r) Y|) over a standard normal Y. The gain is the difference: large for listings near the cut of which little is
known, nothing for clear winners and losers. Viewers are shared out so that the gains add up to the most: the knowledge
gradient (Frazier, Powell, Dayanik, A knowledge-gradient policy for sequential information collection, SIAM J. Control
Optim. 47, 2008) with many viewers looked ahead (Frazier, Powell, Paradoxes in learning and the marginal value of
information, Decision Analysis 7, 2010), for a top-m answer as in OCBA-m (Chen, He, Fu, Lee, Efficient simulation budget
allocation for selecting an optimal subset, INFORMS J. Comput. 20, 2008).
"""

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import special

from demand.exposure.belief import Belief, Reals

_FARTHEST, _STEPS = 6.0, 120
_RATIOS = np.concatenate([[0.0], np.geomspace(0.02, 16.0, 24)])
_BISECTIONS = 24


def best(belief: Belief, top: int) -> npt.NDArray[np.int64]:
    """Indices of the `top` listings with the highest expected rate, the highest first; ties go to the earlier one."""
    order: npt.NDArray[np.int64] = np.argsort(-belief.mean, axis=-1, kind="stable")
    return order[..., :top]


def discovery_shares(belief: Belief, top: int, horizon: float) -> Reals:
    """Each listing's share of the next viewers while the best `top` are being found; sums to 1.

    The shares are those of a plan for `horizon` viewers (`look_ahead`). With no more listings than `top` there is
    nothing to find and all get the same.
    """
    listings = belief.a.shape[-1]
    if top < 1 or horizon <= 0:
        raise ValueError(f"the best {top} within {horizon} viewers")
    if listings <= top:
        return np.full(belief.a.shape, 1 / listings)
    viewers = _plan(np.abs(_from_cut(belief, top)), belief.worth, horizon)
    total = viewers.sum(-1, keepdims=True)
    return np.asarray(np.where(total > 0, viewers / np.maximum(total, 1e-300), 1 / listings))


def look_ahead(seen: float, batch: float) -> float:
    """How many viewers to plan for: half as many as were seen, at least the next batch.

    A plan for few chases single conversions; one for many spends on what later viewers would settle anyway. By
    bench/explore.py a quarter to all of those seen do equally well.
    """
    return max(seen / 2, batch)


def _from_cut(belief: Belief, top: int) -> Reals:
    """Deviations of each listing from the middle between the last of the best and the first of the rest."""
    roots = np.sqrt(belief.mean)
    ordered = np.sort(roots, axis=-1)
    cut = (ordered[..., -top] + ordered[..., -top - 1]) / 2
    return np.asarray((roots - cut[..., None]) * 2 * np.sqrt(belief.worth))


@cache
def _gains() -> Reals:
    """Gain by |z| (rows, in steps of 0.05) and ratio of new to old viewers (columns), by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    z, r = np.linspace(0, _FARTHEST, _STEPS + 1)[:, None, None], _RATIOS[None, :, None]
    after = special.ndtr(np.abs(np.sqrt(1 + r) * z + np.sqrt(r) * nodes)) @ (weights / weights.sum())
    gains = np.maximum(after - special.ndtr(z[..., 0]), 0.0)
    gains[0] = np.arctan(np.sqrt(_RATIOS)) / np.pi  # exact where the integrand has its kink
    gains[:, 0] = 0.0
    return np.asarray(gains)


def _plan(z: Reals, worth: Reals, horizon: float) -> Reals:
    """Viewers for each listing, about `horizon` in all, of the greatest total gain: bisection on a viewer's price."""
    place = np.clip(z, 0, _FARTHEST * (1 - 1e-9)) * (_STEPS / _FARTHEST)
    row = place.astype(np.int64)
    between = (place - row)[..., None]
    table = _gains()
    gain = (1 - between) * table[row] + between * table[row + 1]
    viewers = worth[..., None] * _RATIOS
    low, high = np.full(z.shape[:-1], -40.0), np.full(z.shape[:-1], 5.0)
    for _ in range(_BISECTIONS):
        price = (low + high) / 2
        dear = _bought(gain, viewers, price).sum(-1) <= horizon
        low, high = np.where(dear, low, price), np.where(dear, price, high)
    return _bought(gain, viewers, low)


def _bought(gain: Reals, viewers: Reals, log_price: Reals) -> Reals:
    net = gain - np.exp(log_price)[..., None, None] * viewers
    return np.take_along_axis(viewers, net.argmax(-1)[..., None], -1)[..., 0]


def chances(shares: Reals, slots: int, least: float = 0.0) -> Reals:
    """Each listing's chance to be among the `slots` best seen positions of a page; sums to `slots`.

    In proportion to the shares, at most 1 each, since a page shows a listing once, and at least `least`. ValueError
    when the minimum cannot be given to all.
    """
    listings = shares.shape[-1]
    slots = min(slots, listings)
    if not 0 <= least * listings <= slots:
        raise ValueError(f"{listings} listings cannot each have a chance of {least} at {slots} positions")
    low, high = np.zeros(shares.shape[:-1]), np.full(shares.shape[:-1], float(slots))
    wanted = np.maximum(shares, 1e-12)
    high = high / wanted.min(-1)
    for _ in range(80):
        middle = (low + high) / 2
        short = np.clip(wanted * middle[..., None], least, 1.0).sum(-1) < slots
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(np.clip(wanted * high[..., None], least, 1.0))
