"""Flats: a spec's drawing as SVG, black line art or filled with its colours, and rendered to pixels.

Nothing that a person typed enters the SVG: it holds only numbers, path data of our own and checked #rrggbb colours.
"""

import io
import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from design_gen.construction import construct
from design_gen.cut.drawing import Construction, Line, LineKind, Part, PartRole
from design_gen.fasteners import draw_fastener
from design_gen.fills import Palette, css, pattern_degrees, pattern_tile, plain_fill
from models.errors import InvalidInput
from models.garment import GarmentSpec

# Stroke widths as shares of the picture's side, so that a mug and a coat get the same pen.
_SILHOUETTE, _OUTLINE = 0.0105, 0.0036
_PENS: dict[LineKind, float] = {
    LineKind.EDGE: 0.0036, LineKind.SEAM: 0.0028, LineKind.STITCH: 0.0019, LineKind.FOLD: 0.0022, LineKind.RIB: 0.0014,
}  # fmt: skip
# The drawing fills 86% of the square and stands a little high: the AI label covers the lowest 8.8% of a picture.
_FRAME, _RAISE = 1.16, 0.019


def flat_svg(spec: GarmentSpec, view: Literal["front", "back"] = "front") -> str:
    """Black line art on white in a square frame: the flat of a technical pack."""
    drawing = construct(spec, view)
    side = side_of(drawing)
    pen = _FlatPen(side)
    body = [silhouette(drawing.parts, side, "#000000")]
    body += [pen.part(part) for part in drawing.parts]
    body += [pen.line(line) for line in drawing.lines]
    body += [draw_fastener(f, "#ffffff", "#000000", side * 0.0024) for f in drawing.fasteners]
    return frame(drawing, side, "#ffffff", "", "".join(body))


def coloured_svg(spec: GarmentSpec, background: str = "#ffffff", view: Literal["front", "back"] = "front") -> str:
    """The same drawing filled with the spec's colours and surface pattern, on a plain background (#rrggbb)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", background):
        raise InvalidInput(f"background {background[:20]!r} is not #rrggbb")
    drawing, palette = construct(spec, view), Palette.of(spec)
    side = side_of(drawing)
    pen = ColourPen(spec, palette, side)
    body = [silhouette(drawing.parts, side * 0.55, css(palette.ink))]
    body += [pen.part(part) for part in drawing.parts]
    body += [pen.line(line) for line in drawing.lines]
    body += [draw_fastener(f, css(palette.trim), css(palette.ink), side * 0.0018) for f in drawing.fasteners]
    return frame(drawing, side, background, pen.definitions(), "".join(body))


def render_png(svg: str, size: int) -> bytes:
    """A square PNG of `size` pixels (16 to 4096)."""
    if not 16 <= size <= 4096:
        raise InvalidInput(f"picture size {size} is outside 16-4096 pixels")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))


def to_array(svg: str, size: int) -> npt.NDArray[np.uint8]:
    """The rendering as uint8 RGB of shape (size, size, 3)."""
    with Image.open(io.BytesIO(render_png(svg, size))) as picture:
        return np.asarray(picture.convert("RGB"))


def side_of(drawing: Construction) -> float:
    """Side in mm of the square frame around a drawing."""
    return max(drawing.width, drawing.height) * _FRAME


def frame(drawing: Construction, side: float, background: str, definitions: str, body: str) -> str:
    """The SVG document of a drawing's shapes on a plain background."""
    dx, dy = (side - drawing.width) / 2, (side - drawing.height) / 2 - side * _RAISE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side:.1f} {side:.1f}" width="1024" height="1024">'
        f'<defs>{definitions}</defs><rect width="{side:.1f}" height="{side:.1f}" fill="{background}"/>'
        f'<g transform="translate({dx:.1f} {dy:.1f})" stroke-linejoin="round" stroke-linecap="round">{body}</g></svg>'
    )


def silhouette(parts: tuple[Part, ...], side: float, ink: str) -> str:
    """All parts under one heavy stroke: what stays visible is the outer contour."""
    width = side * _SILHOUETTE
    paths = "".join(f'<path d="{part.path}"/>' for part in parts if part.role is not PartRole.PRINT)
    return f'<g fill="{ink}" stroke="{ink}" stroke-width="{width:.2f}">{paths}</g>'


def stroke(line: Line, side: float, ink: str) -> str:
    """A line in the width that its kind has in a frame of this side."""
    dash = f' stroke-dasharray="{side * 0.006:.2f} {side * 0.0045:.2f}"' if line.kind is LineKind.STITCH else ""
    return f'<path d="{line.path}" fill="none" stroke="{ink}" stroke-width="{side * _PENS[line.kind]:.2f}"{dash}/>'


class _FlatPen:
    """Draws in black on white."""

    def __init__(self, side: float) -> None:
        self.side = side

    def part(self, part: Part) -> str:
        fill = {PartRole.LINING: "#d9d9d9", PartRole.PRINT: "#8c8c8c"}.get(part.role, "#ffffff")
        return f'<path d="{part.path}" fill="{fill}" stroke="#000000" stroke-width="{self.side * _OUTLINE:.2f}"/>'

    def line(self, line: Line) -> str:
        soft = line.kind in (LineKind.RIB, LineKind.FOLD)
        return stroke(line, self.side, "#555555" if soft else "#000000")


class ColourPen:
    """Draws in the spec's colours; collects one pattern definition for each way the grain runs."""

    def __init__(self, spec: GarmentSpec, palette: Palette, side: float) -> None:
        self.palette, self.side = palette, side
        self.tile, self.degrees = pattern_tile(spec), pattern_degrees(spec.pattern)
        self.artwork = spec.pattern.second.rgb if spec.pattern.second else None
        self.grains: list[float] = []

    def part(self, part: Part) -> str:
        """A part with its outline."""
        ink = css(self.palette.ink)
        if part.role is PartRole.PRINT:
            fill = plain_fill(self.palette, part.role, part.name, self.artwork)
            return f'<path d="{part.path}" fill="{css(fill)}"/>'
        width = self.side * _OUTLINE * 0.8
        return f'<path d="{part.path}" fill="{self.fill(part)}" stroke="{ink}" stroke-width="{width:.2f}"/>'

    def fill(self, part: Part) -> str:
        """The part's colour or pattern, as a value of the SVG attribute."""
        if self.tile is None or part.role is not PartRole.SHELL:
            return css(plain_fill(self.palette, part.role, part.name, self.artwork))
        if part.grain_deg not in self.grains:
            self.grains.append(part.grain_deg)
        return f"url(#grain{self.grains.index(part.grain_deg)})"

    def line(self, line: Line) -> str:
        """A line in ink, softer where it only suggests."""
        soft = line.kind in (LineKind.RIB, LineKind.FOLD, LineKind.STITCH)
        return stroke(line, self.side, css(self.palette.soft_ink if soft else self.palette.ink))

    def definitions(self) -> str:
        """Pattern definitions for every grain met so far."""
        if self.tile is None:
            return ""
        side, content = self.tile
        return "".join(
            f'<pattern id="grain{i}" patternUnits="userSpaceOnUse" width="{side:g}" height="{side:g}" '
            f'patternTransform="rotate({grain + self.degrees:g})">{content}</pattern>'
            for i, grain in enumerate(self.grains)
        )
