"""Tops, outerwear and dresses: the block plus what makes each category itself."""

from design_gen.cut.artwork import draw_artwork
from design_gen.cut.back import finish_back
from design_gen.cut.body import (
    Block,
    SleeveCut,
    block_of,
    draw_back,
    draw_fronts,
    draw_inside_back,
    draw_sleeve_band,
    draw_sleeve_rib,
    draw_sleeves,
    hem_curve,
    shirt_tail,
    stitch_sleeve_hem,
)
from design_gen.cut.closures import draw_belt, draw_bow, draw_closure
from design_gen.cut.collars import draw_collar, draw_collar_back, is_ribbed
from design_gen.cut.curve import Curve, line, mix, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.cut.outerwear import draw_epaulettes, draw_sleeve_pocket, finish_outerwear, finish_sleeves, quilt
from design_gen.cut.pockets import flap, kangaroo, patch, welt
from models.attributes import Category, Closure, Collar, Family, Length, PatternKind, Pockets, Sleeve

RIB_MM = 62.0
INSERT_MM = 76.0
_BLIND_HEMS = (
    Category.DENIM_JACKET, Category.BLAZER, Category.WAISTCOAT, Category.COAT, Category.GREATCOAT,
)  # fmt: skip


def draw_upper(draft: Draft) -> None:
    """Draw a top, an outer garment or a dress."""
    block = block_of(draft.spec)
    sleeve = draw_sleeves(draft, block)
    if draft.front:
        draw_inside_back(draft, block)
        draw_fronts(draft, block)
    else:
        draw_back(draft, block)
    _blocked_hem(draft, block)
    if block.puffed:
        quilt(draft, block, sleeve)
    _finish_hems(draft, block, sleeve)
    if sleeve is not None and draft.spec.family is Family.OUTERWEAR:
        finish_sleeves(draft, block, sleeve)
    if draft.front:
        _front_details(draft, block, sleeve)
    else:
        draw_collar_back(draft, block)
        finish_back(draft, block)


def _front_details(draft: Draft, block: Block, sleeve: SleeveCut | None) -> None:
    if draft.spec.category in (Category.GREATCOAT, Category.TRENCH_COAT):
        draw_epaulettes(draft, block)
    draw_collar(draft, block)
    if draft.spec.family is Family.OUTERWEAR:
        finish_outerwear(draft, block)
        if draft.spec.category is Category.BOMBER_JACKET and sleeve is not None:
            draw_sleeve_pocket(draft, sleeve)
    else:
        _finish_top(draft, block)
    if block.opens:
        draw_closure(draft, block)
    _print(draft, block)


def _blocked_hem(draft: Draft, block: Block) -> None:
    """With blocked colours the body's lower part takes the second colour."""
    if draft.spec.pattern.kind is not PatternKind.COLOUR_BLOCK or block.puffed or draft.spec.category is Category.SHIRT:
        return
    edge = -max(block.wrap, 0.0) if draft.front else 0.0
    half = line((edge, block.waist[1]), block.waist).join(block.below_waist()).join(hem_curve(block, edge))
    if block.opens and draft.front:
        draft.part("lower front left", half.mirror(), PartRole.SECOND)
        draft.part("lower front right", half, PartRole.SECOND)
    else:
        draft.part("lower front" if draft.front else "lower back", whole(half), PartRole.SECOND)


def _finish_hems(draft: Draft, block: Block, sleeve: SleeveCut | None) -> None:
    spec, outer = draft.spec, draft.spec.family is Family.OUTERWEAR
    if is_ribbed(spec):
        _hem_rib(draft, block)
        if sleeve is not None:
            draw_sleeve_rib(draft, sleeve, RIB_MM)
        return
    cuffed = spec.category in (Category.SHIRT, Category.BLOUSE, Category.DENIM_JACKET)
    if sleeve is not None and cuffed and spec.sleeve is Sleeve.LONG:
        draw_sleeve_band(draft, sleeve, 62, draft.accent)
        draft.lines(LineKind.STITCH, line(*sleeve.above_hem(55)), line(*sleeve.above_hem(7)))
    elif sleeve is not None and spec.category is Category.POLO_SHIRT:
        draw_sleeve_rib(draft, sleeve, 26 if spec.sleeve is Sleeve.SHORT else RIB_MM)
    elif sleeve is not None and not outer:
        stitch_sleeve_hem(draft, sleeve, 20, 14)
    if sleeve is None:
        _stitch_armholes(draft, block)
    if spec.category not in _BLIND_HEMS and not block.puffed:
        for mm in (26.0,) if outer else (9.0,) if spec.category is Category.SHIRT else (20.0, 14.0):
            draft.lines(LineKind.STITCH, _hem_stitch(draft, block, mm))


def _hem_stitch(draft: Draft, block: Block, mm: float) -> Curve:
    """A row of top-stitching `mm` above the hem."""
    edge = -max(block.wrap, 0.0) if draft.front else 0.0
    hem = (shirt_tail if draft.spec.category is Category.SHIRT else hem_curve)(block, edge).move(0, -mm)
    return Curve((block.flank_at(hem.start[1])[0] - 2, hem.start[1]), hem.segments)


def _stitch_armholes(draft: Draft, block: Block) -> None:
    arm = block.armhole()
    inner = Curve(
        (arm.start[0] - 14, arm.start[1] - 2), tuple(tuple((x - 14, y + 2) for x, y in s) for s in arm.segments)
    )
    draft.lines(LineKind.STITCH, inner)


def _hem_rib(draft: Draft, block: Block) -> None:
    (hx, hy), edge = block.hem, -max(block.wrap, 0.0) if draft.front else 0.0
    cardigan = draft.spec.category is Category.CARDIGAN and draft.front
    top = mix(block.below_waist().samples(10)[-2], (hx, hy), 0.0)[0]
    band = Curve((edge, hy - RIB_MM + 8)).sweep(
        (hx * 0.35, hy - RIB_MM + 8), (hx * 0.6, hy - RIB_MM + 8), (max(top, hx) + 1, hy - RIB_MM)
    )
    half = band.to((hx, hy)).join(hem_curve(block, edge))
    if block.opens and draft.front:
        draft.pair("hem rib", half, PartRole.SECOND)
    else:
        draft.part("hem rib", whole(half), PartRole.SECOND)
    start = 30.0 if cardigan else 14.0 if block.opens and draft.front else 7.0
    xs = [start + i * 14.0 for i in range(int((hx - start - 6) / 14) + 1)]
    draft.lines(LineKind.RIB, *(line((x, hy - RIB_MM + 11), (x, hy + 5)) for x in xs))


def _finish_top(draft: Draft, block: Block) -> None:
    spec = draft.spec
    match spec.category:
        case Category.POLO_SHIRT:
            _half_placket(draft, block)
        case Category.QIPAO:
            _qipao_opening(draft, block)
        case Category.DRESS:
            _dress_waist(draft, block)
        case Category.BLOUSE if spec.closure is Closure.TIE:
            _bust_darts(draft, block)
            draw_bow(draft, (0.0, block.neck_drop + 10), 62.0)
        case Category.SHIRT:
            start = (block.neck + 34, 37.0) if spec.collar is Collar.SHIRT else (block.neck, 27.0)
            yoke = line(start, block.armhole_at(block.shoulder[1] + 26))
            draft.lines(LineKind.SEAM, yoke)
            draft.lines(LineKind.STITCH, yoke.move(0, 6))
        case Category.BLOUSE:
            _bust_darts(draft, block)
        case Category.SWEATSHIRT:
            _neck_insert(draft, block)
        case Category.WAISTCOAT:
            draft.lines(
                LineKind.SEAM,
                Curve((block.underarm[0] * 0.52, block.underarm[1] + 70)).bend(
                    (block.waist[0] * 0.48, block.waist[1]), (block.waist[0] * 0.52, block.hem[1] + 2)
                ),
            )
        case _:
            pass
    _top_pockets(draft, block)


def _top_pockets(draft: Draft, block: Block) -> None:
    spec, chest = draft.spec, block.underarm[0]
    match spec.pockets:
        case Pockets.PATCH if spec.category is Category.CARDIGAN:
            patch(draft, chest * 0.56, block.hem[1] - 250, 130, 140, point=0)
        case Pockets.PATCH:
            patch(draft, chest * 0.46, block.underarm[1] - 20, 105, 118, pair=False)
        case Pockets.KANGAROO:
            kangaroo(draft, block.hem[1] - RIB_MM + 6, chest * 0.68, split=spec.closure is Closure.ZIP)
        case Pockets.WELT:
            welt(draft, chest * 0.58, block.waist[1] + 20, 105, turn=-8)
        case Pockets.FLAP:
            flap(draft, chest * 0.58, block.waist[1] + 14, 110, 44)
        case Pockets.NONE | Pockets.CARGO:
            pass


def _half_placket(draft: Draft, block: Block) -> None:
    d = block.neck_drop
    draft.part("placket", line((-15, d - 4), (15, d - 4), (15, d + 150), (-15, d + 150)), draft.accent)
    draft.line(LineKind.STITCH, line((-9, d + 6), (-9, d + 143), (9, d + 143), (9, d + 6)))
    draft.fasten(Closure.BUTTONS, 6.5, *((0.0, d + 32 + i * 48) for i in range(3)))


def _neck_insert(draft: Draft, block: Block) -> None:
    """The ribbed triangle under a sweatshirt's neck band, by which it is told from a sweater."""
    d = block.neck_drop
    draft.part("neck insert", line((-44, d - 4), (44, d - 4), (0, d + INSERT_MM)), PartRole.SECOND)
    ribs = (line((x, d - 2), (x, d + INSERT_MM * (1 - abs(x) / 44) - 6)) for x in (-24, -12, 0, 12, 24))
    draft.line(LineKind.RIB, *ribs)
    draft.lines(LineKind.STITCH, line((51, d), (0, d + INSERT_MM + 10)))


def _qipao_opening(draft: Draft, block: Block) -> None:
    """The slanted opening from the neck to the right underarm, and the side slits."""
    d, (ux, uy) = block.neck_drop, block.underarm
    slant = (
        Curve((2, d))
        .sweep((26, d + 50), (ux * 0.42, d + 64), (ux * 0.62, uy - 26))
        .bend((ux * 0.8, uy + 2), (ux - 2, uy + 12))
    )
    draft.line(LineKind.EDGE, slant)
    draft.line(LineKind.SEAM, slant.move(0, 9))
    at = slant.samples(8)
    draft.fasten(Closure.FROG, 22.0, (0.0, d - 6), at[5], at[9])
    (hx, hy), wx = block.hem, block.waist[0]
    slit = max(block.waist[1] + 190, hy - 420)
    side = mix(block.waist, block.hem, (slit - block.waist[1]) / (hy - block.waist[1]))
    draft.lines(LineKind.EDGE, line((side[0] + 2, slit), (hx - 16, hy)))
    draft.lines(
        LineKind.SEAM, Curve((wx * 0.5, uy + 60)).bend((wx * 0.44, block.waist[1]), (wx * 0.52, block.waist[1] + 130))
    )


def _dress_waist(draft: Draft, block: Block) -> None:
    (wx, wy), (hx, hy) = block.waist, block.hem
    if draft.spec.closure is Closure.TIE:
        draw_belt(draft, block, buckle=False, high=34)
    else:
        draft.line(LineKind.SEAM, Curve((-wx, wy)).bend((0, wy + 14), (wx, wy)))
        draft.lines(LineKind.SEAM, Curve((wx * 0.46, block.underarm[1] + 60)).to((wx * 0.42, wy + 6)))
    _bust_darts(draft, block)
    long = draft.spec.length is not Length.THIGH
    for share in (0.25, 0.62) if long else (0.4,):
        draft.lines(
            LineKind.FOLD,
            Curve((wx * share, wy + 26)).bend((hx * share * 0.9, mix((0, wy), (0, hy), 0.5)[1]), (hx * share, hy - 90)),
        )


def _bust_darts(draft: Draft, block: Block) -> None:
    """From the side seam up to the bust."""
    side = block.flank_at(block.underarm[1] + 74)
    draft.lines(LineKind.SEAM, line(side, (side[0] * 0.62, block.underarm[1] + 34)))


def _print(draft: Draft, block: Block) -> None:
    if draft.spec.pattern.kind is PatternKind.CHEST_PRINT:
        clear = INSERT_MM if draft.spec.category is Category.SWEATSHIRT else 20
        low = block.neck_drop + clear if draft.spec.collar is not Collar.LAPEL else block.waist[1]
        open_front = block.opens
        x, size = (block.underarm[0] * 0.5, 105.0) if open_front else (0.0, 210.0)
        draw_artwork(draft, x, max(low + size * 0.55, block.underarm[1] + 40), size)
