"""Tote bags, backpacks and handbags; y is measured down from the bag's upper edge."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.curve import Curve, box, line, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.cut.pockets import patch
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, PatternKind, Pockets


def draw_bag(draft: Draft) -> None:
    """Draw any bag."""
    points = measure(draft.spec)
    width, height, drop = points[Pom.WIDTH] / 2, float(points[Pom.HEIGHT]), float(points[Pom.STRAP_DROP])
    match draft.spec.category:
        case Category.TOTE_BAG:
            _tote(draft, width, height, drop)
        case Category.BACKPACK:
            _backpack(draft, width, height, drop)
        case _:
            _handbag(draft, width, height, drop)
    if draft.spec.pattern.kind is PatternKind.CHEST_PRINT and draft.front:
        place = {Category.BACKPACK: (0.3, 0.7), Category.HANDBAG: (0.29, 0.56)}.get(draft.spec.category, (0.56, 0.95))
        draw_artwork(draft, 0.0, height * place[0], width * place[1])


def _strap(x: float, drop: float, thick: float, foot: float) -> Curve:
    """A handle bowed upwards between -x and x, its ends at `foot`."""
    outer = (
        Curve((x + thick, foot))
        .to((x + thick, -drop * 0.45))
        .sweep((x + thick, -drop * 0.9), (x * 0.7, -drop - thick), (0, -drop - thick))
    )
    inner = Curve((x, foot)).to((x, -drop * 0.45)).sweep((x, -drop * 0.86), (x * 0.62, -drop), (0, -drop))
    return outer.join(outer.mirror().reverse()).join(inner.mirror()).join(inner.reverse())


def _tote(draft: Draft, width: float, height: float, drop: float) -> None:
    draft.part("back handle", _strap(width * 0.42, drop * 0.94, 26, 0), PartRole.LINING)
    inside = Curve((0, -14)).bend((width * 0.7, -14), (width, 0)).to((0, 2))
    draft.part("inside", whole(inside), PartRole.LINING)
    body = (
        Curve((0, 6))
        .bend((width * 0.6, 6), (width, 0))
        .to((width * 0.985, height - 18))
        .bend((width * 0.98, height), (width * 0.92, height + 2))
    )
    draft.part("body", whole(body.to((0, height + 4))))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        draft.part(
            "lower body",
            whole(
                line(
                    (0, height * 0.66),
                    (width * 0.99, height * 0.66),
                    (width * 0.985, height - 18),
                    (width * 0.92, height + 2),
                    (0, height + 4),
                )
            ),
            PartRole.SECOND,
        )
    draft.line(LineKind.STITCH, Curve((-width + 3, 32)).bend((0, 40), (width - 3, 32)))
    if draft.spec.closure is Closure.ZIP:
        _zipped_mouth(draft, width * 0.95)
    draft.part("handle", _strap(width * 0.42, drop, 26, 84), draft.accent)
    x = width * 0.42
    draft.lines(LineKind.STITCH, line((x + 4, 44), (x + 22, 44), (x + 22, 80), (x + 4, 80), (x + 4, 44), (x + 22, 80)))
    if draft.spec.pockets is Pockets.PATCH and draft.front:
        patch(draft, 0, height * 0.36, width * 0.95, height * 0.42, pair=False, point=0)


def _zipped_mouth(draft: Draft, reach: float) -> None:
    """A zip along the closed mouth, broad enough to be told from an open one in a small picture."""
    draft.part("zip tape", box(-reach, -15, 2 * reach, 26, 6), PartRole.TRIM)
    draft.line(LineKind.EDGE, line((-reach + 6, -2), (reach - 6, -2)))
    draft.line(LineKind.RIB, *(line((x, -7), (x, 3)) for x in range(int(-reach * 0.94), int(reach * 0.94), 8)))
    draft.fasten(Closure.ZIP, 13.0, (-reach * 0.84, -2))


def _backpack(draft: Draft, width: float, height: float, drop: float) -> None:
    draft.part("top handle", _strap(32, drop * 0.46, 13, 8), draft.accent)
    if draft.front:
        draft.pair(
            "side pocket",
            line(
                (width - 4, height * 0.56),
                (width + 22, height * 0.6),
                (width + 18, height - 26),
                (width - 6, height - 14),
            ),
            draft.accent,
        )
    body = (
        Curve((0, 0))
        .sweep((width * 0.6, 0), (width, 16), (width, 120))
        .to((width, height - 44))
        .bend((width, height), (width - 44, height))
        .to((0, height))
    )
    draft.part("body", whole(body))
    if not draft.front:
        _shoulder_straps(draft, width, height)
        return
    if draft.spec.closure is Closure.ZIP:
        arch = (
            Curve((width - 14, height * 0.42)).to((width - 14, 120)).sweep((width - 14, 34), (width * 0.6, 16), (0, 16))
        )
        draft.lines(LineKind.EDGE, arch)
        draft.lines(
            LineKind.STITCH,
            Curve((width - 24, height * 0.42))
            .to((width - 24, 122))
            .sweep((width - 24, 44), (width * 0.56, 26), (0, 26)),
        )
        draft.fasten(Closure.ZIP, 9.0, (width - 14, height * 0.36))
    low = (
        line((0, height * 0.5), (width * 0.76, height * 0.5))
        .bend((width * 0.8, height * 0.5), (width * 0.8, height * 0.54))
        .to((width * 0.8, height - 52))
        .bend((width * 0.8, height - 30), (width * 0.72, height - 30))
        .to((0, height - 30))
    )
    draft.part("front pocket", whole(low), draft.accent)
    if draft.spec.pockets is Pockets.FLAP:
        flap = (
            line((0, height * 0.46), (width * 0.86, height * 0.46), (width * 0.86, height * 0.6))
            .bend((width * 0.86, height * 0.66), (width * 0.72, height * 0.66))
            .to((0, height * 0.66))
        )
        draft.part("pocket flap", whole(flap), draft.accent)
        draft.lines(LineKind.STITCH, line((0, height * 0.64), (width * 0.76, height * 0.64)))
    else:
        draft.lines(LineKind.STITCH, line((0, height * 0.55), (width * 0.74, height * 0.55)))
        draft.fasten(Closure.ZIP, 8.0, (-width * 0.6, height * 0.535))
    if draft.spec.closure is Closure.BUCKLE:
        _top_flap(draft, width, height)


def _top_flap(draft: Draft, width: float, height: float) -> None:
    lid = (
        Curve((0, -4))
        .sweep((width * 0.7, -4), (width + 8, 20), (width + 8, 110))
        .to((width + 8, height * 0.3))
        .bend((width + 8, height * 0.39), (width * 0.7, height * 0.4))
        .to((0, height * 0.4))
    )
    draft.part("lid", whole(lid))
    draft.pair("strap", box(width * 0.42, height * 0.3, 26, height * 0.26, 3), draft.accent)
    draft.fasten(Closure.BUCKLE, 19.0, *((s * (width * 0.42 + 13), height * 0.46) for s in (1, -1)))


def _shoulder_straps(draft: Draft, width: float, height: float) -> None:
    """A padded back with two straps, their webbing running to the lower corners."""
    padding = box(-width * 0.72, height * 0.14, width * 1.44, height * 0.7, 24)
    draft.part("back padding", padding, draft.accent)
    draft.line(LineKind.SEAM, line((0, height * 0.14), (0, height * 0.84)))
    for share in (0.38, 0.61):
        draft.lines(LineKind.STITCH, line((0, height * share), (width * 0.72, height * share)))
    draft.pair(
        "webbing",
        line(
            (width * 0.76, height * 0.7), (width * 0.88, height * 0.7),
            (width * 0.94, height - 30), (width * 0.8, height - 26),
        ),
        PartRole.SECOND,
    )  # fmt: skip
    outer = Curve((76, 28)).sweep((96, height * 0.2), (width * 0.9, height * 0.36), (width * 0.94, height * 0.72))
    pad = outer.to((width * 0.7, height * 0.73)).sweep((width * 0.66, height * 0.44), (44, height * 0.3), (26, 30))
    draft.pair("shoulder strap", pad, draft.accent)
    draft.lines(
        LineKind.STITCH,
        Curve((68, 32)).sweep((88, height * 0.22), (width * 0.84, height * 0.38), (width * 0.88, height * 0.7)),
        Curve((34, 34)).sweep((52, height * 0.29), (width * 0.7, height * 0.44), (width * 0.755, height * 0.71)),
    )
    draft.pair("adjuster", box(width * 0.72, height * 0.715, width * 0.2, 18, 3), PartRole.TRIM)
    draft.part("yoke", box(-88, 14, 176, 34, 6), draft.accent)
    draft.line(LineKind.STITCH, line((-82, 42), (82, 42)))


def _handbag(draft: Draft, width: float, height: float, drop: float) -> None:
    draft.part("handle", _strap(width * 0.46, drop, 18, 20), draft.accent)
    body = (
        Curve((0, 0))
        .to((width * 0.84, 0))
        .bend((width * 0.9, 0), (width * 0.91, 14))
        .to((width, height - 24))
        .bend((width + 2, height), (width - 22, height))
        .to((0, height))
    )
    draft.part("body", whole(body))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        base = line((0, height * 0.7), (width * 0.973, height * 0.7), (width, height - 24))
        draft.part("base", whole(base.bend((width + 2, height), (width - 22, height)).to((0, height))), PartRole.SECOND)
    draft.line(LineKind.STITCH, line((-width * 0.96, height - 12), (width * 0.96, height - 12)))
    if draft.spec.closure is Closure.ZIP:
        draft.line(LineKind.EDGE, line((-width * 0.88, 14), (width * 0.88, 14)))
        draft.line(LineKind.RIB, *(line((x, 10), (x, 18)) for x in range(int(-width * 0.84), int(width * 0.84), 7)))
        draft.fasten(Closure.ZIP, 9.0, (-width * 0.8, 14))
        draft.lines(LineKind.SEAM, line((width * 0.72, 26), (width * 0.78, height - 4)))
    elif draft.front:
        lid = (
            line((0, -3), (width * 0.86, -3))
            .bend((width * 0.93, -3), (width * 0.93, 12))
            .to((width * 0.9, height * 0.42))
            .sweep((width * 0.8, height * 0.6), (width * 0.3, height * 0.62), (0, height * 0.62))
        )
        draft.part("lid", whole(lid), draft.accent)
        draft.lines(
            LineKind.STITCH,
            Curve((width * 0.84, height * 0.42)).sweep(
                (width * 0.74, height * 0.55), (width * 0.3, height * 0.57), (0, height * 0.57)
            ),
        )
        draft.line(LineKind.STITCH, line((-width * 0.8, 8), (width * 0.8, 8)))
        draft.part("lock", box(-17, height * 0.52, 34, 40, 6), PartRole.TRIM)
        draft.fasten(Closure.BUCKLE, 15.0, (0.0, height * 0.52 + 18))
    draft.pair("handle tab", box(width * 0.46 - 6, 6, 30, 44, 6), draft.accent)
    draft.fasten(Closure.BUTTONS, 6.0, *((s * (width * 0.46 + 9), 38.0) for s in (1, -1)))
