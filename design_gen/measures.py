"""Points of measure of the base size in millimetres: what the drawing is drawn from and the size table is graded from.

Widths are taken flat, edge to edge (half of the girth), as on a factory's measuring table; lengths of tops run from the
high shoulder point. The figures are ordinary mid-size blocks (women's and unisex M), not those of any brand.
"""

from collections.abc import Mapping
from enum import StrEnum

from models.attributes import Category, Closure, Collar, Family, Fit, Length, Sleeve
from models.garment import GarmentSpec


class Point(StrEnum):
    """A point of measure."""

    BODY_LENGTH = "body_length"
    CHEST = "chest"
    WAIST = "waist"
    HEM = "hem"
    SHOULDER = "shoulder"
    ARMHOLE = "armhole"
    SLEEVE_LENGTH = "sleeve_length"
    CUFF = "cuff"
    NECK_WIDTH = "neck_width"
    NECK_DROP = "neck_drop"
    HIP = "hip"
    FRONT_RISE = "front_rise"
    INSEAM = "inseam"
    LEG_OPENING = "leg_opening"
    CIRCUMFERENCE = "circumference"
    CROWN_HEIGHT = "crown_height"
    BRIM = "brim"
    WIDTH = "width"
    HEIGHT = "height"
    DEPTH = "depth"
    STRAP_DROP = "strap_drop"
    FOOT_LENGTH = "foot_length"
    SHAFT_HEIGHT = "shaft_height"
    HEEL = "heel"


Measures = Mapping[Point, int]

# chest, shoulder, waist less than chest, hem share of the chest, long cuff
_UPPER: Mapping[Category, tuple[int, int, int, float, int]] = {
    Category.T_SHIRT: (520, 450, 6, 1.0, 95),
    Category.SHIRT: (540, 455, 14, 1.0, 118),
    Category.POLO_SHIRT: (520, 450, 6, 1.0, 92),
    Category.BLOUSE: (510, 425, 16, 1.04, 112),
    Category.SWEATER: (545, 480, 8, 0.93, 88),
    Category.CARDIGAN: (550, 470, 8, 0.95, 90),
    Category.HOODIE: (580, 530, 4, 0.88, 88),
    Category.SWEATSHIRT: (575, 525, 4, 0.88, 88),
    Category.TANK_TOP: (455, 318, 12, 1.0, 0),
    Category.WAISTCOAT: (500, 370, 24, 0.98, 0),
    Category.COAT: (570, 455, 22, 1.04, 132),
    Category.GREATCOAT: (600, 480, 52, 1.02, 146),
    Category.TRENCH_COAT: (590, 475, 64, 1.02, 142),
    Category.PARKA: (620, 510, 16, 1.0, 130),
    Category.DOWN_JACKET: (620, 505, 8, 0.95, 128),
    Category.BOMBER_JACKET: (600, 500, 6, 0.84, 98),
    Category.DENIM_JACKET: (550, 465, 16, 0.9, 115),
    Category.BLAZER: (535, 445, 50, 1.0, 122),
    Category.JACKET: (580, 480, 8, 0.96, 114),
    Category.DRESS: (465, 380, 66, 1.0, 95),
    Category.QIPAO: (455, 380, 62, 1.0, 95),
}
# hem growth in mm for each 100 mm of body below 700 mm
_FLARE: Mapping[Category, float] = {
    Category.COAT: 14,
    Category.GREATCOAT: 30,
    Category.TRENCH_COAT: 30,
    Category.PARKA: 8,
    Category.DRESS: 52,
    Category.QIPAO: -6,
}
_TOP_LENGTH: Mapping[Length, int] = {Length.CROPPED: 500, Length.HIP: 680, Length.THIGH: 800}
_COAT_LENGTH: Mapping[Length, int] = {
    Length.CROPPED: 560, Length.HIP: 690, Length.THIGH: 850, Length.KNEE: 1050, Length.MIDI: 1210,
}  # fmt: skip
_DRESS_LENGTH: Mapping[Length, int] = {Length.THIGH: 860, Length.KNEE: 980, Length.MIDI: 1160, Length.ANKLE: 1330}
_SKIRT_LENGTH: Mapping[Length, int] = {Length.THIGH: 430, Length.KNEE: 580, Length.MIDI: 780, Length.ANKLE: 920}
_EASE: Mapping[Fit, int] = {Fit.SLIM: -34, Fit.REGULAR: 0, Fit.OVERSIZED: 76}
# neck width, neck drop (to the first fastening for V and lapel)
_NECK: Mapping[Collar, tuple[int, int]] = {
    Collar.NONE: (190, 95),
    Collar.CREW: (186, 98),
    Collar.V_NECK: (184, 215),
    Collar.TURTLENECK: (176, 70),
    Collar.SHIRT: (160, 84),
    Collar.STAND: (160, 84),
    Collar.LAPEL: (168, 330),
    Collar.HOOD: (190, 120),
}


def measure(spec: GarmentSpec) -> Measures:
    """Base-size points of measure of this spec, in whole millimetres."""
    match spec.family:
        case Family.TOP | Family.OUTERWEAR | Family.DRESS:
            return _upper(spec)
        case Family.BOTTOM:
            return _skirt(spec) if spec.category in (Category.SKIRT, Category.HORSE_FACE_SKIRT) else _trousers(spec)
        case Family.HAT | Family.BAG | Family.SHOES | Family.ACCESSORY | Family.HOME:
            return _goods(spec)


def _upper(spec: GarmentSpec) -> Measures:
    chest, shoulder, waist_cut, hem_share, cuff = _UPPER[spec.category]
    ease, oversized = _EASE[spec.fit], spec.fit is Fit.OVERSIZED
    length = _body_length(spec)
    if spec.fit is Fit.SLIM:
        waist_cut += 16
    below = max(0, length - 700) / 100
    chest += ease
    width, drop = _neckline(spec)
    points = {
        Point.BODY_LENGTH: length,
        Point.CHEST: chest,
        Point.WAIST: chest - waist_cut,
        Point.HEM: round(chest * hem_share + below * _FLARE.get(spec.category, 4)),
        Point.SHOULDER: shoulder + (70 if oversized else ease // 2),
        Point.ARMHOLE: round(130 + chest * 0.14) + (16 if spec.family is Family.OUTERWEAR else 0),
        Point.NECK_WIDTH: width,
        Point.NECK_DROP: drop,
    }
    match spec.sleeve:
        case Sleeve.LONG:
            base = 645 if spec.family is Family.OUTERWEAR else 605
            points[Point.SLEEVE_LENGTH] = base - (34 if oversized else 0)
            points[Point.CUFF] = (cuff or 95) + round(ease * 0.14)
        case Sleeve.SHORT:
            points[Point.SLEEVE_LENGTH] = 225 - (10 if oversized else 0)
            points[Point.CUFF] = 168 + round(ease * 0.12)
        case Sleeve.NONE:
            pass
    return points


def _body_length(spec: GarmentSpec) -> int:
    match spec.family:
        case Family.OUTERWEAR:
            length = _COAT_LENGTH[spec.length]
        case Family.DRESS:
            length = _DRESS_LENGTH[spec.length]
        case _:
            length = _TOP_LENGTH[spec.length]
    if spec.category is Category.WAISTCOAT:
        length -= 70
    return length + (24 if spec.fit is Fit.OVERSIZED else 0)


def _neckline(spec: GarmentSpec) -> tuple[int, int]:
    width, drop = _NECK[spec.collar]
    if spec.category is Category.TANK_TOP:
        width, drop = width + 30, drop + 55
    if spec.category in (Category.CARDIGAN, Category.WAISTCOAT) and spec.collar is Collar.V_NECK:
        drop += 95
    if spec.collar is Collar.LAPEL and spec.closure is Closure.DOUBLE_BREASTED:
        drop -= 20
    if spec.collar is Collar.LAPEL and spec.closure is Closure.TIE:
        drop += 60
    return width, drop


def _skirt(spec: GarmentSpec) -> Measures:
    ease, length = _EASE[spec.fit] // 2, _SKIRT_LENGTH[spec.length]
    flare = (
        0.62 if spec.category is Category.HORSE_FACE_SKIRT else {Fit.SLIM: 0.04, Fit.REGULAR: 0.3}.get(spec.fit, 0.5)
    )
    return {
        Point.BODY_LENGTH: length,
        Point.WAIST: 360 + ease // 2,
        Point.HIP: 476 + ease,
        Point.HEM: round(476 + ease + (length - 200) * flare),
    }


def _trousers(spec: GarmentSpec) -> Measures:
    short = spec.category is Category.SHORTS
    inseam = (130 if spec.length is Length.THIGH else 270) if short else 760
    opening = {Fit.SLIM: 155, Fit.REGULAR: 195, Fit.OVERSIZED: 262}[spec.fit]
    if short:
        opening = {Fit.SLIM: 250, Fit.REGULAR: 276, Fit.OVERSIZED: 325}[spec.fit] - (20 if inseam > 200 else 0)
    return {
        Point.WAIST: 392 + _EASE[spec.fit] // 4,
        Point.HIP: 504 + _EASE[spec.fit] // 2,
        Point.FRONT_RISE: 262 if spec.category is Category.JEANS else 285,
        Point.INSEAM: inseam,
        Point.LEG_OPENING: opening,
    }


def _goods(spec: GarmentSpec) -> Measures:
    p, grow = Point, {Fit.SLIM: 0.9, Fit.REGULAR: 1.0, Fit.OVERSIZED: 1.15}[spec.fit]
    table: Mapping[Category, Measures] = {
        Category.CAP: {p.CIRCUMFERENCE: 580, p.CROWN_HEIGHT: 130, p.BRIM: 70},
        Category.BEANIE: {p.CIRCUMFERENCE: 540, p.CROWN_HEIGHT: 215, p.BRIM: 70},
        Category.TOTE_BAG: {p.WIDTH: 380, p.HEIGHT: 400, p.DEPTH: 110, p.STRAP_DROP: 250},
        Category.BACKPACK: {p.WIDTH: 300, p.HEIGHT: 430, p.DEPTH: 140, p.STRAP_DROP: 90},
        Category.HANDBAG: {p.WIDTH: 300, p.HEIGHT: 210, p.DEPTH: 120, p.STRAP_DROP: 130},
        Category.BOOTS: {p.FOOT_LENGTH: 275, p.SHAFT_HEIGHT: 200, p.HEEL: 38},
        Category.SNEAKERS: {p.FOOT_LENGTH: 275, p.SHAFT_HEIGHT: 78, p.HEEL: 32},
        Category.SCARF: {p.WIDTH: 300, p.BODY_LENGTH: 1800},
        Category.CUSHION: {p.WIDTH: 450, p.HEIGHT: 450, p.DEPTH: 140},
        Category.MUG: {p.WIDTH: 85, p.HEIGHT: 98},
    }
    fixed = (Category.BOOTS, Category.SNEAKERS, Category.CUSHION, Category.MUG, Category.CAP)
    points = table[spec.category]
    return points if spec.category in fixed else {point: round(mm * grow) for point, mm in points.items()}
