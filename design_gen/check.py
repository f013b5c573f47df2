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

from design_gen.embedded.render import garment_mask
from models.garment import GarmentSpec

Picture = NDArray[np.uint8]
Lab = NDArray[np.float64]

COLOUR_LIMIT = 10.0
"""Median CIEDE2000; about 2 is just noticeable, 10 still goes by the same colour name under other light."""
BLANK_LIMIT = 4.0
"""Deviation of the grey values below which nothing can be seen."""
HASH_LIMIT = 4
"""Differing bits of 64 up to which two pictures count as the same."""

# sRGB to CIE XYZ under D65, IEC 61966-2-1; white of the 2 degree observer.
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


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


def rgb_to_lab(rgb: NDArray[np.uint8]) -> Lab:
    """CIELAB under D65 of sRGB bytes (n, 3)."""
    share = np.asarray(rgb, np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _XYZ.T / _WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def delta_e(first: Lab, second: Lab) -> NDArray[np.float64]:
    """CIEDE2000 between (n, 3) and (n or 1, 3) CIELAB colours (Sharma, Wu and Dalal 2005)."""
    L1, a1, b1 = first.T
    L2, a2, b2 = second.T
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    G = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    C1, C2 = np.hypot((1 + G) * a1, b1), np.hypot((1 + G) * a2, b2)
    h1 = np.degrees(np.arctan2(b1, (1 + G) * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, (1 + G) * a2)) % 360
    grey = C1 * C2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    dL, dC = L2 - L1, C2 - C1
    dH = np.where(grey, 0, 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn) / 2))
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    hue = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    T = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    SL = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    SC, SH = 1 + 0.045 * C, 1 + 0.015 * C * T
    RC = 2 * np.sqrt(C**7 / (C**7 + 25.0**7))
    RT = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * RC
    l, c, h = dL / SL, dC / SC, dH / SH  # noqa: E741
    distance: NDArray[np.float64] = np.sqrt(np.maximum(l**2 + c**2 + h**2 + RT * c * h, 0))
    return distance


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64]) -> NDArray[np.float64]:
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean: NDArray[np.float64] = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return mean
