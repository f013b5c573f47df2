"""Cloth: how real cloth lies, as log brightness of its folds, taken from photographs of plain garments."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from design_gen.embedded.look import Plane
from models.attributes import Family

# Whose folds a family's garments borrow; families that no photograph shows take a piece out of any.
_KINDS: Mapping[Family, tuple[str, ...]] = {
    Family.TOP: ("t-shirt", "longsleeve", "shirt"),
    Family.OUTERWEAR: ("outwear", "longsleeve", "shirt"),
    Family.DRESS: ("dress",),
    Family.BOTTOM: ("pants", "shorts", "skirt"),
    Family.HAT: ("hat",),
}
_FEW = 12
_FAINTEST, _LOUDEST = 0.11, 0.2
"""Deviations to which fainter folds are raised and stronger ones lowered."""


@dataclass(frozen=True, slots=True)
class ClothBank:
    """Shadings (n, 256, 256) framed to the garment they were seen on, and what garment that was."""

    shadings: Plane
    kinds: tuple[str, ...]

    def draw(self, seed: int, family: Family) -> Plane:
        """One shading (256, 256) by seed, mirrored and shifted at random; of a like garment where there are enough."""
        rng = np.random.default_rng((seed, 23))
        like = [number for number, kind in enumerate(self.kinds) if kind in _KINDS.get(family, ())]
        own = len(like) >= _FEW
        number = int(rng.choice(like if own else len(self.kinds)))
        shading = self.shadings[number].astype(np.float32)
        # A garment of the same kind is matched as it lies; for others a piece of cloth is cut out.
        share = rng.uniform(0.86, 1.0) if own else rng.uniform(0.45, 0.7)
        side = round(shading.shape[0] * share)
        top, left = rng.integers(0, shading.shape[0] - side + 1, size=2)
        piece = np.ascontiguousarray(shading[top : top + side, left : left + side])
        if rng.random() < 0.5:
            piece = np.ascontiguousarray(piece[:, ::-1])
        piece = piece - piece.mean()
        found = float(piece.std()) + 1e-6
        drawn: Plane = piece * (min(max(found, _FAINTEST), _LOUDEST) / found)
        return drawn


def lie_on(shading: Plane, cover: Plane) -> Plane:
    """The shading stretched over the bounding box of what a garment covers, (size, size); 0 elsewhere."""
    placed = np.zeros(cover.shape, np.float32)
    rows, columns = np.flatnonzero((cover > 0.5).any(axis=1)), np.flatnonzero((cover > 0.5).any(axis=0))
    if not len(rows):
        return placed
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = (int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1))
    placed[box] = np.asarray(Image.fromarray(shading).resize(size, Image.Resampling.BICUBIC), np.float32)
    return placed


def load_cloth(bank: Path) -> ClothBank:
    """What `photographs.gather_cloth` wrote."""
    return ClothBank(np.load(bank / "shadings.npy"), tuple(json.loads((bank / "kinds.json").read_text())))
