"""Control pictures made from a spec's own drawing, white on black as ControlNets are trained on."""

from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from design_gen.flat import coloured_svg, flat_svg, to_array
from models.garment import GarmentSpec
from models.generator_setup import ControlKind

Plane = NDArray[np.float32]
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Canny's two thresholds on the gradient of [0, 1] grey, as the usual 100 and 200 of 8 bits.
_WEAK, _STRONG = 100 / 255, 200 / 255


def control_picture(spec: GarmentSpec, kind: ControlKind, size: int) -> NDArray[np.uint8]:
    """(size, size, 3): edges of the coloured flat, its bold outlines, or its lines."""
    match kind:
        case ControlKind.LINEART:
            plane = _lines(spec, size)
        case ControlKind.SCRIBBLE:
            # a marker's width: 1% of the side
            bold = ndimage.grey_dilation(_lines(spec, size), size=max(3, size // 100))
            plane = (bold > 0.5).astype(np.float32)
        case ControlKind.CANNY:
            coloured = to_array(coloured_svg(spec), size).astype(np.float32) / 255
            plane = canny((coloured @ _LUMA).astype(np.float32))
        case _:
            assert_never(kind)
    return np.repeat((plane * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2)


def canny(grey: Plane, sigma: float = 1.0) -> Plane:
    """One-pixel edges (h, w) in {0, 1} of a picture in [0, 1]: thin ridges that a strong one leads (Canny 1986)."""
    smooth = ndimage.gaussian_filter(grey, sigma)
    edges = thin_edges(ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1), _WEAK, _STRONG)
    return edges.astype(np.float32)


def thin_edges(down: Plane, across: Plane, weak: float, strong: float) -> NDArray[np.bool_]:
    """(h, w): ridges of the slope above `weak` that are connected to a point above `strong`."""
    slope = np.hypot(down, across)
    thin = slope * _is_ridge(slope, down, across)
    groups, _ = ndimage.label(thin > weak, np.ones((3, 3)))
    led = np.unique(groups[thin > strong])
    kept: NDArray[np.bool_] = np.isin(groups, led[led > 0])
    return kept


def _is_ridge(slope: Plane, down: Plane, across: Plane) -> NDArray[np.bool_]:
    """Where the slope is no smaller than at both neighbours along its own direction, in steps of 45 degrees."""
    direction = np.round(np.arctan2(down, across) / (np.pi / 4)).astype(int) % 4
    ridge = np.zeros(slope.shape, bool)
    padded = np.pad(slope, 1)
    height, width = slope.shape
    for turn, (dy, dx) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        behind = padded[1 - dy : 1 - dy + height, 1 - dx : 1 - dx + width]
        ridge |= (direction == turn) & (slope >= ahead) & (slope > behind)
    return ridge


def _lines(spec: GarmentSpec, size: int) -> Plane:
    """The flat's line art inverted: 1 on a line."""
    flat = to_array(flat_svg(spec), size).astype(np.float32) / 255
    lines: Plane = 1 - flat.min(axis=2)
    return lines
