"""Hard filters on factories, each with a reason that can be counted and said."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from factory_matching.demand import OpenDemand
from factory_matching.registry.register import Ints, Register, material_mask, technique_mask
from models.garment import GarmentSpec


class Reason(StrEnum):
    """Why a factory is left out; the first that applies counts, in this order."""

    CATEGORY = "category"
    SUSPENDED = "suspended"
    CURRENCY = "currency"
    MATERIAL = "material"
    TECHNIQUE = "technique"
    MOQ = "moq"
    PRICE = "price"
    DECLINED = "declined"
    CAPACITY = "capacity"


Exclusions = Mapping[Reason, int]


@dataclass(frozen=True, slots=True)
class Filtered:
    """Capabilities that passed, and how many factories each reason left out; both together are all factories."""

    rows: Ints
    exclusions: Exclusions


def filter_by_spec(register: Register, spec: GarmentSpec, currency: str) -> Filtered:
    """Factories that could make the spec at some quantity."""
    span = register.rows_of(spec.category)
    rows = np.arange(span.start, span.stop)
    material, technique = material_mask(spec), technique_mask(spec)
    counts = {Reason.CATEGORY: len(register.ids) - len(rows)}
    tests: tuple[tuple[Reason, NDArray[np.bool_]], ...] = (
        (Reason.SUSPENDED, ~register.suspended[register.factory[span]]),
        (Reason.CURRENCY, register.currency[span] == currency),
        (Reason.MATERIAL, register.materials[span] & material == material),
        (Reason.TECHNIQUE, register.techniques[span] & technique == technique),
    )
    standing = np.ones(len(rows), np.bool_)
    for reason, passed in tests:
        counts[reason] = int(np.count_nonzero(standing & ~passed))
        standing &= passed
    return Filtered(rows[standing], _seen(counts))


def narrow(before: Filtered, reason: Reason, passed: NDArray[np.bool_]) -> Filtered:
    """Keep the rows that passed one more test and count the others under its reason."""
    left_out = int(np.count_nonzero(~passed))
    counts = {**before.exclusions, reason: before.exclusions.get(reason, 0) + left_out}
    return Filtered(before.rows[passed], _seen(counts))


def _seen(counts: Mapping[Reason, int]) -> Exclusions:
    return {reason: count for reason, count in counts.items() if count}


def say(reason: Reason, count: int, spec: GarmentSpec, quantity: int) -> str:
    """One exclusion in words: '412 lack wool'."""
    match reason:
        case Reason.CATEGORY:
            return f"{count} do not make a {spec.category.replace('_', ' ')}"
        case Reason.SUSPENDED:
            return f"{count} are suspended"
        case Reason.CURRENCY:
            return f"{count} quote in another currency"
        case Reason.MATERIAL:
            return f"{count} lack {spec.material}"
        case Reason.TECHNIQUE:
            return f"{count} lack a technique ({spec.closure.replace('_', ' ')}, {spec.pattern.kind})"
        case Reason.MOQ:
            return f"{count} have a minimum above {quantity}"
        case Reason.PRICE:
            return f"{count} cost more than the price allows"
        case Reason.DECLINED:
            return f"{count} declined it before"
        case Reason.CAPACITY:
            return f"{count} cannot make enough by the date"
        case _:
            assert_never(reason)


OTHERS_NEED_THEM = "other demands need the factories that could make it in time"
"""Why nobody makes what could be made if it were alone."""


def why_nobody(demand: OpenDemand, exclusions: Exclusions) -> str:
    """Why nobody could make it even if it were alone: each reason with its factories."""
    said = ", ".join(say(reason, count, demand.spec, demand.units) for reason, count in exclusions.items())
    return f"nobody can make {demand.units} units by {demand.due_on}: {said or 'there are no factories'}"
