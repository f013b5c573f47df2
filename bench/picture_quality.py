"""What painted pictures are worth against their specs: attributes as another net sees them, colour, lines, variety."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from design_gen.check import check_colour
from design_gen.embedded.look import draw_look
from design_gen.embedded.render import garment_mask
from design_gen.generate import Generator
from design_gen.lines import line_agreement
from design_gen.prompt import Prompt
from design_gen.recognise.dataset import Pixels, draw_picture
from design_gen.recognise.recogniser import recognise
from design_gen.recognise.vocabulary import Attribute, value_of
from design_gen.repetition import check_repetition, print_of
from models.attributes import PatternKind
from models.category_rules import CATEGORY_RULES
from models.garment import GarmentSpec

SIZE = 256
Specs = Sequence[tuple[int, GarmentSpec]]
_CHOICES = {
    Attribute.SLEEVE: "sleeves", Attribute.LENGTH: "lengths", Attribute.CLOSURE: "closures",
    Attribute.COLLAR: "collars", Attribute.POCKETS: "pockets", Attribute.MATERIAL: "materials",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures (SIZE, SIZE, 3) of specs by seed, each with its garment where the drawing has it."""

    specs: Specs
    pictures: tuple[Pixels, ...]


def painted(generator: Generator, specs: Specs, steps: int | None = None, shift: int = 0) -> Gallery:
    """Paint each spec with its own seed plus `shift`."""
    pictures = []
    for number, (seed, spec) in enumerate(specs, 1):
        (picture,) = generator.paint([spec], [Prompt("", "")], [seed + shift], size=SIZE, steps=steps)
        pictures.append(np.asarray(generator.straighten(picture, spec)))
        print(f"\r{number} of {len(specs)} pictures", end="", file=sys.stderr)
    print(file=sys.stderr)
    return Gallery(specs, tuple(pictures))


def drawn(specs: Specs) -> Gallery:
    """The renderer's own pictures: what the recogniser is held to."""
    return Gallery(specs, tuple(draw_picture(spec, seed)[0] for seed, spec in specs))


def named_right(gallery: Gallery) -> dict[str, float]:
    """Share of attributes named right; of those with a choice only among specs whose category leaves one.

    `pattern` is over patterned specs, `plain` over the others.
    """
    seen = recognise(gallery.pictures)
    hits: dict[str, list[bool]] = {}
    for (_, spec), recognition in zip(gallery.specs, seen, strict=True):
        for attribute, judgement in recognition.items():
            if _is_asked(spec, attribute):
                name = "plain" if _is_plain(spec) and attribute is Attribute.PATTERN else attribute.value
                hits.setdefault(name, []).append(judgement.value == value_of(spec, attribute))
    return {name: round(float(np.mean(each)), 4) for name, each in sorted(hits.items())}


def _is_asked(spec: GarmentSpec, attribute: Attribute) -> bool:
    choices = _CHOICES.get(attribute)
    return choices is None or len(getattr(CATEGORY_RULES[spec.category], choices)) > 1


def _is_plain(spec: GarmentSpec) -> bool:
    return spec.pattern.kind is PatternKind.PLAIN


def colour_and_lines(gallery: Gallery) -> dict[str, float]:
    """CIEDE2000 to the asked colour inside the mask, and how the structural lines agree with the flat's."""
    pairs = list(zip(gallery.specs, gallery.pictures, strict=True))
    colour = np.array(
        [check_colour(each, garment_mask(spec, SIZE), spec.colour.rgb).value for (_, spec), each in pairs]
    )
    lines = np.array([line_agreement(each, spec) for (_, spec), each in pairs])
    return {
        "colour_right": round(float((colour <= 10).mean()), 4),
        "colour_de2000_median": round(float(np.median(colour)), 2),
        "lines_f1_mean": round(float(lines.mean()), 3),
        "lines_f1_p10": round(float(np.quantile(lines, 0.1)), 3),
    }


def repetitions(gallery: Gallery) -> dict[str, float]:
    """Pictures called a near-duplicate of another spec's, and how near the nearest two come."""
    prints = [
        print_of(each, garment_mask(spec, SIZE), spec.fingerprint)
        for (_, spec), each in zip(gallery.specs, gallery.pictures, strict=True)
    ]
    findings = check_repetition(prints)
    nearest = min(finding.value for finding in findings)
    return {"repetitions": sum(not finding.passed for finding in findings), "nearest_two": round(float(nearest), 2)}


def variety(first: Gallery, second: Gallery, shift: int) -> dict[str, float]:
    """How two seeds of one spec differ: `fold_correlation` of their light and shade inside the garment (1: the same
    folds, 0: unrelated ones), the mean difference in levels of 255 there, and how often light or backdrop changes.
    """
    folds, levels, looks = [], [], []
    for (seed, spec), one, other in zip(first.specs, first.pictures, second.pictures, strict=True):
        inside = garment_mask(spec, SIZE) > 250
        folds.append(_correlation(_shading(one, spec)[inside], _shading(other, spec)[inside]))
        levels.append(np.abs(one[inside].astype(float) - other[inside]).mean())
        here, there = draw_look(seed), draw_look(seed + shift)
        looks.append((here.light, here.backdrop) != (there.light, there.backdrop))
    return {
        "fold_correlation_median": round(float(np.median(folds)), 3),
        "levels_apart_median": round(float(np.median(levels)), 1),
        "other_look": round(float(np.mean(looks)), 3),
    }


def _shading(picture: Pixels, spec: GarmentSpec) -> NDArray[np.float64]:
    """Brightness beyond what the coloured flat of the spec has, in levels."""
    from design_gen.flat import coloured_svg, to_array

    flat = to_array(coloured_svg(spec, "#808080"), SIZE)
    shading: NDArray[np.float64] = picture.mean(axis=2) - flat.mean(axis=2)
    return shading


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return float(np.corrcoef(first, second)[0, 1]) if len(first) > 1 else 1.0


def prefixed(prefix: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures under names that say whose they are."""
    return {f"{prefix}_{name}": value for name, value in figures.items()}
