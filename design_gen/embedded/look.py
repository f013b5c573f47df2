"""Look: under which light and before which backdrop a garment is shown, and the grain a seed gives it.

The grain is white noise at two scales. The shaded drawing derives every fold and thread from it and the net receives
the same grain, so that noise and picture are coupled and few sampling steps are enough
(flow matching with data-dependent couplings, Albergo et al. 2023, arXiv:2310.03725).
"""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.floating[Any]]
"""One value a pixel, (h, w); float32 unless said."""

COARSE = 4
"""The coarse grain, and with it the diffused picture, is this many times smaller than the picture."""


class Light(StrEnum):
    """Where the light comes from; the value is the wording in prompts."""

    SOFT = "soft light"
    LEFT = "light from the left"
    RIGHT = "light from the right"
    HARD = "hard light"


class Backdrop(StrEnum):
    """What the garment lies on; the value is the wording in prompts."""

    WHITE = "white studio"
    GREY = "grey studio"
    DARK = "dark studio"
    CREAM = "cream wall"
    PASTEL = "pastel wall"
    WOOD = "wooden table"
    CONCRETE = "concrete floor"


@dataclass(frozen=True, slots=True)
class Look:
    """Light, backdrop and the seed of folds and threads."""

    light: Light = Light.SOFT
    backdrop: Backdrop = Backdrop.WHITE
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Grain:
    """Standard normal noise: coarse (3, size/4, size/4) for folds and backdrop, fine (size, size) for threads."""

    coarse: Plane
    fine: Plane


_SRGB: Mapping[Backdrop, tuple[int, int, int]] = {
    Backdrop.WHITE: (243, 243, 241),
    Backdrop.GREY: (160, 162, 166),
    Backdrop.DARK: (46, 47, 51),
    Backdrop.CREAM: (230, 219, 200),
    Backdrop.WOOD: (160, 115, 78),
    Backdrop.CONCRETE: (153, 152, 149),
}


def backdrop_rgb(look: Look) -> tuple[int, int, int]:
    """The plain sRGB colour of the backdrop; a pastel wall takes its hue from the seed."""
    if look.backdrop in _SRGB:
        return _SRGB[look.backdrop]
    hue = (look.seed * 0.618034) % 1.0
    red, green, blue = colorsys.hls_to_rgb(hue, 0.82, 0.24)
    return round(red * 255), round(green * 255), round(blue * 255)


def draw_grain(seed: int, size: int) -> Grain:
    """The grain of a seed at a picture size in pixels (a multiple of 4)."""
    rng = np.random.default_rng(seed)
    small = size // COARSE
    return Grain(
        rng.standard_normal((3, small, small), dtype=np.float32), rng.standard_normal((size, size), dtype=np.float32)
    )


def draw_look(seed: int) -> Look:
    """A light and a backdrop by seed, plain studios more often than textured ones."""
    rng = np.random.default_rng((seed, 7))
    weights = np.array([5, 3, 1, 3, 2, 1.5, 1.5])
    light = list(Light)[rng.integers(len(Light))]
    return Look(light, list(Backdrop)[rng.choice(len(Backdrop), p=weights / weights.sum())], seed)
