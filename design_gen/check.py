"""Checks on a finished picture, in numbers: is it the asked colour, is it a picture at all, is it a repetition.

Nothing is repaired; every check answers a Finding with its value and limit. Pictures are uint8 (h, w, 3) in sRGB.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft

from design_gen.colour import delta_e, rgb_to_lab
from design_gen.embedded.render import garment_mask
from models.garment import GarmentSpec

Picture = NDArray[np.uint8]

COLOUR_LIMIT = 10.0
"""Median CIEDE2000; about 2 is just noticeable, 10 still goes by the same colour name under other light."""
BLANK_LIMIT = 4.0
"""Deviation of the grey values below which nothing can be seen."""
HASH_LIMIT = 4
"""Differing bits of 64 up to which two pictures count as the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check measured against its limit."""

    name: str
    value: float
    limit: float
    passed: bool

    def to_json(self) -> dict[str, str | float | bool]:
        """Plain JSON."""
        return asdict(self)


def check_picture(image: Image.Image, spec: GarmentSpec) -> tuple[Finding, ...]:
    """Blankness and colour of a square picture painted over the spec's own drawing."""
    picture = np.asarray(image.convert("RGB"))
    return check_not_blank(picture), check_colour(picture, garment_mask(spec, len(picture)), spec.colour.rgb)


def check_not_blank(picture: Picture) -> Finding:
    """Grey values must vary and be finite."""
    grey = np.asarray(picture, np.float64).mean(axis=2)
    value = float(grey.std()) if np.isfinite(grey).all() else 0.0
    return Finding("not_blank", value, BLANK_LIMIT, value >= BLANK_LIMIT)


def check_colour(picture: Picture, mask: NDArray[np.uint8], rgb: tuple[int, int, int]) -> Finding:
    """CIEDE2000 between the asked colour and the median of the nearest half of where the mask (h, w) is above 127.

    The nearest half, since a pattern, trims and shadows rightly have other colours. An empty mask fails with 100.
    """
    inside = picture[mask > 127]
    if not len(inside):
        return Finding("colour", 100.0, COLOUR_LIMIT, False)
    lab, asked = rgb_to_lab(inside), rgb_to_lab(np.array([rgb], np.uint8))
    distance = delta_e(lab, asked)
    near = lab[distance <= np.median(distance)]
    value = float(delta_e(np.median(near, axis=0, keepdims=True), asked)[0])
    return Finding("colour", value, COLOUR_LIMIT, value <= COLOUR_LIMIT)


def check_repetition(pictures: Sequence[Picture]) -> tuple[Finding, ...]:
    """One finding for each picture: the fewest hash bits by which it differs from any earlier one."""
    hashes = np.array([perceptual_hash(picture) for picture in pictures], np.uint64)
    nearest = np.full(len(pictures), 64)
    for first, second in combinations(range(len(pictures)), 2):
        bits = int(hashes[first] ^ hashes[second]).bit_count()
        nearest[second] = min(nearest[second], bits)
    return tuple(Finding("repetition", float(bits), HASH_LIMIT, bool(bits > HASH_LIMIT)) for bits in nearest)


def perceptual_hash(picture: Picture) -> int:
    """64 bits from the lowest cosine frequencies of the 32 x 32 grey picture (pHash, Zauner 2010)."""
    grey = np.asarray(picture, np.float64).mean(axis=2)
    rows = np.array_split(grey, 32, axis=0)
    small = np.array([[block.mean() for block in np.array_split(row, 32, axis=1)] for row in rows])
    low = fft.dctn(small, norm="ortho")[:8, :8].ravel()
    low[0] = 0.0
    return int("".join("1" if value > np.median(low) else "0" for value in low), 2)
