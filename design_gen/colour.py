"""Colours of whole pictures: CIELAB, the CIEDE2000 distance, and the name of a colour in the lexicon."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.cielab import WHITE, XYZ
from models.errors import InvalidInput
from models.garment import Colour

Lab = NDArray[np.float64]


def seen_colours(
    picture: NDArray[np.uint8], mask: NDArray[np.uint8], palette: Sequence[Colour]
) -> list[tuple[Colour, float]]:
    """The palette's colours in a garment with their shares, largest first: of the picture (h, w, 3) where mask > 127.

    Each pixel goes by the colour nearest in the textile distance; at most 2,000, evenly spread, are asked. Empty where
    the mask is. A pattern's colours stand in the order of their areas, not of ground and motif.
    """
    inside = picture[mask > 127]
    if not len(inside):
        return []
    pixels = rgb_to_lab(inside[:: -(-len(inside) // 2000)])
    named = rgb_to_lab(np.array([colour.rgb for colour in palette], np.uint8))
    nearest = np.argmin([delta_e(pixels, one[None], textile=True) for one in named], axis=0)
    shares = np.bincount(nearest, minlength=len(palette)) / len(pixels)
    return [(palette[int(place)], float(shares[place])) for place in np.argsort(-shares) if shares[place] > 0]


def nearest_colours(lab: Lab, palette: Sequence[Colour]) -> list[tuple[Colour, float]]:
    """For each CIELAB colour (n, 3) the palette's colour nearest by CIEDE2000, with that distance."""
    if not palette:
        raise InvalidInput("no colours to name a colour by")
    named = rgb_to_lab(np.array([colour.rgb for colour in palette], np.uint8))
    distance = np.stack([delta_e(named, one[None]) for one in lab])
    return [(palette[int(row.argmin())], float(row.min())) for row in distance]


def rgb_to_lab(rgb: NDArray[np.uint8]) -> Lab:
    """CIELAB under D65 of sRGB bytes (n, 3)."""
    share = np.asarray(rgb, np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array(XYZ).T / WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def delta_e(first: Lab, second: Lab, textile: bool = False) -> NDArray[np.float64]:
    """CIEDE2000 between (n, 3) and (n or 1, 3) CIELAB colours (Sharma, Wu and Dalal 2005).

    For textiles differences in lightness count half (kL = 2, CIE 142-2001): folds and light change them first.
    """
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
    l, c, h = dL / (SL * (2 if textile else 1)), dC / SC, dH / SH  # noqa: E741
    distance: NDArray[np.float64] = np.sqrt(np.maximum(l**2 + c**2 + h**2 + RT * c * h, 0))
    return distance


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64]) -> NDArray[np.float64]:
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean: NDArray[np.float64] = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return mean
