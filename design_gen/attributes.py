"""Attributes: does a picture show what its spec asks for, judged by the recogniser from pixels alone."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.finding import Finding
from design_gen.recognise.dataset import APART
from design_gen.recognise.recogniser import Recogniser, load_recogniser
from design_gen.recognise.vocabulary import VALUES, Attribute, permitted, value_of
from models.attributes import PatternKind
from models.garment import GarmentSpec

SURE = 0.95
"""From this probability on another value than the asked one fails a picture; below it the recogniser may well be wrong
itself, and a person can look at the number."""
BINDING = (Attribute.CATEGORY, Attribute.PATTERN, Attribute.SLEEVE, Attribute.LENGTH, Attribute.CLOSURE)
"""What a picture can fail for; collar, pockets and material are told and never fail it: small parts and threads are
judged less surely than shapes."""


def check_attributes(
    pictures: Sequence[NDArray[np.uint8]], specs: Sequence[GarmentSpec], recogniser: Recogniser | None = None
) -> list[tuple[Finding, ...]]:
    """For each square picture a finding an attribute: asked, seen, and the probability of what is seen.

    Attributes of which the category leaves no choice are left out: the recogniser would only repeat the category.
    """
    chances = (recogniser or load_recogniser()).chances(pictures)
    vocabulary = (recogniser or load_recogniser()).vocabulary
    return [
        tuple(
            _judge(spec, attribute, vocabulary[attribute], rows[place])
            for attribute, rows in chances.items()
            if has_choice(spec, attribute)
        )
        for place, spec in enumerate(specs)
    ]


def has_choice(spec: GarmentSpec, attribute: Attribute) -> bool:
    """Whether this category could have had another value."""
    return int(permitted(attribute, (spec.category,), VALUES[attribute]).sum()) > 1


def _judge(spec: GarmentSpec, attribute: Attribute, values: Sequence[str], chances: NDArray[np.float64]) -> Finding:
    asked, best = value_of(spec, attribute), int(chances.argmax())
    seen, chance = values[best], float(chances[best])
    # a value newer than the weights is never seen: nothing can be held against a picture that was asked for it
    passed = seen == asked or chance < SURE or attribute not in BINDING or asked not in values
    passed = passed or (attribute is Attribute.PATTERN and not can_be_seen(spec))
    return Finding(attribute.value, round(chance, 4), SURE, passed, asked, seen)


def can_be_seen(spec: GarmentSpec) -> bool:
    """Whether a person could tell the asked pattern from plain cloth, its two colours being far enough apart."""
    if spec.pattern.kind is PatternKind.PLAIN or spec.pattern.second is None:
        return True
    lab = rgb_to_lab(np.array([spec.colour.rgb, spec.pattern.second.rgb], np.uint8))
    return float(delta_e(lab[:1], lab[1:])[0]) >= APART


def shares_failed(findings: Sequence[Sequence[Finding]]) -> Mapping[str, float]:
    """Which share of the pictures failed each check, for measuring."""
    names = {finding.name for row in findings for finding in row}
    failed = [{finding.name for finding in row if not finding.passed} for row in findings]
    return {name: sum(name in row for row in failed) / max(1, len(failed)) for name in sorted(names)}
