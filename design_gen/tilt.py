"""Thompson sampling over attributes: one draw of what was learned tilts the choice of one spec's values. Pure.

Each value's effect on the log-odds is drawn from what is believed of it (W. R. Thompson, Biometrika 25, 1933); the
usual weight of the value is multiplied by the drawn odds ratio to a power. Values known to sell come up more often,
values known not to sell less, values that nobody tried are drawn widely and so get their chance.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any

from models.learned import LearnedEffects

STRENGTH = 2.0
"""Power of the odds ratio: a value that sells half as well again (1.5) comes up 2.25 times as often as it would."""
_MOST = 3.0  # weights change by a factor of 20 at most: no value of the trend dies of one draw
_UNKNOWN_SPREAD = 0.3  # of an attribute that no listing had yet


@dataclass(frozen=True, slots=True)
class Tilt:
    """One draw: the same version, seed and strength give the same factors, in whatever order they are asked for."""

    learned: LearnedEffects
    seed: int
    strength: float = STRENGTH
    _known: Mapping[tuple[str, str], tuple[float, float]] = field(init=False, repr=False, compare=False)
    _drawn: dict[tuple[str, str], float] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 10:
            raise ValueError(f"strength {self.strength} is outside 0-10")
        known = {(one.attribute, one.value): (one.log_odds, one.deviation) for one in self.learned.effects}
        object.__setattr__(self, "_known", known)

    def factor(self, attribute: str, value: str) -> float:
        """By how much the usual weight of this value is multiplied, 1/20 to 20."""
        name = attribute, str(value)
        if name not in self._drawn:
            centre, deviation = self._known.get(name, (0.0, self.learned.spreads.get(attribute, _UNKNOWN_SPREAD)))
            chance = random.Random(f"{self.seed}:{attribute}:{value}")
            effect = self.strength * (centre + deviation * chance.gauss())
            self._drawn[name] = exp(max(-_MOST, min(_MOST, effect)))
        return self._drawn[name]

    def to_json(self) -> dict[str, Any]:
        """What replays it together with the lessons of that version."""
        return {"version": self.learned.version, "seed": self.seed, "strength": self.strength}

    @staticmethod
    def from_json(data: Mapping[str, Any], learned: LearnedEffects) -> "Tilt":
        """The same draw again; ValueError for the effects of another version."""
        if data["version"] != learned.version:
            raise ValueError(f"the draw is of version {data['version']}, the effects of version {learned.version}")
        return Tilt(learned, data["seed"], data["strength"])
