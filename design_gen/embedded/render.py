"""The shaded drawing (draft) of a spec: what the embedded net learns from, never shown as an AI picture."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from design_gen.construction import Construction, LineKind, Part, PartRole, construct
from design_gen.embedded.cloth import ClothBank, lie_on
from design_gen.embedded.look import Look, backdrop_rgb, draw_grain
from design_gen.embedded.shade import Layers, Picture, shade
from design_gen.fasteners import draw_fastener
from design_gen.fills import Palette, blend, css
from design_gen.flat import ColourPen, coloured_svg, frame, side_of, silhouette, stroke, to_array
from models.attributes import Family, Trim
from models.garment import GarmentSpec

# Cloth that hangs free folds most; shoes, bags and hats are stiff.
FOLDS: Mapping[Family, float] = {
    Family.TOP: 1.0,
    Family.OUTERWEAR: 0.85,
    Family.DRESS: 1.0,
    Family.BOTTOM: 0.9,
    Family.HAT: 0.4,
    Family.BAG: 0.5,
    Family.SHOES: 0.35,
    Family.ACCESSORY: 0.9,
    Family.HOME: 0.5,
}


def draft(
    spec: GarmentSpec, look: Look, size: int, cloth: ClothBank | None = None
) -> tuple[Picture, Picture, NDArray[np.uint8]]:
    """Flat (size, size, 3) on the backdrop's colour, shaded picture (size, size, 3) and garment mask (size, size).

    The seed of the look decides folds and threads; folds are real ones where a bank of cloth is given. Size is a
    multiple of four.
    """
    construction = construct(spec)
    layers = take_apart(spec, construction, size)
    if cloth is not None:
        layers = replace(layers, folds=lie_on(cloth.draw(look.seed, spec.family), layers.cover))
    picture = shade(layers, spec.material, FOLDS[spec.family], look, draw_grain(look.seed, size))
    mask: NDArray[np.uint8] = (layers.cover * 255 + 0.5).astype(np.uint8)
    return flat_on_backdrop(spec, look, size), picture, mask


def flat_on_backdrop(spec: GarmentSpec, look: Look, size: int) -> Picture:
    """The coloured flat, lines and all, on the plain colour of the backdrop."""
    return to_array(coloured_svg(spec, css(backdrop_rgb(look))), size)


def garment_mask(spec: GarmentSpec, size: int) -> NDArray[np.uint8]:
    """How much of each pixel (size, size) the garment covers, 0..255."""
    drawing = construct(spec)
    return to_array(_framed(drawing, _line_art(drawing)), size)[..., 0]


def take_apart(spec: GarmentSpec, drawing: Construction, size: int) -> Layers:
    """Rasterise what shading needs of a drawing."""
    numbers = to_array(_framed(drawing, _numbered(drawing)), size)
    lines = to_array(_framed(drawing, _line_art(drawing)), size).astype(np.float32) / 255
    return Layers(
        albedo=to_array(_framed(drawing, *_albedo(spec, drawing)), size),
        parts=numbers[..., 2].astype(np.int32),
        cover=lines[..., 0],
        seams=lines[..., 1],
        creases=lines[..., 2],
        cloth=(numbers[..., 0] > 127).astype(np.float32),
        fasteners=(numbers[..., 1] > 127).astype(np.float32),
        metal=1.0 if spec.trim in (Trim.BRASS, Trim.SILVER) else 0.25,
    )


def _framed(drawing: Construction, body: str, definitions: str = "") -> str:
    return frame(drawing, side_of(drawing), "#000000", definitions, body)


def _numbered(drawing: Construction) -> str:
    """Blue: each part's number; red: cloth; green: fasteners, numbered above all parts."""
    top = len(drawing.parts) + 1
    shapes = "".join(
        f'<path d="{part.path}" fill="#{_is_cloth(part)}00{min(number, 255):02x}"/>'
        for number, part in enumerate(drawing.parts, 1)
    )
    mark = f"#00ff{min(top, 255):02x}"
    shapes += "".join(draw_fastener(fastener, mark, mark, 0.0) for fastener in drawing.fasteners)
    return f'<g shape-rendering="crispEdges">{shapes}</g>'


def _is_cloth(part: Part) -> str:
    return "00" if part.role in (PartRole.TRIM, PartRole.PRINT) else "ff"


def _line_art(drawing: Construction) -> str:
    """Red: what the garment covers; green: lines sewn in; blue: creases and ribs."""
    side = side_of(drawing)
    shapes = "".join(
        f'<path d="{part.path}" fill="#ff0000" stroke="#ff0000" stroke-width="{side * 0.002:.2f}"/>'
        for part in drawing.parts
    )
    for line in drawing.lines:
        shapes += stroke(line, side, "#ff00ff" if line.kind in (LineKind.FOLD, LineKind.RIB) else "#ffff00")
    return shapes + "".join(draw_fastener(fastener, "#ff0000", "#ff0000", 0.0) for fastener in drawing.fasteners)


def _albedo(spec: GarmentSpec, drawing: Construction) -> tuple[str, str]:
    """The drawing in its colours without outlines, and the pattern definitions it needs."""
    palette, side = Palette.of(spec), side_of(drawing)
    pen = ColourPen(spec, palette, side)
    thread = css(blend(palette.shell, palette.ink, 0.35))
    shapes = silhouette(drawing.parts, side * 0.2, css(palette.shell))
    shapes += "".join(f'<path d="{part.path}" fill="{pen.fill(part)}"/>' for part in drawing.parts)
    shapes += "".join(
        stroke(line, side, thread) for line in drawing.lines if line.kind in (LineKind.STITCH, LineKind.EDGE)
    )
    shapes += "".join(
        draw_fastener(fastener, css(palette.trim), css(palette.ink), side * 0.001) for fastener in drawing.fasteners
    )
    return shapes, pen.definitions()
