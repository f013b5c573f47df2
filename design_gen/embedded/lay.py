"""Lay: how a garment was put down before it was photographed: nobody lays cloth as straight as a ruler draws it.

The flat and its mask are moved by one smooth displacement, a few pixels at most, before the net paints over them, so
that outlines, seams and patterns run as they do on real cloth. The cut stays as specified.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from design_gen.embedded.look import Look
from models.attributes import Family
from models.garment import GarmentSpec

# Noise of so many points a side, enlarged, and its deviation in thousandths of the side.
_WAVES = ((7, 6.5), (22, 3.0))

SLACK: Mapping[Family, float] = {
    Family.TOP: 1.0,
    Family.OUTERWEAR: 0.85,
    Family.DRESS: 1.0,
    Family.BOTTOM: 1.0,
    Family.HAT: 0.4,
    Family.BAG: 0.6,
    Family.SHOES: 0.5,
    Family.ACCESSORY: 1.0,
    Family.HOME: 0.4,
}
"""How freely a family's goods lie; stiff ones keep their outline."""


def lay(plane: NDArray[np.uint8], spec: GarmentSpec, look: Look, size: int | None = None) -> NDArray[np.uint8]:
    """A picture (h, h, 3) or mask (h, h) drawn of the spec, as the look's seed lays the garment down.

    Answered at `size` pixels a side, the plane's own by default; one drawn twice as large keeps its thin lines.
    """
    return _move(plane, _places(size or len(plane), look.seed, SLACK[spec.family]))


def straighten(plane: NDArray[np.uint8], spec: GarmentSpec, look: Look) -> NDArray[np.uint8]:
    """What `lay` did, undone, up to a fraction of a pixel: the garment is where its drawing has it."""
    places = _places(len(plane), look.seed, SLACK[spec.family])
    still = _still(len(plane))
    shift = (places - still).permute(0, 3, 1, 2)
    back = still
    # x + shift(x) = y, solved for x by fixed-point iteration; the shift changes slowly, so that few rounds do.
    for _ in range(4):
        here = functional.grid_sample(shift, back, mode="bilinear", padding_mode="border", align_corners=False)
        back = still - here.permute(0, 2, 3, 1)
    return _move(plane, back)


def _move(plane: NDArray[np.uint8], places: Tensor) -> NDArray[np.uint8]:
    layers = plane if plane.ndim == 3 else plane[..., None]
    picture = torch.from_numpy(np.array(layers)).float().permute(2, 0, 1)[None]
    # Halfway between four pixels of a larger plane bilinear is their mean; between pixels of one size it would blur.
    mode = "bicubic" if len(plane) == places.shape[1] else "bilinear"
    moved = functional.grid_sample(picture, places, mode=mode, padding_mode="border", align_corners=False)
    laid: NDArray[np.uint8] = moved[0].permute(1, 2, 0).round().clamp(0, 255).byte().numpy()
    return laid if plane.ndim == 3 else laid[..., 0]


def _still(size: int) -> Tensor:
    """Each pixel's own place (1, size, size, 2), in [-1, 1] as `grid_sample` wants it."""
    centres = (torch.arange(size) + 0.5) * 2 / size - 1
    return torch.stack([centres.expand(size, size), centres[:, None].expand(size, size)], -1)[None]


@lru_cache(maxsize=8)
def _places(size: int, seed: int, slack: float) -> Tensor:
    """Where each pixel (1, size, size, 2) is taken from."""
    rng = np.random.default_rng((seed, 31))
    places = _still(size).clone()
    for waves, deviation in _WAVES:
        noise = torch.from_numpy(rng.standard_normal((1, 2, waves, waves), dtype=np.float32))
        smooth = functional.interpolate(noise, size=(size, size), mode="bicubic", align_corners=True)
        places += slack * 2 * deviation / 1000 * smooth.permute(0, 2, 3, 1)
    return places
