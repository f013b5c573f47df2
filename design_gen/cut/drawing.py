"""What a drawing consists of, and the draft that collects it."""

from dataclasses import dataclass, field
from enum import StrEnum

from design_gen.cut.curve import Curve, bounds
from models.attributes import Closure, PatternKind
from models.garment import GarmentSpec

MARGIN_MM = 15.0


class PartRole(StrEnum):
    """What a part is made of, and so which colour it takes."""

    SHELL = "shell"
    SECOND = "second"
    LINING = "lining"
    TRIM = "trim"
    PRINT = "print"


class LineKind(StrEnum):
    """What a line stands for, and so how it is drawn."""

    SEAM = "seam"
    STITCH = "stitch"
    EDGE = "edge"
    FOLD = "fold"
    RIB = "rib"


class View(StrEnum):
    """Which side is seen."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Part:
    """A closed piece; later parts lie on earlier ones. `grain_deg` turns its pattern clockwise."""

    name: str
    path: str
    role: PartRole
    grain_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """An open line on top of the parts."""

    path: str
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Fastener:
    """A button, zip slider, frog knot, eyelet, buckle or knot at a place."""

    x: float
    y: float
    radius: float
    kind: Closure


@dataclass(frozen=True, slots=True)
class Construction:
    """A garment's geometry in millimetres, inside (0, 0)-(width, height)."""

    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    fasteners: tuple[Fastener, ...]
    width: float
    height: float


@dataclass(slots=True)
class Draft:
    """Collects pieces around the centre line; `finish` moves them into positive coordinates."""

    spec: GarmentSpec
    view: View = View.FRONT
    pieces: list[tuple[str, Curve, PartRole, float]] = field(default_factory=list)
    strokes: list[tuple[Curve, LineKind]] = field(default_factory=list)
    fasteners: list[Fastener] = field(default_factory=list)

    @property
    def front(self) -> bool:
        """Whether the front is drawn."""
        return self.view is View.FRONT

    @property
    def accent(self) -> PartRole:
        """Role of sleeves, collars and pockets: the second colour only where colours are blocked."""
        return PartRole.SECOND if self.spec.pattern.kind is PatternKind.COLOUR_BLOCK else PartRole.SHELL

    def part(self, name: str, outline: Curve, role: PartRole = PartRole.SHELL, grain: float = 0.0) -> None:
        """Lay a closed piece on top."""
        self.pieces.append((name, outline, role, grain))

    def pair(self, name: str, outline: Curve, role: PartRole = PartRole.SHELL, grain: float = 0.0) -> None:
        """Lay a piece and its mirror image."""
        self.part(f"{name} left", outline.mirror(), role, -grain)
        self.part(f"{name} right", outline, role, grain)

    def line(self, kind: LineKind, *curves: Curve) -> None:
        """Draw lines on top of all parts."""
        self.strokes += [(curve, kind) for curve in curves]

    def lines(self, kind: LineKind, *curves: Curve) -> None:
        """Draw lines and their mirror images."""
        self.line(kind, *curves, *(curve.mirror() for curve in curves))

    def fasten(self, kind: Closure, radius: float, *places: tuple[float, float]) -> None:
        """Set fasteners."""
        self.fasteners += [Fastener(x, y, radius, kind) for x, y in places]

    def finish(self) -> Construction:
        """The drawing with a small margin, its upper left corner at (0, 0)."""
        reach = [Curve((f.x - f.radius, f.y - f.radius)).to((f.x + f.radius, f.y + f.radius)) for f in self.fasteners]
        left, top, right, bottom = bounds(
            [outline for _, outline, _, _ in self.pieces] + [curve for curve, _ in self.strokes] + reach
        )
        dx, dy = MARGIN_MM - left, MARGIN_MM - top
        return Construction(
            parts=tuple(
                Part(name, outline.move(dx, dy).svg(closed=True), role, grain)
                for name, outline, role, grain in self.pieces
            ),
            lines=tuple(Line(curve.move(dx, dy).svg(closed=False), kind) for curve, kind in self.strokes),
            fasteners=tuple(Fastener(f.x + dx, f.y + dy, f.radius, f.kind) for f in self.fasteners),
            width=right - left + 2 * MARGIN_MM,
            height=bottom - top + 2 * MARGIN_MM,
        )
