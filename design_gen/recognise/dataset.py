"""Pictures with known attributes: drawn by the renderer or painted by the embedded net, kept in parts of 500.

A part is a triple of arrays beside each other; a part that exists is never drawn again, so that drawing can be
stopped, taken up again and extended.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.construction import construct
from design_gen.embedded.dataset import HELD_OUT, sample_spec
from design_gen.embedded.look import draw_grain, draw_look
from design_gen.embedded.render import FOLDS, flat_on_backdrop, garment_mask, take_apart
from design_gen.embedded.shade import shade
from design_gen.recognise.vocabulary import labels_of
from design_gen.suitability import possible_patterns, repeat_mm
from models.attributes import PatternKind
from models.errors import InvalidInput
from models.garment import Colour, GarmentSpec, Pattern

SIZE = 256
PART = 500
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


def _drawn(supply: Supply, seed: int) -> tuple[GarmentSpec, Pixels, Pixels]:
    spec, rng = visible_spec(seed), np.random.default_rng((seed, 23))
    folds, flat = rng.uniform(*supply.folds), rng.random() < supply.flats
    picture, mask = draw_picture(spec, seed, folds)
    return spec, flat_on_backdrop(spec, draw_look(seed), SIZE) if flat else picture, mask


def _painted(generator: Any, seed: int) -> tuple[GarmentSpec, Pixels, Pixels]:
    from design_gen.prompt import Prompt

    spec = visible_spec(seed)
    (picture,) = generator.paint([spec], [Prompt("", "")], [seed], size=SIZE)
    return spec, np.asarray(picture.image.convert("RGB")), garment_mask(spec, SIZE)


def supply_pictures(supply: Supply) -> Iterator[int]:
    """Draw the parts that are not there yet, telling how many pictures each held."""
    supply.folder.mkdir(parents=True, exist_ok=True)
    make = partial(_drawn, supply)
    for seeds in supply.parts():
        if is_there(supply.folder, seeds):
            continue
        if supply.source is Source.PAINTED:
            from design_gen.generate import load_generator

            make = partial(_painted, load_generator(threads=1))
        specs, pictures, masks = zip(*map(make, seeds), strict=True)
        np.save(_part(supply.folder, seeds, "pictures"), np.stack(pictures))
        np.save(_part(supply.folder, seeds, "masks"), np.packbits(np.stack(masks) > 127, axis=2))
        # Written last: a part counts as there when its labels are.
        np.save(_part(supply.folder, seeds, "labels"), np.array([labels_of(spec) for spec in specs], np.uint8))
        yield len(seeds)


def is_there(folder: Path, seeds: range) -> bool:
    """Whether the part of these seeds was drawn to its end."""
    path = _part(folder, seeds, "labels")
    return path.exists() and len(np.load(path, mmap_mode="r")) == len(seeds)


def _part(folder: Path, seeds: range, name: str) -> Path:
    return folder / f"{name}_{seeds.start}.npy"


class PictureFolder:
    """Reads the pictures of a supply."""

    def __init__(self, supply: Supply) -> None:
        folder, parts = supply.folder, supply.parts()
        self.labels: Array = np.concatenate([np.load(_part(folder, part, "labels")) for part in parts])
        self._pictures = [np.load(_part(folder, part, "pictures"), mmap_mode="r") for part in parts]
        self._masks = [np.load(_part(folder, part, "masks"), mmap_mode="r") for part in parts]

    def __len__(self) -> int:
        return len(self.labels)

    def picture(self, index: int) -> Pixels:
        """Picture (SIZE, SIZE, 3)."""
        return np.asarray(self._pictures[index // PART][index % PART])

    def mask(self, index: int) -> NDArray[np.bool_]:
        """Where the garment is, (SIZE, SIZE)."""
        return np.unpackbits(self._masks[index // PART][index % PART], axis=1).astype(bool)
