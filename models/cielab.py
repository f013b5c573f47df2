"""CIELAB coordinates of sRGB colours: the space in which equal steps look about equally different."""


def to_lab(rgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """L* (0-100), a*, b* of sRGB bytes under D65.

    Source: IEC 61966-2-1 (sRGB transfer curve and matrix) and CIE 15:2004 section 8.2.1 (CIELAB, D65).
    """
    red, green, blue = (_linear(byte / 255) for byte in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = _lightness_curve(x), _lightness_curve(y), _lightness_curve(z)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _lightness_curve(ratio: float) -> float:
    return float(ratio ** (1 / 3)) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
