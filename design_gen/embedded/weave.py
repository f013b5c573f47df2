"""What each material looks like close up: thread relief, shine, how it folds.

Periods are four pixels on the pixel grid, so that a net told its position modulo four can paint the same threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

import numpy as np
from scipy import fft

from design_gen.embedded.look import Plane
from models.attributes import Material


@dataclass(frozen=True, slots=True)
class Surface:
    """How a material takes light and folds; amplitudes are relative to cotton's folds at 1."""

    shine: float
    gloss: float
    """Exponent of the highlight: the larger, the smaller the highlight."""
    sheen: float
    relief: float
    """Height of the threads in pixels."""
    mottle: float
    """How much the threads vary in colour."""
    folds: float
    fold_width: float


SURFACES: Mapping[Material, Surface] = {
    Material.COTTON: Surface(0.03, 12, 0.02, 0.30, 0.03, 1.0, 1.0),
    Material.WOOL: Surface(0.0, 6, 0.06, 0.60, 0.06, 0.8, 1.4),
    Material.DENIM: Surface(0.02, 10, 0.0, 0.60, 0.14, 0.9, 0.8),
    Material.KNIT: Surface(0.0, 8, 0.05, 1.30, 0.06, 0.7, 1.6),
    Material.LEATHER: Surface(0.45, 30, 0.03, 0.45, 0.05, 1.15, 1.0),
    Material.SATIN: Surface(0.55, 14, 0.10, 0.04, 0.0, 1.5, 1.2),
    Material.CANVAS: Surface(0.01, 8, 0.0, 0.70, 0.08, 0.7, 1.2),
    Material.CORDUROY: Surface(0.02, 8, 0.10, 1.50, 0.08, 0.8, 1.2),
    Material.LINEN: Surface(0.01, 8, 0.0, 0.60, 0.11, 1.3, 0.7),
    Material.DOWN: Surface(0.22, 22, 0.04, 0.15, 0.01, 1.0, 1.5),
    Material.NYLON: Surface(0.28, 26, 0.02, 0.12, 0.01, 1.3, 0.7),
    Material.FLEECE: Surface(0.0, 6, 0.10, 0.90, 0.04, 0.7, 1.6),
    Material.CERAMIC: Surface(0.80, 60, 0.0, 0.0, 0.0, 0.0, 1.0),
}


@lru_cache(maxsize=128)
def _gaussian(height: int, width: int, sigma_y: float, sigma_x: float, tilt: float) -> Plane:
    fy, fx = fft.fftfreq(height)[:, None], fft.rfftfreq(width)[None]
    along, across = fy * np.cos(tilt) + fx * np.sin(tilt), fx * np.cos(tilt) - fy * np.sin(tilt)
    kernel: Plane = np.exp(-2 * np.pi**2 * ((along * sigma_y) ** 2 + (across * sigma_x) ** 2)).astype(np.float32)
    return kernel


def blur(plane: Plane, sigma_y: float, sigma_x: float | None = None, tilt: float = 0.0) -> Plane:
    """Gaussian blur of (h, w) float32 by fast Fourier transform, edges wrapping round; tilt turns it, in radians."""
    kernel = _gaussian(*plane.shape, sigma_y, sigma_y if sigma_x is None else sigma_x, tilt)
    smooth: Plane = fft.irfft2(fft.rfft2(plane) * kernel, plane.shape)
    return smooth


def spread(plane: Plane) -> Plane:
    """The plane at mean 0 and deviation 1."""
    even: Plane = (plane - plane.mean()) / (plane.std() + 1e-6)
    return even


def weave(material: Material, fine: Plane) -> tuple[Plane, Plane]:
    """Relief in about [-1, 1] and colour mottle of a material, both (h, w), from fine white noise (h, w)."""
    yy, xx = np.mgrid[0 : fine.shape[0], 0 : fine.shape[1]].astype(np.float32)
    soft = blur(fine, 0.7) * 2
    match material:
        case Material.COTTON | Material.NYLON | Material.DOWN:
            return soft * 0.5, soft * 0.4
        case Material.WOOL:
            wool = blur(fine, 1.1) * 3
            return wool, wool * 0.7 + soft * 0.3
        case Material.FLEECE:
            pile = blur(fine, 1.6) * 4
            return pile, pile * 0.6
        case Material.DENIM:
            twill = np.sin(np.pi * (xx + yy) / 2 + 0.5)
            streak = spread(blur(fine, 6, 0.6)) * 0.5
            return twill * 0.7 + soft * 0.3, twill * 0.4 + streak + soft * 0.3
        case Material.KNIT:
            rib = np.cos(np.pi * xx / 2)
            stitch = np.cos(np.pi * (yy + (xx % 4 < 2)) / 2)
            return rib * 0.8 + stitch * 0.45 + soft * 0.15, rib * 0.5 + soft * 0.4
        case Material.LEATHER:
            cells = np.clip(1 - np.abs(blur(fine, 1.6) * 5), 0, 1)
            return -cells * 0.7 + blur(fine, 3) * 2.5, soft * 0.2 - cells * 0.5
        case Material.SATIN | Material.CERAMIC:
            return soft * 0.1, soft * 0
        case Material.CANVAS:
            cross = np.cos(np.pi * xx / 2) * np.cos(np.pi * yy / 2)
            return cross + soft * 0.3, cross * 0.6 + soft * 0.4
        case Material.CORDUROY:
            cord = np.cos(np.pi * xx / 2)
            return cord + soft * 0.15, cord * 0.8 + soft * 0.2
        case Material.LINEN:
            slub = spread(blur(fine, 0.5, 5)) * 0.6 + spread(blur(fine, 5, 0.5)) * 0.6
            return slub * 0.7, slub * 0.7
        case _:
            assert_never(material)
