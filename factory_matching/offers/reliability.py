"""Whether stated probabilities come true: the reliability table of predictions against answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from factory_matching.offers.likelihood import PastAnswer, fit_answers


@dataclass(frozen=True, slots=True)
class Bin:
    """Offers whose stated probability was about the same."""

    offers: int
    stated: float
    came_true: float
    allowed: float
    """Two standard errors of a share of so many answers."""


def reliability(stated: Sequence[float], accepted: Sequence[bool], bins: int = 5) -> list[Bin]:
    """Bins of equal size from the least likely to the likeliest; empty without answers."""
    order = np.argsort(stated, kind="stable")
    told, came = np.array(stated, np.float64)[order], np.array(accepted, np.float64)[order]
    found = []
    for part in np.array_split(np.arange(len(order)), bins):
        if len(part):
            share = float(told[part].mean())
            allowed = 2 * float(np.sqrt(max(share * (1 - share), 1e-9) / len(part)))
            found.append(Bin(len(part), share, float(came[part].mean()), allowed))
    return found


def look_back(history: Sequence[PastAnswer], first: int, every: int) -> list[Bin]:
    """Each answer after the `first` ones against what the answers before it would have said; refitted now and then."""
    stated, accepted = [], []
    for start in range(first, len(history), every):
        model = fit_answers(history[:start])
        for past in history[start : start + every]:
            stated.append(model.chance(past.question).share)
            accepted.append(past.accepted)
    return reliability(stated, accepted)
