"""Line agreement: do the structural lines of a spec's flat stand in a picture, and does it add none of its own.

The score is the boundary F-measure (Martin, Fowlkes and Malik, "Learning to detect natural image boundaries using local
brightness, color, and texture cues", PAMI 2004), with two changes that a product picture asks for:

- recall: the share of the flat's structural points (outlines of parts, seams, edges, fasteners; no stitches, folds,
  ribs, prints or pattern) that have an edge of the picture within the tolerance, running the same way (34 degrees).
- precision: the share of the picture's *strong* edges in and around the garment that have a structural line within the
  tolerance, running the same way. Edges where the coloured drawing itself changes colour (pattern, print, stitches,
  ribs) are neither right nor wrong and do not count; weave and folds slope too gently to be strong edges.

The tolerance is 0.0075 of the diagonal as in that paper's benchmark: 2.7 pixels of 256, the width of a drawn seam with
its two edges. Edges are Canny's, of the colour channel that changes most at each point.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from design_gen.construction import construct
from design_gen.cut.drawing import Construction, LineKind, PartRole
from design_gen.fasteners import draw_fastener
from design_gen.flat import coloured_svg, frame, side_of, to_array
from design_gen.painting.control import thin_edges
from models.errors import InvalidInput
from models.garment import GarmentSpec

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Angles = NDArray[np.float32]

SIZE = 256
"""Every picture is measured at this side, so that thresholds mean the same everywhere."""
TOLERANCE = 0.0075 * SIZE * 2**0.5
AROUND = SIZE / 8
"""Edges farther than this from the garment are the backdrop's own affair."""
# On the Sobel slope of [0, 1] channels: a step of 3% and of 6% of the range. Measured on painted pictures: 95% of the
# structural points have a slope above the first, 99% of the points off any line, weave and folds, are below the second.
_WEAK, _STRONG = 0.12, 0.24
_DRAWN = 0.08  # the drawing has no noise: whatever changes colour in it is drawn
_WAYS = 8  # directions over 180 degrees; a neighbouring one still agrees


@dataclass(frozen=True, slots=True)
class Agreement:
    """Recall, precision and their harmonic mean, each in [0, 1]."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """0 where nothing was found."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a spec's drawing says of a picture; masks (SIZE, SIZE), by direction (_WAYS, SIZE, SIZE)."""

    lines: Mask
    near: Mask
    other: Mask
    """Near anything drawn, pattern included."""
    around: Mask


def line_agreement(picture: Picture, spec: GarmentSpec) -> float:
    """F-measure in [0, 1] of a square picture (side, side, 3) against the spec's front; see the head of this file.

    The garment must be where its drawing has it: `Generator.straighten` undoes how a painted one was laid down.
    InvalidInput for anything but a square RGB picture in bytes.
    """
    return agreement(picture, spec).f1


def agreement(picture: Picture, spec: GarmentSpec) -> Agreement:
    """The same with its two parts."""
    drawn = _drawn(spec)
    slope = _slopes(_fit(picture))
    found = _by_way(thin_edges(*slope, _WEAK, _STRONG), _ways(*slope))
    strong = thin_edges(*slope, _STRONG, _STRONG) & drawn.around
    right = (_by_way(strong, _ways(*slope)) & drawn.near).any(axis=0)
    counted = int((strong & (right | ~drawn.other)).sum())
    return Agreement(
        precision=float(right.sum()) / counted if counted else 0.0,
        recall=float((drawn.lines & _spread(found)).sum()) / max(1, int(drawn.lines.sum())),
    )


def structural_lines(spec: GarmentSpec, size: int = SIZE) -> NDArray[np.uint8]:
    """(size, size): 255 on outlines of parts, seams, edges and fasteners, one pixel wide; what lies below is hidden."""
    drawing = construct(spec)
    side = side_of(drawing)
    return to_array(frame(drawing, side, "#000000", "", _structure(drawing, side / size)), size)[..., 0]


def _structure(drawing: Construction, pen: float) -> str:
    line = f'stroke="#ffffff" stroke-width="{pen:.2f}"'
    shapes = [f'<path d="{part.path}" fill="#000000" {line}/>' for part in drawing.parts if part.role != PartRole.PRINT]
    sewn = (each for each in drawing.lines if each.kind in (LineKind.EDGE, LineKind.SEAM))
    shapes += [f'<path d="{each.path}" fill="none" {line}/>' for each in sewn]
    return "".join(shapes) + "".join(draw_fastener(each, "#000000", "#ffffff", pen) for each in drawing.fasteners)


@lru_cache(maxsize=64)
def _drawn(spec: GarmentSpec) -> _Drawn:
    drawing = structural_lines(spec)
    plane = _unit(drawing[..., None])
    lines = _by_way(drawing > 127, _line_ways(*_slopes(plane)))
    changes = thin_edges(*_slopes(_unit(to_array(coloured_svg(spec, "#808080"), SIZE))), _DRAWN, _DRAWN)
    inside = ndimage.binary_fill_holes(drawing > 64)
    return _Drawn(
        lines=lines,
        near=_spread(lines),
        other=_within(changes, TOLERANCE),
        around=ndimage.distance_transform_edt(~inside) <= AROUND,
    )


def _fit(picture: Picture) -> NDArray[np.float32]:
    if picture.ndim != 3 or picture.shape[0] != picture.shape[1] or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise InvalidInput(
            f"a picture to look for lines in is square RGB in bytes, not {picture.dtype} {picture.shape}"
        )
    if len(picture) == SIZE:
        return _unit(picture)
    return _unit(np.asarray(Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.LANCZOS)))


def _unit(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(picture, np.float32) / np.float32(255)


def _slopes(picture: NDArray[np.float32], sigma: float = 1.0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Down and across (h, w): the slope of the channel that changes most, of a picture (h, w, channels) in [0, 1]."""
    smooth = [ndimage.gaussian_filter(channel, sigma) for channel in np.moveaxis(picture, 2, 0)]
    down, across = (np.stack([ndimage.sobel(channel, axis) for channel in smooth]) for axis in (0, 1))
    steepest = (down**2 + across**2).argmax(axis=0)[None]
    return np.take_along_axis(down, steepest, 0)[0], np.take_along_axis(across, steepest, 0)[0]


def _ways(down: NDArray[np.float32], across: NDArray[np.float32]) -> Angles:
    """Direction of an edge as a share of half a turn, [0, 1)."""
    return np.asarray(np.arctan2(down, across) % np.pi / np.pi, np.float32)


def _line_ways(down: NDArray[np.float32], across: NDArray[np.float32]) -> Angles:
    """The same for thin lines, in whose middle the slope vanishes: from the structure tensor around."""
    xx, yy, xy = (ndimage.gaussian_filter(each, 1.5) for each in (across**2, down**2, across * down))
    return np.asarray(np.arctan2(2 * xy, xx - yy) / 2 % np.pi / np.pi, np.float32)


def _by_way(edges: Mask, ways: Angles) -> Mask:
    """(_WAYS, h, w): the edges that run in each direction."""
    nearest = np.round(ways * _WAYS).astype(int) % _WAYS
    return np.stack([edges & (nearest == way) for way in range(_WAYS)])


def _spread(edges: Mask) -> Mask:
    """(_WAYS, h, w): what has an edge within the tolerance that runs in this direction or a neighbouring one."""
    near = np.stack([_within(each, TOLERANCE) for each in edges])
    spread: Mask = near | np.roll(near, 1, axis=0) | np.roll(near, -1, axis=0)
    return spread


def _within(edges: Mask, distance: float) -> Mask:
    reach = int(distance)
    y, x = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    grown: Mask = ndimage.binary_dilation(edges, x * x + y * y <= distance**2)
    return grown
