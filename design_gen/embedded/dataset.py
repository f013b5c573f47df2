"""Training pairs: random valid specs, drawn once into a folder of memory-mapped arrays, read back as seeded batches."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from design_gen.embedded.cloth import load_cloth
from design_gen.embedded.look import COARSE, draw_grain, draw_look
from design_gen.embedded.net import LABELS
from design_gen.embedded.render import draft
from models.attributes import Artwork, Category, Fit, PatternKind, Trim
from models.category_rules import CATEGORY_RULES
from models.garment import COVERS, TURNS, Colour, GarmentSpec, Pattern

HELD_OUT = 1_000_000_000
"""Seeds from here on are never trained on."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures as uint8 (b, h, w, 3), masks (b, h, w), labels 0/1 (b, len(LABELS)), grains as float32."""

    flat: Array
    picture: Array
    mask: Array
    labels: Array
    coarse: Array
    fine: Array


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
        arrays["labels"][index] = [label in chosen for label in LABELS]
    return stop - start


def draw_pairs(
    folder: Path, count: int, size: int, seed: int, workers: int = 1, cloth: Path | None = None
) -> Iterator[int]:
    """Draw pairs into the folder, telling how many each finished span held; a folder already drawn is left alone.

    With a bank of `cloth` the folds are real ones.
    """
    wanted = {"count": count, "size": size, "seed": seed, "real_folds": cloth is not None}
    stamp = folder / "drawn.json"
    if stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    _open(folder, count, size, "w+")
    spans = [(folder, count, size, seed, start, min(start + 50, count), cloth) for start in range(0, count, 50)]
    if workers == 1:
        yield from map(_draw_span, spans)
    else:
        with get_context("spawn").Pool(workers) as pool:
            yield from pool.imap_unordered(_draw_span, spans)
    stamp.write_text(json.dumps(wanted))


class PairFolder:
    """Reads what `draw_pairs` wrote."""

    def __init__(self, folder: Path) -> None:
        stamp = json.loads((folder / "drawn.json").read_text())
        self.count, self.size, self.seed = int(stamp["count"]), int(stamp["size"]), int(stamp["seed"])
        self._arrays = _open(folder, self.count, self.size, "r")

    def batch(self, rng: np.random.Generator, length: int, crop: int) -> Batch:
        """Random pairs with the grain they were drawn from, cut to `crop` pixels (a multiple of four)."""
        indices = rng.integers(self.count, size=length)
        corners = rng.integers(0, (self.size - crop) // COARSE + 1, size=(length, 2)) * COARSE
        parts = [self._cut(int(index), int(y), int(x), crop) for index, (y, x) in zip(indices, corners, strict=True)]
        return Batch(*(np.stack(column) for column in zip(*parts, strict=True)))

    def _cut(self, index: int, y: int, x: int, crop: int) -> tuple[Array, ...]:
        here = np.s_[y : y + crop, x : x + crop]
        small = np.s_[:, y // COARSE : (y + crop) // COARSE, x // COARSE : (x + crop) // COARSE]
        grain = draw_grain(self.seed + index, self.size)
        planes = (self._arrays[name][index][here] for name in ("flat", "picture", "mask"))
        return (*planes, self._arrays["labels"][index], grain.coarse[small], grain.fine[here])
