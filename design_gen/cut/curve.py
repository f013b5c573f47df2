"""Curves of a pattern: straight and Bézier runs in millimetres, x from the centre line, y downwards."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Segment = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A start and its segments: one point is a line's end, two a quadratic, three a cubic Bézier."""

    start: Point
    segments: tuple[Segment, ...] = ()

    @property
    def end(self) -> Point:
        """Where the pen stands."""
        return self.segments[-1][-1] if self.segments else self.start

    def to(self, *points: Point) -> "Curve":
        """Straight on through each point."""
        return Curve(self.start, self.segments + tuple((point,) for point in points))

    def bend(self, control: Point, end: Point) -> "Curve":
        """A quadratic curve."""
        return Curve(self.start, (*self.segments, (control, end)))

    def sweep(self, first: Point, second: Point, end: Point) -> "Curve":
        """A cubic curve."""
        return Curve(self.start, (*self.segments, (first, second, end)))

    def join(self, other: "Curve") -> "Curve":
        """This curve, a straight line to the other's start where they do not meet, then the other."""
        meet = self if math.dist(self.end, other.start) < 0.05 else self.to(other.start)
        return Curve(meet.start, meet.segments + other.segments)

    def reverse(self) -> "Curve":
        """The same curve walked backwards."""
        starts = (self.start, *(segment[-1] for segment in self.segments))
        backwards = tuple((*segment[-2::-1], starts[i]) for i, segment in reversed(list(enumerate(self.segments))))
        return Curve(self.end, backwards)

    def mirror(self) -> "Curve":
        """Reflected in the centre line x = 0."""
        return Curve(_flip(self.start), tuple(tuple(_flip(p) for p in segment) for segment in self.segments))

    def scale(self, x: float, y: float) -> "Curve":
        """Stretched about the origin; a negative factor reflects."""
        stretched = tuple(tuple((px * x, py * y) for px, py in segment) for segment in self.segments)
        return Curve((self.start[0] * x, self.start[1] * y), stretched)

    def move(self, dx: float, dy: float) -> "Curve":
        """Shifted."""
        shifted = tuple(tuple((x + dx, y + dy) for x, y in segment) for segment in self.segments)
        return Curve((self.start[0] + dx, self.start[1] + dy), shifted)

    def turn(self, degrees: float, about: Point = (0.0, 0.0)) -> "Curve":
        """Rotated clockwise as seen on paper."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

        def turned(p: Point) -> Point:
            x, y = p[0] - about[0], p[1] - about[1]
            return about[0] + x * cos - y * sin, about[1] + x * sin + y * cos

        return Curve(turned(self.start), tuple(tuple(turned(p) for p in segment) for segment in self.segments))

    def svg(self, *, closed: bool) -> str:
        """The `d` attribute, to a tenth of a millimetre."""
        letters = " LQC"
        parts = [f"M{_number(self.start)}"]
        parts += [letters[len(segment)] + " ".join(_number(p) for p in segment) for segment in self.segments]
        return "".join(parts) + ("Z" if closed else "")

    def samples(self, steps: int = 8) -> list[Point]:
        """Points on the curve, `steps` for each segment, the start first."""
        points, here = [self.start], self.start
        for segment in self.segments:
            control = (here, *segment)
            points += [_bezier(control, (i + 1) / steps) for i in range(steps)]
            here = segment[-1]
        return points


def _flip(p: Point) -> Point:
    return -p[0], p[1]


def _number(p: Point) -> str:
    return f"{round(p[0], 1):g} {round(p[1], 1):g}"


def _bezier(control: tuple[Point, ...], t: float) -> Point:
    while len(control) > 1:
        control = tuple(mix(a, b, t) for a, b in pairwise(control))
    return control[0]


def mix(a: Point, b: Point, t: float) -> Point:
    """The point a share t of the way from a to b."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def at_height(curve: Curve, y: float) -> Point:
    """The first point where a downward curve passes height y; its last point where it never does."""
    for (x0, y0), (x1, y1) in pairwise(curve.samples(16)):
        if y0 <= y <= y1:
            return mix((x0, y0), (x1, y1), (y - y0) / ((y1 - y0) or 1.0))
    return curve.end


def line(*points: Point) -> Curve:
    """A polyline."""
    return Curve(points[0]).to(*points[1:])


def whole(half: Curve) -> Curve:
    """A symmetrical outline from its right half, walked from centre to centre."""
    return half.join(half.mirror().reverse())


def box(x: float, y: float, width: float, height: float, corner: float = 0.0) -> Curve:
    """A rectangle from its upper left corner, its corners rounded by `corner`."""
    c, right, low = corner, x + width, y + height
    if not c:
        return line((x, y), (right, y), (right, low), (x, low))
    return (
        Curve((x + c, y)).to((right - c, y)).bend((right, y), (right, y + c)).to((right, low - c))
        .bend((right, low), (right - c, low)).to((x + c, low)).bend((x, low), (x, low - c)).to((x, y + c))
        .bend((x, y), (x + c, y))
    )  # fmt: skip


def oval(x: float, y: float, rx: float, ry: float) -> Curve:
    """An ellipse as four cubics."""
    k = 0.5523
    return (
        Curve((x + rx, y)).sweep((x + rx, y + k * ry), (x + k * rx, y + ry), (x, y + ry))
        .sweep((x - k * rx, y + ry), (x - rx, y + k * ry), (x - rx, y))
        .sweep((x - rx, y - k * ry), (x - k * rx, y - ry), (x, y - ry))
        .sweep((x + k * rx, y - ry), (x + rx, y - k * ry), (x + rx, y))
    )  # fmt: skip


def scallops(start: Point, end: Point, count: int, bulge: float) -> Curve:
    """A puffed edge: `count` arcs from start to end, standing out to the left of the way by `bulge`."""
    curve, length = Curve(start), math.dist(start, end) or 1.0
    normal = ((end[1] - start[1]) / length * bulge, -(end[0] - start[0]) / length * bulge)
    for i in range(count):
        middle = mix(start, end, (i + 0.5) / count)
        curve = curve.bend((middle[0] + normal[0], middle[1] + normal[1]), mix(start, end, (i + 1) / count))
    return curve


def bounds(curves: Iterable[Curve]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the curves themselves, not of their control points."""
    points = [p for curve in curves for p in curve.samples()]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
