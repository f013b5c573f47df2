"""Skirts, trousers, jeans and shorts; y is measured down from the upper edge of the waistband."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.closures import draw_knot
from design_gen.cut.curve import Curve, Point, at_height, box, line, mix, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.cut.pockets import cargo, patch, welt
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, Fit, Length, PatternKind, Pockets

BAND_MM = 40.0


def draw_bottom(draft: Draft) -> None:
    """Draw any bottom."""
    match draft.spec.category:
        case Category.SKIRT:
            _skirt(draft)
        case Category.HORSE_FACE_SKIRT:
            _horse_face(draft)
        case _:
            _trousers(draft)


def _waistband(draft: Draft, half_waist: float, high: float = BAND_MM, *, loops: bool = True) -> None:
    """A slightly curved waistband with belt loops."""
    top = Curve((0, 8)).bend((half_waist * 0.6, 7), (half_waist, 0)).to((half_waist + 2, high - 2))
    draft.part("waistband", whole(top.bend((half_waist * 0.6, high + 6), (0, high + 8))), draft.accent)
    if draft.front:
        inside = Curve((0, -6)).bend((half_waist * 0.7, -6), (half_waist, 0)).bend((half_waist * 0.6, 7), (0, 8))
        draft.part("inside waist", whole(inside), PartRole.LINING)
    draft.lines(LineKind.STITCH, Curve((0, high + 2)).bend((half_waist * 0.6, high), (half_waist - 2, high - 8)))
    if loops:
        draft.pair("belt loop", box(half_waist * 0.56, 2, 11, high + 6, 2), draft.accent)


def _skirt(draft: Draft) -> None:
    points = measure(draft.spec)
    waist, hip, hem = points[Pom.WAIST] / 2, points[Pom.HIP] / 2, points[Pom.HEM] / 2
    length = points[Pom.BODY_LENGTH]
    side = Curve((0, BAND_MM)).to((waist + 2, BAND_MM - 6))
    way = (hem - hip) / max(1.0, length - 214)
    side = (
        side.sweep((waist + (hip - waist) * 0.5, 80), (hip - way * 90 - 4, 120), (hip, 200))
        .to((hem, length - 14))
        .sweep((hem * 0.6, length + 6), (hem * 0.3, length + 8), (0, length + 8))
    )
    draft.part("skirt", whole(side))
    if draft.spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        y = length * 0.62
        x = mix((hip, 200), (hem, length - 14), (y - 200) / (length - 214))[0] if y > 200 else hip
        low = (
            Curve((0, y))
            .to((x, y), (hem, length - 14))
            .sweep((hem * 0.6, length + 6), (hem * 0.3, length + 8), (0, length + 8))
        )
        draft.part("skirt lower", whole(low), PartRole.SECOND)
    _waistband(draft, waist, loops=False)
    stitch = Curve((hem - 3, length - 36)).sweep((hem * 0.6, length - 16), (hem * 0.3, length - 14), (0, length - 14))
    draft.lines(LineKind.STITCH, stitch)
    if draft.spec.fit is not Fit.SLIM:
        for share in (0.3, 0.66):
            draft.lines(
                LineKind.FOLD,
                Curve((waist * share, 130)).bend((hem * share * 0.8, length * 0.6), (hem * share, length - 60)),
            )
    draft.lines(LineKind.SEAM, line((waist * 0.52, BAND_MM + 4), (waist * 0.55, BAND_MM + 92)))
    _skirt_front(draft, side, length) if draft.front else draft.line(LineKind.SEAM, line((0, BAND_MM), (0, length)))
    if draft.spec.pockets is Pockets.PATCH and draft.front:
        patch(draft, hip * 0.58, 130, 130, 140)
    _thigh_print(draft, 0.0, length * 0.55)


def _skirt_front(draft: Draft, side: Curve, length: float) -> None:
    if draft.spec.closure is Closure.BUTTONS:
        draft.line(LineKind.EDGE, line((-18, 10), (-18, length + 6)))
        draft.line(LineKind.STITCH, line((18, BAND_MM + 8), (18, length + 6)))
        count = max(4, round(length / 95))
        draft.fasten(Closure.BUTTONS, 8.5, *((0.0, 27 + i * (length - 90) / (count - 1)) for i in range(count)))
    else:
        seam = [(14.0 - x, y) for x, y in side.samples(12) if BAND_MM <= y <= BAND_MM + 180][2:]
        draft.line(LineKind.STITCH, line(*seam, (seam[-1][0] - 12, seam[-1][1] + 4)))
        draft.fasten(Closure.ZIP, 8.0, (seam[0][0] - 7, BAND_MM + 16))


def _horse_face(draft: Draft) -> None:
    """马面裙: a wide band, a flat front panel (the horse face) and knife pleats to both sides."""
    points = measure(draft.spec)
    waist, hem, length, band = points[Pom.WAIST] / 2, points[Pom.HEM] / 2, points[Pom.BODY_LENGTH], 78.0
    face = 118.0
    side = (
        Curve((0, band))
        .to((waist, band - 6))
        .sweep((waist + 40, band + 110), (hem - 30, length * 0.6), (hem, length - 26))
    )
    draft.part("pleated skirt", whole(side.sweep((hem * 0.66, length + 4), (hem * 0.3, length + 8), (0, length + 8))))
    upper, lower = _hem_line(side, length, 132.0), _hem_line(side, length, 46.0)
    draft.part("woven band", whole(upper.reverse().join(lower)), PartRole.SECOND)
    panel = line((0, band - 2), (face * 0.9, band - 3), (face, length + 9), (0, length + 10))
    if draft.front:
        draft.part("horse face", whole(panel))
        border = line((0, length - 120), (face * 0.985, length - 120), (face * 0.997, length - 34), (0, length - 34))
        role = PartRole.SECOND
        draft.part("face border", whole(border), role)
        draft.lines(LineKind.STITCH, line((face * 0.9 - 14, band), (face - 14, length - 122)))
        draft.line(
            LineKind.SEAM,
            *(
                line((x * 20 - 10, length - 92), (x * 20, length - 62), (x * 20 + 10, length - 92))
                for x in range(-4, 5)
            ),
        )
    _knife_pleats(draft, waist, hem, length, band, face)
    cloth = (
        Curve((0, 8))
        .bend((waist * 0.6, 7), (waist, 0))
        .to((waist + 4, band - 4))
        .bend((waist * 0.6, band + 6), (0, band + 6))
    )
    draft.part("waistband", whole(cloth), PartRole.SECOND)
    draft.lines(LineKind.STITCH, Curve((0, band - 2)).bend((waist * 0.6, band - 2), (waist, band - 11)))
    if draft.front:
        inside = Curve((0, -6)).bend((waist * 0.7, -6), (waist, 0)).bend((waist * 0.6, 7), (0, 8))
        draft.part("inside waist", whole(inside), PartRole.LINING)
        draw_knot(draft, (-waist * 0.62, band * 0.5), 22.0, 330.0)
    _thigh_print(draft, 0.0, length * 0.5)


def _hem_line(side: Curve, length: float, up: float) -> Curve:
    """The hem's curve moved up, from the side to the centre."""
    y = length - 26 - up
    x = at_height(side, y)[0]
    return Curve((x, y)).sweep((x * 0.66, y + 30), (x * 0.3, y + 34), (0, y + 34))


def _knife_pleats(draft: Draft, waist: float, hem: float, length: float, band: float, face: float) -> None:
    first = face if draft.front else 0.0
    for i in range(1, 8):
        t = i / 8
        top = (first * 0.9 + (waist - first * 0.9) * t, band - 2 - 4 * t)
        low_x = first + (hem - first) * t
        low = (low_x, length + 8 - 34 * (low_x / hem) ** 2)
        draft.lines(LineKind.FOLD, Curve(top).sweep(mix(top, low, 0.3), (low[0] - 10, length * 0.62), low))
    if not draft.front:
        draft.line(LineKind.EDGE, line((0, band), (0, length)))


def _trousers(draft: Draft) -> None:
    spec, points = draft.spec, measure(draft.spec)
    waist, hip, rise = points[Pom.WAIST] / 2, points[Pom.HIP] / 2, float(points[Pom.FRONT_RISE])
    opening, low = points[Pom.LEG_OPENING], rise + points[Pom.INSEAM]
    short = spec.category is Category.SHORTS
    spread = hip * (0.66 if short else 0.78)
    outer, inner = (spread + opening / 2, low - 10.0), (max(12.0, spread - opening / 2), low + 4.0)
    if short:
        inner = (14.0, low + 6)
        outer = (max(hip + 6.0, inner[0] + opening), low - 18.0)
    leg = _leg(waist, hip, rise, outer, inner, short=short)
    draft.part("leg left", leg.mirror())
    draft.part("leg right", leg)
    if spec.pattern.kind is PatternKind.COLOUR_BLOCK:
        draft.pair("leg panel", _leg_panel(waist, hip, rise, outer, inner), PartRole.SECOND)
    _waistband(draft, waist, loops=spec.closure is not Closure.TIE)
    _leg_hem(draft, outer, inner)
    if draft.front:
        _fly(draft, rise)
        _front_pockets(draft, waist, hip, rise)
    else:
        _trouser_back(draft, waist, hip, rise)
    if spec.pockets is Pockets.CARGO:
        cargo(
            draft, mix((hip, rise), outer, 0.32)[0] - 66, rise + (20 if short else 105), 118, 135 if not short else 105
        )
    if draft.front and not short and spec.category is Category.TROUSERS and spec.closure is not Closure.TIE:
        middle = mix(outer, inner, 0.5)
        draft.lines(
            LineKind.FOLD, Curve((waist * 0.5, BAND_MM + 40)).bend((spread * 0.84, rise), (middle[0], middle[1] - 30))
        )
    if spec.category is Category.JEANS:
        draft.lines(
            LineKind.STITCH, Curve((hip - 8, rise)).bend(mix((hip, rise), outer, 0.5), (outer[0] - 9, outer[1] - 26))
        )
    _thigh_print(draft, spread, rise + 120 if not short else rise + 50)


def _leg(waist: float, hip: float, rise: float, outer: Point, inner: Point, *, short: bool) -> Curve:
    side = Curve((0, BAND_MM)).to((waist + 2, BAND_MM - 6))
    if short:
        side = side.sweep((waist + 30, 100), mix((hip, 205), outer, 0.05), mix((hip, 205), outer, 0.4)).to(outer)
    else:
        side = side.sweep((waist + 24, 90), (hip, 130), (hip, 205))
        knee = mix((hip, 205), outer, 0.55)
        side = side.sweep((hip, rise + 20), (knee[0], knee[1] - 60), outer)
    side = side.bend(mix(outer, inner, 0.5), inner)
    crotch = (2.0, rise)
    return side.sweep(mix(inner, crotch, 0.5 if short else 0.6), (22, rise + 60), crotch).to((0, rise - 4))


def _leg_panel(waist: float, hip: float, rise: float, outer: Point, inner: Point) -> Curve:
    """A side stripe in the second colour."""
    knee = mix((hip, 205), outer, 0.55)
    edge = (
        Curve((waist + 2, BAND_MM - 4))
        .sweep((waist + 24, 90), (hip, 130), (hip, 205))
        .sweep((hip, rise + 20), (knee[0], knee[1] - 60), outer)
    )
    back = Curve((outer[0] - 46, outer[1] + 2)).sweep(
        (knee[0] - 46, knee[1] - 60), (hip - 46, rise + 20), (hip - 46, 205)
    )
    return edge.join(back.sweep((hip - 46, 130), (waist - 20, 90), (waist - 40, BAND_MM)))


def _leg_hem(draft: Draft, outer: Point, inner: Point) -> None:
    for mm in (24, 18) if draft.spec.category is Category.JEANS else (24,):
        draft.lines(LineKind.STITCH, line((outer[0] - 1, outer[1] - mm), (inner[0] + 2, inner[1] - mm)))


def _fly(draft: Draft, rise: float) -> None:
    draft.line(LineKind.SEAM, line((0, BAND_MM + 8), (0, rise)))
    match draft.spec.closure:
        case Closure.TIE:
            draw_knot(draft, (0.0, BAND_MM * 0.6), 13.0, 150.0)
            draft.lines(
                LineKind.FOLD,
                *(line((x, 12), (x, BAND_MM)) for x in range(24, int(measure(draft.spec)[Pom.WAIST] / 2) - 6, 15)),
            )
        case Closure.BUTTONS:
            draft.line(
                LineKind.STITCH,
                Curve((32, BAND_MM + 6)).to((32, rise * 0.55)).bend((30, rise * 0.72), (4, rise * 0.76)),
            )
            draft.fasten(
                Closure.BUTTONS, 8.0, (0.0, 26.0), (12.0, BAND_MM + 32), (12.0, BAND_MM + 76), (11.0, BAND_MM + 118)
            )
        case _:
            draft.line(
                LineKind.STITCH,
                Curve((32, BAND_MM + 6)).to((32, rise * 0.55)).bend((30, rise * 0.72), (4, rise * 0.76)),
            )
            draft.fasten(Closure.BUTTONS, 8.5, (0.0, 26.0))


def _front_pockets(draft: Draft, waist: float, hip: float, rise: float) -> None:
    """Scooped on jeans, large patches where asked, else slanted side pockets."""
    if draft.spec.category is Category.JEANS:
        top, end = (waist * 0.46, BAND_MM + 3), (waist + 20, BAND_MM + 72)
        mouth = Curve(top).sweep((waist * 0.5, BAND_MM + 62), (waist * 0.8, BAND_MM + 78), end)
        coin = line((waist * 0.62, BAND_MM + 34), (waist * 0.9, BAND_MM + 32))
        draft.line(LineKind.EDGE, coin)
        draft.line(LineKind.STITCH, coin.move(0, 7))
        draft.line(LineKind.SEAM, line(coin.start, (waist * 0.63, BAND_MM + 66)))
        rivets = ((waist * 0.47, BAND_MM + 12), (waist + 10, BAND_MM + 72))
        draft.fasten(Closure.LACES, 4.0, *((s * x, y) for s in (1, -1) for x, y in rivets))
    elif draft.spec.pockets is Pockets.PATCH:
        patch(draft, (waist + hip) * 0.3, BAND_MM + 26, waist * 0.62, rise * 0.62, point=0)
        return
    else:
        mouth = line((waist * 0.62, BAND_MM + 2), (hip - 6, rise - 92))
    draft.lines(LineKind.STITCH, mouth.move(-7, 5))
    draft.lines(LineKind.EDGE, mouth)


def _trouser_back(draft: Draft, waist: float, hip: float, rise: float) -> None:
    draft.line(LineKind.SEAM, line((0, BAND_MM + 8), (0, rise)))
    if draft.spec.category is Category.JEANS:
        yoke = line((0, BAND_MM + 62), (waist + 12, BAND_MM + 26))
        draft.lines(LineKind.SEAM, yoke)
        draft.lines(LineKind.STITCH, yoke.move(0, 7))
        draft.part("belt loop", box(-6, 2, 12, BAND_MM + 6, 2), draft.accent)
    elif draft.spec.closure is not Closure.TIE:
        draft.lines(LineKind.SEAM, line((waist * 0.5, BAND_MM + 6), (hip * 0.5, BAND_MM + 78)))
    if draft.spec.pockets is Pockets.WELT:
        welt(draft, hip * 0.5, BAND_MM + 84, 124, turn=0, high=14)
    else:
        patch(draft, hip * 0.52, BAND_MM + 72, 128, 132)


def _thigh_print(draft: Draft, x: float, y: float) -> None:
    if draft.spec.pattern.kind is PatternKind.CHEST_PRINT and draft.front:
        size = 120.0 if draft.spec.category in (Category.TROUSERS, Category.JEANS, Category.SHORTS) else 190.0
        draw_artwork(draft, x, y + (0 if draft.spec.length is not Length.THIGH else 10), size)
