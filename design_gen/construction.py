"""A garment's geometry from its spec: pure, in millimetres, for every category of the vocabulary."""

from typing import Literal

from design_gen.cut.bags import draw_bag
from design_gen.cut.bottoms import draw_bottom
from design_gen.cut.drawing import Construction, Draft, Fastener, Line, LineKind, Part, PartRole, View
from design_gen.cut.goods import draw_goods
from design_gen.cut.hats import draw_hat
from design_gen.cut.shoes import draw_shoe
from design_gen.cut.tops import draw_upper
from models.attributes import Family
from models.garment import GarmentSpec

__all__ = ["Construction", "Fastener", "Line", "LineKind", "Part", "PartRole", "View", "construct"]


def construct(spec: GarmentSpec, view: Literal["front", "back"] = "front") -> Construction:
    """Draw the base size of this spec laid flat, seen from the front or the back."""
    draft = Draft(spec, View(view))
    match spec.family:
        case Family.TOP | Family.OUTERWEAR | Family.DRESS:
            draw_upper(draft)
        case Family.BOTTOM:
            draw_bottom(draft)
        case Family.BAG:
            draw_bag(draft)
        case Family.SHOES:
            draw_shoe(draft)
        case Family.HAT:
            draw_hat(draft)
        case Family.ACCESSORY | Family.HOME:
            draw_goods(draft)
    return draft.finish()
