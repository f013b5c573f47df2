"""What suits what: categories for a meaning and season, patterns for a category, the scale of a pattern."""

import random
from collections.abc import Mapping, Sequence
from functools import cache

from models.attributes import Category, Family, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.lexicon import Meaning

PRINTABLE = frozenset(
    {
        Category.T_SHIRT, Category.SWEATSHIRT, Category.HOODIE, Category.SWEATER, Category.TANK_TOP, Category.TOTE_BAG,
        Category.CUSHION, Category.MUG, Category.CAP, Category.BACKPACK, Category.DRESS,
    }
)  # fmt: skip
"""Categories with room for a print on the chest or its like."""

_SUMMER = frozenset(
    {
        Category.T_SHIRT, Category.SHIRT, Category.POLO_SHIRT, Category.BLOUSE, Category.TANK_TOP, Category.DRESS,
        Category.SKIRT, Category.SHORTS, Category.CAP, Category.TOTE_BAG, Category.SNEAKERS,
    }
)  # fmt: skip
_WINTER = frozenset(
    {
        Category.SWEATER, Category.CARDIGAN, Category.COAT, Category.GREATCOAT, Category.PARKA, Category.DOWN_JACKET,
        Category.BEANIE, Category.SCARF, Category.BOOTS, Category.HOODIE,
    }
)  # fmt: skip
_CHOICES = {
    "length": "lengths", "sleeve": "sleeves", "collar": "collars", "closure": "closures", "pockets": "pockets",
    "material": "materials",
}  # fmt: skip
_REPEATS: dict[PatternKind, tuple[int, int]] = {
    PatternKind.STRIPES: (26, 60),
    PatternKind.PINSTRIPES: (16, 30),
    PatternKind.CHECK: (20, 60),
    PatternKind.TARTAN: (90, 160),
    PatternKind.DOTS: (22, 60),
    PatternKind.FLORAL: (80, 140),
    PatternKind.CAMOUFLAGE: (60, 110),
}
_TAILORED = frozenset(
    {Category.GREATCOAT, Category.COAT, Category.TRENCH_COAT, Category.BLAZER, Category.WAISTCOAT, Category.TROUSERS}
)
_STURDY = frozenset(
    {
        Category.PARKA, Category.DOWN_JACKET, Category.DENIM_JACKET, Category.BOMBER_JACKET, Category.JEANS,
        Category.BOOTS, Category.HANDBAG, Category.JACKET,
    }
)  # fmt: skip
_PATTERNS = {PatternKind.PLAIN: 9.0, PatternKind.STRIPES: 1.5, PatternKind.CHECK: 1.5, PatternKind.CAMOUFLAGE: 0.3}
_TAILORED_PATTERNS = {
    PatternKind.PLAIN: 14.0, PatternKind.CHECK: 1.0, PatternKind.TARTAN: 1.0, PatternKind.PINSTRIPES: 1.0,
}  # fmt: skip
_STURDY_PATTERNS = {PatternKind.PLAIN: 12.0, PatternKind.COLOUR_BLOCK: 1.5, PatternKind.CAMOUFLAGE: 0.5}
_SMALL = frozenset({Family.HAT, Family.SHOES, Family.HOME, Family.BAG})


def suited_categories(meaning: Meaning, chance: random.Random) -> Sequence[Category]:
    """The categories that the meaning names; where it names none, those that permit most of it, clothes first."""
    named = tuple(dict.fromkeys(Category(value) for value in meaning.get("category", ())))
    if named:
        return named
    season = _season(meaning)
    scores = {category: _permits(category, meaning) for category in season or tuple(Category)}
    best = [category for category, score in scores.items() if score == max(scores.values())]
    chance.shuffle(best)
    return sorted(best, key=lambda category: CATEGORY_RULES[category].family in _SMALL | {Family.ACCESSORY})


def _season(meaning: Meaning) -> tuple[Category, ...]:
    occasions = meaning.get("occasion", ())
    if "winter" in occasions:
        return tuple(category for category in Category if category in _WINTER)
    if "summer" in occasions or "holiday" in occasions:
        return tuple(category for category in Category if category in _SUMMER)
    return ()


def _permits(category: Category, meaning: Meaning) -> int:
    """How many attributes of the meaning this category can have."""
    rule = CATEGORY_RULES[category]
    permits = [set(meaning.get(name, ())) & set(getattr(rule, plural)) for name, plural in _CHOICES.items()]
    return sum(map(bool, permits))


def possible_patterns(category: Category) -> tuple[PatternKind, ...]:
    """Patterns that can be made on this category when they are asked for."""
    return tuple(kind for kind in PatternKind if kind is not PatternKind.CHEST_PRINT or category in PRINTABLE)


@cache
def possible_values(category: Category) -> Mapping[str, Sequence[str]]:
    """Attribute -> values that this category can have, but for colours: those it can have all of."""
    rule = CATEGORY_RULES[category]
    ruled = {name: getattr(rule, plural) for name, plural in _CHOICES.items()}
    patterns = possible_patterns(category)
    return {"category": (category,), "pattern": patterns, "fit": tuple(Fit), "trim": tuple(Trim), **ruled}


def usual_patterns(category: Category) -> Mapping[PatternKind, float]:
    """How often each pattern is chosen when none is asked for."""
    if category in _TAILORED:
        return _TAILORED_PATTERNS
    if category in _STURDY:
        return _STURDY_PATTERNS
    return {kind: _PATTERNS.get(kind, 1.0) for kind in possible_patterns(category)}


def repeat_mm(kind: PatternKind, category: Category, chance: random.Random) -> int:
    """A repeat that reads at the size of the thing."""
    low, high = _REPEATS.get(kind, (60, 60))
    repeat = chance.randint(low, high)
    return max(8, repeat // 2) if CATEGORY_RULES[category].family in _SMALL else repeat
