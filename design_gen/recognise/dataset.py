"""Pictures with known attributes: drawn by the renderer or painted by the embedded net, kept in parts.

A part is a pair of arrays beside each other; a part that exists is never drawn again, so that drawing can be
stopped, taken up again and extended.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.construction import construct
from design_gen.embedded.dataset import HELD_OUT, sample_spec
from design_gen.embedded.look import draw_grain, draw_look
from design_gen.embedded.render import FOLDS, flat_on_backdrop, take_apart
from design_gen.embedded.shade import shade
from design_gen.recognise.vocabulary import labels_of
from design_gen.suitability import possible_patterns, repeat_mm
from models.attributes import PatternKind
from models.errors import InvalidInput
from models.garment import Colour, GarmentSpec, Pattern

if TYPE_CHECKING:
    from design_gen.generate import Generator

SIZE = 256
PART = 250
APART = 25.0
"""CIEDE2000 that a pattern's two colours differ by at least; below, a person may see a plain cloth."""

Pixels = NDArray[np.uint8]
Array = NDArray[Any]


class Source(StrEnum):
    """Who made a picture."""

    DRAWN = "drawn"
    PAINTED = "painted"


@dataclass(frozen=True, slots=True)
class Supply:
    """Which pictures lie in a folder: `count` of one source from consecutive seeds."""

    folder: Path
    source: Source
    seed: int
    count: int
    folds: tuple[float, float] = (0.6, 1.6)
    """How strongly a drawn picture folds, drawn evenly between the two."""
    flats: float = 0.08
    """Share of drawn pictures that are coloured flats."""

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= self.seed + self.count <= HELD_OUT:
            raise InvalidInput(f"seeds from {self.seed} on, {self.count} of them, are not all below {HELD_OUT}")

    def parts(self) -> list[range]:
        """The seeds of each part."""
        end = self.seed + self.count
        return [range(start, min(start + PART, end)) for start in range(self.seed, end, PART)]


def visible_spec(seed: int) -> GarmentSpec:
    """A random valid spec whose pattern a person can see: colours apart, a repeat that suits the thing."""
    spec, chance = sample_spec(seed), random.Random(seed)
    if spec.pattern.second is None:
        return spec
    pattern, second = spec.pattern, spec.pattern.second
    while colour_difference(spec.colour, second) < APART:
        second = Colour("second", f"#{chance.randrange(1 << 24):06x}")
    if pattern.kind not in possible_patterns(spec.category):
        return replace(spec, pattern=Pattern(PatternKind.COLOUR_BLOCK, second))
    repeat = repeat_mm(pattern.kind, spec.category, chance)
    return replace(spec, pattern=replace(pattern, second=second, repeat_mm=repeat))


def colour_difference(first: Colour, second: Colour) -> float:
    """CIEDE2000 between two colours."""
    lab = rgb_to_lab(np.array([first.rgb, second.rgb], np.uint8))
    return float(delta_e(lab[:1], lab[1:])[0])


def draw_picture(spec: GarmentSpec, seed: int, folds: float = 1.0) -> tuple[Pixels, Pixels]:
    """The renderer's picture (SIZE, SIZE, 3) and mask (SIZE, SIZE) of a spec under the look of a seed."""
    layers, look = take_apart(spec, construct(spec), SIZE), draw_look(seed)
    picture = shade(layers, spec.material, folds * FOLDS[spec.family], look, draw_grain(seed, SIZE))
    return picture, (layers.cover * 255).astype(np.uint8)


def _drawn(supply: Supply, seed: int) -> tuple[GarmentSpec, Pixels]:
    spec, rng = visible_spec(seed), np.random.default_rng((seed, 23))
    folds, flat = rng.uniform(*supply.folds), rng.random() < supply.flats
    if flat:
        return spec, flat_on_backdrop(spec, draw_look(seed), SIZE)
    return spec, draw_picture(spec, seed, folds)[0]


def _painted(seed: int) -> tuple[GarmentSpec, Pixels]:
    from design_gen.prompt import Prompt

    spec = visible_spec(seed)
    (picture,) = _painter().paint([spec], [Prompt("", "")], [seed], size=SIZE)
    return spec, np.asarray(picture.image.convert("RGB"))


@lru_cache(maxsize=1)
def _painter() -> "Generator":
    from design_gen.generate import load_generator

    return load_generator(threads=1)


def supply_pictures(supply: Supply, workers: int = 1) -> Iterator[int]:
    """Draw the parts that are not there yet, in order, in so many processes, telling how many pictures each held."""
    supply.folder.mkdir(parents=True, exist_ok=True)
    missing = [seeds for seeds in supply.parts() if not is_there(supply.folder, seeds)]
    if workers == 1 or not missing:
        yield from map(partial(_supply_part, supply), missing)
    else:
        with get_context("spawn").Pool(workers) as pool:
            yield from pool.imap(partial(_supply_part, supply), missing)


def _supply_part(supply: Supply, seeds: range) -> int:
    make = _painted if supply.source is Source.PAINTED else partial(_drawn, supply)
    specs, pictures = zip(*map(make, seeds), strict=True)
    np.save(part_path(supply.folder, seeds, "pictures"), np.stack(pictures))
    # Put in place last and whole: a part counts as there when its labels are, and training looks for them meanwhile.
    labels = part_path(supply.folder, seeds, "labels")
    written = labels.with_suffix(".new.npy")
    np.save(written, np.array([labels_of(spec) for spec in specs], np.uint8))
    written.replace(labels)
    return len(seeds)


def is_there(folder: Path, seeds: range) -> bool:
    """Whether the part of these seeds was drawn to its end."""
    path = part_path(folder, seeds, "labels")
    return path.exists() and len(np.load(path, mmap_mode="r")) == len(seeds)


def part_path(folder: Path, seeds: range, name: str) -> Path:
    """Where one array of a part lies."""
    return folder / f"{name}_{seeds.start}.npy"
