"""How unlike two specs look, one pair at a time or one against thousands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from models.attributes import (
    Artwork,
    Category,
    Closure,
    Collar,
    Family,
    Fit,
    Length,
    Material,
    PatternKind,
    Pockets,
    Sleeve,
    Turn,
)
from models.garment import Colour, GarmentSpec, Pattern

_CATEGORY, _COLOUR, _PATTERN = 0.28, 0.18, 0.12
_WEIGHTS: dict[str, tuple[type[StrEnum], float]] = {
    "length": (Length, 0.07),
    "sleeve": (Sleeve, 0.06),
    "collar": (Collar, 0.08),
    "closure": (Closure, 0.08),
    "pockets": (Pockets, 0.05),
    "material": (Material, 0.05),
    "fit": (Fit, 0.03),
}
FAR_COLOURS = 60.0  # CIELAB distance at which two colours count as wholly different
_FAR_REPEATS = math.log(3)  # a repeat three times as long counts as wholly different
_NO_REPEAT = (PatternKind.PLAIN, PatternKind.COLOUR_BLOCK, PatternKind.CHEST_PRINT)
_KINDS: tuple[tuple[type[StrEnum], float], ...] = (
    *_WEIGHTS.values(),
    (Category, _CATEGORY / 2),
    (Family, _CATEGORY / 2),
)
_NUMBERS = {(kind, value): number for kind, _ in _KINDS for number, value in enumerate(kind)}
_FIGURES = {value: number for number, value in enumerate((*PatternKind, *Turn, *Artwork), 1)}
Numbers = NDArray[Any]


def distance(a: GarmentSpec, b: GarmentSpec) -> float:
    """How unlike two specs look, in [0, 1]: symmetric, 0 for specs that differ only in trim.

    A weighted sum over attributes: category 0.28 (half of it inside one family), colour 0.18 x CIELAB distance / 60 (at
    most 1), pattern 0.12, collar and closure 0.08 each, length 0.07, sleeve 0.06, pockets and material 0.05 each, fit
    0.03. Of the pattern's share another second colour takes half, another turn or artwork a quarter, another repeat
    or cover a quarter.
    """
    return float(_gaps(Looks.of([a]), Looks.of([b]))[0, 0])


def colour_gap(a: Colour, b: Colour) -> float:
    """0 for the same colour to 1 for wholly different ones."""
    return min(1.0, math.dist(_lab(a), _lab(b)) / FAR_COLOURS)


@dataclass(slots=True)
class Looks:
    """Specs as numbers: attributes (9, n), colours (n, 3), patterns (n, 7)."""

    attributes: Numbers
    colours: Numbers
    patterns: Numbers
    count: int = 0

    @staticmethod
    def of(specs: Sequence[GarmentSpec], room: int = 0) -> "Looks":
        """These specs, with room for that many more."""
        rows = len(specs) + room
        looks = Looks(np.zeros((len(_KINDS), rows), np.int8), np.zeros((rows, 3)), np.zeros((rows, 7)))
        for spec in specs:
            looks.add(spec)
        return looks

    def add(self, spec: GarmentSpec) -> None:
        """Append one; there must be room."""
        values = [*(getattr(spec, name) for name in _WEIGHTS), spec.category, spec.family]
        self.attributes[:, self.count] = [_NUMBERS[type(value), value] for value in values]
        self.colours[self.count] = _lab(spec.colour)
        self.patterns[self.count] = _pattern(spec.pattern)
        self.count += 1

    def nearest(self, specs: Sequence[GarmentSpec]) -> NDArray[np.float64]:
        """For each spec its distance to the nearest one held; 1 when none is held."""
        return np.asarray(_gaps(Looks.of(specs), self).min(axis=1, initial=1.0), np.float64)


def least_distance(specs: Sequence[GarmentSpec]) -> float:
    """Distance between the two likest of the specs; 1 for fewer than two."""
    held, least = Looks.of([], len(specs)), 1.0
    for spec in specs:
        least = min(least, float(held.nearest([spec])[0]))
        held.add(spec)
    return least


def _pattern(pattern: Pattern) -> list[float]:
    """Kind, turn or artwork, second colour (3), logarithms of repeat and cover."""
    kind, figure = _FIGURES[pattern.kind], pattern.turn or pattern.artwork
    second = _lab(pattern.second) if pattern.second else (0.0, 0.0, 0.0)
    scaled = pattern.kind not in _NO_REPEAT
    scale = (math.log(pattern.repeat_mm), math.log(pattern.cover_pct or 1)) if scaled else (0.0, 0.0)
    return [kind, _FIGURES[figure] if figure else 0, *second, *scale]


def _gaps(a: Looks, b: Looks) -> Numbers:
    """Distances (len a, len b)."""
    (a_colours, a_patterns), (b_colours, b_patterns) = ((x.colours[: x.count], x.patterns[: x.count]) for x in (a, b))
    total = np.zeros((a.count, b.count))
    for (_, weight), ours, theirs in zip(_KINDS, a.attributes, b.attributes, strict=True):
        total += weight * (ours[: a.count, None] != theirs[: b.count])
    total += _COLOUR * np.minimum(1.0, cdist(a_colours, b_colours) / FAR_COLOURS)
    pattern = 0.5 * np.minimum(1.0, cdist(a_patterns[:, 2:5], b_patterns[:, 2:5]) / FAR_COLOURS)
    pattern += 0.25 * np.minimum(1.0, cdist(a_patterns[:, 5:], b_patterns[:, 5:], "cityblock") / _FAR_REPEATS)
    pattern += 0.25 * (a_patterns[:, None, 1] != b_patterns[:, 1])
    pattern[a_patterns[:, None, 0] != b_patterns[:, 0]] = 1.0
    gaps: Numbers = np.clip(np.round(total + _PATTERN * pattern, 9), 0.0, 1.0)
    return gaps


@lru_cache(maxsize=4096)
def _lab(colour: Colour) -> tuple[float, float, float]:
    return colour.lab
