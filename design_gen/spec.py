"""From what a trend means to specs: seeded variety inside the meaning, every spec valid and unlike the others."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from design_gen.coverage import can_have, coverable, covered_by
from design_gen.distance import Looks
from design_gen.sampler import Sampler, Shares
from design_gen.suitability import suited_categories
from design_gen.tilt import Tilt
from models.attributes import Category
from models.errors import InvalidInput, NotFound
from models.garment import Colour, GarmentSpec
from models.lexicon import ATTRIBUTES, Meaning, TermKind

MAX_SPECS = 2_000
LEAST_DISTANCE = 0.025
"""No two specs of one call are closer than this: one detail apart, or a colour that a buyer tells at once."""
# Of eight candidates the one farthest from those taken is kept (Mitchell 1991, best-candidate sampling): spread out,
# yet likely values stay likely, which taking the farthest of all candidates would turn round.
_CANDIDATES, _ROUNDS = 8, 12
_REFUSALS = 40  # candidates in a row that nobody can make before a category is given up
_COLOURS = (
    "black", "navy", "ivory", "camel", "grey", "olive", "burgundy", "sage", "brown", "sky_blue", "white", "red",
    "beige", "dark_green", "pink", "charcoal",
)  # fmt: skip
_NEUTRALS = ("ivory", "black", "white", "navy")


def specs_for(
    meaning: Meaning,
    n: int,
    seed: int,
    colour: Callable[[str], Colour],
    exclude: Collection[str] = (),
    beside: Sequence[GarmentSpec] = (),
    makeable: Callable[[GarmentSpec], bool] = lambda _: True,
    tilts: Sequence[Tilt] = (),
) -> tuple[GarmentSpec, ...]:
    """Up to `n` specs that follow a trend's meaning, its likeliest categories and colours most often.

    Where the meaning names values that a category permits, only those are used, and every such value comes up once
    there is a spec for each; what it leaves open varies with the seed. No two, nor one and any of `beside`, are closer
    than LEAST_DISTANCE; none has a fingerprint in `exclude` or is refused by `makeable`, which is asked once a spec.
    Fewer than `n` come back only where the meaning leaves no further spec. `tilts`, one for each spec in turn, change
    how often permitted values come up, not which are permitted. `colour` gives a named colour (NotFound otherwise).
    Raises InvalidInput for n outside 1-2000 and for values outside the vocabulary.
    """
    if not 1 <= n <= MAX_SPECS:
        raise InvalidInput(f"{n} specs asked for; 1 to {MAX_SPECS} are possible")
    check_meaning(meaning)
    chance = random.Random(seed)
    sampler = Sampler(meaning, chance, _palette(meaning, colour, chance), _found(_NEUTRALS, colour))
    categories = suited_categories(meaning, chance)
    # categories that nobody named stand in no order: each comes up once before any comes twice
    shares = Shares(categories) if meaning.get("category") else Shares(categories, slope=0.02)
    draw = _Draw(sampler, shares, Looks.of(beside, n), makeable, set(exclude))
    draw.open = {name: list(values) for name, values in coverable(meaning, categories).items()}
    taken: list[GarmentSpec] = []
    while len(taken) < n:
        sampler.tilt = tilts[len(taken)] if len(taken) < len(tilts) else None
        spec = draw.next()
        if spec is None:
            break
        taken.append(spec)
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


@dataclass(slots=True)
class _Draw:
    """Takes one spec after another, each the one that adds most to those before it."""

    sampler: Sampler
    categories: Shares[Category]
    held: Looks
    makeable: Callable[[GarmentSpec], bool]
    refused: set[str]
    """Fingerprints not to be taken."""
    open: dict[str, list[str]] = field(default_factory=dict)
    """Values of the meaning that no spec shows yet."""
    hopeless: set[Category] = field(default_factory=set)
    """Categories that could show an open value and did not."""

    def next(self) -> GarmentSpec | None:
        """The next spec; None when no category has another."""
        while (category := self._due()) is not None:
            spec = self._take(category, self._open_in(category))
            if spec is None and self._open_in(category):
                self.hopeless.add(category)
                spec = self._take(category, {})
            if spec is not None:
                self._count(spec)
                return spec
            self.categories.exhaust(category)
        return None

    def _due(self) -> Category | None:
        """The category that is due: while values are open, one that can show some of them."""
        able = [category for category in self.categories.left() if self._open_in(category)]
        return self.categories.due(able or None, lambda category: self.sampler.factor("category", category))

    def _open_in(self, category: Category) -> Meaning:
        if category in self.hopeless:
            return {}
        open_here = {
            name: tuple(value for value in values if can_have(category, name, value))
            for name, values in self.open.items()
        }
        return {name: values for name, values in open_here.items() if values}

    def _take(self, category: Category, prefer: Meaning) -> GarmentSpec | None:
        """The best of some rounds of candidates: most open values, then farthest from all that are held."""
        asked = 0
        for _ in range(_ROUNDS):
            candidates = self.sampler.candidates(category, prefer, _CANDIDATES)
            gaps = self.held.nearest(candidates)
            news = [len(covered_by(spec, prefer)) for spec in candidates]
            for index in sorted(range(len(candidates)), key=lambda i: (-news[i], -gaps[i])):
                if gaps[index] < LEAST_DISTANCE or (prefer and not news[index]):
                    continue
                spec = candidates[index]
                if spec.fingerprint in self.refused:
                    continue
                if self.makeable(spec):
                    return spec
                self.refused.add(spec.fingerprint)
                asked += 1
                if asked >= _REFUSALS:
                    return None
        return None

    def _count(self, spec: GarmentSpec) -> None:
        self.held.add(spec)
        self.categories.took(spec.category)
        self.sampler.colours.took(spec.colour)
        for name, value in covered_by(spec, self.open):
            self.open[name].remove(value)
        self.open = {name: values for name, values in self.open.items() if values}
