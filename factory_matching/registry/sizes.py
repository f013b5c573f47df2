"""Sizes that a factory may say it cuts."""

from models.category_rules import CATEGORY_RULES

_LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL")
_SHOES = tuple(str(size) for size in range(33, 49))

SIZES: tuple[str, ...] = tuple(
    dict.fromkeys((*_LETTERS, *_SHOES, *(size for rule in CATEGORY_RULES.values() for size in rule.sizes)))
)
"""Letters, European shoe sizes, and whatever else some category is sold in."""
