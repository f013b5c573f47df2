"""From what a trend means to specs: seeded variation inside the meaning, every spec valid and unlike the others."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from design_gen.distance import colour_gap, distance
from design_gen.suitability import possible_patterns, repeat_mm, suited_categories, usual_patterns
from models.attributes import Category, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.errors import InvalidInput, NotFound
from models.garment import Colour, GarmentSpec, Pattern
from models.lexicon import ATTRIBUTES, Meaning, TermKind

__all__ = ["distance", "specs_for"]

MAX_SPECS = 2_000
# Least distance to the specs already taken and tries at it, before the next, laxer step.
_STEPS = ((0.14, 6), (0.06, 24), (0.025, 96))
_COLOURS = (
    "black", "navy", "ivory", "camel", "grey", "olive", "burgundy", "sage", "brown", "sky_blue", "white", "red",
    "beige", "dark_green", "pink", "charcoal",
)  # fmt: skip
_NEUTRALS = ("ivory", "black", "white", "navy")
_FITS = {Fit.REGULAR: 5.0, Fit.OVERSIZED: 3.0, Fit.SLIM: 2.0}
_TRIMS = {Trim.TONAL: 5.0, Trim.BLACK: 2.0, Trim.SILVER: 2.0, Trim.BRASS: 2.0, Trim.HORN: 2.0, Trim.WOODEN: 1.0}
Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item")


def specs_for(
    meaning: Meaning, n: int, seed: int, colour: Callable[[str], Colour], exclude: Collection[str] = ()
) -> tuple[GarmentSpec, ...]:
    """Up to `n` specs that follow a trend's meaning, its likeliest categories and colours most often.

    Where the meaning names values that a category permits, only those are used; what it leaves open varies with the
    seed. No two are closer than `distance` 0.025, none has a fingerprint in `exclude`; fewer than `n` come back only
    where the meaning leaves no further spec. `colour` gives a named colour (NotFound otherwise).
    Raises InvalidInput for n outside 1-2000 and for values outside the vocabulary.
    """
    if not 1 <= n <= MAX_SPECS:
        raise InvalidInput(f"{n} specs asked for; 1 to {MAX_SPECS} are possible")
    check_meaning(meaning)
    chance = random.Random(seed)
    sampler = _Sampler(meaning, chance, _palette(meaning, colour, chance), _found(_NEUTRALS, colour))
    categories, taken = _Shares(suited_categories(meaning, chance)), list[GarmentSpec]()
    while len(taken) < n and (category := categories.next()) is not None:
        spec = sampler.draw(category, taken, exclude)
        if spec is None:
            categories.exhaust(category)
        else:
            taken.append(spec)
            categories.took(category)
            sampler.colours.took(spec.colour)
    return tuple(taken)


def check_meaning(meaning: Meaning) -> None:
    """InvalidInput when the meaning names a value that the garment vocabulary does not have."""
    for name, values in meaning.items():
        vocabulary = ATTRIBUTES.get(TermKind(name)) if name in list(TermKind) else None
        for value in values:
            if vocabulary is not None and value not in list(vocabulary):
                raise InvalidInput(f"a trend means {name} {value[:40]!r}, which is no {name} of the garment vocabulary")


def _palette(meaning: Meaning, colour: Callable[[str], Colour], chance: random.Random) -> tuple[Colour, ...]:
    """The meaning's colours in its order, else a shuffled everyday palette."""
    if named := tuple(dict.fromkeys(meaning.get("colour", ()))):
        return tuple(colour(name) for name in named)
    everyday = _found(_COLOURS, colour)
    if not everyday:
        raise InvalidInput("the trend names no colour and the lexicon has none of the everyday colours")
    return tuple(chance.sample(everyday, len(everyday)))


def _found(names: Sequence[str], colour: Callable[[str], Colour]) -> tuple[Colour, ...]:
    """The colours that the lexicon knows."""
    found = []
    for name in names:
        try:
            found.append(colour(name))
        except NotFound:
            continue
    return tuple(found)


class _Shares(Generic[Item]):
    """Gives out items in turn by the d'Hondt rule, so that rank counts and still each item comes up."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._weights = {item: 1 / (1 + 0.25 * rank) for rank, item in enumerate(items)}
        self._counts = dict.fromkeys(items, 0)

    def next(self) -> Item | None:
        """The item that is due; the earlier one where two are."""
        return max(self._weights, key=lambda item: self._weights[item] / (self._counts[item] + 1), default=None)

    def any(self, chance: random.Random) -> Item:
        """An item at random, by weight."""
        return chance.choices(list(self._weights), list(self._weights.values()))[0]

    def took(self, item: Item) -> None:
        self._counts[item] += 1

    def exhaust(self, item: Item) -> None:
        del self._weights[item]


@dataclass(slots=True)
class _Sampler:
    """Draws specs inside a meaning."""

    meaning: Meaning
    chance: random.Random
    palette: tuple[Colour, ...]
    neutrals: tuple[Colour, ...]

    colours: _Shares[Colour] = field(init=False)

    def __post_init__(self) -> None:
        self.colours = _Shares(self.palette)

    def draw(self, category: Category, taken: Sequence[GarmentSpec], exclude: Collection[str]) -> GarmentSpec | None:
        """A spec far enough from those taken; None when none was found at the laxest step."""
        first = True
        for gap, tries in _STEPS:
            for _ in range(tries):
                colour = (self.colours.next() if first else None) or self.colours.any(self.chance)
                first = False
                spec = self._sample(category, colour)
                if spec.fingerprint not in exclude and all(distance(spec, other) >= gap for other in taken):
                    return spec
        return None

    def _sample(self, category: Category, colour: Colour) -> GarmentSpec:
        rule = CATEGORY_RULES[category]
        return GarmentSpec(
            category=category,
            colour=colour,
            material=self._ranked("material", rule.materials),
            length=self._ranked("length", rule.lengths),
            sleeve=self._ranked("sleeve", rule.sleeves),
            collar=self._ranked("collar", rule.collars),
            closure=self._ranked("closure", rule.closures),
            pockets=self._ranked("pockets", rule.pockets),
            fit=self._weighted("fit", _FITS),
            trim=self._weighted("trim", _TRIMS),
            pattern=self._pattern(category, colour),
        )

    def _ranked(self, name: str, choices: tuple[Choice, ...]) -> Choice:
        """One of the permitted values, earlier ones more often."""
        options = permitted(self.meaning, name, choices)
        return self.chance.choices(options, [1 / (1 + 0.5 * rank) for rank in range(len(options))])[0]

    def _weighted(self, name: str, weights: Mapping[Choice, float]) -> Choice:
        """One of the values that the meaning asks for, else one by its usual share."""
        if asked := self.meaning.get(name):
            kind = type(next(iter(weights)))
            return self.chance.choice([kind(value) for value in asked])
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _pattern(self, category: Category, colour: Colour) -> Pattern:
        asked = [kind for kind in possible_patterns(category) if kind.value in self.meaning.get("pattern", ())]
        usual = usual_patterns(category)
        kind = self.chance.choice(asked) if asked else self.chance.choices(list(usual), list(usual.values()))[0]
        if kind is PatternKind.PLAIN:
            return Pattern()
        return Pattern(kind, self._second(colour), repeat_mm(kind, category, self.chance))

    def _second(self, colour: Colour) -> Colour:
        """A colour of the palette that stands out from the first, else the neutral that does most."""
        contrasting = [other for other in self.palette if colour_gap(colour, other) >= 0.4]
        if contrasting:
            return self.chance.choice(contrasting)
        others = [other for other in (*self.neutrals, *self.palette) if other.hex != colour.hex]
        opposite = Colour("white", "#f6f6f3") if sum(colour.rgb) < 384 else Colour("black", "#1b1b1d")
        return max(others, key=lambda other: colour_gap(colour, other), default=opposite)


def permitted(meaning: Meaning, name: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices that the meaning asks for, in its order; all of them when it asks for none of them."""
    asked = dict.fromkeys(choice for value in meaning.get(name, ()) for choice in choices if choice.value == value)
    return tuple(asked) or tuple(choices)
