"""Bill of materials for one piece of the base size, counted from the drawing and its points of measure."""

import re
from dataclasses import dataclass

from design_gen.construction import Construction, PartRole, construct
from design_gen.measures import Measures, Point, measure
from design_gen.pack_words import Item
from models.attributes import Category, Closure, Collar, Family, Material, PatternKind
from models.garment import GarmentSpec

FABRIC_WIDTH_M = 1.45
MARKER_EFFICIENCY = 0.82  # share of the lay that becomes pieces; ordinary for mixed markers
_LINED = frozenset(
    {
        Category.COAT, Category.GREATCOAT, Category.TRENCH_COAT, Category.PARKA, Category.DOWN_JACKET,
        Category.BOMBER_JACKET, Category.BLAZER, Category.WAISTCOAT, Category.BACKPACK, Category.HANDBAG,
    }
)  # fmt: skip
_RIBBED = frozenset(
    {Category.HOODIE, Category.SWEATSHIRT, Category.BOMBER_JACKET, Category.T_SHIRT, Category.POLO_SHIRT}
)
_FUSED = frozenset({Category.SHIRT, Category.BLOUSE, Category.POLO_SHIRT, Category.QIPAO, Category.DENIM_JACKET})
# grams per square metre: light (tops, dresses, lining-like uses) and heavy (outerwear, bottoms, bags, hats, home)
_WEIGHT: dict[Material, tuple[int, int]] = {
    Material.COTTON: (180, 270), Material.WOOL: (280, 600), Material.DENIM: (230, 400), Material.KNIT: (260, 380),
    Material.LEATHER: (480, 650), Material.SATIN: (110, 180), Material.CANVAS: (300, 400),
    Material.CORDUROY: (220, 320), Material.LINEN: (150, 240),
    Material.DOWN: (50, 60), Material.NYLON: (80, 120), Material.FLEECE: (260, 320),
}  # fmt: skip
_THREAD_M = {
    Family.TOP: 130, Family.OUTERWEAR: 320, Family.DRESS: 170, Family.BOTTOM: 230, Family.HAT: 45, Family.BAG: 110,
    Family.SHOES: 40, Family.ACCESSORY: 15, Family.HOME: 30,
}  # fmt: skip
_LIGHT = frozenset({Family.TOP, Family.DRESS, Family.ACCESSORY})


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One line of the bill: how much goes into a piece; `gsm` is for fabrics, `detail` a vocabulary word."""

    item: Item
    quantity: float
    unit: str
    gsm: int | None = None
    detail: str = ""


def bill_of_materials(spec: GarmentSpec) -> tuple[MaterialRow, ...]:
    """Everything that goes into one piece (a pair, for shoes) of the base size."""
    if spec.category is Category.MUG:
        return _mug(spec)
    points, front = measure(spec), construct(spec)
    rows = [*_fabrics(spec, points), *_fastenings(spec, front), *_shoe_parts(spec)]
    if spec.category is Category.CUSHION:
        rows.append(MaterialRow(Item.INSERT, 1, "pcs"))
    if spec.pattern.kind is PatternKind.CHEST_PRINT:
        rows.append(MaterialRow(Item.PRINT, 1, "pcs", detail=spec.pattern.second.name if spec.pattern.second else ""))
    return (*rows, MaterialRow(Item.THREAD, _THREAD_M[spec.family], "m"), *_labels(spec))


def shell_area_m2(spec: GarmentSpec, points: Measures) -> float:
    """Area of the cut pieces of the shell in square metres, seam allowances and facings included."""
    p = {point: mm / 1000 for point, mm in points.items()}
    match spec.family:
        case Family.TOP | Family.OUTERWEAR | Family.DRESS:
            width = (p[Point.CHEST] + p[Point.HEM]) / 2 + 0.04
            sleeves = 4 * (p[Point.ARMHOLE] + p.get(Point.CUFF, 0.0)) / 2 * p.get(Point.SLEEVE_LENGTH, 0.0) * 1.15
            facings = 1.28 if spec.family is Family.OUTERWEAR else 1.1
            hood = 0.28 if spec.collar is Collar.HOOD else 0.0
            return (2 * width * (p[Point.BODY_LENGTH] + 0.05) + sleeves) * facings + hood
        case Family.BOTTOM if Point.INSEAM in points:
            length = p[Point.FRONT_RISE] + p[Point.INSEAM] + 0.08
            return 2 * (p[Point.HIP] + 2 * p[Point.LEG_OPENING] + 0.12) / 2 * length * 1.12
        case Family.BOTTOM:
            pleats = 2.6 if spec.category is Category.HORSE_FACE_SKIRT else 1.12
            return (p[Point.HIP] + p[Point.HEM]) * (p[Point.BODY_LENGTH] + 0.06) * pleats
        case _:
            return _goods_area(spec, p)


def _goods_area(spec: GarmentSpec, p: dict[Point, float]) -> float:
    if spec.family is Family.HAT:
        return p[Point.CIRCUMFERENCE] * (p[Point.CROWN_HEIGHT] + p[Point.BRIM]) * 1.3
    if spec.family is Family.SHOES:
        return 2 * p[Point.FOOT_LENGTH] * (p[Point.SHAFT_HEIGHT] + 0.1) * 1.9
    if spec.family is Family.ACCESSORY:
        return p[Point.WIDTH] * p[Point.BODY_LENGTH]
    return 2 * (p[Point.WIDTH] + p[Point.DEPTH]) * (p[Point.HEIGHT] + p[Point.DEPTH]) * 1.15


def _metres(area_m2: float) -> float:
    return round(area_m2 / (FABRIC_WIDTH_M * MARKER_EFFICIENCY), 2)


def _fabrics(spec: GarmentSpec, points: Measures) -> list[MaterialRow]:
    area = shell_area_m2(spec, points)
    gsm = _WEIGHT[spec.material][0 if spec.family in _LIGHT else 1]
    blocked = spec.pattern.kind is PatternKind.COLOUR_BLOCK
    second = 0.4 if blocked else 0.0
    shell = "nylon" if spec.material is Material.DOWN else spec.material.value
    rows = [MaterialRow(Item.SHELL, _metres(area * (1 - second)), "m", gsm, shell)]
    if blocked:
        rows.append(MaterialRow(Item.SECOND_FABRIC, _metres(area * second), "m", gsm, shell))
    if spec.category in _RIBBED and spec.material is not Material.KNIT:
        rows.append(
            MaterialRow(
                Item.RIB, 0.08 if spec.family is Family.TOP and spec.category is Category.T_SHIRT else 0.2, "m", 320
            )
        )
    if spec.category in _LINED:
        rows.append(MaterialRow(Item.LINING, _metres(area * 0.85), "m", 65))
    if spec.material is Material.DOWN:
        rows.append(MaterialRow(Item.FILLING, round(area * 110), "g", detail=Material.DOWN.value))
    tailored = spec.collar is Collar.LAPEL
    if tailored or spec.category in _FUSED:
        rows.append(MaterialRow(Item.INTERLINING, 0.9 if tailored else 0.3, "m", 60))
    return rows


def _fastenings(spec: GarmentSpec, front: Construction) -> list[MaterialRow]:
    # not on the front: a spare, the inner button of a double breast, the two of a greatcoat's half belt
    count = dict.fromkeys(Closure, 0)
    for fastener in front.fasteners:
        count[fastener.kind] += 1
    trim, rows = spec.trim.value, []
    if buttons := count[Closure.BUTTONS] + count[Closure.DOUBLE_BREASTED]:
        unseen = 1 + (spec.closure is Closure.DOUBLE_BREASTED) + 2 * (spec.category is Category.GREATCOAT)
        rows.append(MaterialRow(Item.BUTTON, buttons + unseen, "pcs", detail=trim))
    for kind, item in ((Closure.FROG, Item.FROG), (Closure.BUCKLE, Item.BUCKLE)):
        if count[kind]:
            rows.append(MaterialRow(item, count[kind], "pcs", detail=trim))
    if zips := count[Closure.ZIP]:
        rows.append(MaterialRow(Item.ZIP, round(zips * _zip_mm(spec, front) / 1000, 2), "m", detail=trim))
    if count[Closure.LACES]:
        pairs = 4 if spec.family is Family.SHOES else 1
        item = Item.RIVET if spec.category is Category.JEANS else Item.EYELET
        rows.append(MaterialRow(item, count[Closure.LACES] * pairs, "pcs", detail=trim))
    if spec.closure is Closure.LACES:
        rows.append(MaterialRow(Item.LACE, 2, "pcs"))
    trousers = spec.category in (Category.TROUSERS, Category.SHORTS) and spec.closure is Closure.TIE
    if trousers or spec.collar is Collar.HOOD:
        rows.append(MaterialRow(Item.DRAWCORD, 1.3, "m"))
    if trousers:
        rows.append(MaterialRow(Item.ELASTIC, round(measure(spec)[Point.WAIST] * 1.8 / 1000, 2), "m"))
    return rows


def _zip_mm(spec: GarmentSpec, front: Construction) -> float:
    """Length of one zip: that of the drawn chain, else that of a fly or a bag's mouth."""
    for part in front.parts:
        if part.name == "zip" and part.role is PartRole.TRIM:
            ys = [float(y) for _, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part.path)]
            return max(ys) - min(ys)
    return measure(spec).get(Point.WIDTH, 180.0)


def _shoe_parts(spec: GarmentSpec) -> list[MaterialRow]:
    if spec.family is not Family.SHOES:
        return []
    return [MaterialRow(Item.OUTSOLE, 2, "pcs"), MaterialRow(Item.INSOLE, 2, "pcs")]


def _labels(spec: GarmentSpec) -> tuple[MaterialRow, ...]:
    return tuple(MaterialRow(item, 1, "pcs") for item in (Item.MAIN_LABEL, Item.CARE_LABEL, Item.PACKAGING))


def _mug(spec: GarmentSpec) -> tuple[MaterialRow, ...]:
    decorated = spec.pattern.kind is not PatternKind.PLAIN
    rows = [
        MaterialRow(Item.BODY, 1, "pcs", detail=spec.material.value),
        MaterialRow(Item.GLAZE, 45, "g", detail=spec.colour.name),
    ]
    if decorated:
        rows.append(MaterialRow(Item.PRINT, 1, "pcs", detail=spec.pattern.kind.value))
    return (*rows, MaterialRow(Item.PACKAGING, 1, "pcs"))
