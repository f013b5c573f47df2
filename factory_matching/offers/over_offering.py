"""How many second choices to have ready so that all units are accepted in time: a plan, by seeded simulation.

Nothing is offered twice by it: a standby is asked only when the part it stands by for has fallen through.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from factory_matching.offers.likelihood import AnswerModel, Chance, Question
from models.errors import InvalidInput

DRAWS = 4_000
MOST_STANDBYS = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A factory that could take a part."""

    question: Question
    code: str
    unit_price: str


@dataclass(frozen=True, slots=True)
class PlanPart:
    """Units of the demand with the factory that has them, or would get them, and who would be asked after it."""

    units: int
    first: Candidate
    accepted: bool
    """The first has said yes already."""
    standbys: tuple[Candidate, ...]
    """In the order in which a match would ask them."""


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A part with the standbys to prepare for it."""

    units: int
    first: Candidate
    chance: Chance
    standbys: tuple[tuple[Candidate, Chance], ...]


@dataclass(frozen=True, slots=True)
class OverOffering:
    """What to prepare; `by_standbys[k]` is the probability with k standbys for each part that is not accepted."""

    parts: tuple[PlannedPart, ...]
    by_standbys: tuple[float, ...]
    standbys: int
    turns: int
    """Answers that can be waited for one after the other before the deadline."""
    target: float
    answers: int
    """Past answers that the probabilities rest on."""

    @property
    def probability(self) -> float:
        """That all units are accepted by the deadline."""
        return self.by_standbys[self.standbys]

    @property
    def reached(self) -> bool:
        """Whether that is enough."""
        return self.probability >= self.target


def plan_over_offering(
    parts: Sequence[PlanPart], wanted: int, turns: int, model: AnswerModel, target: float, seed: int
) -> OverOffering:
    """The fewest standbys for each part with which all units are accepted in time with the target probability.

    Within a draw all probabilities share what is uncertain about all factories, and no factory stands by for two parts
    (the earlier part keeps it). With the target out of reach, all standbys that help. InvalidInput when the parts do
    not add up to the units wanted, or the target is no probability.
    """
    if not 0 < target < 1:
        raise InvalidInput(f"a target of {target:g} is not between 0 and 1")
    if sum(part.units for part in parts) != wanted:
        raise InvalidInput(f"parts of {[part.units for part in parts]} units do not add up to {wanted}")
    chosen = _share_out(parts)
    most = min(MOST_STANDBYS, max(turns - 1, 0), max((len(own) for own in chosen), default=0))
    taken = _simulate(parts, chosen, turns, most, model, seed)
    by_standbys = tuple(float(share) for share in taken)
    enough = [count for count, share in enumerate(by_standbys) if share >= target]
    standbys = enough[0] if enough else int(np.argmax(by_standbys))
    planned = tuple(
        PlannedPart(
            part.units,
            part.first,
            Chance(1.0, 1.0, 1.0) if part.accepted else model.chance(part.first.question),
            tuple((one, model.chance(one.question)) for one in own[:standbys]),
        )
        for part, own in zip(parts, chosen, strict=True)
    )
    return OverOffering(planned, by_standbys, standbys, turns, target, model.answers)


def _share_out(parts: Sequence[PlanPart]) -> list[list[Candidate]]:
    """Each factory stands by once: parts choose in turn."""
    used = {part.first.question.factory for part in parts}
    chosen: list[list[Candidate]] = [[] for _ in parts]
    left = [list(part.standbys) if not part.accepted else [] for part in parts]
    while any(left):
        for own, mine in zip(chosen, left, strict=True):
            while mine:
                one = mine.pop(0)
                if one.question.factory not in used:
                    used.add(one.question.factory)
                    own.append(one)
                    break
    return chosen


def _simulate(
    parts: Sequence[PlanPart],
    chosen: Sequence[Sequence[Candidate]],
    turns: int,
    most: int,
    model: AnswerModel,
    seed: int,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """P(all accepted) with 0..most standbys; the same draws for each, so that one more never looks worse."""
    rng = np.random.default_rng(seed)
    questions = [one.question for part, own in zip(parts, chosen, strict=True) for one in (part.first, *own[:most])]
    shares = model.draw(questions, DRAWS, rng)
    says = rng.random(shares.shape) < shares
    done = np.ones((DRAWS, most + 1), np.bool_)
    place = 0
    for part, own in zip(parts, chosen, strict=True):
        asked = 1 + len(own[:most])
        answers = says[:, place : place + asked]
        place += asked
        if part.accepted:
            continue
        for standbys in range(most + 1):
            tries = min(standbys + 1, turns, asked)
            done[:, standbys] &= answers[:, :tries].any(axis=1) if tries else False
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = done.mean(axis=0)
    return found
