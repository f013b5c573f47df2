"""What is believed of many listings' rates at once, and how it changes with what was seen. Pure, in arrays.

The last axis runs over listings; axes before it are segments, or replicates of a simulation.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Reals = npt.NDArray[np.float64]
_LEVEL_SPREAD, _TRUST_SPREAD, _WORTH_SPREAD = 1.0, 0.5, 1.0
"""How far all priors together may be off: level within a factor of e, contrasts by half, strength by a factor of e."""
_BOUNDS = np.array([[-3.0, 3.0], [0.0, 2.0], [-3.0, 3.0]])
_SWEEPS = 4
_STEP = 0.05
_MOST_RATE = 0.999


@dataclass(frozen=True, slots=True)
class Belief:
    """A Beta(a, b) for the rate of each listing; shapes are equal."""

    a: Reals
    b: Reals

    def __post_init__(self) -> None:
        if self.a.shape != self.b.shape or self.a.ndim < 1:
            raise ValueError(f"shapes {self.a.shape} and {self.b.shape}")
        if not (np.all(self.a > 0) and np.all(self.b > 0)):
            raise ValueError("a Beta needs positive a and b")

    @property
    def mean(self) -> Reals:
        """Expected rates."""
        return self.a / (self.a + self.b)

    @property
    def worth(self) -> Reals:
        """How many viewers each is worth."""
        return self.a + self.b

    def after(self, viewers: Reals, converted: Reals) -> "Belief":
        """The posterior once these were seen."""
        if np.any(converted < 0) or np.any(converted > viewers + 1e-9):
            raise ValueError("more converted than came")
        return Belief(self.a + converted, self.b + np.maximum(viewers - converted, 0.0))


def discount(earlier: Reals, before: Reals, now: Reals, days: float, half_life: float) -> Reals:
    """Counts of which older ones weigh less: half after `half_life` days.

    `earlier` are the discounted counts of a moment `days` ago at which `before` had been counted in all, `now` is
    counted by now. The result never exceeds `now`; people found out since to be none may make it fall.
    """
    if days < 0 or half_life <= 0:
        raise ValueError(f"{days} days at a half-life of {half_life}")
    kept = 0.5 ** (days / half_life)
    return np.asarray(np.clip(earlier * kept + (now - before), 0.0, now))


def level(viewers: Reals, converted: Reals, expected: Reals, worth: float) -> Reals:
    """How willing a period's viewers were: 1 as expected of them; shrunk by `worth` conversions.

    A busy sale day or a dull one moves all listings alike. Counting a period's viewers times its level keeps those
    shown then comparable with those shown at other times. Keeps a last axis of one.
    """
    hoped = (viewers * expected).sum(-1, keepdims=True)
    return np.asarray((converted.sum(-1, keepdims=True) + worth) / (hoped + worth))


def pool_segments(prior: Belief, viewers: Reals, converted: Reals, alike: float) -> Belief:
    """The belief in each segment (first axis): its own viewers count in full, those of the others as a prior.

    What the other segments saw is worth at most `alike` viewers here: partial pooling towards the listing's overall
    rate, shifted by how the priors of the segments differ.
    """
    others_seen, others_did = viewers.sum(0) - viewers, converted.sum(0) - converted
    expected = (viewers * prior.mean).sum(0) - viewers * prior.mean
    scale = np.minimum(1.0, alike / np.maximum(others_seen, 1e-9))
    # Gamma-Poisson in units of this segment's own level: others' conversions against those their priors expected.
    here = expected * scale / np.maximum(prior.mean, 1e-12)
    hits = np.minimum(others_did * scale, here * _MOST_RATE)
    return prior.after(here, hits).after(viewers, converted)


def recalibrate(prior: Belief, viewers: Reals, converted: Reals) -> Belief:
    """The priors corrected by what all listings together have shown: their level, their contrasts, their strength.

    Empirical Bayes: the three corrections maximise the beta-binomial likelihood of all counts with normal penalties
    around 'no correction'. Which listing was shown how often may depend on earlier counts: the likelihood does not
    change by it. Priors that say nothing true lose their contrasts, so that a wrong prior costs little.
    """
    odds = special.logit(prior.mean)
    centre = odds.mean(-1, keepdims=True)
    theta = np.zeros((*prior.a.shape[:-1], 3))
    theta[..., 1] = 1.0

    def value(at: Reals) -> Reals:
        belief = _corrected(prior, odds - centre, centre, at)
        ratio = special.betaln(belief.a + converted, belief.b + viewers - converted)
        ratio = ratio - special.betaln(belief.a, belief.b)
        spread = np.array([_LEVEL_SPREAD, _TRUST_SPREAD, _WORTH_SPREAD])
        return np.asarray(ratio.sum(-1) - (((at - [0, 1, 0]) / spread) ** 2).sum(-1) / 2)

    best = value(theta)
    for sweep in range(_SWEEPS):
        for which in range(3):
            theta, best = _improve(value, theta, best, which, 0.5**sweep)
    return _corrected(prior, odds - centre, centre, theta)


def _improve(value: object, theta: Reals, best: Reals, which: int, reach: float) -> tuple[Reals, Reals]:
    """One Newton step along one correction, kept where it improves."""
    assert callable(value)  # noqa: S101 - narrows the type
    up, down = theta.copy(), theta.copy()
    up[..., which] += _STEP
    down[..., which] -= _STEP
    above, below = value(up), value(down)
    slope, bend = (above - below) / (2 * _STEP), (above - 2 * best + below) / _STEP**2
    move = np.where(bend < -1e-6, -slope / np.minimum(bend, -1e-6), np.sign(slope) * reach)
    new = theta.copy()
    new[..., which] = np.clip(theta[..., which] + np.clip(move, -reach, reach), *_BOUNDS[which])
    reached = value(new)
    better = reached > best
    return np.where(better[..., None], new, theta), np.where(better, reached, best)


def _corrected(prior: Belief, contrast: Reals, centre: Reals, theta: Reals) -> Belief:
    mean = special.expit(centre + theta[..., 0:1] + theta[..., 1:2] * contrast)
    worth = prior.worth * np.exp(theta[..., 2:3])
    return Belief(np.maximum(mean * worth, 1e-6), np.maximum((1 - mean) * worth, 1e-6))
