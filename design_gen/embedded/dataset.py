"""Training pairs: random valid specs, drawn once into a folder of memory-mapped arrays, read back as seeded batches."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from torch import Tensor

from design_gen.embedded.cloth import load_cloth
from design_gen.embedded.look import COARSE, draw_grain, draw_look
from design_gen.embedded.net import LABELS
from design_gen.embedded.render import draft
from models.attributes import Artwork, Category, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.garment import COVERS, TURNS, Colour, GarmentSpec, Pattern

HELD_OUT = 1_000_000_000
"""Seeds from here on are never trained on."""

SPAN = 50
"""Pairs that a process draws at a time."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """On one device: bytes of pictures (b, h, w, 3) and masks (b, h, w), labels 0/1 (b, len(LABELS)), float grains."""

    flat: Tensor
    picture: Tensor
    mask: Tensor
    labels: Tensor
    coarse: Tensor
    fine: Tensor


def sample_spec(seed: int) -> GarmentSpec:
    """A random spec that its category permits, every category equally likely, half of them plain."""
    rng = np.random.default_rng((seed, 11))

    def one(choices: Sequence[Any]) -> Any:
        return choices[int(rng.integers(len(choices)))]

    category = one(list(Category))
    rule = CATEGORY_RULES[category]
    colour = Colour("sample", _sample_hex(rng))
    kind = PatternKind.PLAIN if rng.random() < 0.5 else one(list(PatternKind)[1:])
    plain = kind is PatternKind.PLAIN
    return GarmentSpec(
        category,
        colour,
        one(rule.materials),
        one(rule.lengths),
        one(rule.sleeves),
        one(rule.collars),
        one(rule.closures),
        one(rule.pockets),
        one(list(Fit)),
        Pattern() if plain else _sample_pattern(kind, rng),
        one(list(Trim)),
    )


def _sample_pattern(kind: PatternKind, rng: np.random.Generator) -> Pattern:
    second, repeat = Colour("second", _sample_hex(rng)), int(rng.integers(30, 141))
    low, usual, high = COVERS.get(kind, (0, None, 0))
    turns, artworks = TURNS.get(kind, ()), tuple(Artwork) if kind is PatternKind.CHEST_PRINT else ()
    return Pattern(
        kind,
        second,
        repeat,
        None if usual is None else int(rng.integers(low, high + 1)),
        turns[int(rng.integers(len(turns)))] if turns else None,
        artworks[int(rng.integers(len(artworks)))] if artworks else None,
    )


def _sample_hex(rng: np.random.Generator) -> str:
    """Any hue; from near black to near white; greys and muted tones as often as bright ones."""
    value, saturation = rng.uniform(0.12, 1.0), rng.uniform(0, 1) ** 1.3
    hue = rng.random(3)
    vivid = (hue - hue.min()) / max(float(np.ptp(hue)), 1e-6)
    rgb = value * (1 - saturation * (1 - vivid))
    return "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in rgb)


def _open(folder: Path, count: int, size: int, mode: str) -> dict[str, Array]:
    shapes = {"flat": (count, size, size, 3), "picture": (count, size, size, 3), "mask": (count, size, size)}
    shapes["labels"] = (count, len(LABELS))
    if mode == "r":
        return {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in shapes}
    return {
        name: open_memmap(folder / f"{name}.npy", mode=mode, dtype=np.uint8, shape=shape)
        for name, shape in shapes.items()
    }


def _draw_span(work: tuple[Path, int, int, int, int, int, Path | None]) -> int:
    folder, count, size, seed, start, stop, bank = work
    cloth = None if bank is None else load_cloth(bank)
    arrays = _open(folder, count, size, "r+")
    for index in range(start, stop):
        spec, look = sample_spec(seed + index), draw_look(seed + index)
        arrays["flat"][index], arrays["picture"][index], arrays["mask"][index] = draft(spec, look, size, cloth)
        chosen = {spec.material, look.light, look.backdrop}
        # Written last: a pair counts as there when it has its labels.
        arrays["labels"][index] = [label in chosen for label in LABELS]
    return stop - start


def draw_pairs(
    folder: Path, count: int, size: int, seed: int, workers: int = 1, cloth: Path | None = None
) -> Iterator[int]:
    """Draw pairs into the folder in order, telling how many each finished span held; what is there is left alone.

    With a bank of `cloth` the folds are real ones.
    """
    wanted = {"count": count, "size": size, "seed": seed, "real_folds": cloth is not None}
    stamp = folder / "drawn.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        _open(folder, count, size, "w+")
        stamp.write_text(json.dumps(wanted))
    there = _labelled(_open(folder, count, size, "r"))
    spans = [range(start, min(start + SPAN, count)) for start in range(0, count, SPAN)]
    missing = [
        (folder, count, size, seed, each.start, each.stop, cloth)
        for each in spans
        if not there[each.start : each.stop].all()
    ]
    if workers == 1 or not missing:
        yield from map(_draw_span, missing)
    else:
        with get_context("spawn").Pool(workers) as pool:
            yield from pool.imap(_draw_span, missing)


def _labelled(arrays: dict[str, Array]) -> NDArray[np.bool_]:
    """Which pairs (count,) are there."""
    there: NDArray[np.bool_] = arrays["labels"].max(axis=1) > 0
    return there


def choose_cuts(rng: np.random.Generator, length: int, among: int, room: int) -> tuple[Array, Array]:
    """Which pairs (length,), and the upper left corners (length, 2) of what is cut from them, on the coarse grid."""
    return rng.integers(among, size=length), rng.integers(0, room + 1, size=(length, 2)) * COARSE


class PairFolder:
    """Reads what `draw_pairs` wrote."""

    def __init__(self, folder: Path) -> None:
        stamp = json.loads((folder / "drawn.json").read_text())
        self.count, self.size, self.seed = int(stamp["count"]), int(stamp["size"]), int(stamp["seed"])
        self.arrays = _open(folder, self.count, self.size, "r")

    def drawn(self) -> int:
        """How many pairs from the first on are there."""
        there = _labelled(self.arrays)
        return self.count if there.all() else int(there.argmin())

    def batch(self, rng: np.random.Generator, length: int, crop: int, among: int | None = None) -> Batch:
        """Random pairs, of the first `among`, with the grain they were drawn from, cut to `crop` pixels (a multiple of
        four).
        """
        indices, corners = choose_cuts(rng, length, among or self.count, (self.size - crop) // COARSE)
        parts = [self._cut(int(index), int(y), int(x), crop) for index, (y, x) in zip(indices, corners, strict=True)]
        return Batch(*(torch.from_numpy(np.stack(column)) for column in zip(*parts, strict=True)))

    def _cut(self, index: int, y: int, x: int, crop: int) -> tuple[Array, ...]:
        here = np.s_[y : y + crop, x : x + crop]
        small = np.s_[:, y // COARSE : (y + crop) // COARSE, x // COARSE : (x + crop) // COARSE]
        grain = draw_grain(self.seed + index, self.size)
        planes = (self.arrays[name][index][here] for name in ("flat", "picture", "mask"))
        return (*planes, self.arrays["labels"][index], grain.coarse[small], grain.fine[here])
