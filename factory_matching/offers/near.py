"""Factories that are near a spec which none of them covers: who to ask for a quote, and what each lacks."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from factory_matching.registry.register import Register, material_mask, technique_mask
from models.garment import GarmentSpec


class Lack(StrEnum):
    """What a factory has not registered of what a spec needs."""

    MATERIAL = "material"
    TECHNIQUE = "technique"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Near:
    """A factory of the same category; the fewer lacks, the nearer."""

    factory: int
    lacks: tuple[Lack, ...]


def find_near(
    register: Register, spec: GarmentSpec, units: int, currency: str, most: int, asked: frozenset[int] = frozenset()
) -> tuple[Near, ...]:
    """The nearest factories of the category that are not suspended: fewest lacks first, then cheapest, then oldest.

    Those that were asked already are left out.
    """
    span = register.rows_of(spec.category)
    rows = np.arange(span.start, span.stop)
    factories = register.factory[rows]
    open_ = ~register.suspended[factories] & (register.currency[rows] == currency)
    rows = rows[open_ & ~np.isin(register.ids[factories], list(asked))]
    material, technique = material_mask(spec), technique_mask(spec)
    lacks = np.stack(
        [
            register.materials[rows] & material != material,
            register.techniques[rows] & technique != technique,
            register.quantities[rows, 0] > units,
        ],
        axis=1,
    )
    order = np.lexsort((register.factory[rows], register.price_at(rows, units), lacks.sum(axis=1)))[:most]
    return tuple(
        Near(
            int(register.ids[register.factory[rows[place]]]),
            tuple(lack for lack, missing in zip(Lack, lacks[place], strict=True) if missing),
        )
        for place in order
    )
