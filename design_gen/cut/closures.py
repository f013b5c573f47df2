"""How a front is fastened: buttons, zips, frogs, ties."""

from design_gen.cut.body import Block
from design_gen.cut.curve import Curve, box, line
from design_gen.cut.drawing import Draft, LineKind, PartRole
from models.attributes import Category, Closure, Collar, Family


def draw_closure(draft: Draft, block: Block) -> None:
    """The closure of an upper garment whose front opens."""
    low = block.hem[1] + 4
    match draft.spec.closure:
        case Closure.BUTTONS:
            _buttons(draft, block, low)
        case Closure.DOUBLE_BREASTED:
            _double_breasted(draft, block)
        case Closure.ZIP:
            draw_zip(draft, _top_of_opening(draft, block), low)
        case Closure.FROG:
            _frogs(draft, block, low)
        case Closure.TIE | Closure.NONE | Closure.LACES | Closure.BUCKLE:
            return


def _top_of_opening(draft: Draft, block: Block) -> float:
    match draft.spec.collar:
        case Collar.STAND:
            return block.neck_drop - (44 if draft.spec.category is Category.BOMBER_JACKET else 60)
        case Collar.HOOD:
            return block.neck_drop - 16
        case _:
            return block.neck_drop


def _buttons(draft: Draft, block: Block, low: float) -> None:
    spec = draft.spec
    outer = spec.family is Family.OUTERWEAR
    first = block.neck_drop + (6 if spec.collar in (Collar.LAPEL, Collar.V_NECK) else 34)
    last = {Category.BLAZER: block.hem[1] - 240}.get(spec.category, low - (110 if low < 760 else low * 0.36))
    gap = 125.0 if outer else 92.0
    count = max(2, min(8, round((last - first) / gap) + 1))
    places = [(0.0, first + i * (last - first) / (count - 1)) for i in range(count)]
    draft.fasten(Closure.BUTTONS, 12.5 if outer else 7.0, *places)
    if spec.category in (Category.SHIRT, Category.DRESS, Category.DENIM_JACKET):
        draft.line(LineKind.STITCH, line((block.wrap, block.neck_drop + 6), (block.wrap, low)))
    if outer and spec.category is not Category.BLAZER:
        edge = -block.wrap + 7
        draft.line(LineKind.STITCH, line((edge, block.neck_drop + 12), (edge, low)))


def _double_breasted(draft: Draft, block: Block) -> None:
    """Two rows at equal distance from the centre; the uppermost pair stands wider."""
    long = block.hem[1] > 800
    first, x = block.neck_drop + 14, block.wrap - 24
    gap, rows = (118.0, 3) if long else (96.0, 2)
    belt = block.waist[1] if draft.spec.category is Category.TRENCH_COAT else -1000.0
    heights = [y if y < belt - 44 else max(y, belt + 50) for y in (first + i * gap for i in range(rows))]
    places = [(side * x, y) for y in heights for side in (-1, 1)]
    if long and draft.spec.collar is Collar.LAPEL:
        places += [(side * (x + 26), first - gap * 0.82) for side in (-1, 1)]
    draft.fasten(Closure.DOUBLE_BREASTED, 14.0 if long else 11.0, *places)
    draft.line(LineKind.STITCH, line((8 - block.wrap, block.neck_drop + 14), (8 - block.wrap, block.hem[1])))


def draw_zip(draft: Draft, top: float, low: float, x: float = 0.0) -> None:
    """A zip chain with its slider at the top and top-stitching at both sides."""
    draft.part("zip", box(x - 5, top, 10, low - top), PartRole.TRIM)
    ticks = [line((x - 3.5, y), (x + 3.5, y)) for y in _steps(top + 8, low, 9.0)]
    draft.line(LineKind.RIB, *ticks)
    draft.line(LineKind.STITCH, line((x - 14, top + 6), (x - 14, low)), line((x + 14, top + 6), (x + 14, low)))
    draft.fasten(Closure.ZIP, 9.0, (x, top + 10))


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + i * step for i in range(int((end - start) / step))]


def _frogs(draft: Draft, block: Block, low: float) -> None:
    first, last = block.neck_drop + (16 if draft.spec.collar is Collar.SHIRT else -18), low - 120
    count = max(3, round((last - first) / 130) + 1)
    draft.fasten(Closure.FROG, 26.0, *((0.0, first + i * (last - first) / (count - 1)) for i in range(count)))
    draft.line(LineKind.EDGE, line((0, block.neck_drop), (0, low + 4)))


def draw_belt(draft: Draft, block: Block, *, buckle: bool, high: float = 46.0) -> None:
    """A belt at the waist, buckled or knotted with hanging ends."""
    wx, wy = block.waist
    draft.part("belt", box(-wx - 5, wy - high / 2, 2 * wx + 10, high, 4), draft.accent)
    draft.line(LineKind.STITCH, line((-wx, wy - high / 2 + 6), (wx, wy - high / 2 + 6)))
    draft.line(LineKind.STITCH, line((-wx, wy + high / 2 - 6), (wx, wy + high / 2 - 6)))
    draft.pair("belt loop", box(wx * 0.66, wy - high / 2 - 8, 12, high + 16, 2), draft.accent)
    if buckle:
        end = box(30, wy - high / 2 + 2, 110, high - 4, 6)
        draft.part("belt end", end, draft.accent)
        draft.fasten(Closure.BUCKLE, high * 0.62, (0.0, wy))
    else:
        draw_knot(draft, (-12.0, wy), high * 0.62, 250.0)


def draw_knot(draft: Draft, at: tuple[float, float], size: float, drop: float) -> None:
    """A tied knot with two ends hanging down by `drop`."""
    x, y = at
    for name, dx, length in (("tie end left", -1.0, drop), ("tie end right", 1.0, drop * 0.86)):
        end = Curve((x - size * 0.3, y)).sweep(
            (x + dx * size * 0.3, y + length * 0.3),
            (x + dx * size * 0.8, y + length * 0.6),
            (x + dx * size * 1.1 - size * 0.4, y + length),
        )
        draft.part(
            name,
            end.to((x + dx * size * 1.1 + size * 0.4, y + length - 6)).sweep(
                (x + dx * size * 1.2, y + length * 0.5), (x + size * 0.6, y + length * 0.2), (x + size * 0.4, y)
            ),
            draft.accent,
        )
    draft.part("knot", box(x - size * 0.55, y - size * 0.6, size * 1.1, size * 1.2, size * 0.3), draft.accent)
    draft.line(LineKind.FOLD, Curve((x - size * 0.3, y - size * 0.4)).bend((x, y), (x + size * 0.1, y + size * 0.5)))


def draw_bow(draft: Draft, at: tuple[float, float], size: float) -> None:
    """A soft bow, as at the neck of a blouse."""
    x, y = at
    draw_knot(draft, at, size * 0.42, size * 2.6)
    loop = (
        Curve((0, 0))
        .sweep((size * 0.5, -size * 0.7), (size * 1.5, -size * 0.6), (size * 1.4, 4))
        .sweep((size * 1.4, size * 0.6), (size * 0.4, size * 0.4), (0, 0))
    )
    draft.part("bow right", loop.move(x, y), draft.accent)
    draft.part("bow left", loop.mirror().move(x, y), draft.accent)
    draft.part("bow knot", box(x - size * 0.2, y - size * 0.24, size * 0.4, size * 0.48, size * 0.14), draft.accent)
    draft.line(
        LineKind.FOLD,
        Curve((x + size * 0.3, y)).bend((x + size * 0.6, y - size * 0.1), (x + size * 0.9, y - size * 0.16)),
        Curve((x - size * 0.3, y)).bend((x - size * 0.6, y - size * 0.1), (x - size * 0.9, y - size * 0.16)),
    )
