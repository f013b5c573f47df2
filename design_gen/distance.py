"""How unlike two specs look."""

import math
from functools import lru_cache

from models.cielab import to_lab
from models.garment import Colour, GarmentSpec, Pattern

_WEIGHTS = {
    "length": 0.07,
    "sleeve": 0.06,
    "collar": 0.08,
    "closure": 0.08,
    "pockets": 0.05,
    "material": 0.05,
    "fit": 0.03,
}
_CATEGORY, _COLOUR, _PATTERN = 0.28, 0.18, 0.12
FAR_COLOURS = 60.0  # CIELAB distance at which two colours count as wholly different


def distance(a: GarmentSpec, b: GarmentSpec) -> float:
    """How unlike two specs look, in [0, 1]: symmetric, 0 for specs that differ only in trim or pattern repeat.

    A weighted sum over attributes: category 0.28 (half of it inside one family), colour 0.18 x CIELAB distance / 60 (at
    most 1), pattern 0.12 (half of that at most for another second colour), collar and closure 0.08 each, length 0.07,
    sleeve 0.06, pockets and material 0.05 each, fit 0.03.
    """
    total = colour_gap(a.colour, b.colour) * _COLOUR + _pattern_gap(a.pattern, b.pattern) * _PATTERN
    if a.category is not b.category:
        total += _CATEGORY * (0.5 if a.family is b.family else 1.0)
    return min(1.0, total + sum(w for name, w in _WEIGHTS.items() if getattr(a, name) is not getattr(b, name)))


def colour_gap(a: Colour, b: Colour) -> float:
    """0 for the same colour to 1 for wholly different ones."""
    return min(1.0, math.dist(_lab(a), _lab(b)) / FAR_COLOURS)


@lru_cache(maxsize=1024)
def _lab(colour: Colour) -> tuple[float, float, float]:
    return to_lab(colour.rgb)


def _pattern_gap(a: Pattern, b: Pattern) -> float:
    if a.kind is not b.kind:
        return 1.0
    return 0.5 * colour_gap(a.second, b.second) if a.second and b.second else 0.0
