"""Repetition: has another design nearly this picture already, in the batch or among all stored ones.

A print is a perceptual hash of the garment's shape and light (pHash, Zauner 2010), which finds the few candidates, and
the garment's colours on a grid of 12 x 12, which decide: the mean CIELAB distance of the cells. Both look only inside
the garment, so that another backdrop does not hide a repetition; 1 is about what an eye just notices (CIE 1976).
Pictures of the same spec are alike by intention and are never compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft

from design_gen.colour import rgb_to_lab
from design_gen.finding import Check, Finding
from models.errors import InvalidInput

Picture = NDArray[np.uint8]

GRID = 12
FEATURES = GRID * GRID * 3
HASH_BITS = 12
"""Differing bits of 64 up to which two pictures are looked at more closely."""
LIMIT = 1.0
"""Mean CIELAB distance of the cells up to which two pictures count as the same."""
FAR = 100.0
"""What is told when nothing comes near."""
_GROUND = 119  # CIELAB lightness 50: halfway to every garment


@dataclass(frozen=True, slots=True)
class Print:
    """Hash and features (FEATURES,) int8 of one picture; `spec` is the fingerprint of the design it shows."""

    hash: int
    features: NDArray[np.int8]
    spec: str
    name: str = ""
    """What a person calls the picture: its mockup."""


def print_of(picture: Picture, mask: NDArray[np.uint8], spec: str, name: str = "") -> Print:
    """The print of a picture (h, w, 3) whose garment is where mask (h, w) is above 127.

    Of a picture too small or of another size than its mask InvalidInput.
    """
    if picture.shape[:2] != mask.shape or min(mask.shape) < GRID:
        raise InvalidInput(f"a picture of {picture.shape[:2]} has no print with a mask of {mask.shape}")
    inside = (mask > 127)[..., None]
    shape = np.where(inside[..., 0], 64 + picture.mean(axis=2) * 0.75, 0)
    cells = _shrink(np.where(inside, picture, _GROUND).astype(np.uint8), GRID)
    lab = rgb_to_lab(cells.reshape(-1, 3)).round().clip(-128, 127).astype(np.int8)
    return Print(_hash(_shrink(shape.astype(np.uint8), 32)), lab.ravel(), spec, name)


def _shrink(plane: Picture, side: int) -> Picture:
    return np.asarray(Image.fromarray(plane).resize((side, side), Image.Resampling.BOX))


def _hash(grey: Picture) -> int:
    """64 bits from the lowest cosine frequencies of a grey square."""
    low = fft.dctn(grey.astype(np.float64), norm="ortho")[:8, :8].ravel()
    low[0] = 0.0
    return int("".join("1" if value > np.median(low) else "0" for value in low), 2)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Prints as arrays: hashes (n,) uint64, features (n, FEATURES) int8, and whose they are."""

    hashes: NDArray[np.uint64]
    features: NDArray[np.int8]
    specs: NDArray[np.str_]
    names: NDArray[np.str_]

    @staticmethod
    def of(prints: Sequence[Print]) -> "Catalogue":
        """Any number of prints, none too."""
        rows = [each.features for each in prints]
        return Catalogue(
            np.array([each.hash for each in prints], np.uint64),
            np.stack(rows) if rows else np.zeros((0, FEATURES), np.int8),
            np.array([each.spec for each in prints], np.str_),
            np.array([each.name for each in prints], np.str_),
        )

    def nearest(self, one: Print) -> tuple[float, str]:
        """Distance and name of the nearest picture of another spec; FAR and nothing when none comes near."""
        near = np.bitwise_count(self.hashes ^ np.uint64(one.hash)) <= HASH_BITS
        places = np.flatnonzero(near)
        places = places[self.specs[places] != one.spec]
        if not len(places):
            return FAR, ""
        apart = self.features[places].astype(np.float32) - one.features
        distances = np.sqrt((apart.reshape(len(places), -1, 3) ** 2).sum(axis=2)).mean(axis=1)
        best = int(distances.argmin())
        return float(distances[best]), str(self.names[places[best]])


EMPTY = Catalogue.of(())


def check_repetition(prints: Sequence[Print], catalogue: Catalogue = EMPTY) -> tuple[Finding, ...]:
    """One finding for each picture: how far the nearest earlier one of another spec is, here or in the catalogue."""
    findings = []
    for place, one in enumerate(prints):
        distance, name = min(catalogue.nearest(one), Catalogue.of(prints[:place]).nearest(one))
        findings.append(Finding(Check.REPETITION, round(distance, 2), LIMIT, distance > LIMIT, seen=name))
    return tuple(findings)
