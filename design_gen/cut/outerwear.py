"""What makes a greatcoat, trench, parka, bomber, denim jacket or blazer itself."""

from design_gen.cut.body import Block, SleeveCut, draw_sleeve_band, stitch_sleeve_hem
from design_gen.cut.closures import draw_belt
from design_gen.cut.curve import Curve, line, mix
from design_gen.cut.drawing import Draft, LineKind
from design_gen.cut.pockets import coat_pockets, flap, patch, welt
from models.attributes import Category, Closure, Collar, Pockets

_TAILORED = (Category.COAT, Category.GREATCOAT, Category.TRENCH_COAT, Category.BLAZER)


def finish_outerwear(draft: Draft, block: Block) -> None:
    """Details of the front that belong to the category."""
    spec, chest = draft.spec, block.underarm[0]
    hip = block.hem[1] - 195 if block.hem[1] < 760 else block.waist[1] + 130
    match spec.category:
        case Category.GREATCOAT:
            coat_pockets(draft, min(chest * 0.66, block.flank_at(hip + 30)[0] - 94), hip + 30, width=170)
        case Category.TRENCH_COAT:
            _storm_flap(draft, block)
            coat_pockets(draft, min(chest * 0.66, block.flank_at(hip + 20)[0] - 92), hip + 20)
            draw_belt(draft, block, buckle=spec.closure is not Closure.TIE)
        case Category.COAT:
            coat_pockets(draft, chest * 0.62, hip + 10)
            if spec.closure is Closure.TIE:
                draw_belt(draft, block, buckle=False, high=52)
        case Category.PARKA:
            coat_pockets(draft, chest * 0.58, hip - 10 if block.hem[1] > 900 else block.hem[1] - 270)
            _drawcord(draft, block)
            _storm_placket(draft, block)
        case Category.BLAZER:
            _blazer_front(draft, block)
        case Category.DENIM_JACKET:
            _denim_front(draft, block)
        case Category.BOMBER_JACKET:
            coat_pockets(draft, chest * 0.56, block.hem[1] - 260)
        case Category.DOWN_JACKET:
            coat_pockets(draft, chest * 0.6, block.hem[1] - 250 if block.hem[1] < 900 else block.waist[1] + 60)
        case Category.JACKET:
            coat_pockets(draft, chest * 0.56, block.hem[1] - 250, width=145)
            _yoke(draft, block, 120)
        case _:
            pass


def finish_sleeves(draft: Draft, block: Block, sleeve: SleeveCut) -> None:
    """Cuffs, straps and sleeve seams of outerwear, in both views."""
    match draft.spec.category:
        case Category.GREATCOAT:
            _turned_cuffs(draft, sleeve, 105)
        case Category.TRENCH_COAT | Category.PARKA:
            _cuff_straps(draft, sleeve)
        case Category.BLAZER:
            _sleeve_buttons(draft, sleeve)
        case Category.JACKET:
            draw_sleeve_band(draft, sleeve, 52, draft.accent)
            stitch_sleeve_hem(draft, sleeve, 45, 7)
        case Category.DOWN_JACKET:
            stitch_sleeve_hem(draft, sleeve, 18)
        case _:
            pass
    if not draft.front and draft.spec.category in _TAILORED:
        top, low = block.armhole_at(sleeve.underarm[1] - 88), mix(*sleeve.above_hem(2), 0.36)
        draft.lines(LineKind.SEAM, Curve(top).bend(mix(*sleeve.across(0.55), 0.24), low))


def quilt(draft: Draft, block: Block, sleeve: SleeveCut | None) -> None:
    """Horizontal quilting at the scallops of a down jacket, on body and sleeves."""
    (ux, uy), (hx, hy) = block.underarm, block.hem
    for i in range(block.quilts):
        x, y = mix((ux, uy), (hx, hy), i / block.quilts)
        draft.lines(LineKind.SEAM, Curve((x, y)).bend((x * 0.5, y + 14), (0, y + 12)))
    for y in (uy - 90, uy - 180):
        start = block.armhole_at(y)
        if y > block.shoulder[1] + 24:
            draft.lines(LineKind.SEAM, Curve(start).bend((start[0] * 0.5, y + 14), (0, y + 12)))
    if sleeve is not None:
        rows = sleeve.quilts
        for i in range(1, rows):
            outer, _ = sleeve.across(i / rows)
            inner = sleeve.across(max(0.06, (i - 0.7) / (rows - 0.7)))[1]
            middle = mix(outer, inner, 0.5)
            draft.lines(LineKind.SEAM, Curve(outer).bend((middle[0] + 6, middle[1] + 12), inner))


def draw_epaulettes(draft: Draft, block: Block) -> None:
    """Shoulder straps, buttoned near the collar and lying under it."""
    (sx, sy), n = block.shoulder, block.neck + 66
    slope = sy / (sx - block.neck)
    y = (n - block.neck) * slope
    strap = line((sx - 2, sy - 3), (n + 14, y - 4), (n, y + 16), (n + 12, y + 38), (sx - 8, sy + 42))
    draft.pair("epaulette", strap, draft.accent)
    draft.fasten(
        draft.spec.closure if draft.spec.closure in (Closure.BUTTONS, Closure.DOUBLE_BREASTED) else Closure.BUTTONS,
        8.0,
        *((s * (n + 17), y + 17) for s in (1, -1)),
    )


def _turned_cuffs(draft: Draft, sleeve: SleeveCut, mm: float) -> None:
    draw_sleeve_band(draft, sleeve, mm, draft.accent, flare=0.035)
    stitch_sleeve_hem(draft, sleeve, mm - 9)


def _sleeve_buttons(draft: Draft, sleeve: SleeveCut) -> None:
    for mm in (24, 46, 68):
        outer, inner = sleeve.above_hem(mm)
        x, y = mix(outer, inner, 0.84 if draft.front else 0.42)
        draft.fasten(Closure.BUTTONS, 6.0, (x, y), (-x, y))


def _cuff_straps(draft: Draft, sleeve: SleeveCut) -> None:
    a, b = sleeve.above_hem(88)
    c, d = sleeve.above_hem(58)
    draft.pair("cuff strap", line(a, mix(a, b, 0.94), mix(c, d, 0.94), c), draft.accent)
    middle = mix(mix(a, b, 0.72), mix(c, d, 0.72), 0.5)
    draft.fasten(Closure.BUTTONS, 7.0, middle, (-middle[0], middle[1]))


def _storm_flap(draft: Draft, block: Block) -> None:
    """The gun flap on the right chest."""
    (sx, sy), (ux, uy) = block.shoulder, block.underarm
    outline = (
        Curve((sx - 18, sy + 52))
        .to((sx - 16, uy - 30))
        .sweep((sx - 30, uy + 26), (ux * 0.6, uy + 58), (ux * 0.34, uy + 62))
    )
    draft.line(LineKind.EDGE, outline)
    draft.line(LineKind.STITCH, outline.move(-6, -6))


def _drawcord(draft: Draft, block: Block) -> None:
    (wx, wy) = block.waist
    curve = Curve((wx - 3, wy)).bend((wx * 0.5, wy + 10), (18, wy + 8))
    draft.lines(LineKind.STITCH, curve, curve.move(0, 18))
    for side in (1, -1):
        cord = Curve((side * 22, wy + 18)).bend((side * 34, wy + 60), (side * 27, wy + 92))
        draft.line(LineKind.EDGE, cord)


def _storm_placket(draft: Draft, block: Block) -> None:
    """The flap that keeps wind from the zip, closed with snaps."""
    low = block.hem[1] + 6
    draft.line(LineKind.EDGE, line((34, block.neck_drop + 14), (34, low)))
    draft.line(LineKind.STITCH, line((27, block.neck_drop + 14), (27, low)))


def _blazer_front(draft: Draft, block: Block) -> None:
    chest, (wx, wy) = block.underarm[0], block.waist
    crossed = draft.spec.closure is Closure.DOUBLE_BREASTED
    welt(draft, chest * (0.64 if crossed else 0.5), block.underarm[1] + 16, 95, turn=-6, pair=False)
    y = wy + 70
    if draft.spec.pockets is Pockets.FLAP:
        flap(draft, chest * (0.66 if crossed else 0.6), y, 140, 52)
    else:
        welt(draft, chest * (0.66 if crossed else 0.6), y, 130, turn=-4, high=12)
    draft.lines(
        LineKind.SEAM, Curve((chest * 0.5, block.underarm[1] + 70)).bend((wx * 0.52, wy - 30), (wx * 0.54, y - 2))
    )


def _denim_front(draft: Draft, block: Block) -> None:
    (ux, uy), (hx, hy) = block.underarm, block.hem
    yoke = uy - 62
    band = Curve((-block.wrap, hy - 40)).to((hx + 1, hy - 44), (hx, hy)).to((-block.wrap, hy + 8))
    draft.part("waistband left", band.mirror(), draft.accent)
    draft.part("waistband right", band, draft.accent)
    draft.lines(LineKind.STITCH, line((block.wrap + 6, hy - 34), (hx - 4, hy - 38)))
    draft.lines(LineKind.SEAM, line((block.wrap + 14, yoke), block.armhole_at(yoke)))
    draft.lines(LineKind.STITCH, line((block.wrap + 14, yoke + 7), block.armhole_at(yoke + 7)))
    for x_top, x_low in ((0.24, 0.14), (0.74, 0.6)):
        seam = line((ux * x_top, yoke + 66), (hx * x_low + 14, hy - 42))
        draft.lines(LineKind.SEAM, seam)
        draft.lines(LineKind.STITCH, seam.move(6, 0))
    if draft.spec.pockets is Pockets.FLAP:
        flap(draft, ux * 0.5, yoke + 2, 122, 58)
        draft.fasten(Closure.BUTTONS, 7.0, *((s * ux * 0.5, yoke + 46) for s in (1, -1)))
    else:
        patch(draft, ux * 0.5, yoke + 8, 118, 130)


def draw_sleeve_pocket(draft: Draft, sleeve: SleeveCut) -> None:
    """The utility pocket on a bomber's left sleeve."""
    top, low = mix(*sleeve.across(0.3), 0.42), mix(*sleeve.across(0.5), 0.42)
    draft.line(LineKind.EDGE, line(top, low))
    draft.line(LineKind.STITCH, line((top[0] + 8, top[1] + 3), (low[0] + 8, low[1] + 3)))


def _yoke(draft: Draft, block: Block, y: float) -> None:
    start = max(block.wrap, 0) + (84 if draft.spec.collar is Collar.SHIRT else 15)
    draft.lines(LineKind.SEAM, line((start, y + 34), block.armhole_at(y + 34)))
    draft.lines(LineKind.STITCH, line((start, y + 41), block.armhole_at(y + 41)))
