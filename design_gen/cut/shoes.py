"""Boots and sneakers in side view, the toe to the left; the back view shows the inner side."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.closures import draw_zip
from design_gen.cut.curve import Curve, Point, at_height, box, line, mix
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


def _laces(draft: Draft, edge: Curve, low: Point, high: Point, count: int) -> None:
    """Eyelets from low to high, each with its lace crossing to the shoe's front `edge` (walked from the toe up)."""
    front = edge.reverse()
    for i in range(count):
        x, y = mix(low, high, i / (count - 1))
        far = at_height(front, y - 9)
        end = (far[0] - 3, far[1])
        side = (2.4, 2.4)
        lace = line((x - side[0], y - side[1]), (end[0] - side[0], end[1] - side[1] + 1), (end[0], end[1] + 4))
        draft.part("lace", lace.to((x + side[0], y + side[1])), draft.accent)
        draft.fasten(Closure.LACES, 3.4, (x, y))


def _sneaker(draft: Draft, foot: float, shaft: float, heel: float) -> None:
    """A low court shoe: cup sole, toe cap, eyestay, heel counter, tongue."""
    f, s = foot, shaft
    throat, back = (f * 0.56, -s * 1.12), (f * 0.965, -s * 1.2)
    tongue = Curve((f * 0.27, -s * 0.6)).sweep((f * 0.36, -s * 0.72), (f * 0.46, -s * 1.0), (f * 0.535, -s * 1.4))
    tongue = tongue.bend((f * 0.56, -s * 1.58), (f * 0.62, -s * 1.48)).bend((f * 0.65, -s * 1.38), (f * 0.63, -s))
    draft.part("tongue", tongue.to((f * 0.4, -s * 0.5)), draft.accent)
    inside = Curve((f * 0.6, -s * 1.1)).bend((f * 0.78, -s * 1.26), back).to((f * 0.93, -s * 0.8), (f * 0.66, -s * 0.8))
    draft.part("inside", inside, PartRole.LINING)
    toe = Curve((3, -6)).sweep((-3, -s * 0.34), (f * 0.05, -s * 0.5), (f * 0.18, -s * 0.54))
    vamp = toe.sweep((f * 0.3, -s * 0.58), (f * 0.44, -s * 0.84), throat)
    collar = Curve(throat).sweep((f * 0.63, -s * 0.98), (f * 0.7, -s * 0.86), (f * 0.79, -s * 0.84))
    collar = collar.sweep((f * 0.87, -s * 0.84), (f * 0.92, -s * 1.02), back)
    heelside = Curve(back).bend((f * 0.99, -s * 1.24), (f * 0.99, -s * 1.1))
    heelside = heelside.sweep((f * 0.965, -s * 0.8), (f * 1.005, -s * 0.4), (f * 0.992, -4))
    draft.part("upper", vamp.join(collar).join(heelside))
    draft.part("toe cap", toe.bend((f * 0.27, -s * 0.3), (f * 0.235, -4)), draft.accent)
    stay = Curve((f * 0.25, -s * 0.565)).sweep((f * 0.35, -s * 0.62), (f * 0.46, -s * 0.86), throat)
    stay = stay.to((f * 0.632, -s * 0.985)).sweep((f * 0.56, -s * 0.86), (f * 0.46, -s * 0.54), (f * 0.34, -s * 0.36))
    draft.part("eyestay", stay.bend((f * 0.28, -s * 0.42), stay.start), draft.accent)
    counter = Curve((f * 0.978, -s * 0.78)).sweep((f * 0.985, -s * 0.56), (f * 1.0, -s * 0.3), (f * 0.992, -4))
    counter = counter.to((f * 0.76, -4)).bend((f * 0.79, -s * 0.56), counter.start)
    draft.part("heel counter", counter, draft.accent)
    sole = (
        Curve((-3, -9)).bend((f * 0.5, -1), (f + 3, -10)).to((f + 2, heel - 16)).bend((f, heel - 8), (f - 8, heel - 8))
    )
    sole = sole.to((f * 0.24, heel - 8)).sweep((f * 0.1, heel - 9), (-8, heel - 20), (-3, -9))
    draft.part("sole", sole, PartRole.TRIM)
    _sneaker_stitches(draft, f, s, heel, collar)
    _laces(draft, vamp, (f * 0.33, -s * 0.57), (f * 0.565, -s * 0.99), 5)


def _sneaker_stitches(draft: Draft, f: float, s: float, heel: float, collar: Curve) -> None:
    """Seam of the quarter, stitched edges, the foxing line of the sole."""
    quarter = Curve((f * 0.38, -s * 0.4)).bend((f * 0.41, -s * 0.18), (f * 0.5, -3))
    draft.line(LineKind.SEAM, quarter)
    draft.line(LineKind.STITCH, quarter.move(5, 0), collar.move(-2, 9))
    draft.line(LineKind.STITCH, Curve((f * 0.93, -s * 0.72)).bend((f * 0.81, -s * 0.5), (f * 0.785, -6)))
    draft.line(LineKind.SEAM, line((f * 0.9, -s * 0.98), (f * 0.975, -s * 0.9)))
    draft.line(LineKind.STITCH, Curve((1, -2)).bend((f * 0.5, 6), (f + 1, -3)))
    draft.line(LineKind.SEAM, Curve((14, heel - 15)).bend((f * 0.5, heel - 13), (f + 1, heel - 18)))


def _boot(draft: Draft, foot: float, shaft: float, heel: float) -> None:
    """An ankle boot with a stacked heel, laced in front or zipped at the side."""
    f, top = foot, -shaft
    if draft.spec.closure is Closure.LACES:
        tongue = Curve((f * 0.36, -70)).sweep((f * 0.42, -100), (f * 0.44, -140), (f * 0.462, top - 6))
        tongue = tongue.bend((f * 0.5, top - 22), (f * 0.56, top - 8)).to((f * 0.56, -90))
        draft.part("tongue", tongue, draft.accent)
    draft.part(
        "inside",
        Curve((f * 0.5, top + 6))
        .bend((f * 0.74, top - 14), (f * 0.99, top))
        .to((f * 0.97, top + 14), (f * 0.52, top + 18)),
        PartRole.LINING,
    )
    front = (
        Curve((1, -6))
        .sweep((-6, -36), (f * 0.03, -54), (f * 0.19, -57))
        .sweep((f * 0.36, -62), (f * 0.45, -92), (f * 0.485, top + 6))
    )
    upper = front.bend((f * 0.74, top + 18), (f * 0.99, top)).sweep(
        (f * 0.94, top * 0.6), (f * 1.02, top * 0.34), (f, -4)
    )
    draft.part("upper", upper)
    cap = Curve((1, -6)).sweep((-6, -36), (f * 0.03, -54), (f * 0.19, -57)).bend((f * 0.3, -40), (f * 0.28, -4))
    draft.part("toe cap", cap, draft.accent)
    counter = (
        Curve((f, -4)).sweep((f * 1.01, -40), (f * 0.99, -60), (f * 0.975, -84)).bend((f * 0.78, -76), (f * 0.74, -4))
    )
    draft.part("heel counter", counter, draft.accent)
    draft.part("pull tab", box(f * 0.95, top - 12, 12, 36, 4), draft.accent)
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
        Curve((f * 0.95, -78)).bend((f * 0.79, -72), (f * 0.755, -8)),
        Curve((f * 0.5, top + 18)).bend((f * 0.74, top + 30), (f * 0.97, top + 13)),
        Curve((2, -2)).bend((f * 0.5, 4), (f, -2)),
    )
    if draft.spec.closure is Closure.LACES:
        draft.line(LineKind.SEAM, Curve((f * 0.56, top + 10)).sweep((f * 0.58, -110), (f * 0.5, -80), (f * 0.3, -64)))
        _laces(draft, front, (f * 0.415, -78), (f * 0.525, top + 20), 6)
    else:
        draw_zip(draft, top + 16, -24, f * 0.7)
        draft.line(LineKind.SEAM, Curve((f * 0.25, -59)).sweep((f * 0.4, -58), (f * 0.52, -40), (f * 0.5, -4)))
