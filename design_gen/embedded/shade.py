"""Shading: from a garment's layers to a lit picture through a height field.

Folds, threads, seams and fasteners raise or lower the height field; light, its own shadows, highlights and the shadow
on the backdrop follow from it. All planes are (size, size) float32, colours linear in [0, 1] inside this file.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from design_gen.embedded.look import Backdrop, Grain, Light, Look, Plane, backdrop_rgb
from design_gen.embedded.weave import SURFACES, Surface, blur, spread, weave
from models.attributes import Material

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Layers:
    """A garment taken apart: what shading needs to know of its drawing."""

    albedo: Picture
    """(size, size, 3) sRGB colours without lines."""
    parts: NDArray[np.int32]
    """(size, size) number of the uppermost part in painting order, 0 for the backdrop."""
    cover: Plane
    """How much of each pixel the garment covers, 0..1."""
    seams: Plane
    creases: Plane
    """Lines pressed in: seams and stitches; folds and ribs."""
    cloth: Plane
    """Where the main material shows: not on soles, buttons or prints."""
    fasteners: Plane
    metal: float
    """How metallic the fasteners are, 0..1."""
    folds: Plane | None = None
    """Log brightness of real folds (size, size); None has them drawn from the grain."""


@dataclass(frozen=True, slots=True)
class _Lamp:
    azimuth: float
    elevation: float
    ambient: float
    shadow: float
    """How dark cast shadows are."""
    softness: float

    @property
    def direction(self) -> tuple[float, float, float]:
        """Unit vector towards the lamp: right, down, towards the viewer."""
        flat = math.cos(self.elevation)
        return math.cos(self.azimuth) * flat, math.sin(self.azimuth) * flat, math.sin(self.elevation)


_LAMPS: Mapping[Light, _Lamp] = {
    Light.SOFT: _Lamp(-1.75, 1.05, 0.58, 0.5, 2.2),
    Light.LEFT: _Lamp(-2.9, 0.72, 0.42, 0.5, 2.2),
    Light.RIGHT: _Lamp(-0.24, 0.72, 0.42, 0.5, 2.2),
    Light.HARD: _Lamp(-2.3, 0.62, 0.30, 0.75, 1.0),
}


FOLD_TONE = 1.7
"""How much of the folds' own light and shade is laid over the garment as it is."""
FOLD_HEIGHT = 3.0
"""Height of folds for each unit of log brightness: shine and shadows follow them."""
DRAWN_FOLDS = 0.12
"""Deviation of the log brightness of drawn folds, within what `cloth.py` takes from photographs."""


def shade(layers: Layers, material: Material, folds: float, look: Look, grain: Grain) -> Picture:
    """The lit picture (size, size, 3) sRGB of a garment; `folds` scales the material's own folds."""
    surface, lamp = SURFACES[material], _LAMPS[look.light]
    relief, mottle = weave(material, grain.fine)
    cloth = blur(layers.cloth, 0.5)
    field = _folds(layers, surface, grain)
    height = _height(layers, material, folds * surface.folds, field, grain)
    garment = _lit(layers, height, relief * cloth * surface.relief, mottle * cloth * surface.mottle, surface, lamp)
    garment *= np.exp(FOLD_TONE * min(1.1, folds * surface.folds) * cloth * field)[..., None]
    scene = _backdrop(look, lamp, layers.cover, grain)
    cover = layers.cover[..., None]
    linear = scene * (1 - cover) + garment * cover
    rolled = linear / (1 + np.clip(linear - 0.82, 0, None) * 0.9)
    picture: Picture = (np.clip(rolled, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
    return picture


def on_backdrop(picture: Picture, cover: Plane, look: Look, grain: Grain) -> Picture:
    """A picture's garment (size, size, 3), where `cover` has it, on the look's backdrop with its shadow."""
    scene, share = _backdrop(look, _LAMPS[look.light], cover, grain), cover[..., None]
    linear = scene * (1 - share) + (picture.astype(np.float32) / 255) ** 2.2 * share
    laid: Picture = (np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
    return laid


def _enlarge(plane: Plane, size: int) -> Plane:
    return np.asarray(Image.fromarray(plane).resize((size, size), Image.Resampling.BICUBIC), np.float32)


def fold_field(grain: Grain, size: int, width: float) -> Plane:
    """Folds (size, size) of a hanging cloth at deviation about 1: long drapes, slanted creases, broad waves."""
    drape, slant, wave = grain.coarse
    long = spread(blur(drape, 5.5, 1.15 * width))
    # Creases run from the shoulders and hips inwards: slanted one way on the left, the other way on the right.
    left, right = blur(slant, 4.0, 1.1 * width, tilt=-0.7), blur(slant, 4.0, 1.1 * width, tilt=0.7)
    side = np.linspace(0, 1, slant.shape[1], dtype=np.float32)[None]
    side = 1 / (1 + np.exp(-12 * (side - 0.5)))
    across = spread(left * (1 - side) + right * side)
    broad = spread(blur(wave, 3.2))
    # A crease is sharp on its crest and flat in between; the broad wave says where creases gather.
    sharp = np.maximum(across, 0) ** 1.5
    field = 0.8 * long + 0.9 * sharp * np.clip(0.6 + 0.6 * broad, 0, 1.5) + 0.8 * broad
    return _enlarge(field.astype(np.float32), size)


def _stack(parts: NDArray[np.int32]) -> Plane:
    """How many parts lie under each pixel's part, counting only neighbours painted before it."""
    pairs = np.concatenate(
        [
            np.stack([parts[:, 1:], parts[:, :-1]], -1).reshape(-1, 2),
            np.stack([parts[1:], parts[:-1]], -1).reshape(-1, 2),
        ]
    )
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    levels = np.zeros(int(parts.max()) + 1, np.float32)
    for lower, upper in pairs[np.argsort(pairs[:, 1], kind="stable")]:
        levels[upper] = max(levels[upper], levels[lower] + 1)
    return levels[parts]


def _folds(layers: Layers, surface: Surface, grain: Grain) -> Plane:
    """Log brightness of folds (size, size): real ones where given, else drawn from the grain."""
    if layers.folds is not None:
        return layers.folds
    return DRAWN_FOLDS * fold_field(grain, len(layers.cover), surface.fold_width)


def _height(layers: Layers, material: Material, folds: float, field: Plane, grain: Grain) -> Plane:
    """Height in pixels: stacked parts with rounded edges, folds, pressed lines, raised fasteners."""
    size = len(layers.cover)
    q = size / 256
    parts = layers.parts
    edge = np.zeros(parts.shape, np.float32)
    edge[:, 1:] += parts[:, 1:] != parts[:, :-1]
    edge[1:] += parts[1:] != parts[:-1]
    rounding = np.exp(-3.0 * blur(edge, 3.0 * q) * 3.0 * q)
    fill = np.clip(2 * blur(layers.cover, 9 * q) - 0.6, 0, 1)
    height = 1.3 * q * _stack(parts) + 2.2 * q * rounding * layers.cover + 5.0 * q * fill
    # Dark is deep (Langer and Buelthoff 2000): the folds' brightness stands in for their height.
    height += folds * 2.3 * q * FOLD_HEIGHT * field * (0.35 + 0.65 * rounding)
    depth, reach = (4.5, 3.5) if material is Material.DOWN else (1.8, 0.9)
    height -= depth * q * np.clip(blur(layers.seams, reach * q) * reach * 1.6, 0, 1)
    height -= 1.6 * q * blur(layers.creases, 0.9 * q) - 0.8 * q * blur(layers.creases, 3 * q)
    # A soft hem around pressed lines: cloth swells beside a seam.
    height += 0.9 * q * blur(layers.seams, 3 * q) * (1 + 0.5 * _enlarge(spread(blur(grain.coarse[0], 1.0)), size))
    raised: Plane = height + 2.4 * q * blur(layers.fasteners, 0.8 * q)
    return raised


def _lit(
    layers: Layers, height: Plane, relief: Plane, mottle: Plane, surface: Surface, lamp: _Lamp
) -> NDArray[np.float32]:
    """Light on the garment: ambient with hollows darkened, diffuse with its own shadows, highlight, sheen."""
    q = len(height) / 256
    lx, ly, lz = lamp.direction
    tops = height + relief * 0.38
    slope_y, slope_x = np.gradient(tops)
    steep = 0.85
    nz = 1 / np.sqrt(1 + (slope_x**2 + slope_y**2) * steep**2)
    nx, ny = -slope_x * steep * nz, -slope_y * steep * nz
    diffuse = np.clip((nx * lx + ny * ly + nz * lz + 0.22) / 1.22, 0, None) / ((lz + 0.22) / 1.22)
    near, far = blur(height, 3 * q), blur(height, 8 * q)
    hollow = np.clip(
        1 - 0.085 / q * np.clip(near - height, 0, None) - 0.05 / q * np.clip(far - height, 0, None), 0.25, 1
    )
    visible = 1 - lamp.shadow * _own_shadow(height, lamp) * layers.cover
    half = math.sqrt(lx * lx + ly * ly + (lz + 1) ** 2)
    facing = np.clip((nx * lx + ny * ly + nz * (lz + 1)) / half, 0, 1)
    metal = layers.fasteners * layers.metal
    albedo = np.clip(layers.albedo.astype(np.float32) / 255, 0.012, 1) ** 2.2
    # Little light reaches the bottom of a seam.
    pressed = 1 - 0.35 * np.clip(blur(layers.seams, 0.6 * q) * 1.5, 0, 1)
    albedo = np.clip(albedo * (pressed * (1 + 1.6 * mottle))[..., None], 0.004, 1.05)
    direct = lamp.ambient * hollow + (1 - lamp.ambient) * diffuse * visible * (0.6 + 0.4 * hollow)
    shine = surface.shine * facing**surface.gloss * visible * (1 - layers.fasteners) + metal * 0.7 * facing**20
    sheen = surface.sheen * (1 - nz) ** 1.5
    glint = 0.2 + 0.65 * albedo * (1.0 if surface.gloss < 20 else 0.5)
    lit: NDArray[np.float32] = albedo * (direct + 1.2 * sheen)[..., None] + shine[..., None] * glint * 0.6
    return lit


def _own_shadow(height: Plane, lamp: _Lamp) -> Plane:
    q = len(height) / 256
    lx, ly, _ = lamp.direction
    dark = np.zeros_like(height)
    for step in (2, 4, 7, 11):
        moved = np.roll(height, (round(-ly * step * q), round(-lx * step * q)), (0, 1))
        dark = np.maximum(dark, np.clip((moved - height) / q - step * math.tan(lamp.elevation) * 0.55, 0, 3) / 3)
    return blur(dark, lamp.softness * q)


def _backdrop(look: Look, lamp: _Lamp, cover: Plane, grain: Grain) -> NDArray[np.float32]:
    """The backdrop with its own texture, the lamp's fall-off and the garment's shadow."""
    size = len(cover)
    q = size / 256
    lx, ly, _ = lamp.direction
    yy, xx = np.mgrid[0:size, 0:size].astype(np.float32) / size - 0.5
    away = np.hypot(xx - 0.25 * lx, yy - 0.25 * ly)
    fall = {Backdrop.WHITE: 0.14, Backdrop.DARK: 0.8}.get(look.backdrop, 0.42)
    tone = (1.06 - fall * away) * _texture(look.backdrop, grain, size)
    hard = look.light is Light.HARD
    reach = 7 if hard else 5
    close = np.roll(blur(cover, (2.5 if hard else 5) * q), _offset(lx, ly, reach * 1.4 * q, q), (0, 1))
    wide = np.roll(blur(cover, 13 * q), _offset(lx, ly, reach * 2.2 * q, 3 * q), (0, 1))
    contact = blur(cover, 1.6 * q)
    dark = np.clip(0.42 * close * (1.25 if hard else 1) + 0.25 * wide + 0.28 * contact, 0, 0.86)
    base = (np.array(backdrop_rgb(look), np.float32) / 255) ** 2.2
    scene: NDArray[np.float32] = base * (tone * (1 - dark))[..., None]
    return scene


def _offset(lx: float, ly: float, reach: float, drop: float) -> tuple[int, int]:
    return round(-ly * reach + drop), round(-lx * reach)


def _texture(backdrop: Backdrop, grain: Grain, size: int) -> Plane:
    """Brightness of the backdrop's own surface around 1."""
    q = size / 256
    tone: Plane = np.ones((size, size), np.float32)
    if backdrop is Backdrop.WOOD:
        plank, within = np.divmod(np.arange(size, dtype=np.float32) / q, 48)
        board = 1 + 0.12 * np.sin(plank * 12.9 + 1) - 0.35 * np.clip(1.5 - np.minimum(within, 48 - within), 0, 1)
        streaks = spread(blur(grain.fine, 1.0 * q, 14 * q)) + 0.7 * spread(blur(grain.fine, 3 * q, 20 * q))
        tone = board[:, None] * (1 + 0.06 * streaks)
    elif backdrop is Backdrop.CONCRETE:
        cloud = _enlarge(spread(blur(grain.coarse[2], 4)), size)
        tone = 1 + 0.05 * cloud + 0.05 * spread(blur(grain.fine, 0.8))
    elif backdrop in (Backdrop.CREAM, Backdrop.PASTEL):
        tone = 1 + 0.02 * _enlarge(spread(blur(grain.coarse[2], 4)), size) + 0.012 * grain.fine
    return tone
