"""Draws single specs inside a meaning."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from design_gen.distance import colour_gap
from design_gen.suitability import possible_patterns, repeat_mm, usual_patterns
from design_gen.tilt import Tilt
from models.attributes import Artwork, Category, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.garment import COVERS, TURNS, Colour, GarmentSpec, Pattern
from models.lexicon import Meaning

_FITS = {Fit.REGULAR: 5.0, Fit.OVERSIZED: 3.0, Fit.SLIM: 2.0}
_TRIMS = {Trim.TONAL: 5.0, Trim.BLACK: 2.0, Trim.SILVER: 2.0, Trim.BRASS: 2.0, Trim.HORN: 2.0, Trim.WOODEN: 1.0}
_TURNED = 0.25  # share of striped and checked designs whose lines run another way than usual
Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item")
Factor = Callable[[Item], float]


def _as_usual(_item: object) -> float:
    return 1.0


class Shares(Generic[Item]):
    """Gives out items in turn by the d'Hondt rule: rank counts as much as `slope` says, and still each comes up."""

    def __init__(self, items: Sequence[Item], slope: float = 0.25) -> None:
        self._weights = {item: 1 / (1 + slope * rank) for rank, item in enumerate(items)}
        self._counts = dict.fromkeys(items, 0)

    def due(self, among: Sequence[Item] | None = None, factor: Factor[Item] = _as_usual) -> Item | None:
        """The item that is due, of all or of some; the earlier one where two are. `factor` multiplies its weight."""
        items = self._weights if among is None else [item for item in among if item in self._weights]
        return max(items, key=lambda item: self._weights[item] * factor(item) / (self._counts[item] + 1), default=None)

    def any(self, chance: random.Random, factor: Factor[Item] = _as_usual) -> Item:
        """An item at random, by weight times factor."""
        return chance.choices(list(self._weights), [self._weights[item] * factor(item) for item in self._weights])[0]

    def left(self) -> tuple[Item, ...]:
        """Items not yet exhausted."""
        return tuple(self._weights)

    def took(self, item: Item) -> None:
        """Count one."""
        self._counts[item] += 1

    def exhaust(self, item: Item) -> None:
        """Give this one out no more."""
        del self._weights[item]


@dataclass(slots=True)
class Sampler:
    """Random specs of a category that follow a meaning wherever the category permits."""

    meaning: Meaning
    chance: random.Random
    palette: tuple[Colour, ...]
    neutrals: tuple[Colour, ...]
    tilt: Tilt | None = None
    """What the present spec's choices are tilted by; None leaves every value its usual weight."""
    colours: Shares[Colour] = field(init=False)

    def __post_init__(self) -> None:
        self.colours = Shares(self.palette)

    def candidates(self, category: Category, prefer: Meaning, count: int) -> list[GarmentSpec]:
        """Specs of one pattern kind; values in `prefer` are taken before others, the colour due half of the time."""
        kind = self._kind(category, prefer)
        preferred = [colour for colour in self.palette if colour.name in prefer.get("colour", ())]
        made = []
        for number in range(count):
            due = self.colours.due(preferred or None, self._of_colour) if number % 2 == 0 else None
            made.append(self._sample(category, kind, due or self.colours.any(self.chance, self._of_colour), prefer))
        return made

    def factor(self, attribute: str, value: str) -> float:
        """What the tilt multiplies a value's weight by."""
        return 1.0 if self.tilt is None else self.tilt.factor(attribute, value)

    def _of_colour(self, colour: Colour) -> float:
        return self.factor("colour", colour.name)

    def _pick(self, name: str, options: Sequence[Choice], weights: Sequence[float]) -> Choice:
        """One of the options by weight, tilted."""
        tilted = [weight * self.factor(name, option) for option, weight in zip(options, weights, strict=True)]
        return self.chance.choices(options, tilted)[0]

    def _pick_evenly(self, name: str, options: Sequence[Choice]) -> Choice:
        """One of the options, each as likely as the others unless tilted."""
        return self.chance.choice(options) if self.tilt is None else self._pick(name, options, [1.0] * len(options))

    def _sample(self, category: Category, kind: PatternKind, colour: Colour, prefer: Meaning) -> GarmentSpec:
        rule = CATEGORY_RULES[category]
        return GarmentSpec(
            category=category,
            colour=colour,
            material=self._ranked("material", rule.materials, prefer),
            length=self._ranked("length", rule.lengths, prefer),
            sleeve=self._ranked("sleeve", rule.sleeves, prefer),
            collar=self._ranked("collar", rule.collars, prefer),
            closure=self._ranked("closure", rule.closures, prefer),
            pockets=self._ranked("pockets", rule.pockets, prefer),
            fit=self._weighted("fit", _FITS, prefer),
            trim=self._weighted("trim", _TRIMS, prefer),
            pattern=self._pattern(kind, category, colour),
        )

    def _ranked(self, name: str, choices: tuple[Choice, ...], prefer: Meaning) -> Choice:
        """One of the permitted values, earlier ones more often."""
        options = _asked(prefer, name, choices) or _asked(self.meaning, name, choices) or choices
        if len(options) == 1:
            return options[0]
        return self._pick(name, options, [1 / (1 + 0.5 * rank) for rank in range(len(options))])

    def _weighted(self, name: str, weights: Mapping[Choice, float], prefer: Meaning) -> Choice:
        """One of the values that the meaning asks for, else one by its usual share."""
        kind = type(next(iter(weights)))
        if asked := prefer.get(name) or self.meaning.get(name):
            return self._pick_evenly(name, [kind(value) for value in asked])
        return self._pick(name, list(weights), list(weights.values()))

    def _kind(self, category: Category, prefer: Meaning) -> PatternKind:
        possible, usual = possible_patterns(category), usual_patterns(category)
        asked = _asked(prefer, "pattern", possible) or _asked(self.meaning, "pattern", possible)
        if asked:
            return self._pick_evenly("pattern", asked)
        return self._pick("pattern", list(usual), list(usual.values()))

    def _pattern(self, kind: PatternKind, category: Category, colour: Colour) -> Pattern:
        if kind is PatternKind.PLAIN:
            return Pattern()
        low, usual, high = COVERS.get(kind, (0, None, 0))
        turns = TURNS.get(kind, ())
        return Pattern(
            kind,
            self._second(colour),
            repeat_mm(kind, category, self.chance),
            None if usual is None else round(self.chance.triangular(low, high, usual)),
            self.chance.choice(turns) if turns and self.chance.random() < _TURNED else None,
            self.chance.choice(list(Artwork)) if kind is PatternKind.CHEST_PRINT else None,
        )

    def _second(self, colour: Colour) -> Colour:
        """A colour of the palette that stands out from the first, else the neutral that does most."""
        contrasting = [other for other in self.palette if colour_gap(colour, other) >= 0.4]
        if contrasting:
            return self.chance.choice(contrasting)
        others = [other for other in (*self.neutrals, *self.palette) if other.hex != colour.hex]
        opposite = Colour("white", "#f6f6f3") if sum(colour.rgb) < 384 else Colour("black", "#1b1b1d")
        return max(others, key=lambda other: colour_gap(colour, other), default=opposite)


def _asked(meaning: Meaning, name: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices that the meaning asks for, in its order."""
    values = meaning.get(name)
    if not values:
        return ()
    return tuple(dict.fromkeys(choice for value in values for choice in choices if choice.value == value))
