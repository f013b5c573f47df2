"""Specs that no net was trained on: every category, named colour and pattern comes up, plain ones half of the time."""

from collections import Counter
from dataclasses import replace
from itertools import count, cycle

from configs.load_lexicon import load_lexicon
from design_gen.embedded.dataset import HELD_OUT
from design_gen.recognise.dataset import APART, colour_difference, visible_spec
from models.attributes import Category, PatternKind, Trim
from models.garment import Colour, GarmentSpec
from models.lexicon import TermKind

FIRST = HELD_OUT + 700_000
"""Trainings stay below HELD_OUT; the recogniser's own measuring starts at HELD_OUT + 500,000."""


def held_out_specs(number: int) -> list[tuple[int, GarmentSpec]]:
    """Seeds and specs, always the same: categories evenly, half plain, the rest evenly over patterns and colours.

    A second colour is APART (CIEDE2000) from the first, so that a person can see the pattern. No two are the same but
    for trims: two mugs that differ in buttons are one mug.
    """
    most_alike = -(-number // len(Category))
    most = {kind: -(-number // (2 * (len(PatternKind) - 1))) + 2 for kind in PatternKind}
    most[PatternKind.PLAIN] = number // 2
    categories: Counter[Category] = Counter()
    kinds: Counter[PatternKind] = Counter()
    colours = cycle(_named_colours())
    colour, chosen, shown = next(colours), [], set()
    for seed in count(FIRST):
        drawn = visible_spec(seed)
        if categories[drawn.category] >= most_alike or kinds[drawn.pattern.kind] >= most[drawn.pattern.kind]:
            continue
        if drawn.pattern.second is not None and colour_difference(colour, drawn.pattern.second) < APART:
            continue
        spec = replace(drawn, colour=colour)
        if (bare := replace(spec, trim=Trim.TONAL)) in shown:
            continue
        shown.add(bare)
        chosen.append((seed, spec))
        categories[spec.category] += 1
        kinds[spec.pattern.kind] += 1
        colour = next(colours)
        if len(chosen) == number:
            break
    return chosen


def least_often(specs: list[tuple[int, GarmentSpec]]) -> dict[str, int]:
    """How often the rarest category, colour and pattern come up."""
    counts: dict[str, Counter[str]] = {
        "category": Counter(spec.category for _, spec in specs),
        "colour": Counter(spec.colour.name for _, spec in specs),
        "pattern": Counter(spec.pattern.kind for _, spec in specs),
    }
    whole = {"category": len(Category), "colour": len(_named_colours()), "pattern": len(PatternKind)}
    return {name: min(found.values()) if len(found) == whole[name] else 0 for name, found in counts.items()}


def _named_colours() -> list[Colour]:
    lexicon = load_lexicon()
    return [lexicon.colour(term.key) for term in lexicon.of_kind(TermKind.COLOUR)]
