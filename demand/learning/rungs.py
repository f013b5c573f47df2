"""How many units are really sold and kept for each person on a rung of the commitment ladder. Pure.

Units of a listing are Poisson-like around the sum, over its people, of the weight of the highest rung that each reached
(identity link: the units of independent people add up). Orders come in lots, so that counts vary more than Poisson's;
likelihoods are divided by the dispersion (quasi-likelihood: Wedderburn, Biometrika 61, 1974). Weights are gamma
distributed before any data, which keeps them positive and pulls a rung that few reached to what is usual; intervals
are Laplace's on the logarithm of the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize

from models.batch import Rung

Reals = npt.NDArray[np.float64]
LADDER = tuple(Rung)
_USUAL: Mapping[Rung, tuple[float, float]] = {
    Rung.VIEW: (0.002, 500.0),
    Rung.FAVOURITE: (0.02, 50.0),
    Rung.INQUIRY: (0.3, 5.0),
    Rung.PRE_ORDER: (3.0, 1.0),
    Rung.DEPOSIT: (5.0, 1.0),
}
"""Before any data: units for each person, and how many people this belief is worth."""
_USUAL_DISPERSION, _DISPERSION_WORTH = 10.0, 5.0
"""Units come in lots of about ten; this belief is worth five listings."""
_INTERVAL_90 = 1.6448536269514722
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class RungOutcome:
    """One listing that was made: clean people by the highest rung they reached, and units sold less returned."""

    people: tuple[int, ...]
    units: int

    def __post_init__(self) -> None:
        if len(self.people) != len(LADDER) or min(self.people) < 0 or self.units < 0:
            raise ValueError(f"{self.units} units from {self.people} people on {len(LADDER)} rungs")


@dataclass(frozen=True, slots=True)
class RungWeight:
    """Units for each person whose highest rung this is, with its 90% interval, and the people it was learned from."""

    rung: Rung
    units: float
    low: float
    high: float
    people: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "rung": self.rung.value}


@dataclass(frozen=True, slots=True)
class RungWeights:
    """The weights of all rungs, lowest first."""

    weights: tuple[RungWeight, ...]
    dispersion: float
    """Variance of a listing's units by their mean."""
    listings: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        weights = [weight.to_json() for weight in self.weights]
        return {"weights": weights, "dispersion": self.dispersion, "listings": self.listings}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "RungWeights":
        """Read back what `to_json` wrote."""
        weights = tuple(RungWeight(**{**weight, "rung": Rung(weight["rung"])}) for weight in data["weights"])
        return RungWeights(weights, data["dispersion"], data["listings"])


def fit_rungs(outcomes: Sequence[RungOutcome]) -> RungWeights:
    """Weights from what was really sold; without any outcome, what is usual, with its wide intervals."""
    people = np.array([one.people for one in outcomes], dtype=np.float64).reshape(-1, len(LADDER))
    units = np.array([one.units for one in outcomes], dtype=np.float64)
    shape = np.array([mean * worth for mean, worth in (_USUAL[rung] for rung in LADDER)])
    rate = np.array([_USUAL[rung][1] for rung in LADDER])
    logs, dispersion = np.log(shape / rate), _USUAL_DISPERSION
    for _ in range(_ROUNDS):
        logs = _most_likely(logs, people, units, shape, rate, dispersion)
        dispersion = _dispersion(np.exp(logs), people, units)
    deviation = np.sqrt(np.diag(np.linalg.inv(_curvature(logs, people, units, shape, dispersion))))
    low, high = np.exp(logs - _INTERVAL_90 * deviation), np.exp(logs + _INTERVAL_90 * deviation)
    seen = people.sum(axis=0)
    weights = tuple(
        RungWeight(rung, float(np.exp(logs[at])), float(low[at]), float(high[at]), int(seen[at]))
        for at, rung in enumerate(LADDER)
    )
    return RungWeights(weights, float(dispersion), len(outcomes))


def _most_likely(start: Reals, people: Reals, units: Reals, shape: Reals, rate: Reals, dispersion: float) -> Reals:
    def loss(logs: Reals) -> tuple[float, Reals]:
        weights = np.exp(logs)
        expected = np.maximum(people @ weights, 1e-12)
        value = (units @ np.log(expected) - expected.sum()) / dispersion + shape @ logs - rate @ weights
        slope = weights * (people.T @ (units / expected - 1)) / dispersion + shape - rate * weights
        return -float(value), -slope

    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(-20.0, 12.0)] * len(start))
    logs: Reals = found.x
    return logs


def _curvature(logs: Reals, people: Reals, units: Reals, shape: Reals, dispersion: float) -> Reals:
    """Observed information of the logarithms where the likelihood is highest: positive definite, as the slope is 0."""
    expected = np.maximum(people @ np.exp(logs), 1e-12)
    pull = people * np.exp(logs) / expected[:, None]
    curvature: Reals = (pull * units[:, None]).T @ pull / dispersion + np.diag(shape)
    return curvature


def _dispersion(weights: Reals, people: Reals, units: Reals) -> float:
    """Pearson's, at least Poisson's, with what is usual worth some listings more."""
    expected = np.maximum(people @ weights, 1e-9)
    spread = float(((units - expected) ** 2 / expected).sum())
    return max(1.0, (_DISPERSION_WORTH * _USUAL_DISPERSION + spread) / (_DISPERSION_WORTH + len(units)))
