"""The upper-body block: fronts, back and sleeves, from the points of measure."""

import math
from dataclasses import dataclass

from design_gen.cut.curve import Curve, Point, at_height, line, mix, scallops, whole
from design_gen.cut.drawing import Draft, LineKind, PartRole
from design_gen.measures import Point as Pom
from design_gen.measures import measure
from models.attributes import Category, Closure, Collar, Fit, Sleeve
from models.garment import GarmentSpec

SHOULDER_DROP_MM, SHOULDER_SLOPE = 44, 0.33
WAIST_LEVEL_MM = 415


@dataclass(frozen=True, slots=True)
class Block:
    """Right half of an upper body: x from the centre, y down from the high shoulder point.

    `wrap` is how far the over front passes the centre line; negative where the garment has no front opening.
    """

    neck: float
    neck_drop: float
    shoulder: Point
    underarm: Point
    waist: Point
    hem: Point
    wrap: float
    back_drop: float = 20.0
    puffed: bool = False

    @property
    def quilts(self) -> int:
        """Rows of down below the underarm."""
        return round((self.hem[1] - self.underarm[1]) / 90)

    @property
    def opens(self) -> bool:
        """Whether the front is cut open."""
        return self.wrap >= 0

    def armhole(self) -> Curve:
        """From the shoulder point to the underarm."""
        (sx, sy), (ux, uy) = self.shoulder, self.underarm
        return Curve((sx, sy)).sweep((sx - 20, sy + (uy - sy) * 0.5), (min(sx, ux) - 16, uy - 18), (ux, uy))

    def flank(self) -> Curve:
        """From the underarm over the waist to the hem corner."""
        (ux, uy), (wx, wy), (hx, hy) = self.underarm, self.waist, self.hem
        if self.puffed:
            return scallops(self.underarm, self.hem, self.quilts, 11)
        upper = Curve((ux, uy)).sweep((ux - 2, mix((0, uy), (0, wy), 0.4)[1]), (wx, wy - (wy - uy) * 0.35), (wx, wy))
        return upper.sweep((wx, wy + (hy - wy) * 0.3), mix((wx, wy), (hx, hy), 0.72), (hx, hy))

    def side(self) -> Curve:
        """From the high shoulder point over shoulder and armhole down to the hem corner."""
        return line((self.neck, 0), self.shoulder).join(self.armhole()).join(self.flank())

    def armhole_at(self, y: float) -> Point:
        """Where a seam at height y meets the armhole."""
        return at_height(self.armhole(), y)

    def flank_at(self, y: float) -> Point:
        """Where a seam at height y meets the side seam."""
        return at_height(self.flank(), y)

    def back_neck(self) -> Curve:
        """From the centre back to the high shoulder point."""
        n, d = self.neck, self.back_drop
        return Curve((0, d)).sweep((n * 0.5, d), (n * 0.9, d * 0.6), (n, 0))

    def below_waist(self) -> Curve:
        """The flank's part below the waist, from the waist down."""
        flank = self.flank()
        return Curve(self.waist, flank.segments[1:]) if not self.puffed else line(self.waist, self.hem)


def block_of(spec: GarmentSpec) -> Block:
    """Cut the block of an upper garment."""
    points = measure(spec)
    length, shoulder = points[Pom.BODY_LENGTH], points[Pom.SHOULDER] / 2
    underarm = (points[Pom.CHEST] / 2, SHOULDER_DROP_MM + points[Pom.ARMHOLE])
    hem = (points[Pom.HEM] / 2, length - 8.0)
    waist = (points[Pom.WAIST] / 2, float(WAIST_LEVEL_MM))
    if length < WAIST_LEVEL_MM + 180:  # too short to be shaped at the waist
        waist = mix(underarm, hem, 0.6)
    drop = SHOULDER_SLOPE * (shoulder - points[Pom.NECK_WIDTH] / 2)
    return Block(
        neck=points[Pom.NECK_WIDTH] / 2,
        neck_drop=points[Pom.NECK_DROP],
        shoulder=(shoulder, drop),
        underarm=underarm,
        waist=waist,
        hem=hem,
        wrap=_wrap(spec),
        back_drop=74.0 if spec.category is Category.TANK_TOP else 20.0,
        puffed=spec.category is Category.DOWN_JACKET,
    )


def _wrap(spec: GarmentSpec) -> float:
    half_placket = spec.category in (Category.POLO_SHIRT, Category.QIPAO)
    pulled_on = spec.category in (Category.DRESS, Category.BLOUSE) and spec.closure in (Closure.NONE, Closure.TIE)
    match spec.closure:
        case _ if half_placket or pulled_on:
            return -1
        case Closure.NONE | Closure.LACES | Closure.BUCKLE:
            return -1
        case Closure.DOUBLE_BREASTED:
            return 92
        case Closure.TIE:
            return 78
        case Closure.BUTTONS:
            return 17
        case Closure.ZIP | Closure.FROG:
            return 0


def neckline(block: Block, spec: GarmentSpec) -> Curve:
    """From the high shoulder point to the centre front (or the over front's edge)."""
    n, d, end = block.neck, block.neck_drop, (-max(block.wrap, 0.0), block.neck_drop)
    start = Curve((n, 0))
    match spec.collar:
        case Collar.V_NECK:
            return start.sweep((n - 8, d * 0.32), (n * 0.45, d * 0.72), end)
        case Collar.LAPEL:
            return start.to(end)
        case Collar.STAND if block.wrap > 20:
            return start.sweep((n - 3, d * 0.62), (n * 0.5, d), (0, d)).to(end)
        case _:
            return start.sweep((n - 3, d * 0.62), (n * 0.5, d), end)


def hem_curve(block: Block, to_x: float, dip: float = 8.0) -> Curve:
    """From the hem corner to `to_x` at the centre front."""
    (hx, hy) = block.hem
    return Curve((hx, hy)).sweep((hx * 0.6, hy + dip), ((hx + to_x) * 0.35, hy + dip), (to_x, hy + dip))


def shirt_tail(block: Block, to_x: float) -> Curve:
    """A curved shirt hem from the side to the centre."""
    hx, hy = block.hem
    return Curve((hx, hy - 62)).sweep((hx - 40, hy - 40), (hx * 0.72, hy + 8), (hx * 0.4, hy + 10)).to((to_x, hy + 10))


def cutaway(block: Block, to_x: float) -> Curve:
    """A jacket front rounded away below its last button."""
    hx, hy = block.hem
    low = Curve((hx, hy)).sweep((hx * 0.75, hy + 8), (hx * 0.55, hy + 9), (hx * 0.36, hy + 8))
    return low.sweep((hx * 0.12, hy + 6), (to_x, hy - 30), (to_x, hy - 130))


def pointed(block: Block, to_x: float) -> Curve:
    """The two points of a waistcoat."""
    hx, hy = block.hem
    return Curve((hx, hy)).to((hx * 0.34, hy + 44), (to_x, hy - 22))


def front_hem(block: Block, spec: GarmentSpec, to_x: float) -> Curve:
    """The hem that the category has in front, from the side to `to_x`."""
    buttoned = spec.closure is Closure.BUTTONS
    if spec.category is Category.SHIRT:
        return shirt_tail(block, to_x)
    if spec.category is Category.BLAZER and buttoned:
        return cutaway(block, to_x)
    if spec.category is Category.WAISTCOAT and buttoned and spec.collar is Collar.V_NECK:
        return pointed(block, to_x)
    return hem_curve(block, to_x)


def draw_fronts(draft: Draft, block: Block) -> None:
    """The front: one closed piece, or an under and an over front that passes the centre by `wrap`."""
    neck, edge = neckline(block, draft.spec).reverse(), -max(block.wrap, 0.0)
    panel = neck.join(_side_of(block, draft.spec)).join(front_hem(block, draft.spec, edge))
    if block.opens:
        draft.part("under front", panel.mirror())
        draft.part("over front", panel)
    else:
        draft.part("front", whole(panel))


def _side_of(block: Block, spec: GarmentSpec) -> Curve:
    """From the high shoulder point to the hem corner, which lies higher under a shirt tail."""
    if spec.category is not Category.SHIRT:
        return block.side()
    return line((block.neck, 0), block.shoulder).join(block.armhole()).join(_short_flank(block))


def _short_flank(block: Block) -> Curve:
    (hx, hy), flank = block.hem, block.flank()
    return Curve(flank.start, (*flank.segments[:-1], (*flank.segments[-1][:-1], (hx, hy - 62))))


def draw_back(draft: Draft, block: Block) -> None:
    """The back panel with its higher neckline."""
    hem = shirt_tail if draft.spec.category is Category.SHIRT else hem_curve
    draft.part("back", whole(block.back_neck().join(_side_of(block, draft.spec)).join(hem(block, 0.0))))


def draw_inside_back(draft: Draft, block: Block) -> None:
    """The inside of the back neck, seen through the neck opening."""
    n, low = block.neck, block.neck_drop + 12
    reach = max(block.wrap, 0.0) + 6
    top = Curve((0, block.back_drop)).sweep((n * 0.5, block.back_drop), (n * 0.9, 8), (n + 2, -2))
    draft.part("inside back", whole(top.to((n + 4, 14), (reach, low), (0, low))), PartRole.LINING)


@dataclass(frozen=True, slots=True)
class SleeveCut:
    """The right sleeve: its shoulder, where the outer and inner edges end, and the way it hangs."""

    shoulder: Point
    underarm: Point
    outer: Point
    inner: Point
    degrees: float

    @property
    def quilts(self) -> int:
        """Rows of down from shoulder to hem."""
        return max(2, round(math.dist(self.shoulder, self.outer) / 100))

    def across(self, share: float) -> tuple[Point, Point]:
        """Outer and inner edge points at a share of the way to the hem."""
        return mix(self.shoulder, self.outer, share), mix(self.underarm, self.inner, share)

    def beside(self, share: float, mm: float) -> Point:
        """A point `mm` outside the straight outer edge."""
        x, y = mix(self.shoulder, self.outer, share)
        turn = math.radians(self.degrees)
        return x + math.cos(turn) * mm, y - math.sin(turn) * mm

    def above_hem(self, mm: float) -> tuple[Point, Point]:
        """Outer and inner edge points `mm` above the sleeve hem."""
        length = math.dist(self.shoulder, self.outer)
        inner = math.dist(self.underarm, self.inner)
        return mix(self.outer, self.shoulder, mm / length), mix(self.inner, self.underarm, min(1.0, mm / inner))


def sleeve_of(spec: GarmentSpec, block: Block) -> SleeveCut | None:
    """Cut the sleeve; None for sleeveless garments."""
    if spec.sleeve is Sleeve.NONE:
        return None
    points, (sx, sy) = measure(spec), block.shoulder
    length, cuff = points[Pom.SLEEVE_LENGTH], points[Pom.CUFF]
    degrees = 22.0 if spec.sleeve is Sleeve.LONG else 48.0
    if block.puffed:  # padding holds the sleeve away from the body
        degrees += 6.0
    if spec.fit is Fit.OVERSIZED:
        degrees += 3.0 if spec.sleeve is Sleeve.LONG else 12.0
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    outer = (sx + sin * length, sy + cos * length)
    return SleeveCut(block.shoulder, block.underarm, outer, (outer[0] - cos * cuff, outer[1] + sin * cuff), degrees)


def sleeve_outline(cut: SleeveCut, block: Block) -> Curve:
    """The sleeve's closed outline; its head runs hidden under the front."""
    (sx, sy), (ox, oy) = cut.shoulder, cut.outer
    if block.puffed:
        outer = scallops((sx, sy), (ox, oy), cut.quilts, 16)
        inner = scallops(cut.inner, cut.underarm, cut.quilts - 1, 6)
        return outer.join(inner).to((sx - 60, cut.underarm[1] - 20), (sx - 60, sy + 20))
    out = 7.0 if cut.degrees < 40 else 0.0  # a bent elbow stands out a little
    outer = Curve((sx, sy)).sweep((sx + 20, sy + 8), cut.beside(0.22, out), cut.beside(0.46, out))
    outer = outer.sweep(cut.beside(0.64, out), cut.beside(0.8, 0), (ox, oy))
    hem = mix(cut.outer, cut.inner, 0.5)
    outer = outer.bend((hem[0] + out * 0.3, hem[1] + 4), cut.inner)
    under = mix(cut.inner, cut.underarm, 0.5)
    outer = outer.sweep((under[0] + out, under[1]), mix(cut.inner, cut.underarm, 0.86), cut.underarm)
    return outer.to((sx - 60, cut.underarm[1] - 20), (sx - 60, sy + 20))


def draw_sleeves(draft: Draft, block: Block) -> SleeveCut | None:
    """Both sleeves, to be laid before the fronts."""
    cut = sleeve_of(draft.spec, block)
    if cut is not None:
        draft.pair("sleeve", sleeve_outline(cut, block), draft.accent, -cut.degrees)
    return cut


def draw_sleeve_rib(draft: Draft, cut: SleeveCut, mm: float) -> None:
    """A knitted cuff of `mm` at the sleeve hem."""
    draw_sleeve_band(draft, cut, mm, PartRole.SECOND)
    outer, inner = cut.above_hem(mm)
    ribs = [line(mix(outer, inner, t), mix(cut.outer, cut.inner, t)) for t in (i / 9 for i in range(1, 9))]
    draft.lines(LineKind.RIB, *ribs)


def draw_sleeve_band(draft: Draft, cut: SleeveCut, mm: float, role: PartRole, *, flare: float = 0.0) -> None:
    """A cuff of `mm` at the sleeve hem, standing out by the share `flare`."""
    outer, inner = cut.above_hem(mm)
    low_outer, low_inner = mix(cut.inner, cut.outer, 1 + flare), mix(cut.outer, cut.inner, 1 + flare)
    outline = line(outer, low_outer).to(low_inner).to(inner)
    draft.pair("cuff", outline, role, -cut.degrees)


def stitch_sleeve_hem(draft: Draft, cut: SleeveCut, *heights: float) -> None:
    """Rows of top-stitching along the sleeve hem, each `mm` above it."""
    draft.lines(LineKind.STITCH, *(line(*cut.above_hem(mm)) for mm in heights))
