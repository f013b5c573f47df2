"""Hats, scarves and things for the home."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.curve import Curve, box, line, mix, oval, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, PatternKind


def draw_goods(draft: Draft) -> None:
    """Draw a hat, scarf, cushion or mug."""
    match draft.spec.category:
        case Category.CAP:
            _cap(draft)
        case Category.BEANIE:
            _beanie(draft)
        case Category.SCARF:
            _scarf(draft)
        case Category.CUSHION:
            _cushion(draft)
        case _:
            _mug(draft)


def _printed(draft: Draft) -> bool:
    return draft.spec.pattern.kind is PatternKind.CHEST_PRINT and draft.front


def _cap(draft: Draft) -> None:
    """Six panels with a top button; the peak in front, the strap behind."""
    points = measure(draft.spec)
    half, high, brim = points[Pom.CIRCUMFERENCE] / 6.1, float(points[Pom.CROWN_HEIGHT]), float(points[Pom.BRIM])
    crown = (
        Curve((0, 0))
        .sweep((half * 0.66, 0), (half, high * 0.42), (half, high))
        .bend((half * 0.5, high + 14), (0, high + 14))
    )
    draft.part("crown", whole(crown))
    panel = Curve((0, 2)).sweep((half * 0.3, high * 0.2), (half * 0.46, high * 0.6), (half * 0.46, high + 8))
    draft.lines(LineKind.SEAM, panel)
    draft.lines(LineKind.STITCH, panel.move(-5, 4))
    draft.fasten(Closure.BUTTONS, 7.0, (0.0, 0.0))
    draft.fasten(Closure.LACES, 3.5, *((s * half * x, high * 0.34) for s in (1, -1) for x in (0.2, 0.7)))
    if draft.front:
        top = Curve((0, high - 16)).bend((half * 0.7, high - 14), (half + 3, high + 4))
        peak = top.sweep((half + 20, high + brim * 0.7), (half * 0.8, high + brim), (half * 0.6, high + brim)).bend(
            (half * 0.3, high + brim * 0.74), (0, high + brim * 0.74)
        )
        draft.part("peak", whole(peak), draft.accent)
        for i in range(1, 5):
            draft.lines(
                LineKind.STITCH,
                Curve((0, high - 14 + i * brim * 0.15)).bend(
                    (half * 0.6, high - 12 + i * brim * 0.15), (half + 2 - i * 2, high + 10 + i * brim * 0.16)
                ),
            )
    else:
        draft.part(
            "opening",
            whole(
                Curve((0, high * 0.62)).sweep((36, high * 0.62), (48, high * 0.8), (48, high + 13)).to((0, high + 14))
            ),
            PartRole.LINING,
        )
        draft.part("strap", box(-54, high - 12, 108, 20, 4), draft.accent)
        draft.fasten(Closure.BUCKLE, 13.0, (0.0, high - 2))
    if _printed(draft):
        draw_artwork(draft, 0.0, high * 0.56, half * 0.7)


def _beanie(draft: Draft) -> None:
    points = measure(draft.spec)
    half, high, fold = points[Pom.CIRCUMFERENCE] / 5.2, float(points[Pom.CROWN_HEIGHT]), float(points[Pom.BRIM])
    crown = Curve((0, 0)).sweep((half * 0.7, 0), (half * 0.98, high * 0.36), (half * 0.98, high)).to((0, high))
    draft.part("crown", whole(crown))
    top = high - fold
    cuff = (
        Curve((0, top - 4))
        .to((half - 4, top - 4))
        .bend((half + 6, top - 2), (half + 6, top + 12))
        .to((half + 5, high))
        .bend((half + 4, high + 8), (half - 6, high + 9))
        .to((0, high + 12))
    )
    draft.part("cuff", whole(cuff), PartRole.SECOND)
    for i in range(1, 9):
        t = i / 9
        draft.lines(
            LineKind.RIB,
            Curve((half * t * 0.2, 8 + 26 * t * t)).sweep(
                (half * t * 0.8, high * 0.2), (half * t, high * 0.4), (half * t, top - 6)
            ),
        )
        draft.lines(LineKind.RIB, line((half * t, top), (half * t, high + 8)))
    draft.line(LineKind.RIB, line((0, 6), (0, top - 6)), line((0, top), (0, high + 10)))
    if _printed(draft):
        draw_artwork(draft, 0.0, high * 0.42, half * 0.6)


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
        draft.line(
            LineKind.EDGE, *(line(mix(left, right, i / 14), (mix(left, right, i / 14)[0], low + 62)) for i in range(15))
        )
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
    if _printed(draft):
        draw_artwork(draft, -width * 0.4, 700.0, width * 0.6)


def _cushion(draft: Draft) -> None:
    points = measure(draft.spec)
    half = points[Pom.WIDTH] / 2
    k = half * 0.9
    edge = (
        Curve((0, -k))
        .sweep((half * 0.5, -k), (half * 0.86, -half * 0.98), (half, -half))
        .sweep((half * 0.98, -half * 0.86), (k, -half * 0.5), (k, 0))
    )
    edge = edge.sweep((k, half * 0.5), (half * 0.98, half * 0.86), (half, half)).sweep(
        (half * 0.86, half * 0.98), (half * 0.5, k), (0, k)
    )
    draft.part("cover", whole(edge))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        lower = (
            Curve((0, 40))
            .to((k + 1, 40))
            .sweep((k + 2, half * 0.5), (half * 0.98, half * 0.86), (half, half))
            .sweep((half * 0.86, half * 0.98), (half * 0.5, k), (0, k))
        )
        draft.part("lower cover", whole(lower), PartRole.SECOND)
    inner = Curve(edge.start, edge.segments)
    piping = tuple(tuple((x * 0.965, y * 0.965) for x, y in s) for s in inner.segments)
    draft.lines(LineKind.STITCH, Curve((0, -k * 0.965), piping))
    for sx, sy in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        draft.line(
            LineKind.FOLD,
            Curve((sx * half * 0.9, sy * half * 0.88)).bend(
                (sx * half * 0.74, sy * half * 0.7), (sx * half * 0.64, sy * half * 0.58)
            ),
        )
    if not draft.front:
        draft.part("zip", box(-half * 0.8, half * 0.62, half * 1.6, 9), PartRole.TRIM)
    else:
        draft.line(LineKind.RIB, *(line((x, k - 3), (x, k + 2)) for x in range(int(-half * 0.5), int(half * 0.5), 9)))
        draft.fasten(Closure.ZIP, 8.0, (half * 0.5, k))
    if _printed(draft):
        draw_artwork(draft, 0.0, 0.0, half)


def _mug(draft: Draft) -> None:
    points = measure(draft.spec)
    half, high = points[Pom.WIDTH] / 2, float(points[Pom.HEIGHT])
    side = 1.0 if draft.front else -1.0
    handle = Curve((side * (half - 3), 22)).sweep(
        (side * (half + 44), 12), (side * (half + 44), 78), (side * (half - 3), 74)
    )
    inner = Curve((side * (half - 3), 62)).sweep(
        (side * (half + 30), 68), (side * (half + 30), 26), (side * (half - 3), 33)
    )
    draft.part("handle", handle.join(inner), draft.accent)
    body = (
        Curve((0, 0))
        .to((half, 0), (half, high - 10))
        .bend((half, high + 2), (half - 14, high + 4))
        .bend((half * 0.5, high + 8), (0, high + 8))
    )
    draft.part("body", whole(body))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        base = (
            line((0, high * 0.62), (half, high * 0.58), (half, high - 10))
            .bend((half, high + 2), (half - 14, high + 4))
            .bend((half * 0.5, high + 8), (0, high + 8))
        )
        draft.part("base", whole(base), PartRole.SECOND)
    draft.part("rim", oval(0, 0, half, 10))
    draft.part("inside", oval(0, 0.5, half - 4, 7.6), PartRole.LINING)
    draft.line(LineKind.FOLD, Curve((-half + 9, 16)).to((-half + 9, high - 16)))
    if _printed(draft):
        draw_artwork(draft, 0.0, high * 0.56, half)
