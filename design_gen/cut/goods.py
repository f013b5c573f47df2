"""Scarves and things for the home."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.curve import Curve, box, line, mix, oval, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, PatternKind


def draw_goods(draft: Draft) -> None:
    """Draw a scarf, cushion or mug."""
    match draft.spec.category:
        case Category.SCARF:
            _scarf(draft)
        case Category.CUSHION:
            _cushion(draft)
        case _:
            _mug(draft)


def is_printed(draft: Draft) -> bool:
    """Whether artwork belongs on this view."""
    return draft.spec.pattern.kind is PatternKind.CHEST_PRINT and draft.front


def _scarf(draft: Draft) -> None:
    """Folded once and laid down: a loop at the top, two fringed ends."""
    width = measure(draft.spec)[Pom.WIDTH] * 0.62
    loop = (
        Curve((-width * 0.5, 330))
        .sweep((-width * 1.5, 120), (-width * 1.1, 0), (0, 0))
        .sweep((width * 1.1, 0), (width * 1.5, 120), (width * 0.5, 330))
    )
    hole = (
        loop.to((width * 0.1, 300))
        .sweep((width * 0.6, 200), (width * 0.62, 120), (0, 112))
        .sweep((-width * 0.62, 120), (-width * 0.6, 200), (-width * 0.1, 300))
    )
    draft.part("loop", hole, PartRole.SHELL, 90.0)
    for name, lean, low, role in (("end under", 1.0, 760.0, draft.accent), ("end over", -1.0, 880.0, PartRole.SHELL)):
        x = lean * width * 0.36
        tail = Curve((-width * 0.42 - x * 0.3, 280)).sweep(
            (-width * 0.5 + x * 0.4, 420), (-width * 0.55 + x, 560), (-width * 0.52 + x * 1.2, low)
        )
        tail = tail.to((width * 0.52 + x * 1.2, low - 6)).sweep(
            (width * 0.5 + x, 560), (width * 0.5 + x * 0.4, 420), (width * 0.42 - x * 0.3, 280)
        )
        draft.part(name, tail.bend((0, 262), tail.start), role, -6.0 * lean)
        left, right = (-width * 0.52 + x * 1.2, low), (width * 0.52 + x * 1.2, low - 6)
        knots = [mix(left, right, i / 14) for i in range(15)]
        if lean > 0:  # the rest lies under the other end
            knots = [knot for knot in knots if knot[0] > width * 0.13]
        draft.line(LineKind.EDGE, *(line((x, y), (x, low + 62)) for x, y in knots))
    draft.line(
        LineKind.FOLD,
        Curve((-width * 0.3, 300)).bend((-width * 0.5, 480), (-width * 0.56, 640)),
        Curve((width * 0.12, 300)).bend((0, 460), (-width * 0.2, 600)),
    )
    draft.line(
        LineKind.FOLD,
        Curve((-width * 0.86, 190)).bend((-width * 0.74, 80), (-20, 56)),
        Curve((width * 0.86, 190)).bend((width * 0.74, 80), (20, 56)),
    )
    if is_printed(draft):
        draw_artwork(draft, -width * 0.4, 700.0, width * 0.6)


def _cushion(draft: Draft) -> None:
    """A square cover drawn full, its corners pulled out a little."""
    half = measure(draft.spec)[Pom.WIDTH] / 2
    k, c = half * 0.94, half * 0.985
    corner = Curve((k, 0)).sweep((k, half * 0.5), (half * 0.97, half * 0.9), (c, c - 9)).bend((c, c), (c - 9, c))
    corner = corner.sweep((half * 0.9, half * 0.97), (half * 0.5, k), (0, k))
    cover = whole(corner.scale(1, -1).reverse().join(corner))
    draft.part("cover", cover)
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        draft.part("lower cover", whole(line((0, 0), (k, 0)).join(corner)), PartRole.SECOND)
    draft.line(LineKind.STITCH, cover.scale(0.965, 0.965))
    crease = Curve((half * 0.9, half * 0.88)).bend((half * 0.74, half * 0.7), (half * 0.64, half * 0.58))
    draft.lines(LineKind.FOLD, crease, crease.scale(1, -1))
    if draft.front:
        draft.line(LineKind.RIB, *(line((x, k - 3), (x, k + 2)) for x in range(int(-half * 0.5), int(half * 0.5), 9)))
        draft.fasten(Closure.ZIP, 8.0, (half * 0.5, k - 4))
    else:
        draft.part("zip", box(-half * 0.8, half * 0.62, half * 1.6, 9), PartRole.TRIM)
    if is_printed(draft):
        draw_artwork(draft, 0.0, 0.0, half)


def _mug(draft: Draft) -> None:
    points = measure(draft.spec)
    half, high = points[Pom.WIDTH] / 2, float(points[Pom.HEIGHT])
    handle = Curve((half - 3, 22)).sweep((half + 44, 12), (half + 44, 78), (half - 3, 74))
    handle = handle.join(Curve((half - 3, 62)).sweep((half + 30, 68), (half + 30, 26), (half - 3, 33)))
    draft.part("handle", handle if draft.front else handle.mirror(), draft.accent)
    foot = (
        Curve((half, high - 8))
        .bend((half, high + 2), (half * 0.8, high + 4))
        .bend((half * 0.4, high + 8), (0, high + 8))
    )
    draft.part("body", whole(line((0, 0), (half, 0)).join(foot)))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        draft.part("base", whole(line((0, high * 0.66), (half, high * 0.62)).join(foot)), PartRole.SECOND)
    draft.part("rim", oval(0, 0, half, 10))
    draft.part("inside", oval(0, 0.5, half - 4, 7.6), PartRole.LINING)
    draft.line(LineKind.FOLD, line((9 - half, 18), (9 - half, high - 16)))
    if is_printed(draft):
        draw_artwork(draft, 0.0, high * 0.56, half)
