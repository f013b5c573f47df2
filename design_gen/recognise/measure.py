"""Measure the recogniser: `python -m design_gen.recognise.measure [--count 500] [--confusions ATTRIBUTE]`.

The last line on stdout is one JSON object: how often each attribute is named right on held-out renders, on the coloured
flats of the same specs, and on pictures that the embedded net painted of them.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from design_gen.embedded.dataset import HELD_OUT
from design_gen.embedded.look import draw_look
from design_gen.embedded.render import flat_on_backdrop
from design_gen.recognise.dataset import SIZE, Pixels, draw_picture, visible_spec
from design_gen.recognise.recogniser import WEIGHTS, Recogniser, load_recogniser
from design_gen.recognise.vocabulary import Attribute, value_of
from models.category_rules import CATEGORY_RULES
from models.garment import GarmentSpec

FIRST = HELD_OUT + 500_000
"""First seed measured on; nothing is trained on it or any later one."""
Confusions = Mapping[Attribute, Counter[tuple[str, str]]]


def held_out(count: int) -> list[tuple[int, GarmentSpec]]:
    """Seeds and specs that no net was trained on."""
    return [(seed, visible_spec(seed)) for seed in range(FIRST, FIRST + count)]


def judge(
    recogniser: Recogniser, specs: Sequence[GarmentSpec], pictures: Sequence[Pixels]
) -> tuple[dict[str, float], Confusions]:
    """Share named right by attribute, and what was taken for what."""
    seen = recogniser.recognise(pictures, threads=1)
    wrong: dict[Attribute, Counter[tuple[str, str]]] = {name: Counter() for name in Attribute}
    for spec, recognition in zip(specs, seen, strict=True):
        for name, judgement in recognition.items():
            if (asked := value_of(spec, name)) != judgement.value:
                wrong[name][asked, judgement.value] += 1
    return {name.value: round(1 - wrong[name].total() / max(1, len(specs)), 4) for name in Attribute}, wrong


def with_choice(specs: Sequence[GarmentSpec], attribute: str) -> int:
    """How many specs have a category that leaves a choice of this attribute (a plural name of CategoryRule)."""
    return sum(len(getattr(CATEGORY_RULES[spec.category], attribute)) > 1 for spec in specs)


def seconds_a_picture(recogniser: Recogniser, picture: Pixels) -> float:
    """Median seconds of one picture alone on one thread."""
    times = []
    for _ in range(15):
        started = time.perf_counter()
        recogniser.recognise([picture], threads=1)
        times.append(time.perf_counter() - started)
    return round(float(np.median(times)), 4)


def _painted(specs: Sequence[tuple[int, GarmentSpec]]) -> Iterator[Pixels]:
    from design_gen.generate import load_generator
    from design_gen.prompt import Prompt

    generator = load_generator(threads=1)
    for seed, spec in specs:
        (picture,) = generator.paint([spec], [Prompt("", "")], [seed], size=SIZE)
        yield np.asarray(picture.image.convert("RGB"))


def measure(recogniser: Recogniser, count: int, painted: int) -> tuple[dict[str, Any], dict[str, Confusions]]:
    """Figures for the JSON line, and the confusions of each kind of picture."""
    specs = held_out(max(count, painted))
    asked = [spec for _, spec in specs]
    renders = [draw_picture(spec, seed)[0] for seed, spec in specs[:count]]
    flats = [flat_on_backdrop(spec, draw_look(seed), SIZE) for seed, spec in specs[: count // 5]]
    figures: dict[str, Any] = {"specs": count, "seconds_a_picture": seconds_a_picture(recogniser, renders[0])}
    confusions = {}
    for name, pictures in (("renders", renders), ("flats", flats), ("painted", list(_painted(specs[:painted])))):
        figures[name], confusions[name] = judge(recogniser, asked[: len(pictures)], pictures)
        figures[name] |= {"pictures": len(pictures)}
    return figures, confusions


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--painted", type=int, default=100, help="pictures of the embedded net")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--confusions", choices=tuple(Attribute), help="what was taken for what, on stderr")
    given = parser.parse_args()
    torch.set_num_threads(1)
    figures, confusions = measure(load_recogniser(given.weights), given.count, given.painted)
    if given.confusions:
        for kind, wrong in confusions.items():
            for (asked, seen), times in wrong[Attribute(given.confusions)].most_common():
                print(f"{kind}: {asked} taken for {seen} {times}x", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
