"""Caps and beanies; y is measured down from the top of the crown."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.curve import Curve, box, line, mix, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.cut.goods import is_printed
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure


def draw_hat(draft: Draft) -> None:
    """Draw a cap or a beanie."""
    (_cap if draft.spec.category is Category.CAP else _beanie)(draft)


def _cap(draft: Draft) -> None:
    """Six panels with a top button; the peak in front, the strap behind."""
    points = measure(draft.spec)
    half, high, brim = points[Pom.CIRCUMFERENCE] / 5.7, float(points[Pom.CROWN_HEIGHT]), float(points[Pom.BRIM])
    crown = Curve((0, 0)).sweep((half * 0.72, 0), (half * 0.98, high * 0.5), (half, high - 6))
    draft.part("crown", whole(crown.bend((half * 0.5, high + 10), (0, high + 10))))
    panel = Curve((0, 3)).sweep((half * 0.34, high * 0.16), (half * 0.5, high * 0.6), (half * 0.5, high - 14))
    draft.lines(LineKind.SEAM, panel)
    draft.lines(LineKind.STITCH, panel.move(-5, 3))
    draft.part("top button", whole(Curve((0, -6)).sweep((7, -6), (11, -2), (11, 2)).to((0, 4))), draft.accent)
    eyelets = ((0.2, 0.36), (0.68, 0.42))
    draft.fasten(Closure.LACES, 3.2, *((s * half * x, high * y) for s in (1, -1) for x, y in eyelets))
    if draft.front:
        _peak(draft, half, high, brim)
    else:
        opening = Curve((0, high * 0.6)).sweep((34, high * 0.6), (46, high * 0.78), (46, high + 8)).to((0, high + 10))
        draft.part("opening", whole(opening), PartRole.LINING)
        draft.part("strap", box(-52, high - 12, 104, 19, 4), draft.accent)
        draft.fasten(Closure.BUCKLE, 12.0, (0.0, high - 2))
    if is_printed(draft):
        draw_artwork(draft, 0.0, high * 0.56, half * 0.7)


def _peak(draft: Draft, half: float, high: float, brim: float) -> None:
    """The curved peak, foreshortened: from temple to temple, its middle comes forward and down."""
    low = high + brim * 0.8
    top = ((0.0, high - 22), (half * 0.5, high - 22), (half * 0.86, high - 12), (half * 0.985, high + 5))
    edge = ((0.0, low), (half * 0.42, low), (half * 0.78, low - 5), (half * 0.92, low - 22))
    outline = Curve(top[0]).sweep(*top[1:]).bend((half * 1.05, high + 17), edge[3]).sweep(edge[2], edge[1], edge[0])
    draft.part("peak", whole(outline), draft.accent)
    for share in (0.16, 0.33, 0.5, 0.67, 0.84):
        start, *row = (mix(a, b, share) for a, b in zip(top, edge, strict=True))
        draft.lines(LineKind.STITCH, Curve(start).sweep(*row))


def _beanie(draft: Draft) -> None:
    """A ribbed crown with a turned-up cuff."""
    points = measure(draft.spec)
    half, high, fold = points[Pom.CIRCUMFERENCE] / 5.2, float(points[Pom.CROWN_HEIGHT]), float(points[Pom.BRIM])
    top = high - fold
    draft.part("crown", whole(_dome(half * 0.97, high, 1.0).to((0, high))))
    cuff = Curve((0, top - 4)).to((half - 6, top - 4)).bend((half + 4, top - 3), (half + 5, top + 12))
    cuff = cuff.to((half + 4, high - 2)).bend((half + 2, high + 7), (half - 10, high + 8))
    draft.part(
        "cuff", whole(cuff.sweep((half * 0.6, high + 11), (half * 0.3, high + 11), (0, high + 11))), PartRole.SECOND
    )
    for i in range(1, 9):
        rib = _dome(half * 0.97, top - 6, i / 9)
        draft.lines(LineKind.RIB, rib, line((half * i / 9, top), (half * i / 9, high + 7)))
    draft.line(LineKind.RIB, line((0, 6), (0, top - 6)), line((0, top), (0, high + 10)))
    if is_printed(draft):
        draw_artwork(draft, 0.0, high * 0.42, half * 0.6)


def _dome(half: float, low: float, share: float) -> Curve:
    """From the top over a dome's side; at a smaller share a meridian of it."""
    x = half * share
    return Curve((0, 0)).sweep((x * 0.74, 1.5), (x, low * 0.34), (x, low))
