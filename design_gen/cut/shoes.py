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
    tongue = (
        Curve((f * 0.42, -s * 0.7))
        .sweep((f * 0.5, -s * 1.05), (f * 0.56, -s * 1.34), (f * 0.6, -s * 1.42))
        .bend((f * 0.66, -s * 1.4), (f * 0.7, -s * 1.1))
        .to((f * 0.6, -s * 0.6))
    )
    draft.part("tongue", tongue, draft.accent)
    draft.part(
        "inside",
        Curve((f * 0.62, -s * 1.06))
        .bend((f * 0.8, -s * 1.2), (f * 0.97, -s * 1.14))
        .to((f * 0.94, -s * 0.8), (f * 0.66, -s * 0.8)),
        PartRole.LINING,
    )
    upper = (
        Curve((2, -6))
        .sweep((0, -s * 0.42), (f * 0.1, -s * 0.5), (f * 0.2, -s * 0.54))
        .sweep((f * 0.34, -s * 0.66), (f * 0.5, -s * 0.98), (f * 0.62, -s * 1.1))
    )
    upper = upper.sweep((f * 0.72, -s * 0.9), (f * 0.84, -s * 0.86), (f * 0.97, -s * 1.14)).sweep(
        (f * 1.0, -s * 0.7), (f * 0.99, -s * 0.3), (f, -4)
    )
    draft.part("upper", upper)
    cap = (
        Curve((2, -6))
        .sweep((0, -s * 0.42), (f * 0.1, -s * 0.5), (f * 0.2, -s * 0.54))
        .bend((f * 0.29, -s * 0.36), (f * 0.27, -4))
    )
    draft.part(
        "toe cap", cap, PartRole.SECOND if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK else PartRole.SHELL
    )
    stay = (
        Curve((f * 0.27, -s * 0.56))
        .sweep((f * 0.38, -s * 0.7), (f * 0.5, -s * 0.98), (f * 0.62, -s * 1.1))
        .to((f * 0.69, -s * 0.97))
        .sweep((f * 0.58, -s * 0.8), (f * 0.48, -s * 0.5), (f * 0.32, -s * 0.4))
    )
    draft.part("eyestay", stay, draft.accent)
    counter = (
        Curve((f * 0.97, -s * 1.14))
        .sweep((f * 1.0, -s * 0.7), (f * 0.99, -s * 0.3), (f, -4))
        .to((f * 0.8, -4))
        .bend((f * 0.84, -s * 0.5), (f * 0.93, -s * 0.94))
    )
    draft.part("heel counter", counter, draft.accent)
    sole = (
        Curve((-4, -8))
        .bend((f * 0.5, 0), (f + 3, -10))
        .to((f + 4, heel - 10))
        .bend((f + 2, heel - 4), (f - 8, heel - 4))
        .to((f * 0.2, heel - 4))
        .sweep((f * 0.04, heel - 5), (-8, heel - 12), (-4, -8))
    )
    draft.part("sole", sole, PartRole.TRIM)
    draft.line(LineKind.STITCH, Curve((0, 0)).bend((f * 0.5, 8), (f, -1)))
    _eyelets(draft, (f * 0.35, -s * 0.56), (f * 0.62, -s * 1.0), 5)
    draft.line(
        LineKind.STITCH,
        Curve((f * 0.34, -s * 0.32)).sweep((f * 0.5, -s * 0.42), (f * 0.62, -s * 0.7), (f * 0.72, -s * 0.86)),
    )
    draft.line(LineKind.SEAM, Curve((f * 0.42, -4)).bend((f * 0.56, -s * 0.36), (f * 0.8, -s * 0.3)))


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
        Curve((2, -6))
        .sweep((-4, -44), (f * 0.08, -62), (f * 0.2, -66))
        .sweep((f * 0.36, -74), (f * 0.46, -96), (f * 0.48, top + 6))
    )
    upper = upper.bend((f * 0.74, top + 18), (f * 0.99, top)).sweep(
        (f * 0.94, top * 0.6), (f * 1.02, top * 0.34), (f, -4)
    )
    draft.part("upper", upper)
    cap = Curve((2, -6)).sweep((-4, -44), (f * 0.08, -62), (f * 0.2, -66)).bend((f * 0.3, -40), (f * 0.28, -4))
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
