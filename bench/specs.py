"""Specs drawn evenly from the vocabulary, for programs that need many different ones."""

import random

from models.attributes import Category
from models.category_rules import CATEGORY_RULES
from models.garment import Colour, GarmentSpec


def random_spec(rng: random.Random) -> GarmentSpec:
    """A valid plain olive spec; every category and every choice it permits are equally likely."""
    category = rng.choice(list(Category))
    rule = CATEGORY_RULES[category]
    return GarmentSpec(
        category,
        Colour("olive", "#62643a"),
        rng.choice(rule.materials),
        rng.choice(rule.lengths),
        rng.choice(rule.sleeves),
        rng.choice(rule.collars),
        rng.choice(rule.closures),
        rng.choice(rule.pockets),
    )
