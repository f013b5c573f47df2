"""What makes a greatcoat, trench, parka, bomber, denim jacket or blazer itself."""

import math

from design_gen.cut.body import Block, SleeveCut, draw_sleeve_band
from design_gen.cut.closures import draw_belt
from design_gen.cut.curve import Curve, box, line, mix
from design_gen.cut.drawing import Draft, LineKind
from design_gen.cut.pockets import coat_pockets, flap, patch, welt
from models.attributes import Category, Closure, Pockets


def finish_outerwear(draft: Draft, block: Block, sleeve: SleeveCut | None) -> None:
    """Details of the front that belong to the category."""
    spec, chest = draft.spec, block.underarm[0]
    hip = block.hem[1] - 195 if block.hem[1] < 760 else block.waist[1] + 130
    match spec.category:
        case Category.GREATCOAT:
            _turned_cuffs(draft, sleeve, 105)
            coat_pockets(draft, chest * 0.62, hip + 30, width=180)
        case Category.TRENCH_COAT:
            _storm_flap(draft, block)
            coat_pockets(draft, chest * 0.66, hip + 20)
            draw_belt(draft, block, buckle=spec.closure is not Closure.TIE)
            _cuff_straps(draft, sleeve)
        case Category.COAT:
            coat_pockets(draft, chest * 0.62, hip + 10)
            if spec.closure is Closure.TIE:
                draw_belt(draft, block, buckle=False, high=52)
        case Category.PARKA:
            coat_pockets(draft, chest * 0.58, hip - 10 if block.hem[1] > 900 else block.hem[1] - 270)
            _drawcord(draft, block)
            _cuff_straps(draft, sleeve)
        case Category.BLAZER:
            _blazer_front(draft, block)
            _sleeve_buttons(draft, sleeve)
        case Category.DENIM_JACKET:
            _denim_front(draft, block)
        case Category.BOMBER_JACKET:
            coat_pockets(draft, chest * 0.56, block.hem[1] - 260)
            _sleeve_pocket(draft, sleeve)
        case Category.DOWN_JACKET:
            coat_pockets(draft, chest * 0.6, block.hem[1] - 250 if block.hem[1] < 900 else block.waist[1] + 60)
        case Category.JACKET:
            coat_pockets(draft, chest * 0.56, block.hem[1] - 250, width=145)
            _yoke(draft, block, 120)
        case _:
            pass


def quilt(draft: Draft, block: Block, sleeve: SleeveCut | None) -> None:
    """Horizontal quilting at the scallops of a down jacket, on body and sleeves."""
    (ux, uy), (hx, hy) = block.underarm, block.hem
    count = round((hy - uy) / 90)
    wrap = max(block.wrap, 0.0)
    for i in range(count):
        x, y = mix((ux, uy), (hx, hy), i / count)
        draft.lines(LineKind.SEAM, Curve((x, y)).bend((x * 0.5, y + 14), (wrap, y + 12)))
    draft.lines(
        LineKind.SEAM,
        Curve((block.shoulder[0] - 14, block.shoulder[1] + 74)).bend(
            (block.shoulder[0] * 0.5, block.shoulder[1] + 90), (wrap + block.neck * 0.3, block.shoulder[1] + 88)
        ),
    )
    if sleeve is not None:
        rows = max(2, round(math.dist(sleeve.shoulder, sleeve.outer) / 100))
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


def _turned_cuffs(draft: Draft, sleeve: SleeveCut | None, mm: float) -> None:
    if sleeve is not None:
        draw_sleeve_band(draft, sleeve, mm, draft.accent, flare=0.035)
        draft.lines(LineKind.STITCH, line(*sleeve.above_hem(mm - 9)))


def _sleeve_buttons(draft: Draft, sleeve: SleeveCut | None) -> None:
    if sleeve is not None:
        for mm in (24, 46, 68):
            outer, inner = sleeve.above_hem(mm)
            x, y = mix(outer, inner, 0.84)
            draft.fasten(Closure.BUTTONS, 6.0, (x, y), (-x, y))


def _cuff_straps(draft: Draft, sleeve: SleeveCut | None) -> None:
    if sleeve is None:
        return
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
    draft.line(LineKind.STITCH, outline.move(-4, -10))


def _drawcord(draft: Draft, block: Block) -> None:
    (wx, wy) = block.waist
    curve = Curve((wx - 3, wy)).bend((wx * 0.5, wy + 10), (18, wy + 8))
    draft.lines(LineKind.STITCH, curve, curve.move(0, 18))
    for side in (1, -1):
        cord = Curve((side * 22, wy + 18)).bend((side * 34, wy + 60), (side * 27, wy + 92))
        draft.line(LineKind.EDGE, cord)


def _blazer_front(draft: Draft, block: Block) -> None:
    chest, (wx, wy) = block.underarm[0], block.waist
    welt(draft, chest * 0.5, block.underarm[1] + 16, 95, turn=-6, pair=False)
    y = wy + 70
    if draft.spec.pockets is Pockets.FLAP:
        flap(draft, chest * 0.6, y, 140, 52)
    else:
        welt(draft, chest * 0.6, y, 135, turn=-4, high=12)
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
    draft.lines(LineKind.SEAM, line((block.wrap + 14, yoke), (block.shoulder[0] - 20, yoke)))
    draft.lines(LineKind.STITCH, line((block.wrap + 14, yoke + 7), (block.shoulder[0] - 20, yoke + 7)))
    for x_top, x_low in ((0.24, 0.14), (0.74, 0.6)):
        seam = line((ux * x_top, yoke + 66), (hx * x_low + 14, hy - 42))
        draft.lines(LineKind.SEAM, seam)
        draft.lines(LineKind.STITCH, seam.move(6, 0))
    if draft.spec.pockets is Pockets.FLAP:
        flap(draft, ux * 0.5, yoke + 2, 122, 58)
        draft.fasten(Closure.BUTTONS, 7.0, *((s * ux * 0.5, yoke + 46) for s in (1, -1)))
    else:
        patch(draft, ux * 0.5, yoke + 8, 118, 130)


def _sleeve_pocket(draft: Draft, sleeve: SleeveCut | None) -> None:
    if sleeve is not None:
        a, b = sleeve.across(0.3)
        c, d = sleeve.across(0.5)
        top, low = mix(a, b, 0.42), mix(c, d, 0.42)
        draft.line(LineKind.EDGE, line(top, low))
        draft.line(LineKind.STITCH, line((top[0] + 8, top[1] + 3), (low[0] + 8, low[1] + 3)))


def _yoke(draft: Draft, block: Block, y: float) -> None:
    sx = block.shoulder[0] - 18
    draft.lines(LineKind.SEAM, line((max(block.wrap, 0) + block.neck * 0.62, y + 14), (sx, y + 14)))
    draft.lines(LineKind.STITCH, line((max(block.wrap, 0) + block.neck * 0.62, y + 21), (sx, y + 21)))


def finish_back(draft: Draft, block: Block) -> None:
    """Seams, yoke, belt and vent of the back."""
    spec, (wx, wy), hy = draft.spec, block.waist, block.hem[1]
    match spec.category:
        case Category.COAT | Category.BLAZER | Category.GREATCOAT | Category.TRENCH_COAT:
            draft.line(LineKind.SEAM, line((0, 44), (0, hy + 6)))
            draft.line(LineKind.EDGE, line((0, hy - (300 if hy > 900 else 190)), (7, hy + 6)))
        case Category.SHIRT | Category.DENIM_JACKET | Category.BLOUSE | Category.JACKET | Category.PARKA:
            sx, sy = block.shoulder
            draft.line(LineKind.SEAM, Curve((-sx + 6, sy + 66)).bend((0, sy + 74), (sx - 6, sy + 66)))
            if spec.category is Category.SHIRT:
                draft.lines(LineKind.FOLD, line((14, sy + 72), (14, hy - 120)))
        case Category.DRESS | Category.QIPAO:
            draft.line(LineKind.SEAM, line((0, 34), (0, wy + 160)))
            draft.lines(
                LineKind.SEAM, Curve((wx * 0.5, block.underarm[1] + 60)).bend((wx * 0.44, wy), (wx * 0.5, wy + 130))
            )
        case _:
            pass
    if spec.category is Category.TRENCH_COAT:
        _back_belt(draft, block, whole_width=True)
    if spec.category is Category.GREATCOAT:
        draw_epaulettes(draft, block)
        _back_belt(draft, block, whole_width=False)


def _back_belt(draft: Draft, block: Block, *, whole_width: bool) -> None:
    wx, wy = block.waist
    reach = wx + 4 if whole_width else wx * 0.56
    draft.part("back belt", box(-reach, wy - 24, 2 * reach, 48, 4), draft.accent)
    if not whole_width:
        draft.fasten(Closure.BUTTONS, 12.0, (reach - 24, wy), (24 - reach, wy))
