"""Seams, yokes, belts and vents that only the back shows."""

from design_gen.cut.body import Block
from design_gen.cut.curve import Curve, box, line, mix
from design_gen.cut.drawing import Draft, LineKind
from design_gen.cut.outerwear import draw_epaulettes
from models.attributes import Category, Closure


def finish_back(draft: Draft, block: Block) -> None:
    """Seams, yoke, belt and vent of the back."""
    match draft.spec.category:
        case Category.COAT | Category.GREATCOAT:
            _centre_seam(draft, block)
        case Category.TRENCH_COAT:
            _centre_seam(draft, block)
            _cape(draft, block)
        case Category.BLAZER:
            _centre_seam(draft, block)
            _side_panels(draft, block)
        case Category.SHIRT | Category.JACKET | Category.PARKA:
            _yoke(draft, block, block.shoulder[1] + 66)
        case Category.DENIM_JACKET:
            _denim_back(draft, block)
        case Category.WAISTCOAT:
            _waistcoat_back(draft, block)
        case Category.DRESS | Category.QIPAO:
            _dress_back(draft, block)
        case _:
            pass
    _belt(draft, block)


def _centre_seam(draft: Draft, block: Block) -> None:
    """The centre back seam ending in a vent."""
    low = block.hem[1] + 6
    vent = low - (300 if low > 900 else 190)
    draft.line(LineKind.SEAM, line((0, 44), (0, vent)))
    draft.line(LineKind.EDGE, line((0, vent), (7, low)))
    draft.line(LineKind.STITCH, line((0, vent), (28, vent + 22), (30, low)))


def _cape(draft: Draft, block: Block) -> None:
    """A trench coat's storm cape, loose at its lower edge."""
    y = block.underarm[1] + 6
    x, side = block.armhole_at(y - 40)
    edge = Curve((x, side)).bend((x * 0.5, y + 30), (0, y + 34))
    draft.lines(LineKind.EDGE, edge)
    draft.lines(LineKind.STITCH, edge.move(0, -8))


def _side_panels(draft: Draft, block: Block) -> None:
    """The seams between back and side panel of a tailored jacket."""
    start, (wx, wy), (hx, hy) = block.armhole_at(block.underarm[1] - 46), block.waist, block.hem
    seam = Curve(start).sweep((start[0] - 30, wy - 60), (wx * 0.6, wy - 30), (wx * 0.62, wy))
    draft.lines(LineKind.SEAM, seam.sweep((wx * 0.64, wy + 40), (hx * 0.66, hy - 60), (hx * 0.68, hy + 5)))


def _yoke(draft: Draft, block: Block, y: float) -> None:
    """A yoke seam from armhole to armhole; shirts have a box pleat and a loop under it."""
    x, y = block.armhole_at(y)
    yoke = Curve((-x, y)).bend((0, y + 8), (x, y))
    draft.line(LineKind.SEAM, yoke)
    draft.line(LineKind.STITCH, yoke.move(0, 7))
    if draft.spec.category is Category.SHIRT:
        draft.lines(LineKind.FOLD, line((15, y + 5), (15, y + 150)))
        draft.line(LineKind.EDGE, line((-4, y - 10), (-4, y + 16), (4, y + 16), (4, y - 10)))
    if draft.spec.category is Category.PARKA:
        wx, wy = block.waist
        cord = Curve((-wx + 3, wy)).bend((0, wy + 12), (wx - 3, wy))
        draft.line(LineKind.STITCH, cord, cord.move(0, 18))


def _denim_back(draft: Draft, block: Block) -> None:
    """A pointed yoke, two long seams, a waistband with side tabs."""
    (hx, hy), y = block.hem, block.underarm[1] - 62
    x, y = block.armhole_at(y)
    yoke = line((-x, y), (0, y + 26), (x, y))
    draft.line(LineKind.SEAM, yoke)
    draft.line(LineKind.STITCH, yoke.move(0, 7))
    seam = line((x * 0.52, y + 14), (hx * 0.34, hy - 42))
    draft.lines(LineKind.SEAM, seam)
    draft.lines(LineKind.STITCH, seam.move(6, 0))
    band = line((0, hy - 38), (hx + 1, hy - 44), (hx, hy), (0, hy + 8))
    draft.part("waistband", band.join(band.mirror().reverse()), draft.accent)
    draft.lines(LineKind.STITCH, line((0, hy - 31), (hx - 4, hy - 37)))
    tab = line((hx - 6, hy - 30), (hx - 66, hy - 28), (hx - 74, hy - 18), (hx - 66, hy - 8), (hx - 6, hy - 8))
    draft.pair("side tab", tab, draft.accent)
    draft.fasten(Closure.BUTTONS, 6.0, *((s * (hx - 62), hy - 18) for s in (1, -1)))


def _waistcoat_back(draft: Draft, block: Block) -> None:
    """A centre seam, darts and a cinch strap."""
    (wx, wy), low = block.waist, block.hem[1] + 6
    draft.line(LineKind.SEAM, line((0, block.back_drop), (0, low)))
    dart = Curve((wx * 0.5, block.underarm[1] + 60)).bend((wx * 0.45, wy), (wx * 0.52, low))
    draft.lines(LineKind.SEAM, dart)
    draft.pair("cinch strap", box(10, wy - 11, wx * 0.47 - 10, 22, 2), draft.accent)
    draft.fasten(Closure.BUCKLE, 15.0, (0.0, wy))


def _dress_back(draft: Draft, block: Block) -> None:
    """A concealed zip in the centre seam, darts, the waist seam of a dress, the slits of a qipao."""
    (wx, wy), (hx, hy) = block.waist, block.hem
    draft.line(LineKind.SEAM, line((0, 24), (0, hy + 4)))
    draft.line(LineKind.STITCH, line((5, 26), (5, wy + 160), (0, wy + 172)))
    dart = Curve((wx * 0.5, block.underarm[1] + 60)).bend((wx * 0.44, wy), (wx * 0.5, wy + 130))
    draft.lines(LineKind.SEAM, dart)
    if draft.spec.category is Category.QIPAO:
        slit = max(wy + 190, hy - 420)
        side = mix(block.waist, block.hem, (slit - wy) / (hy - wy))
        draft.lines(LineKind.EDGE, line((side[0] + 2, slit), (hx - 16, hy)))
    elif draft.spec.closure is not Closure.TIE:
        draft.line(LineKind.SEAM, Curve((-wx, wy)).bend((0, wy + 14), (wx, wy)))


def _belt(draft: Draft, block: Block) -> None:
    """Belts that go round the body, and a greatcoat's half belt."""
    spec, (wx, wy) = draft.spec, block.waist
    if spec.category in (Category.GREATCOAT, Category.TRENCH_COAT):
        draw_epaulettes(draft, block)
    if spec.category is Category.GREATCOAT:
        reach = wx * 0.56
        draft.part("back belt", box(-reach, wy - 24, 2 * reach, 48, 4), draft.accent)
        draft.line(LineKind.STITCH, box(6 - reach, wy - 18, 2 * reach - 12, 36, 2))
        draft.fasten(Closure.BUTTONS, 12.0, (reach - 24, wy), (24 - reach, wy))
    elif spec.category is Category.TRENCH_COAT or (
        spec.closure is Closure.TIE and spec.category in (Category.COAT, Category.DRESS)
    ):
        high = 34.0 if spec.category is Category.DRESS else 48.0
        draft.part("back belt", box(-wx - 4, wy - high / 2, 2 * wx + 8, high, 4), draft.accent)
        draft.lines(LineKind.STITCH, line((0, wy - high / 2 + 6), (wx, wy - high / 2 + 6)))
        draft.pair("belt loop", box(wx * 0.66, wy - high / 2 - 8, 12, high + 16, 2), draft.accent)
