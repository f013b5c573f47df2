"""Collars and necklines, laid over the fronts."""

from design_gen.cut.body import Block, neckline
from design_gen.cut.curve import Curve, line, mix, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from models.attributes import Category, Closure, Collar
from models.garment import GarmentSpec


def draw_collar(draft: Draft, block: Block) -> None:
    """The front view of the collar that the spec asks for."""
    match draft.spec.collar:
        case Collar.NONE:
            return
        case Collar.CREW | Collar.V_NECK:
            _neck_band(draft, block)
        case Collar.TURTLENECK:
            _turtleneck(draft, block)
        case Collar.SHIRT:
            _shirt_collar(draft, block)
        case Collar.STAND:
            _stand_collar(draft, block)
        case Collar.LAPEL:
            draw_lapels(draft, block)
        case Collar.HOOD:
            _hood_front(draft, block)


def is_ribbed(spec: GarmentSpec) -> bool:
    """Whether neck, cuffs and hem are finished with rib."""
    return spec.category in (
        Category.SWEATER, Category.CARDIGAN, Category.HOODIE, Category.SWEATSHIRT, Category.BOMBER_JACKET,
    )  # fmt: skip


def _inset(curve: Curve, block: Block, mm: float) -> Curve:
    """The neckline moved inwards by a band of `mm`."""
    n, d = block.neck, block.neck_drop
    sx, sy = (n - mm * 0.75) / n, (d - mm) / (d + mm * 0.4)
    (x0, y0) = curve.start
    scaled = tuple(tuple((x * sx, (y + mm * 0.4) * sy - mm * 0.4) for x, y in segment) for segment in curve.segments)
    return Curve((x0 * sx, (y0 + mm * 0.4) * sy - mm * 0.4), scaled)


def _neck_band(draft: Draft, block: Block) -> None:
    """A band along the neckline, with its back half seen inside."""
    band = 22 if is_ribbed(draft.spec) else 16
    outer = neckline(block, draft.spec)
    if draft.spec.collar is Collar.V_NECK and block.opens and not is_ribbed(draft.spec):
        draft.lines(LineKind.STITCH, outer.move(9, 4))
        return
    if draft.spec.collar is Collar.V_NECK and block.opens:
        _front_band(draft, block, outer, 30)
        return
    inner = _inset(outer, block, band)
    n, (ix, iy) = block.neck, inner.start
    back = block.back_drop
    seam = Curve((0, back)).sweep((n * 0.5, back), (n * 0.8, back * 0.5), (ix, iy))
    draft.part("inside back", whole(seam.join(inner)), PartRole.LINING)
    top = Curve((0, back - band)).sweep((n * 0.5, back - band), (n * 0.8, back * 0.5 - band), (ix, iy))
    draft.part("back band", whole(top.join(seam.reverse())), PartRole.SECOND)
    if block.opens:
        draft.pair("neck band", outer.join(inner.reverse()), PartRole.SECOND)
    else:
        ring = outer.join(outer.mirror().reverse()).join(inner.mirror()).join(inner.reverse())
        draft.part("neck band", ring, PartRole.SECOND)
    if is_ribbed(draft.spec):
        a, b = outer.samples(12), inner.samples(12)
        draft.lines(LineKind.RIB, *(line(p, q) for p, q in zip(a[1:], b[1:], strict=True)))


def _front_band(draft: Draft, block: Block, neck: Curve, band: float) -> None:
    """A cardigan's band: round the neck and down the front edge."""
    role, hem_y = PartRole.SECOND, block.hem[1] + 8
    w = block.wrap
    inner = neck.to((-w, hem_y))
    outer_neck = neck.move(band * 0.9, 0)
    outer = Curve(outer_neck.start, outer_neck.segments).to((band - w, hem_y))
    outline = inner.join(outer.reverse())
    draft.part("front band under", outline.mirror(), role)
    draft.part("front band", outline, role)
    n = block.neck
    back = Curve((0, block.back_drop)).sweep((n * 0.5, block.back_drop), (n * 0.9, 8), (n, 0))
    top = Curve((0, block.back_drop - band * 0.8)).sweep((n * 0.5, 2), (n * 0.9, -8), (n + band * 0.5, -4))
    draft.part("back neck band", whole(top.join(back.reverse())), role)


def _turtleneck(draft: Draft, block: Block) -> None:
    n, high = block.neck, 88.0
    top = Curve((0, -high - 6)).sweep((n * 0.6, -high - 6), (n * 0.86, -high), (n * 0.88, -high + 4))
    tube = top.sweep((n * 0.9, -high * 0.6), (n * 0.9, -18), (n, 0)).join(neckline(block, draft.spec))
    draft.part("turtleneck", whole(tube), PartRole.SECOND)
    opening = Curve((0, -high - 4)).sweep((n * 0.6, -high - 4), (n * 0.8, -high), (n * 0.86, -high + 5))
    draft.part(
        "inside neck",
        whole(opening.sweep((n * 0.6, -high + 22), (n * 0.3, -high + 24), (0, -high + 24))),
        PartRole.LINING,
    )
    fold = Curve((-n * 0.9, -high * 0.42)).sweep((-n * 0.4, -4), (n * 0.4, -4), (n * 0.9, -high * 0.42))
    draft.line(LineKind.SEAM, fold)
    draft.lines(
        LineKind.RIB, *(line((n * t, -high + 30 - 14 * t), (n * t, 2 - 22 * t)) for t in (0.12, 0.32, 0.52, 0.72))
    )


def _shirt_collar(draft: Draft, block: Block) -> None:
    """A stand with two pointed leaves."""
    n, d = block.neck, block.neck_drop
    coat = draft.spec.category in (Category.DENIM_JACKET, Category.JACKET)
    point, spread = (74.0, 88.0) if coat else (58.0, 76.0)
    inside = (
        Curve((0, -30))
        .sweep((n * 0.5, -30), (n * 0.8, -26), (n - 10, -18))
        .sweep((n * 0.7, d * 0.4), (n * 0.3, d - 20), (0, d - 4))
    )
    draft.part("inside collar", whole(inside), PartRole.LINING)
    stand = Curve((2, d - 2)).sweep((n * 0.35, d - 24), (n * 0.62, d * 0.34), (n - 14, -10)).to((n, 2))
    stand = stand.join(neckline(block, draft.spec))
    draft.pair("collar stand", stand, draft.accent)
    leaf = Curve((5, d - 8)).to((spread, d + point * 0.5)).sweep((n + 18, d * 0.55), (n + 28, 30), (n + 8, -2))
    leaf = leaf.sweep((n, -26), (n * 0.6, -46), (0, -46)).to((0, -30))
    leaf = leaf.sweep((n * 0.5, -30), (n * 0.74, -22), (n - 22, -8)).sweep(
        (n * 0.7, d * 0.36), (n * 0.3, d - 30), (5, d - 8)
    )
    draft.pair("collar", leaf, draft.accent)
    stitched = (
        Curve((14, d - 6)).to((spread - 4, d + point * 0.5 - 11)).sweep((n + 10, d * 0.5), (n + 19, 30), (n + 2, 2))
    )
    draft.lines(LineKind.STITCH, stitched)


def _stand_collar(draft: Draft, block: Block) -> None:
    n, d, spec = block.neck, block.neck_drop, draft.spec
    puffy = spec.category in (Category.DOWN_JACKET, Category.BOMBER_JACKET, Category.JACKET, Category.COAT)
    rib = spec.category is Category.BOMBER_JACKET
    high = 62.0 if puffy and not rib else 44.0
    gap, w = (0.0 if spec.closure is Closure.ZIP else 4.0), max(block.wrap, 0.0)
    inside = Curve((0, 6 - high)).sweep((n * 0.5, 6 - high), (n * 0.75, 2 - high), (n - 14, 4 - high))
    inside = (
        inside.to((n * 0.8, 10))
        .sweep((n * 0.6, d * 0.5), (n * 0.4, d - high), (gap, d - high + 6))
        .to((0, d - high + 6))
    )
    draft.part("inside collar", whole(inside), PartRole.LINING)
    neck = neckline(block, spec)
    if w > 20:  # a wide front: the collar ends meet at the centre all the same
        neck, w = Curve(neck.start, neck.segments[:1]), 28.0
    right = Curve((gap if not w else -w * 0.6, d))
    corner = (right.start[0] + (8 if not rib else 2), d - high)
    band = right.to((right.start[0], d - high + 16)).bend((right.start[0], d - high), (corner[0] + 8, d - high - 2))
    band = band.sweep((n * 0.45, d - high - 8), (n * 0.7, d * 0.2), (n - 12, 8 - high))
    band = band.bend((n + 2, -high * 0.4), (n + 1, 0)).join(neck)
    role = PartRole.SECOND if rib else draft.accent
    draft.part("collar left", band.mirror(), role)
    draft.part("collar right", band, role)
    if rib:
        draft.lines(
            LineKind.RIB,
            *(
                line((n * t, d * (1 - t * t) - 4), (n * t + 2, d * (1 - t * t) - high + 6))
                for t in (0.2, 0.4, 0.6, 0.8)
            ),
        )


def draw_lapels(draft: Draft, block: Block) -> None:
    """Notched lapels: the under one first, both turned out along the roll line."""
    n, d, w, spec = block.neck, block.neck_drop, block.wrap, draft.spec
    wide = {Category.GREATCOAT: 128.0, Category.TRENCH_COAT: 122.0, Category.COAT: 104.0}.get(spec.category, 88.0)
    if spec.closure is Closure.DOUBLE_BREASTED:
        wide += 8
    notch_y = 96.0 if spec.category is not Category.BLAZER else 104.0
    roll_top, low = (n - 6, 12.0), (-w, d)
    peak = spec.closure is Closure.DOUBLE_BREASTED
    tip = (n + wide * 0.62 + 14, notch_y - (26 if peak else -16))
    gorge = mix(roll_top, low, 0.1)
    inner_notch = (n + wide * 0.26, notch_y + 4)
    lapel = (
        Curve(low)
        .sweep((low[0] + 50, d - 66), (tip[0] - 12, notch_y + 128), tip)
        .to(inner_notch, (gorge[0] - 8, 44))
        .to(low)
    )
    collar_tip = (n + wide * 0.5, notch_y - 42)
    collar = (
        Curve((0, -34)).sweep((n * 0.6, -34), (n + 4, -26), (n + 18, 6)).to(collar_tip, inner_notch, (gorge[0] - 6, 46))
    )
    collar = collar.sweep((n - 10, 10), (n * 0.7, -12), (0, -12))
    stand = Curve((0, -18)).sweep((n * 0.7, -18), (n - 4, 0), (n - 2, 22)).to((0, 30))
    draft.part("inside collar", whole(stand), PartRole.LINING)
    draft.part("lapel left", lapel.mirror(), draft.accent)
    if block.opens:
        _relay_over_front(draft)
    draft.part("lapel right", lapel, draft.accent)
    draft.part("collar", whole(collar), draft.accent)


def _relay_over_front(draft: Draft) -> None:
    """Lift the over front above the under lapel, so that the fronts cross as they do when buttoned."""
    lifted = ("over front", "lower front right", "epaulette right")
    over = [piece for piece in draft.pieces if piece[0] in lifted]
    draft.pieces = [piece for piece in draft.pieces if piece[0] not in lifted] + over


def _hood_front(draft: Draft, block: Block) -> None:
    """A hood standing up behind the neck, its opening dark."""
    n, d = block.neck, block.neck_drop
    outer = Curve((0, -292)).sweep((118, -292), (168, -180), (146, -66)).sweep((138, -24), (n + 26, 4), (n + 6, 6))
    outer = outer.sweep((n - 4, d * 0.5), (n * 0.5, d - 6), (0, d + 4))
    draft.part("hood", whole(outer), draft.accent)
    opening = Curve((0, -252)).sweep((84, -252), (116, -168), (104, -84)).sweep((96, -20), (52, d * 0.5), (0, d - 22))
    draft.part("inside hood", whole(opening), PartRole.LINING)
    edge = Curve((0, -268)).sweep((94, -268), (130, -172), (118, -80)).sweep((108, -14), (62, d * 0.55), (8, d - 8))
    draft.lines(LineKind.STITCH, edge)
    draft.line(LineKind.SEAM, line((0, -292), (0, -252)))
    if draft.spec.category in (Category.HOODIE, Category.JACKET, Category.PARKA):
        for side in (1, -1):
            cord = Curve((side * 30, d - 16)).sweep((side * 34, d + 30), (side * 44, d + 70), (side * 38, d + 128))
            draft.line(LineKind.EDGE, cord, cord.move(4, 0))
            draft.part(
                "cord end",
                line(
                    (side * 38 - 2, d + 126),
                    (side * 38 + 6, d + 126),
                    (side * 38 + 6, d + 150),
                    (side * 38 - 2, d + 150),
                ),
                PartRole.TRIM,
            )


def draw_collar_back(draft: Draft, block: Block) -> None:
    """The collar seen from behind."""
    n, role = block.neck, draft.accent
    back = block.back_drop
    low = Curve((0, back + 4)).sweep((n * 0.5, back + 4), (n * 0.9, 2 + back * 0.6), (n, 2))
    match draft.spec.collar:
        case Collar.NONE:
            return
        case Collar.V_NECK if block.opens and not is_ribbed(draft.spec):
            draft.lines(LineKind.STITCH, block.back_neck().move(0, 8))
        case Collar.CREW | Collar.V_NECK:
            top = Curve((0, back - 14)).sweep((n * 0.5, back - 14), (n * 0.8, back * 0.5 - 12), (n - 9, -9))
            draft.part("neck band", whole(top.join(low.reverse())), PartRole.SECOND)
            if is_ribbed(draft.spec):
                a, b = top.samples(7)[1:-1], low.samples(7)[1:-1]
                draft.lines(LineKind.RIB, *(line(p, q) for p, q in zip(a, b, strict=True)))
        case Collar.TURTLENECK:
            top = (
                Curve((0, -92))
                .sweep((n * 0.6, -92), (n * 0.88, -88), (n * 0.88, -84))
                .sweep((n * 0.9, -50), (n * 0.9, -18), (n, 2))
            )
            draft.part("turtleneck", whole(top.join(low.reverse())), PartRole.SECOND)
        case Collar.SHIRT | Collar.LAPEL:
            fall = Curve((0, -44)).sweep((n * 0.6, -44), (n, -30), (n + 10, -2)).to((n + 26, 40))
            draft.part("collar", whole(fall.sweep((n * 0.7, 34), (n * 0.4, 40), (0, 40))), role)
            if draft.spec.collar is Collar.SHIRT:
                draft.lines(LineKind.STITCH, Curve((n + 18, 31)).sweep((n * 0.7, 26), (n * 0.4, 32), (0, 32)))
        case Collar.STAND:
            rib = PartRole.SECOND if draft.spec.category is Category.BOMBER_JACKET else role
            top = Curve((0, -42)).sweep((n * 0.5, -42), (n * 0.8, -44), (n - 8, -46)).to((n, 2))
            draft.part("collar", whole(top.join(low.reverse())), rib)
        case Collar.HOOD:
            hood = (
                Curve((0, -292)).sweep((118, -292), (168, -180), (146, -66)).sweep((138, -24), (n + 26, 4), (n + 6, 6))
            )
            draft.part("hood", whole(hood.sweep((n * 0.7, 30), (n * 0.4, 34), (0, 34))), role)
            draft.line(LineKind.SEAM, line((0, -292), (0, 32)))
            draft.line(LineKind.STITCH, line((6, -290), (6, 32)))
