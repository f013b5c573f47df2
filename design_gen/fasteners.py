"""Buttons, sliders, frogs, buckles and eyelets as SVG."""

from typing import assert_never

from design_gen.cut.drawing import Fastener
from models.attributes import Closure


def draw_fastener(fastener: Fastener, fill: str, ink: str, pen: float) -> str:
    """One fastener; `pen` is the stroke width in mm."""
    x, y, r = fastener.x, fastener.y, fastener.radius
    style = f'fill="{fill}" stroke="{ink}" stroke-width="{pen:.2f}"'
    match fastener.kind:
        case Closure.BUTTONS | Closure.DOUBLE_BREASTED:
            return _button(x, y, r, style, ink)
        case Closure.ZIP:
            return (
                f'<rect x="{x - r * 0.6:.1f}" y="{y - r * 0.7:.1f}" width="{r * 1.2:.1f}" height="{r * 1.4:.1f}" '
                f'rx="{r * 0.3:.1f}" {style}/><rect x="{x - r * 0.32:.1f}" y="{y + r * 0.6:.1f}" '
                f'width="{r * 0.64:.1f}" height="{r * 1.9:.1f}" rx="{r * 0.3:.1f}" {style}/>'
            )
        case Closure.FROG:
            return _frog(x, y, r, style)
        case Closure.BUCKLE:
            return _buckle(x, y, r, style)
        case Closure.LACES:
            return (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {style}/>'
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.4:.1f}" fill="{ink}"/>'
            )
        case Closure.TIE | Closure.NONE:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {style}/>'
        case _:
            assert_never(fastener.kind)


def _button(x: float, y: float, r: float, style: str, ink: str) -> str:
    holes = "".join(
        f'<circle cx="{x + dx * r * 0.26:.1f}" cy="{y + dy * r * 0.26:.1f}" r="{r * 0.12:.2f}" fill="{ink}"/>'
        for dx in (-1, 1) for dy in (-1, 1)
    )  # fmt: skip
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {style}/>{holes}'


def _frog(x: float, y: float, r: float, style: str) -> str:
    """盘扣: a knot in the middle, a flat loop to each side."""
    loops = "".join(
        f'<ellipse cx="{x + side * r * 0.95:.1f}" cy="{y:.1f}" rx="{r * 0.55:.1f}" ry="{r * 0.2:.1f}" {style}/>'
        f'<rect x="{min(x, x + side * r * 0.6):.1f}" y="{y - r * 0.1:.1f}" '
        f'width="{r * 0.6:.1f}" height="{r * 0.2:.1f}" {style}/>'
        for side in (-1, 1)
    )
    return f'{loops}<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.26:.1f}" {style}/>'


def _buckle(x: float, y: float, r: float, style: str) -> str:
    """A square frame with its prong."""
    i = r * 0.66
    return (
        f'<path fill-rule="evenodd" d="M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h{-2 * r:.1f}z'
        f'M{x - i:.1f} {y - i:.1f}v{2 * i:.1f}h{2 * i:.1f}v{-2 * i:.1f}z" {style}/>'
        f'<path d="M{x - r:.1f} {y:.1f}H{x + r * 0.8:.1f}" {style}/>'
    )
