"""Checks on a finished picture, in numbers: what was asked for, the lines of the flat, repetition, rights, decency.

Nothing is repaired; every check answers a Finding with its value and limit. Pictures are uint8 (h, w, 3) in sRGB.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from design_gen.attributes import check_attributes
from design_gen.clearance import Register, check_clearance
from design_gen.colour import delta_e, rgb_to_lab
from design_gen.embedded.render import garment_mask
from design_gen.finding import Check, Finding
from design_gen.lines import agreement
from design_gen.repetition import EMPTY, Catalogue, Print, check_repetition, print_of
from design_gen.safety import check_safety
from design_gen.side_by_side import side_by_side
from models.garment import GarmentSpec

__all__ = ["Checked", "Checker", "Finding", "check_colour", "check_lines", "check_not_blank", "drawn_right"]

Picture = NDArray[np.uint8]

COLOUR_LIMIT = 10.0
"""Median CIEDE2000; about 2 is just noticeable, 10 still goes by the same colour name under other light."""
BLANK_LIMIT = 4.0
"""Deviation of the grey values below which nothing can be seen."""
LINES_LIMIT = 0.7
"""Line agreement below which a picture is not of this cut; pictures of other specs measured stay below it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings on one picture, and the print by which it will be found again."""

    findings: tuple[Finding, ...]
    print: Print | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Everything that a batch's pictures are held against beside their own specs."""

    catalogue: Catalogue = field(default_factory=lambda: EMPTY)
    register: Register = field(default_factory=Register)

    def __call__(
        self,
        pictures: Sequence[Image.Image],
        specs: Sequence[GarmentSpec],
        earlier: Sequence[Print] = (),
        hands: int = 1,
    ) -> tuple[Checked, ...]:
        """Findings for square pictures whose garments are where their drawings have them, `hands` at once.

        `earlier` are prints of the same batch that the catalogue does not hold yet.
        """
        alone = list(side_by_side(self._look_at, list(zip(pictures, specs, strict=True)), hands))
        prints = [one.print for one in alone if one.print is not None]
        repeated = check_repetition((*earlier, *prints), self.catalogue)[len(earlier) :]
        return tuple(
            Checked((*one.findings, repetition), one.print) for one, repetition in zip(alone, repeated, strict=True)
        )

    def _look_at(self, one: tuple[Image.Image, GarmentSpec]) -> Checked:
        """Everything that needs no other picture of the batch."""
        (picture, spec), plane = one, np.asarray(one[0].convert("RGB"))
        mask = garment_mask(spec, len(plane))
        findings = (
            *drawn_right(plane, mask, spec),
            *check_attributes([plane], [spec])[0],
            check_lines(plane, spec),
            check_clearance(plane, mask, spec, self.register),
            *check_safety([picture]),
        )
        return Checked(findings, print_of(plane, mask, spec.fingerprint))


def drawn_right(picture: Picture, mask: NDArray[np.uint8], spec: GarmentSpec) -> tuple[Finding, Finding]:
    """Blankness and colour of a picture whose garment is where mask (h, w) is above 127."""
    return check_not_blank(picture), check_colour(picture, mask, spec.colour.rgb, spec.colour.name)


def check_not_blank(picture: Picture) -> Finding:
    """Grey values must vary and be finite."""
    grey = np.asarray(picture, np.float64).mean(axis=2)
    value = float(grey.std()) if np.isfinite(grey).all() else 0.0
    return Finding(Check.NOT_BLANK, value, BLANK_LIMIT, value >= BLANK_LIMIT)


def check_colour(picture: Picture, mask: NDArray[np.uint8], rgb: tuple[int, int, int], asked: str = "") -> Finding:
    """CIEDE2000 between the asked colour and the median of the nearest half of where the mask (h, w) is above 127.

    The nearest half, since a pattern, trims and shadows rightly have other colours. An empty mask fails with 100.
    """
    inside = picture[mask > 127]
    if not len(inside):
        return Finding(Check.COLOUR, 100.0, COLOUR_LIMIT, False, asked)
    lab, wanted = rgb_to_lab(inside), rgb_to_lab(np.array([rgb], np.uint8))
    distance = delta_e(lab, wanted)
    near = lab[distance <= np.median(distance)]
    value = float(delta_e(np.median(near, axis=0, keepdims=True), wanted)[0])
    return Finding(Check.COLOUR, value, COLOUR_LIMIT, value <= COLOUR_LIMIT, asked)


def check_lines(picture: Picture, spec: GarmentSpec) -> Finding:
    """How far outline, seams and closures stand where the flat has them."""
    value = round(agreement(picture, spec).f1, 4)
    return Finding(Check.LINES, value, LINES_LIMIT, value >= LINES_LIMIT)
