"""What is recognised: eight attributes of a garment, their values, and which of them go together."""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.attributes import Category, Closure, Collar, Length, Material, PatternKind, Pockets, Sleeve
from models.category_rules import CATEGORY_RULES
from models.garment import GarmentSpec


class Attribute(StrEnum):
    """An attribute that can be seen in a picture; the value is its name in a spec."""

    CATEGORY = "category"
    PATTERN = "pattern"
    SLEEVE = "sleeve"
    LENGTH = "length"
    CLOSURE = "closure"
    COLLAR = "collar"
    POCKETS = "pockets"
    MATERIAL = "material"


SHAPE = tuple(attribute for attribute in Attribute if attribute is not Attribute.MATERIAL)
"""What the picture net judges; the material has a net of its own."""
VALUES: Mapping[Attribute, tuple[str, ...]] = {
    Attribute.CATEGORY: tuple(Category),
    Attribute.PATTERN: tuple(PatternKind),
    Attribute.SLEEVE: tuple(Sleeve),
    Attribute.LENGTH: tuple(Length),
    Attribute.CLOSURE: tuple(Closure),
    Attribute.COLLAR: tuple(Collar),
    Attribute.POCKETS: tuple(Pockets),
    Attribute.MATERIAL: tuple(Material),
}
_PLURAL = {
    Attribute.SLEEVE: "sleeves",
    Attribute.LENGTH: "lengths",
    Attribute.CLOSURE: "closures",
    Attribute.COLLAR: "collars",
    Attribute.POCKETS: "pockets",
    Attribute.MATERIAL: "materials",
}


def value_of(spec: GarmentSpec, attribute: Attribute) -> str:
    """The value that a spec asks for."""
    return str(spec.pattern.kind if attribute is Attribute.PATTERN else getattr(spec, attribute))


def labels_of(spec: GarmentSpec) -> list[int]:
    """The place of each attribute's value in VALUES, in the order of Attribute."""
    return [VALUES[attribute].index(value_of(spec, attribute)) for attribute in Attribute]


def permitted(attribute: Attribute, categories: tuple[str, ...], values: tuple[str, ...]) -> NDArray[np.bool_]:
    """(categories, values): whether a category can have the value."""
    if attribute not in _PLURAL:
        return np.ones((len(categories), len(values)), bool)
    rules = [getattr(CATEGORY_RULES[Category(category)], _PLURAL[attribute]) for category in categories]
    return np.array([[value in rule for value in values] for rule in rules])
