"""Blemishes: what sets a painted or photographed picture apart from a clean rendering, put on training pictures.

Outlines are displaced smoothly, folds of other cloth shade it, exposure and tint differ, edges are softer, sensors
make noise. Nothing here moves a garment so far, or blurs it so much, that a person would name it otherwise.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from design_gen.recognise.dataset import Pixels


@dataclass(frozen=True, slots=True)
class Blemishes:
    """How strong they are at most; lengths in shares of the picture's side."""

    displacement: float = 0.012
    shift: float = 0.02
    scale: float = 0.05
    turn: float = 0.03
    shading: float = 0.3
    blur: float = 0.5
    noise: float = 0.03
    wiggle: float = 0.002
    """How far threads and outlines stray within a few pixels."""
    swap: float = 0.4
    """How often the three colour channels change places."""


MILD = Blemishes(displacement=0.004, shift=0.0, scale=0.01, turn=0.01, blur=0.15, noise=0.01, wiggle=0.003)
"""For cloth, whose threads must stay readable: resampled a little, hardly softened."""


def blemish(pictures: Tensor, rng: np.random.Generator, strength: Blemishes, side: int | None = None) -> Tensor:
    """(b, h, h, 3) sRGB bytes to (b, 3, side, side) in [-1, 1] on the same device, each with blemishes of its own."""
    side, draw = side or pictures.shape[1], _Draw(rng, pictures)
    planes = _expose(pictures.permute(0, 3, 1, 2), draw, strength)
    if side * 2 <= planes.shape[2]:
        planes = functional.avg_pool2d(planes, 2)
    warp = _warp(len(pictures), side, draw, strength)
    planes = functional.grid_sample(planes, warp, padding_mode="border", align_corners=False)
    planes = planes * _shading(planes.shape, draw, strength.shading)
    planes = _soften(planes, draw.often(0.4) * draw.evenly(0, strength.blur * 1.5).clip(max=1))
    planes = planes + draw.noise(1, side) * (draw.often(0.4) * draw.evenly(0, strength.noise))
    return (planes.clamp(0, 1) * 2 - 1).contiguous(memory_format=torch.channels_last)


def clean(pictures: Pixels) -> Tensor:
    """(b, h, w, 3) sRGB bytes to (b, 3, h, w) in [-1, 1]."""
    planes = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return planes.contiguous(memory_format=torch.channels_last)


class _Draw:
    """Chances (b, 1, 1, 1), one a picture, by one seed; noise is drawn on the pictures' own device."""

    def __init__(self, rng: np.random.Generator, pictures: Tensor) -> None:
        self.rng, self.count, self.device = rng, len(pictures), pictures.device
        self._noise = torch.Generator(self.device).manual_seed(int(rng.integers(2**62)))

    def put(self, values: NDArray[Any]) -> Tensor:
        """The values on the device, in single precision."""
        return torch.from_numpy(np.asarray(values, np.float32)).to(self.device, non_blocking=True)

    def evenly(self, low: float, high: float) -> Tensor:
        """Even between two bounds."""
        return self.put(self.rng.uniform(low, high, (self.count, 1, 1, 1)))

    def often(self, share: float) -> Tensor:
        """One in a share of the cases, 0 in the others."""
        return self.put(self.rng.random((self.count, 1, 1, 1)) < share)

    def noise(self, channels: int, side: int) -> Tensor:
        """Standard normal (b, channels, side, side)."""
        return torch.randn(self.count, channels, side, side, generator=self._noise, device=self.device)


def _soften(planes: Tensor, share: Tensor) -> Tensor:
    blurred = functional.avg_pool2d(functional.pad(planes, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return planes + (blurred - planes) * share


def _expose(pictures: Tensor, draw: _Draw, strength: Blemishes) -> Tensor:
    """Bytes (b, 3, h, w) to shares with another contrast, brightness, gamma and tint, some with channels swapped."""
    rng, count = draw.rng, draw.count
    order = np.where(
        rng.random((count, 1)) < strength.swap, rng.permuted(np.tile(np.arange(3), (count, 1)), axis=1), np.arange(3)
    )
    swapped = pictures[draw.put(np.arange(count)).long()[:, None], draw.put(order).long()]
    gamma = np.exp(rng.normal(0, 0.2, (count, 1, 1, 1)) + rng.normal(0, 0.04, (count, 3, 1, 1)))
    curved = (swapped.float() / 255) ** draw.put(gamma)
    return 0.5 + (curved - 0.5) * draw.evenly(0.75, 1.2) + draw.evenly(-0.08, 0.08)


def _warp(count: int, size: int, draw: _Draw, strength: Blemishes) -> Tensor:
    """Where each pixel is taken from, (b, h, w, 2): a small similarity, a smooth displacement and a finer one."""
    rng = draw.rng
    turn = rng.normal(0, strength.turn / 2, count)
    wide, high = (1 + rng.normal(0, strength.scale / 2, count) for _ in range(2))
    place = rng.normal(0, strength.shift, (count, 2))
    sin, cos = np.sin(turn), np.cos(turn)
    rows = np.stack([wide * cos, -sin, place[:, 0], sin, high * cos, place[:, 1]], 1)
    grid = functional.affine_grid(draw.put(rows.reshape(count, 2, 3)), [count, 3, size, size], align_corners=False)
    for waves, deviation in ((7, strength.displacement), (22, strength.wiggle)):
        knots = draw.noise(2, waves) * (deviation * draw.evenly(0, 1.6))
        field = functional.interpolate(knots, (size, size), mode="bicubic" if waves > 7 else "bilinear")
        grid = grid + field.permute(0, 2, 3, 1)
    return grid


def _shading(shape: torch.Size, draw: _Draw, strength: float) -> Tensor:
    """Broad and narrow folds of light, (b, 1, h, w) around 1."""
    field = torch.zeros(shape[0], 1, *shape[2:], device=draw.device)
    for knots, share in ((5, 0.6), (20, 0.35)):
        plane = draw.noise(1, knots) * (draw.often(0.6) * draw.evenly(0, strength))
        field += share * functional.interpolate(plane, shape[2:], mode="bilinear")
    return field.exp()
