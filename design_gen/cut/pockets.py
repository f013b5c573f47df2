"""Pockets of every kind, as pieces with their stitching."""

from design_gen.cut.curve import Curve, box, line
from design_gen.cut.drawing import Draft, LineKind
from models.attributes import Pockets


def patch(
    draft: Draft, x: float, y: float, width: float, height: float, *, pair: bool = True, point: float = 14
) -> None:
    """A patch pocket centred on x with its top at y, its bottom drawn to a point of `point` mm."""
    left, right, low = x - width / 2, x + width / 2, y + height
    outline = line((left, y), (right, y), (right, low), (x, low + point), (left, low))
    inside = line(
        (left + 6, y + 24), (left + 6, low - 4), (x, low + point - 6), (right - 6, low - 4), (right - 6, y + 24)
    )
    hem = line((left, y + 24), (right, y + 24))
    _lay(draft, "patch pocket", outline, pair)
    _mark(draft, LineKind.STITCH, pair, inside, hem)


def flap(
    draft: Draft, x: float, y: float, width: float, height: float = 62.0, *, slant: float = 0.0, pair: bool = True
) -> None:
    """A flap over a pocket mouth, its lower corners rounded."""
    left, right, low = x - width / 2, x + width / 2, y + height
    outline = (
        Curve((left, y))
        .to((right, y + slant), (right, low + slant - 12))
        .bend((right, low + slant), (right - 12, low + slant))
    )
    outline = outline.to((left + 12, low)).bend((left, low), (left, low - 12))
    _lay(draft, "pocket flap", outline, pair)
    _mark(
        draft,
        LineKind.STITCH,
        pair,
        line((left + 6, y + 4), (left + 6, low - 9), (right - 6, low + slant - 9), (right - 6, y + slant + 4)),
    )


def welt(
    draft: Draft, x: float, y: float, width: float, *, turn: float = -14.0, high: float = 20.0, pair: bool = True
) -> None:
    """A welt pocket, slanted by `turn` degrees."""
    _lay(draft, "pocket welt", box(x - width / 2, y, width, high).turn(turn, (x, y)), pair)


def slanted_welt(draft: Draft, x: float, y: float, length: float) -> None:
    """A steep hand-warmer welt, as on jackets and coats."""
    draft.pair(
        "pocket welt", line((x - 26, y + length), (x + 2, y), (x + 26, y + 6), (x - 2, y + length + 6)), draft.accent
    )


def cargo(draft: Draft, x: float, y: float, width: float, height: float) -> None:
    """A bellows pocket with a flap and a centre pleat."""
    draft.pair("cargo pocket", box(x - width / 2, y + 8, width, height, 8), draft.accent)
    draft.lines(
        LineKind.FOLD, line((x - 9, y + 60), (x - 9, y + height + 4)), line((x + 9, y + 60), (x + 9, y + height + 4))
    )
    flap(draft, x, y, width + 8, 54.0)


def kangaroo(draft: Draft, low: float, reach: float, *, split: bool) -> None:
    """A front pouch whose lower edge is at `low`; in two halves beside a zip."""
    high, top, start = 190.0, reach * 0.56, 16.0 if split else 0.0
    half = (
        line((start, low - high), (top, low - high))
        .bend((reach * 0.94, low - high * 0.74), (reach, low - high * 0.36))
        .to((reach, low), (start, low))
    )
    mouth = Curve((top, low - high + 8)).bend((reach * 0.9, low - high * 0.72), (reach - 9, low - high * 0.36))
    if split:
        draft.pair("pouch", half, draft.accent)
    else:
        draft.part("pouch", half.join(half.mirror().reverse()), draft.accent)
    draft.lines(LineKind.STITCH, mouth, line((start, low - high + 8), (top, low - high + 8)))


def coat_pockets(draft: Draft, x: float, y: float, *, width: float = 165.0) -> None:
    """The pockets of a jacket or coat, at hip height `y`, centred on `x`."""
    match draft.spec.pockets:
        case Pockets.NONE:
            return
        case Pockets.PATCH:
            patch(draft, x, y, width, 190, point=4)
        case Pockets.WELT:
            slanted_welt(draft, x, y - 20, 165)
        case Pockets.FLAP:
            flap(draft, x, y, width)
        case Pockets.CARGO:
            cargo(draft, x, y, width, 180)
        case Pockets.KANGAROO:
            kangaroo(draft, y + 150, x + width / 2, split=True)


def _lay(draft: Draft, name: str, outline: Curve, pair: bool) -> None:
    if pair:
        draft.pair(name, outline, draft.accent)
    else:
        draft.part(name, outline, draft.accent)


def _mark(draft: Draft, kind: LineKind, pair: bool, *curves: Curve) -> None:
    if pair:
        draft.lines(kind, *curves)
    else:
        draft.line(kind, *curves)
