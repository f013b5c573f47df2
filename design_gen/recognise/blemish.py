"""Blemishes: what sets a painted or photographed picture apart from a clean rendering, put on training pictures.

Outlines are displaced smoothly, folds of other cloth shade it, exposure and tint differ, edges are softer, sensors
make noise. Nothing here moves a garment so far, or blurs it so much, that a person would name it otherwise.
"""

from dataclasses import dataclass

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
    swap: float = 0.4
    """How often the three colour channels change places."""


MILD = Blemishes(displacement=0.002, shift=0.0, scale=0.01, turn=0.01, blur=0.15, noise=0.01)
"""For crops of cloth, whose threads must stay readable: resampled a little, hardly softened."""


def blemish(pictures: Pixels, rng: np.random.Generator, strength: Blemishes, side: int | None = None) -> Tensor:
    """(b, h, h, 3) sRGB bytes to (b, 3, side, side) in [-1, 1], each picture with blemishes of its own."""
    side = side or pictures.shape[1]
    exposed = np.stack([_expose(picture, rng, strength) for picture in pictures])
    planes = torch.from_numpy(exposed).permute(0, 3, 1, 2)
    if side * 2 <= planes.shape[2]:
        planes = functional.avg_pool2d(planes, 2)
    warp = _warp(len(pictures), side, rng, strength)
    planes = functional.grid_sample(planes, warp, padding_mode="border", align_corners=False)
    planes = planes * _shading(planes.shape, rng, strength.shading)
    soft = np.flatnonzero(rng.random(len(pictures)) < 0.4)
    planes[soft] = _soften(planes[soft], rng.uniform(0, strength.blur * 1.5, len(soft)).clip(max=1))
    noisy = np.flatnonzero(rng.random(len(pictures)) < 0.4)
    planes[noisy] += _noise(planes[noisy].shape, rng) * _per_picture(rng.uniform(0, strength.noise, len(noisy)))
    return (planes.clamp(0, 1) * 2 - 1).contiguous(memory_format=torch.channels_last)


def clean(pictures: Pixels) -> Tensor:
    """(b, h, w, 3) sRGB bytes to (b, 3, h, w) in [-1, 1]."""
    planes = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return planes.contiguous(memory_format=torch.channels_last)


def _soften(planes: Tensor, share: NDArray[np.float64]) -> Tensor:
    blurred = functional.avg_pool2d(functional.pad(planes, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return planes + (blurred - planes) * _per_picture(share)


def _noise(shape: torch.Size, rng: np.random.Generator) -> Tensor:
    """Grey noise, (b, 1, h, w) at deviation 1."""
    count, _, height, width = shape
    return torch.from_numpy(rng.standard_normal((count, 1, height, width), dtype=np.float32))


def _per_picture(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))[:, None, None, None]


def _expose(picture: Pixels, rng: np.random.Generator, strength: Blemishes) -> NDArray[np.float32]:
    """Contrast, brightness, gamma and tint by a table of 256 values a channel."""
    values = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    gamma = np.exp(rng.normal(0, 0.2) + rng.normal(0, 0.04, 3))
    table = values ** gamma.astype(np.float32)
    table = 0.5 + (table - 0.5) * rng.uniform(0.75, 1.2) + rng.uniform(-0.08, 0.08)
    order = rng.permutation(3) if rng.random() < strength.swap else np.arange(3)
    return np.stack([table[:, i].astype(np.float32)[picture[..., channel]] for i, channel in enumerate(order)], axis=-1)


def _warp(count: int, size: int, rng: np.random.Generator, strength: Blemishes) -> Tensor:
    """Where each pixel is taken from, (b, h, w, 2): a small similarity and a smooth displacement."""
    turn = rng.normal(0, strength.turn / 2, count)
    wide, high = (1 + rng.normal(0, strength.scale / 2, count) for _ in range(2))
    place = rng.normal(0, strength.shift, (count, 2))
    sin, cos = np.sin(turn), np.cos(turn)
    rows = np.stack([wide * cos, -sin, place[:, 0], sin, high * cos, place[:, 1]], 1)
    grid = functional.affine_grid(
        torch.from_numpy(rows.reshape(count, 2, 3).astype(np.float32)), [count, 3, size, size], align_corners=False
    )
    knots = rng.normal(0, strength.displacement, (count, 2, 7, 7)) * rng.uniform(0, 1.6, (count, 1, 1, 1))
    field = functional.interpolate(torch.from_numpy(knots.astype(np.float32)), (size, size), mode="bilinear")
    return grid + field.permute(0, 2, 3, 1)


def _shading(shape: torch.Size, rng: np.random.Generator, strength: float) -> Tensor:
    """Broad and narrow folds of light, (b, 1, h, w) around 1."""
    count, _, height, width = shape
    field = torch.zeros(count, 1, height, width)
    for knots, share in ((5, 0.6), (20, 0.35)):
        depth = rng.uniform(0, strength, (count, 1, 1, 1)) * (rng.random((count, 1, 1, 1)) < 0.6)
        plane = torch.from_numpy((rng.standard_normal((count, 1, knots, knots)) * depth).astype(np.float32))
        field += share * functional.interpolate(plane, (height, width), mode="bilinear")
    return field.exp()
