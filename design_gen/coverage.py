"""What of a trend's meaning came out in its specs."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from design_gen.distance import least_distance
from design_gen.suitability import possible_values, suited_categories
from models.attributes import Category
from models.garment import GarmentSpec
from models.lexicon import Meaning

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Values that the meaning names: those some category of it can have, and which of these no spec shows."""

    asked: Values
    missing: Values
    impossible: Values
    """No category that suits the meaning can have these (a scarf has no sleeve)."""
    specs: int
    least_distance: float
    """Between the two likest specs, 0-1."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "specs": self.specs,
            "least_distance": round(self.least_distance, 3),
            "asked": {name: list(values) for name, values in self.asked.items()},
            "missing": {name: list(values) for name, values in self.missing.items()},
            "impossible": {name: list(values) for name, values in self.impossible.items()},
        }


def coverage(meaning: Meaning, specs: Sequence[GarmentSpec]) -> Coverage:
    """Compare the specs with the values that the meaning names, attribute by attribute."""
    possible = coverable(meaning, suited_categories(meaning, random.Random(0)))
    asked = {name: tuple(dict.fromkeys(meaning[name])) for name in meaning if name in _ATTRIBUTES}
    shown = {name: {spec.attributes[name] for spec in specs} for name in asked}
    return Coverage(
        asked={name: values for name, values in possible.items() if values},
        missing=_but(possible, shown),
        impossible=_but(asked, possible),
        specs=len(specs),
        least_distance=least_distance(specs),
    )


def coverable(meaning: Meaning, categories: Sequence[Category]) -> dict[str, tuple[str, ...]]:
    """The meaning's values that at least one of the categories can have."""
    return {
        name: tuple(dict.fromkeys(v for v in meaning[name] if any(can_have(c, name, v) for c in categories)))
        for name in meaning
        if name in _ATTRIBUTES
    }


def can_have(category: Category, name: str, value: str) -> bool:
    """Whether the category can have this value of the attribute."""
    return name == "colour" or value in possible_values(category)[name]


def covered_by(spec: GarmentSpec, open_values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The (attribute, value) pairs among the open ones that this spec shows."""
    values = spec.attributes if open_values else {}
    shown = ((name, values[name]) for name in open_values)
    return [(name, value) for name, value in shown if value in open_values[name]]


_ATTRIBUTES = ("colour", *possible_values(Category.COAT))


def _but(values: Values, without: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Per attribute the values that are not among the others; attributes without any are left out."""
    rest = {name: tuple(v for v in found if v not in without.get(name, ())) for name, found in values.items()}
    return {name: found for name, found in rest.items() if found}
