"""Boots and sneakers in side view, the toe to the left; the back view shows the inner side."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.closures import draw_zip
from design_gen.cut.curve import Curve, box, line, mix
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, PatternKind


def draw_shoe(draft: Draft) -> None:
    """Draw a boot or a sneaker."""
    points = measure(draft.spec)
    foot, shaft, heel = float(points[Pom.FOOT_LENGTH]), float(points[Pom.SHAFT_HEIGHT]), float(points[Pom.HEEL])
    (_sneaker if draft.spec.category is Category.SNEAKERS else _boot)(draft, foot, shaft, heel)
    if not draft.front:
        draft.pieces = [(name, outline.mirror(), role, -grain) for name, outline, role, grain in draft.pieces]
        draft.strokes = [(curve.mirror(), kind) for curve, kind in draft.strokes]
        draft.fasteners = [type(f)(-f.x, f.y, f.radius, f.kind) for f in draft.fasteners]
    if draft.spec.pattern.kind is PatternKind.CHEST_PRINT and draft.front:
        draw_artwork(draft, foot * 0.74, -34.0, 44.0)


def _eyelets(draft: Draft, low: tuple[float, float], high: tuple[float, float], count: int) -> None:
    """Eyelets with laces crossing to the tongue's edge."""
    places = [mix(low, high, i / (count - 1)) for i in range(count)]
    draft.fasten(Closure.LACES, 3.6, *places)
    for x, y in places:
        draft.line(
            LineKind.EDGE,
            Curve((x, y)).bend((x - 10, y - 9), (x - 22, y - 7)),
            Curve((x, y + 3)).bend((x - 10, y - 5), (x - 22, y - 3)),
        )


def _sneaker(draft: Draft, foot: float, shaft: float, heel: float) -> None:
    """A low court shoe: cup sole, toe cap, eyestay, heel counter, tongue."""
    f, s = foot, shaft
    throat, collar, back = (f * 0.6, -s * 1.12), (f * 0.8, -s * 0.86), (f * 0.975, -s * 1.16)
    tongue = Curve((f * 0.44, -s * 0.74)).to((f * 0.575, -s * 1.42)).bend((f * 0.6, -s * 1.56), (f * 0.655, -s * 1.47))
    draft.part("tongue", tongue.bend((f * 0.68, -s * 1.4), (f * 0.665, -s * 1.0)).to((f * 0.6, -s * 0.6)), draft.accent)
    inside = Curve((f * 0.62, -s * 1.1)).bend((f * 0.8, -s * 1.24), back).to((f * 0.94, -s * 0.8), (f * 0.66, -s * 0.8))
    draft.part("inside", inside, PartRole.LINING)
    toe = Curve((1, -6)).sweep((-3, -s * 0.36), (f * 0.05, -s * 0.5), (f * 0.17, -s * 0.53))
    vamp = toe.sweep((f * 0.3, -s * 0.58), (f * 0.46, -s * 0.86), throat)
    upper = vamp.sweep((f * 0.66, -s * 0.92), (f * 0.73, -s * 0.85), collar).sweep(
        (f * 0.87, -s * 0.86), (f * 0.92, -s * 0.98), back
    )
    upper = upper.sweep((f * 1.005, -s * 0.8), (f * 0.985, -s * 0.36), (f, -4))
    draft.part("upper", upper)
    draft.part("toe cap", toe.bend((f * 0.27, -s * 0.32), (f * 0.25, -4)), draft.accent)
    stay = (
        Curve((f * 0.24, -s * 0.56))
        .sweep((f * 0.36, -s * 0.64), (f * 0.48, -s * 0.9), throat)
        .to((f * 0.67, -s * 0.98))
    )
    draft.part("eyestay", stay.sweep((f * 0.58, -s * 0.82), (f * 0.46, -s * 0.5), (f * 0.28, -s * 0.38)), draft.accent)
    counter = Curve(back).sweep((f * 1.005, -s * 0.8), (f * 0.985, -s * 0.36), (f, -4)).to((f * 0.79, -4))
    draft.part("heel counter", counter.bend((f * 0.85, -s * 0.5), (f * 0.925, -s * 0.99)), draft.accent)
    sole = (
        Curve((-4, -9))
        .bend((f * 0.5, -1), (f + 4, -10))
        .to((f + 3, heel - 14))
        .bend((f + 2, heel - 8), (f - 6, heel - 8))
    )
    sole = sole.to((f * 0.18, heel - 8)).sweep((f * 0.06, heel - 8), (-6, heel - 14), (-4, -9))
    draft.part("sole", sole, PartRole.TRIM)
    draft.line(LineKind.STITCH, Curve((1, -2)).bend((f * 0.5, 6), (f + 1, -3)))
    draft.line(LineKind.SEAM, Curve((2, heel - 17)).bend((f * 0.5, heel - 15), (f + 2, heel - 19)))
    _eyelets(draft, (f * 0.33, -s * 0.57), (f * 0.6, -s * 1.03), 5)
    draft.line(
        LineKind.STITCH,
        Curve((f * 0.31, -s * 0.31)).sweep((f * 0.48, -s * 0.42), (f * 0.6, -s * 0.74), (f * 0.69, -s * 0.89)),
    )
    stripe = Curve((f * 0.47, -4)).bend((f * 0.56, -s * 0.34), (f * 0.7, -s * 0.62))
    draft.line(LineKind.SEAM, stripe, stripe.move(f * 0.045, 3))


def _boot(draft: Draft, foot: float, shaft: float, heel: float) -> None:
    """An ankle boot with a stacked heel, laced in front or zipped at the side."""
    f, top = foot, -shaft
    draft.part(
        "inside",
        Curve((f * 0.5, top + 6))
        .bend((f * 0.74, top - 14), (f * 0.99, top))
        .to((f * 0.97, top + 14), (f * 0.52, top + 18)),
        PartRole.LINING,
    )
    upper = (
        Curve((1, -6))
        .sweep((-6, -36), (f * 0.03, -54), (f * 0.19, -57))
        .sweep((f * 0.36, -62), (f * 0.45, -92), (f * 0.485, top + 6))
    )
    upper = upper.bend((f * 0.74, top + 18), (f * 0.99, top)).sweep(
        (f * 0.94, top * 0.6), (f * 1.02, top * 0.34), (f, -4)
    )
    draft.part("upper", upper)
    cap = Curve((1, -6)).sweep((-6, -36), (f * 0.03, -54), (f * 0.19, -57)).bend((f * 0.3, -40), (f * 0.28, -4))
    draft.part("toe cap", cap, draft.accent)
    counter = (
        Curve((f, -4)).sweep((f * 1.01, -40), (f * 0.99, -60), (f * 0.975, -84)).bend((f * 0.78, -76), (f * 0.74, -4))
    )
    draft.part("heel counter", counter, draft.accent)
    draft.part("pull tab", box(f * 0.945, top - 18, 14, 40, 4), draft.accent)
    sole = (
        Curve((-4, -8))
        .bend((f * 0.5, -2), (f + 3, -8))
        .to((f + 3, heel - 6), (f * 0.72, heel - 6), (f * 0.68, 14))
        .bend((f * 0.4, 12), (f * 0.14, 13))
        .sweep((f * 0.02, 12), (-10, 4), (-4, -8))
    )
    draft.part("sole", sole, PartRole.TRIM)
    draft.line(LineKind.SEAM, line((f * 0.69, 4), (f + 2, 4)))
    draft.line(
        LineKind.STITCH,
        Curve((f * 0.3, -42)).bend((f * 0.28, -60), (f * 0.22, -62)),
        Curve((f * 0.95, -78)).bend((f * 0.76, -70), (f * 0.72, -8)),
    )
    if draft.spec.closure is Closure.LACES:
        draft.line(LineKind.SEAM, Curve((f * 0.56, top + 10)).sweep((f * 0.58, -110), (f * 0.5, -80), (f * 0.3, -64)))
        _eyelets(draft, (f * 0.42, -82), (f * 0.53, top + 22), 6)
    else:
        draw_zip(draft, top + 16, -24, f * 0.7)
        draft.line(LineKind.SEAM, Curve((f * 0.24, -66)).sweep((f * 0.4, -60), (f * 0.52, -40), (f * 0.5, -4)))
