"""A small learned filter: how likely a phrase is about goods, by what stands around it.

Logistic regression on the traits of `trends.traits`, trained by `python -m trends.train_filter` on half of the labelled
phrases of `trends/labels`; the weights with their model card are `trends/goods_filter.json`.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trends.traits import NAMES

WEIGHTS = Path(__file__).with_name("goods_filter.json")


@dataclass(frozen=True, slots=True)
class GoodsFilter:
    """Weights by trait, in the order of `trends.traits.NAMES`."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, traits: Sequence[float]) -> float:
        """How likely goods are meant, from 0 to 1."""
        total = self.bias + sum(weight * trait for weight, trait in zip(self.weights, traits, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def load_filter(path: Path = WEIGHTS) -> GoodsFilter:
    """The trained filter; its file names every trait, so weights of other traits are never taken."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return GoodsFilter(tuple(float(stored["weights"][name]) for name in NAMES), float(stored["bias"]))
