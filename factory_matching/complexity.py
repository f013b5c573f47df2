"""How much more one spec costs than the plain piece that factories quote for its category.

Factories quote a ladder for a plain piece of the category in its usual material (the first that its rule permits).
The surcharges are rules of thumb of garment costing (share of sewing minutes and cloth), not measurements; they change
estimates and offered prices alike, and a factory that sees it otherwise answers with a counter-offer.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from models.attributes import Closure, Collar, Fit, Length, Material, PatternKind, Pockets
from models.category_rules import CATEGORY_RULES
from models.garment import GarmentSpec

_MATERIAL_COST: Mapping[Material, float] = {
    Material.COTTON: 1.0,
    Material.WOOL: 1.5,
    Material.DENIM: 1.1,
    Material.KNIT: 1.0,
    Material.LEATHER: 2.2,
    Material.SATIN: 1.1,
    Material.CANVAS: 1.0,
    Material.CORDUROY: 1.15,
    Material.LINEN: 1.25,
    Material.DOWN: 1.8,
    Material.NYLON: 1.0,
    Material.FLEECE: 1.0,
    Material.CERAMIC: 1.0,
}
_MATERIAL_SHARE = 0.5
"""Share of a plain piece's price that is shell material."""
_LENGTH = {Length.THIGH: 0.03, Length.KNEE: 0.06, Length.MIDI: 0.10, Length.ANKLE: 0.12}
_COLLAR = {Collar.HOOD: 0.05, Collar.LAPEL: 0.04, Collar.TURTLENECK: 0.02}
_CLOSURE = {Closure.DOUBLE_BREASTED: 0.05, Closure.ZIP: 0.03, Closure.FROG: 0.06, Closure.BUCKLE: 0.03}
_POCKETS = {Pockets.PATCH: 0.02, Pockets.WELT: 0.04, Pockets.FLAP: 0.04, Pockets.CARGO: 0.06, Pockets.KANGAROO: 0.02}
_FIT = {Fit.SLIM: 0.0, Fit.REGULAR: 0.0, Fit.OVERSIZED: 0.05}
_PATTERN = {  # checks and stripes must meet at the seams and waste cloth, prints need a screen or a transfer
    PatternKind.STRIPES: 0.03,
    PatternKind.PINSTRIPES: 0.03,
    PatternKind.CHECK: 0.06,
    PatternKind.TARTAN: 0.07,
    PatternKind.DOTS: 0.04,
    PatternKind.FLORAL: 0.06,
    PatternKind.CAMOUFLAGE: 0.06,
    PatternKind.COLOUR_BLOCK: 0.08,
    PatternKind.CHEST_PRINT: 0.05,
}


def complexity(spec: GarmentSpec) -> Decimal:
    """Factor on a factory's quoted ladder, three decimals; 1.000 is the plain piece."""
    rule = CATEGORY_RULES[spec.category]
    usual = _MATERIAL_COST[rule.materials[0]]
    # A category that is always long, lapelled or zipped has that in its quote: only what exceeds its least counts.
    factor = 1 + _MATERIAL_SHARE * (_MATERIAL_COST[spec.material] / usual - 1)
    for value, permitted, extra in (
        (spec.length, rule.lengths, _LENGTH),
        (spec.collar, rule.collars, _COLLAR),
        (spec.closure, rule.closures, _CLOSURE),
        (spec.pockets, rule.pockets, _POCKETS),
    ):
        factor += _over_least(value, permitted, extra)
    factor += _FIT[spec.fit] + _PATTERN.get(spec.pattern.kind, 0.0)
    return Decimal(factor).quantize(Decimal("0.001"))


def _over_least(value: object, permitted: tuple[object, ...], extra: Mapping[Any, float]) -> float:
    return extra.get(value, 0.0) - min(extra.get(choice, 0.0) for choice in permitted)


def in_thousandths(factor: Decimal) -> int:
    """A factor as a whole number, so that no float may move a price by a cent."""
    return int(factor.scaleb(3).to_integral_value(ROUND_HALF_UP))
