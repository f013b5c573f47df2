"""Likeness: how much two things look alike, by outline and by surface, whoever photographed them. Pure.

The outline is what stands out from the backdrop, cut to its bounding box; two outlines are compared by the area they
share (intersection over union). The surface is where and which way edges run inside (histograms of oriented gradients,
Dalal and Triggs 2005, on 8 x 8 cells without block normalisation, plus one constant so that two plain surfaces are
alike); two surfaces are compared by the cosine. Colours are left out: a protected design is protected in every colour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from models.errors import InvalidInput

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SIDE = 64
_CELLS, _WAYS = 8, 6
_PLAIN = 0.35  # weight of having nothing on it, beside edge energies of about 1 for a bold print
_APART = 18.0  # of 255, in the channel that differs most: what stands out from the backdrop


@dataclass(frozen=True, slots=True)
class Likeness:
    """Outline (SIDE, SIDE) and surface (cells x cells x ways + 1,), of length 1."""

    outline: Mask
    surface: NDArray[np.float32]

    def to_bytes(self) -> tuple[bytes, bytes]:
        """Outline and surface as they are stored."""
        return np.packbits(self.outline).tobytes(), self.surface.astype(np.float16).tobytes()

    @staticmethod
    def from_bytes(outline: bytes, surface: bytes) -> "Likeness":
        """Read back what `to_bytes` gave."""
        bits = np.unpackbits(np.frombuffer(outline, np.uint8)).astype(bool)
        return Likeness(bits.reshape(SIDE, SIDE), np.frombuffer(surface, np.float16).astype(np.float32))

    def mirrored(self) -> "Likeness":
        """As seen in a mirror."""
        cells = self.surface[:-1].reshape(_CELLS, _CELLS, _WAYS)[:, ::-1]
        turned = cells[..., [-way % _WAYS for way in range(_WAYS)]]
        return Likeness(self.outline[:, ::-1], np.append(turned.ravel(), self.surface[-1]))


@dataclass(frozen=True, slots=True)
class Similarity:
    """Of outlines and of surfaces, each in [0, 1]."""

    outline: float
    surface: float

    @property
    def whole(self) -> float:
        """Both must be alike: the geometric mean."""
        return float((self.outline * self.surface) ** 0.5)


def likeness_of(picture: Picture, mask: Mask) -> Likeness:
    """Of what the mask (h, w) covers of a picture (h, w, 3); InvalidInput where it covers nothing."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise InvalidInput("nothing stands out from the backdrop")
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    cut = np.where(mask[box][..., None], picture[box], 0).astype(np.uint8)
    shape = _squared(Image.fromarray(mask[box])) > 127
    return Likeness(shape, _surface(_squared(Image.fromarray(cut).convert("L")), shape))


def compare(one: Likeness, other: Likeness) -> Similarity:
    """The better of as they are and mirrored."""
    return max((_compare(one, each) for each in (other, other.mirrored())), key=lambda found: found.whole)


def foreground(picture: Picture) -> Mask:
    """What stands out (h, w) from the colour that the picture's border has, holes filled, without specks."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.float32)
    apart = np.abs(picture.astype(np.float32) - np.median(border, axis=0)).max(axis=2)
    spread = float(np.percentile(np.abs(border - np.median(border, axis=0)).max(axis=1), 90))
    mask = ndimage.binary_opening(apart > max(_APART, 2 * spread), iterations=1)
    parts, count = ndimage.label(mask)
    if count == 0:
        return np.zeros(mask.shape, bool)
    sizes = np.bincount(parts.ravel())[1:]
    kept: Mask = ndimage.binary_fill_holes(np.isin(parts, 1 + np.flatnonzero(sizes >= 0.05 * sizes.max())))
    return kept


def _compare(one: Likeness, other: Likeness) -> Similarity:
    shared, either = (one.outline & other.outline).sum(), (one.outline | other.outline).sum()
    return Similarity(float(shared / max(1, either)), float(np.clip(one.surface @ other.surface, 0, 1)))


def _squared(image: Image.Image) -> Picture:
    """A grey picture (SIDE, SIDE), its longer side filled, centred."""
    scale = SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    square = Image.new("L", (SIDE, SIDE))
    square.paste(image.convert("L").resize(size, Image.Resampling.BOX), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(square)


def _surface(grey: Picture, shape: Mask) -> NDArray[np.float32]:
    smooth = ndimage.gaussian_filter(grey.astype(np.float32) / 255, 0.8)
    down, across = ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1)
    # the outline has its own measure: only what is inside it counts here
    energy = np.hypot(down, across) * ndimage.binary_erosion(shape, iterations=3)
    way = np.round(np.arctan2(down, across) % np.pi / np.pi * _WAYS).astype(int) % _WAYS
    size = SIDE // _CELLS
    row, column = np.indices(grey.shape) // size
    summed = np.bincount(((row * _CELLS + column) * _WAYS + way).ravel(), energy.ravel(), _CELLS * _CELLS * _WAYS)
    held = np.append(np.sqrt(summed / size**2) / _CELLS, _PLAIN)
    return np.asarray(held / np.linalg.norm(held), np.float32)
