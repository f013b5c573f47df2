"""Clearance: is a picture too like a protected design, or the print on it too like a protected mark. Pure.

A similarity above the limit is no judgement of law: the picture is drawn again, then waits for a person who decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from design_gen.construction import construct
from design_gen.cut.drawing import PartRole
from design_gen.finding import Check, Finding
from design_gen.flat import frame, side_of, to_array
from design_gen.likeness import Likeness, Similarity, compare, likeness_of
from models.attributes import PatternKind
from models.garment import GarmentSpec
from models.protected import ProtectedKind

Picture = NDArray[np.uint8]

LIMIT = 0.9
"""Similarity from which a picture is too like a protected one; an entry point may set another."""
_ALIKE = 0.85  # from here on a part is named among the reasons
_LEAST_PRINT = 40  # pixels; a smaller print shows nothing to compare


@dataclass(frozen=True, slots=True)
class Protected:
    """One protected picture, ready to be compared."""

    kind: ProtectedKind
    owner: str
    registration: str
    valid_until: date
    likeness: Likeness

    def counts_on(self, day: date) -> bool:
        """Whether the protection still runs."""
        return day <= self.valid_until


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A protected work and how like it a picture is."""

    work: Protected
    similarity: Similarity
    value: float

    def reason(self) -> str:
        """Whose it is and what is alike, in a few words."""
        parts = (("outline", self.similarity.outline), ("surface", self.similarity.surface))
        alike = ", ".join(f"{name} like {value:.2f}" for name, value in parts if value >= _ALIKE)
        return f"{self.work.owner} {self.work.kind} {self.work.registration}" + (f": {alike}" if alike else "")


@dataclass(frozen=True, slots=True)
class Register:
    """What counts on the day of the check, and from which similarity on."""

    works: tuple[Protected, ...] = ()
    limit: float = LIMIT

    @staticmethod
    def on(day: date, works: Sequence[Protected], limit: float = LIMIT) -> "Register":
        """Without the works whose protection has ended."""
        return Register(tuple(work for work in works if work.counts_on(day)), limit)

    def nearest(self, whole: Likeness | None, artwork: Likeness | None) -> Resemblance | None:
        """The likest work: designs are compared with the whole thing, marks with its print and with the whole."""
        found = [
            Resemblance(work, similarity, similarity.whole)
            for work in self.works
            for seen in ((whole,) if work.kind is ProtectedKind.DESIGN else (artwork, whole))
            if seen is not None
            for similarity in (compare(seen, work.likeness),)
        ]
        return max(found, key=lambda one: one.value, default=None)


def check_clearance(picture: Picture, mask: NDArray[np.uint8], spec: GarmentSpec, register: Register) -> Finding:
    """The likest protected work of a picture whose garment is where mask (h, w) is above 127."""
    if not register.works:
        return Finding(Check.CLEARANCE, 0.0, register.limit, True)
    inside = mask > 127
    whole = likeness_of(picture, inside) if inside.any() else None
    return judge(register.nearest(whole, artwork_of(picture, spec)), register.limit)


def judge(nearest: Resemblance | None, limit: float) -> Finding:
    """The finding about the likest work."""
    if nearest is None:
        return Finding(Check.CLEARANCE, 0.0, limit, True)
    value = round(nearest.value, 3)
    return Finding(Check.CLEARANCE, value, limit, value < limit, seen=nearest.reason())


def artwork_of(picture: Picture, spec: GarmentSpec) -> Likeness | None:
    """The print on the garment, told from the cloth by colour inside the place where it is drawn; None without one."""
    if spec.pattern.kind is not PatternKind.CHEST_PRINT or spec.pattern.second is None:
        return None
    place = print_mask(spec, len(picture)) > 127
    if place.sum() < _LEAST_PRINT:
        return None
    return likeness_of(picture, _of_its_colour(picture, place, spec))


def print_mask(spec: GarmentSpec, size: int) -> NDArray[np.uint8]:
    """(size, size): 255 where the drawing has its print."""
    drawing = construct(spec)
    shapes = (part.path for part in drawing.parts if part.role is PartRole.PRINT)
    body = "".join(f'<path d="{path}" fill="#ffffff"/>' for path in shapes)
    return to_array(frame(drawing, side_of(drawing), "#000000", "", body), size)[..., 0]


def _of_its_colour(picture: Picture, place: NDArray[np.bool_], spec: GarmentSpec) -> NDArray[np.bool_]:
    """Points in the print's box that are nearer to the print's colour than to the cloth's; the place itself if none."""
    rows, columns = np.flatnonzero(place.any(axis=1)), np.flatnonzero(place.any(axis=0))
    box = np.zeros(place.shape, bool)
    box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    second = spec.pattern.second or spec.colour
    ink, cloth = (np.linalg.norm(picture.astype(float) - colour.rgb, axis=2) for colour in (second, spec.colour))
    printed = box & (ink < cloth)
    return printed if printed.sum() >= _LEAST_PRINT else place
