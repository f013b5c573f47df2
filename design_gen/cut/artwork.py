"""Print artwork: a few drawings of our own."""

import math

from design_gen.cut.curve import Curve, line, oval, whole
from design_gen.cut.drawing import Draft, PartRole
from models.attributes import Artwork


def draw_artwork(draft: Draft, x: float, y: float, size: float) -> None:
    """The spec's print centred on (x, y), `size` mm wide."""
    for shape in _shapes(draft.spec.pattern.artwork or Artwork.MOUNTAINS, size):
        draft.part("print", shape.move(x, y), PartRole.PRINT)


def _shapes(artwork: Artwork, size: float) -> list[Curve]:
    match artwork:
        case Artwork.MOUNTAINS:
            return _mountains(size)
        case Artwork.STAR:
            return _star(size)
        case Artwork.WAVES:
            return _waves(size)
        case Artwork.SPRIG:
            return _sprig(size)
        case Artwork.MOON:
            return _moon(size)
        case Artwork.HEART:
            return _heart(size)


def _mountains(size: float) -> list[Curve]:
    s = size / 2
    sun = oval(s * 0.3, -s * 0.45, s * 0.32, s * 0.32)
    range_ = line((-s, s * 0.6), (-s * 0.35, -s * 0.4), (0, s * 0.1), (s * 0.3, -s * 0.05), (s, s * 0.6))
    return [sun, range_]


def _star(size: float) -> list[Curve]:
    s = size / 2
    points = [
        (
            math.sin(i * math.pi / 5) * s * (1 if i % 2 == 0 else 0.42),
            -math.cos(i * math.pi / 5) * s * (1 if i % 2 == 0 else 0.42),
        )
        for i in range(10)
    ]
    return [line(*points)]


def _waves(size: float) -> list[Curve]:
    s = size / 2

    def wave(y: float) -> Curve:
        top = Curve((-s, y)).sweep((-s * 0.5, y - s * 0.5), (-s * 0.3, y + s * 0.35), (0, y))
        top = top.sweep((s * 0.3, y - s * 0.35), (s * 0.5, y + s * 0.5), (s, y))
        low = top.move(0, s * 0.2).reverse()
        return top.join(low)

    return [oval(0, -s * 0.62, s * 0.34, s * 0.34), wave(-s * 0.05), wave(s * 0.3), wave(s * 0.65)]


def _sprig(size: float) -> list[Curve]:
    """A stem with leaves on alternate sides; three leaves in a fan would be somebody's trademark."""
    s = size / 2
    blade = (
        Curve((0, 0))
        .sweep((s * 0.22, -s * 0.12), (s * 0.24, -s * 0.42), (0, -s * 0.62))
        .sweep((-s * 0.24, -s * 0.42), (-s * 0.22, -s * 0.12), (0, 0))
    )
    stem = line((-s * 0.03, -s * 0.4), (s * 0.03, -s * 0.4), (s * 0.04, s), (-s * 0.04, s))
    turns = ((0, -0.38), (55, -0.1), (-55, 0.15), (55, 0.45))
    leaves = [blade.turn(angle, (0, 0)).move(0, y * s) for angle, y in turns]
    return [stem, *leaves]


def _moon(size: float) -> list[Curve]:
    """A new moon and two specks of light; with a star beside it, it would be an emblem."""
    s = size / 2
    moon = Curve((s * 0.1, -s * 0.8)).sweep((-s * 0.75, -s * 0.7), (-s * 0.75, s * 0.7), (s * 0.1, s * 0.8))
    moon = moon.sweep((-s * 0.3, s * 0.5), (-s * 0.3, -s * 0.5), (s * 0.1, -s * 0.8))
    return [moon, oval(s * 0.36, -s * 0.34, s * 0.1, s * 0.1), oval(s * 0.2, s * 0.2, s * 0.07, s * 0.07)]


def _heart(size: float) -> list[Curve]:
    s = size / 2
    half = Curve((0, -s * 0.4)).sweep((s * 0.3, -s * 0.95), (s * 1.15, -s * 0.75), (s * 0.9, -s * 0.05))
    return [whole(half.sweep((s * 0.78, s * 0.3), (s * 0.3, s * 0.55), (0, s * 0.85)))]
