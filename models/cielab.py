"""CIELAB coordinates of sRGB colours: the space in which equal steps look about equally different."""

XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
"""Linear sRGB to CIE XYZ under D65."""
WHITE = (0.95047, 1.0, 1.08883)
"""XYZ of the D65 white for the 2 degree observer."""


def to_lab(rgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """L* (0-100), a*, b* of sRGB bytes under D65.

    Source: IEC 61966-2-1 (sRGB transfer curve and matrix) and CIE 15:2004 section 8.2.1 (CIELAB, D65).
    """
    linear = [_linear(byte / 255) for byte in rgb]
    fx, fy, fz = (
        _lightness_curve(sum(share * part for share, part in zip(row, linear, strict=True)) / white)
        for row, white in zip(XYZ, WHITE, strict=True)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _lightness_curve(ratio: float) -> float:
    return float(ratio ** (1 / 3)) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
