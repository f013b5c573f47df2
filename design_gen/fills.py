"""Fills of a coloured drawing: which colour a part takes, and surface patterns as SVG pattern definitions."""

import math
from dataclasses import dataclass

from design_gen.cut.drawing import PartRole
from models.attributes import Category, PatternKind, Trim, Turn
from models.garment import TURNS, GarmentSpec, Pattern

Rgb = tuple[int, int, int]

_TRIMS: dict[Trim, Rgb] = {
    Trim.BRASS: (184, 146, 84),
    Trim.SILVER: (190, 194, 200),
    Trim.BLACK: (34, 34, 38),
    Trim.HORN: (92, 70, 54),
    Trim.WOODEN: (170, 122, 76),
}
_SOLES: dict[Category, Rgb] = {Category.SNEAKERS: (238, 234, 224), Category.BOOTS: (44, 38, 34)}
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def blend(a: Rgb, b: Rgb, share: float) -> Rgb:
    """A mix of two sRGB colours with `share` of the second."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def css(rgb: Rgb) -> str:
    """#rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def is_dark(rgb: Rgb) -> bool:
    """Whether lines on this colour must be lighter than it to be seen."""
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] < 62


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one spec's drawing."""

    shell: Rgb
    second: Rgb
    lining: Rgb
    trim: Rgb
    sole: Rgb
    ink: Rgb
    soft_ink: Rgb

    @staticmethod
    def of(spec: GarmentSpec) -> "Palette":
        """Derive all drawing colours from the spec's own."""
        shell = spec.colour.rgb
        second = spec.pattern.second.rgb if spec.pattern.second else None
        blocked = spec.pattern.kind is PatternKind.COLOUR_BLOCK and second is not None
        dark = is_dark(shell)
        ink = blend(shell, _WHITE, 0.42) if dark else blend(shell, _BLACK, 0.68)
        return Palette(
            shell=shell,
            second=second if blocked and second else blend(shell, _WHITE if dark else _BLACK, 0.08),
            lining=blend(shell, _BLACK, 0.42),
            trim=_TRIMS.get(spec.trim, blend(shell, _WHITE if dark else _BLACK, 0.3)),
            sole=_SOLES.get(spec.category, blend(shell, _BLACK, 0.3)),
            ink=ink,
            soft_ink=blend(ink, shell, 0.4),
        )


def plain_fill(palette: Palette, role: PartRole, name: str, artwork: Rgb | None) -> Rgb:
    """The colour of a part that carries no surface pattern."""
    match role:
        case PartRole.SHELL:
            return palette.shell
        case PartRole.SECOND:
            return palette.second
        case PartRole.LINING:
            return palette.lining
        case PartRole.TRIM:
            return palette.sole if name == "sole" else palette.trim
        case PartRole.PRINT:
            return artwork or palette.second


def pattern_tile(spec: GarmentSpec) -> tuple[float, str] | None:
    """Side in mm and content of the repeat's square tile; None where the shell is of one colour.

    Content runs past the tile's edges: a renderer that rounds a tile up to whole pixels shows no gap there.
    """
    if spec.pattern.second is None:
        return None
    r, a, b = float(spec.pattern.repeat_mm), spec.colour.rgb, spec.pattern.second.rgb
    cover = (spec.pattern.cover_pct or 0) / 100
    match spec.pattern.kind:
        case PatternKind.STRIPES:
            return r, _ground(r, a) + _band(r, 1 - cover, cover, b, across=True)
        case PatternKind.PINSTRIPES:
            return r, _ground(r, a) + _band(r, 0.45, max(1.6 / r, cover), b, across=False)
        case PatternKind.CHECK:
            return r, _ground(r, a) + _check(r, a, b)
        case PatternKind.TARTAN:
            return r, _ground(r, a) + _tartan(r, a, b)
        case PatternKind.DOTS:
            dot = r * cover / 2
            return r, _ground(r, a) + _disc(r * 0.25, r * 0.25, dot, b) + _disc(r * 0.75, r * 0.75, dot, b)
        case PatternKind.FLORAL:
            return r, _ground(r, a) + _floral(r, a, b)
        case PatternKind.CAMOUFLAGE:
            return r * 3, _ground(r * 3, a) + _camouflage(r * 3, a, b)
        case PatternKind.PLAIN | PatternKind.COLOUR_BLOCK | PatternKind.CHEST_PRINT:
            return None


def pattern_degrees(pattern: Pattern) -> float:
    """How far the tile is turned clockwise so that its lines run as the pattern asks."""
    match pattern.turn:
        case None:
            return 0.0
        case Turn.BIAS:
            return 45.0
        case _:
            return 0.0 if pattern.turn is TURNS[pattern.kind][0] else 90.0


def _rect(x: float, y: float, width: float, height: float, rgb: Rgb, opacity: float = 1.0) -> str:
    alpha = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{css(rgb)}"{alpha}/>'


def _ground(side: float, rgb: Rgb) -> str:
    return _rect(-side, -side, 3 * side, 3 * side, rgb)


def _band(r: float, start: float, width: float, rgb: Rgb, opacity: float = 1.0, *, across: bool) -> str:
    """A band over the whole tile at a share of the repeat, and its next occurrence just past the edge."""
    places = (r * start, r * (start + 1))
    if across:
        return "".join(_rect(-r, y, 3 * r, r * width, rgb, opacity) for y in places)
    return "".join(_rect(x, -r, r * width, 3 * r, rgb, opacity) for x in places)


def _check(r: float, a: Rgb, b: Rgb) -> str:
    """Gingham: half-covering bands both ways, full colour where they cross."""
    half, places = blend(a, b, 0.5), (0.0, r)
    bands = _band(r, 0, 0.5, half, across=True) + _band(r, 0, 0.5, half, across=False)
    return bands + "".join(_rect(x, y, r / 2, r / 2, b) for x in places for y in places)


def _disc(x: float, y: float, radius: float, rgb: Rgb) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{css(rgb)}"/>'


def _tartan(r: float, a: Rgb, b: Rgb) -> str:
    """Broad half-covering bands both ways, with a fine dark and a fine light line."""
    dark, light = blend(blend(a, b, 0.5), _BLACK, 0.6), blend(a, _WHITE, 0.7)
    bands = ((0.12, 0.34, b, 0.6), (0.26, 0.06, dark, 0.8), (0.74, 0.035, light, 0.9))
    return "".join(
        _band(r, start, width, rgb, opacity, across=across)
        for start, width, rgb, opacity in bands for across in (True, False)
    )  # fmt: skip


_PETALS = tuple((math.sin(i * math.tau / 5), -math.cos(i * math.tau / 5)) for i in range(5))
# centre and size of each flower, then of each leaf with its turn, then of each bud, as shares of the repeat
_FLOWERS = ((0.27, 0.29, 0.105), (0.77, 0.74, 0.085))
_LEAVES = ((0.47, 0.45, 0.08, 40), (0.09, 0.47, 0.065, -50), (0.6, 0.92, 0.065, -35), (0.94, 0.57, 0.06, 60))
_BUDS = ((0.72, 0.22, 0.036), (0.82, 0.29, 0.028), (0.2, 0.8, 0.036), (0.3, 0.73, 0.028))


def _floral(r: float, a: Rgb, b: Rgb) -> str:
    """Two five-petalled flowers, scattered leaves and buds."""
    heart, leaf = blend(b, (240, 200, 70), 0.65), blend(blend(a, b, 0.25), (60, 104, 56), 0.6)
    tile = ""
    for cx, cy, size, turn in _LEAVES:
        x, y = r * cx, r * cy
        tile += (
            f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{r * size:.2f}" ry="{r * size * 0.36:.2f}" '
            f'transform="rotate({turn} {x:.2f} {y:.2f})" fill="{css(leaf)}"/>'
        )
    for cx, cy, size in _FLOWERS:
        tile += "".join(_disc(r * (cx + x * size), r * (cy + y * size), r * size * 0.56, b) for x, y in _PETALS)
        tile += _disc(r * cx, r * cy, r * size * 0.5, heart)
    return tile + "".join(_disc(r * cx, r * cy, r * size, b) for cx, cy, size in _BUDS)


_BLOBS = (
    "m-.17-.02c.02-.09.13-.13.2-.07c.05.04.14.01.16.08c.02.08-.08.1-.11.15c-.04.07-.15.08-.2.02c-.04-.05-.06-.1-.05-.18z",
    "m-.2.01c.06-.07.12-.02.19-.06c.06-.04.15-.06.2 0c.03.06-.05.09-.1.1c-.07.02-.1.07-.18.06c-.06-.01-.14-.05-.11-.1z",
)
# centre, tone (0 second colour, 1 dark mix, 2 light mix), blob, turn
_CAMOUFLAGE = (
    (0.15, 0.2, 0, 0, 0), (0.62, 0.1, 1, 1, 20), (0.4, 0.42, 2, 1, -30), (0.86, 0.36, 0, 0, 80),
    (0.1, 0.62, 1, 0, 140), (0.55, 0.7, 0, 1, 10), (0.84, 0.78, 2, 0, 40), (0.3, 0.9, 1, 1, -20),
    (0.68, 0.46, 1, 0, 200), (0.32, 0.14, 2, 1, 60), (0.96, 0.06, 2, 1, 100), (0.06, 0.42, 2, 1, 10),
    (0.3, 0.66, 0, 0, 250), (0.72, 0.94, 0, 1, 160),
)  # fmt: skip


def _camouflage(side: float, a: Rgb, b: Rgb) -> str:
    """Wandering blobs in the second colour and two mixes, repeated seamlessly."""
    tones = (b, blend(blend(a, b, 0.5), _BLACK, 0.5), blend(blend(a, b, 0.4), _WHITE, 0.35))
    tile = ""
    for x, y, tone, blob, turn in _CAMOUFLAGE:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if -0.25 < x + dx < 1.25 and -0.25 < y + dy < 1.25:
                    place = (
                        f"translate({(x + dx) * side:.2f} {(y + dy) * side:.2f}) rotate({turn}) scale({side * 0.9:.2f})"
                    )
                    tile += f'<path transform="{place}" d="{_BLOBS[blob]}" fill="{css(tones[tone])}"/>'
    return tile
