"""Size table: the base size's points of measure stepped up and down, each with its tolerance."""

from collections.abc import Mapping
from dataclasses import dataclass

from design_gen.measures import Point, measure
from models.attributes import Category, Family
from models.garment import GarmentSpec

_P = Point
# mm from one letter size to the next, flat: 40 mm of girth is the usual step of Chinese and European letter sizes.
_STEPS: Mapping[Point, float] = {
    _P.CHEST: 20, _P.WAIST: 20, _P.HEM: 20, _P.HIP: 20, _P.SHOULDER: 12, _P.BODY_LENGTH: 15, _P.SLEEVE_LENGTH: 8,
    _P.CUFF: 4, _P.ARMHOLE: 8, _P.NECK_WIDTH: 5, _P.NECK_DROP: 3, _P.FRONT_RISE: 7, _P.INSEAM: 5, _P.LEG_OPENING: 6,
}  # fmt: skip
# mm from one European shoe size to the next: a Paris point is 20/3 mm of last length.
_SHOE_STEPS: Mapping[Point, float] = {_P.FOOT_LENGTH: 20 / 3, _P.SHAFT_HEIGHT: 2}
_WIDE = frozenset({_P.CHEST, _P.WAIST, _P.HEM, _P.HIP, _P.BODY_LENGTH, _P.SLEEVE_LENGTH, _P.INSEAM})


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One point of measure in every size, in mm, with its tolerance."""

    point: Point
    mm: tuple[int, ...]
    tolerance_mm: int


def base_size(spec: GarmentSpec) -> str:
    """The size that is drawn: M, 40, or the only one."""
    sizes = spec.rule.sizes
    return next((size for size in ("M", "40") if size in sizes), sizes[0])


def size_table(spec: GarmentSpec) -> tuple[MeasureRow, ...]:
    """Every point of measure graded over the category's sizes, in their order."""
    sizes, middle = spec.rule.sizes, spec.rule.sizes.index(base_size(spec))
    steps = {} if len(sizes) == 1 else _SHOE_STEPS if spec.family is Family.SHOES else _STEPS
    return tuple(
        MeasureRow(
            point,
            tuple(round(mm + (i - middle) * steps.get(point, 0.0)) for i in range(len(sizes))),
            _tolerance(spec, point, mm),
        )
        for point, mm in measure(spec).items()
    )


def _tolerance(spec: GarmentSpec, point: Point, mm: int) -> int:
    if spec.category is Category.MUG:
        return 2
    if spec.family is Family.SHOES:
        return 3
    return 10 if point in _WIDE and mm >= 300 else 5
