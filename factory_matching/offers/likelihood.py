"""How likely a factory accepts an offer, learned from past answers: few parameters, honest when there are few.

log-odds = log-odds of the factory's own past share, shrunk to that of all (beta-binomial), + b0 + b1 price (10% above
its ladder) + b2 slack (10 days) + b3 size; b by penalised maximum likelihood (logistic with a Gaussian prior), its
uncertainty by Laplace's approximation. A factory's share at an offer counts only answers given before it, so nothing
is fitted to itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, logit

Floats = NDArray[np.float64]
NAMES = ("all", "price", "slack", "size")
"""What each coefficient weighs."""
PRIOR_MEAN: Floats = np.array([0.0, 2.0, 0.3, -0.5])
"""Before any answer: more money and more time help, a large share of the factory's days hinders."""
PRIOR_SPREAD: Floats = np.array([1.0, 4.0, 0.7, 1.5])
PRIOR_SHARE = 0.7
"""Believed share of accepted offers before any answer is seen, worth `PRIOR_ANSWERS` answers."""
PRIOR_ANSWERS = 4.0
_CONCENTRATIONS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What an offer looks like to its factory."""

    factory: int
    price_over: float
    """Share by which the price is above the factory's own ladder."""
    slack_days: float
    """Spare days between the earliest end of making and the due date."""
    size: float
    """Units as a share of what the factory can make in the time, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """A question with what became of it; given in order of time."""

    question: Question
    accepted: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability with its 80% interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """What past answers teach; `weights` and `spread` in the order of NAMES."""

    weights: Floats
    covariance: Floats
    share: float
    """Of all offers that were accepted, with the prior's answers."""
    concentration: float
    """Answers that this share is worth against a factory's own: large when factories are alike."""
    record: dict[int, tuple[int, int]]
    """Factory -> (accepted, answered)."""
    answers: int

    def chance(self, question: Question) -> Chance:
        """How likely the factory accepts; wide where little is known."""
        row = _row(question)
        middle = logit(self.own_share(question.factory)) + float(row @ self.weights)
        spread = float(np.sqrt(row @ self.covariance @ row + self._own_variance(question.factory)))
        low, high = middle - 1.2816 * spread, middle + 1.2816 * spread
        return Chance(float(expit(middle)), float(expit(low)), float(expit(high)))

    def draw(self, questions: Sequence[Question], draws: int, rng: np.random.Generator) -> Floats:
        """(draws, questions): probabilities drawn from what is believed; what all share is drawn once a draw."""
        weights = rng.multivariate_normal(self.weights, self.covariance, draws, method="cholesky")
        rows = np.array([_row(question) for question in questions]).reshape(-1, len(NAMES))
        own = np.array([logit(self.own_share(question.factory)) for question in questions])
        spread = np.sqrt([self._own_variance(question.factory) for question in questions])
        noise = rng.standard_normal((draws, len(questions))) * spread
        drawn: Floats = expit(own + weights @ rows.T + noise)
        return drawn

    def own_share(self, factory: int) -> float:
        """The factory's share of accepted offers, shrunk to that of all."""
        accepted, answered = self.record.get(factory, (0, 0))
        return _shrunk(accepted, answered, self.share, self.concentration)

    def _own_variance(self, factory: int) -> float:
        """Variance of the log-odds of its share (delta method on the beta posterior)."""
        worth = self.record.get(factory, (0, 0))[1] + self.concentration
        share = self.own_share(factory)
        return 1.0 / ((worth + 1) * share * (1 - share))


def fit_answers(history: Sequence[PastAnswer]) -> AnswerModel:
    """Learn from answers in order of time; without any, the prior remains."""
    record: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for past in history:
        accepted, answered = record[past.question.factory]
        record[past.question.factory] = accepted + past.accepted, answered + 1
    total = sum(past.accepted for past in history)
    share = (total + PRIOR_SHARE * PRIOR_ANSWERS) / (len(history) + PRIOR_ANSWERS)
    concentration = _concentration(list(record.values()), share)
    offsets = _offsets(history, share, concentration)
    rows = np.array([_row(past.question) for past in history]).reshape(-1, len(NAMES))
    wanted = np.array([past.accepted for past in history], np.float64)
    weights, covariance = _fit(rows, offsets, wanted)
    return AnswerModel(weights, covariance, share, concentration, dict(record), len(history))


def _row(question: Question) -> Floats:
    """Bounded, so that no strange offer carries the fit."""
    price = min(max(question.price_over, -0.2), 0.5) / 0.1
    slack = min(max(question.slack_days, -10.0), 30.0) / 10
    return np.array([1.0, price, slack, min(max(question.size, 0.0), 1.0)])


def _shrunk(accepted: int, answered: int, share: float, concentration: float) -> float:
    return (accepted + share * concentration) / (answered + concentration)


def _concentration(counts: Sequence[tuple[int, int]], share: float) -> float:
    """Of the beta whose factories would have answered like this most likely; 8 where there is nothing to tell."""
    if not counts:
        return 8.0
    accepted, answered = np.array(counts, np.float64).T
    likely = [
        float(
            (
                betaln(accepted + share * c, answered - accepted + (1 - share) * c) - betaln(share * c, (1 - share) * c)
            ).sum()
        )
        - 0.1 * abs(np.log2(c / 8))  # a mild pull to 8 answers
        for c in _CONCENTRATIONS
    ]
    return _CONCENTRATIONS[int(np.argmax(likely))]


def _offsets(history: Sequence[PastAnswer], share: float, concentration: float) -> Floats:
    """Log-odds of each factory's share as it stood before each answer."""
    before: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    offsets = np.zeros(len(history))
    for place, past in enumerate(history):
        accepted, answered = before[past.question.factory]
        offsets[place] = logit(_shrunk(accepted, answered, share, concentration))
        before[past.question.factory] = accepted + past.accepted, answered + 1
    return offsets


def _fit(rows: Floats, offsets: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Newton's method on the penalised likelihood, and the inverse of its curvature."""
    precision = np.diag(PRIOR_SPREAD**-2)
    weights = PRIOR_MEAN.copy()
    for _ in range(_STEPS):
        shares = expit(offsets + rows @ weights)
        slope = rows.T @ (wanted - shares) - precision @ (weights - PRIOR_MEAN)
        curve = (rows * (shares * (1 - shares))[:, None]).T @ rows + precision
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    covariance: Floats = np.linalg.inv(curve)
    return weights, (covariance + covariance.T) / 2
