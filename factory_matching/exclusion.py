"""Hard filters on factories, each with a reason that can be counted and said."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from factory_matching.demand import NOTHING_MORE, OpenDemand, Wants
from factory_matching.registry.register import Ints, Register, material_mask, size_mask, technique_mask
from models.garment import GarmentSpec


class Reason(StrEnum):
    """Why a factory is left out; the first that applies counts, in this order."""

    CATEGORY = "category"
    SUSPENDED = "suspended"
    CURRENCY = "currency"
    MATERIAL = "material"
    TECHNIQUE = "technique"
    SIZE = "size"
    MARKET = "market"
    CERTIFICATE = "certificate"
    POLICY = "policy"
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


def filter_by_spec(register: Register, spec: GarmentSpec, currency: str, wants: Wants = NOTHING_MORE) -> Filtered:
    """Factories that could make the spec at some quantity, and what else is wanted."""
    span = register.rows_of(spec.category)
    rows, factories = np.arange(span.start, span.stop), register.factory[span]
    sizes, market = size_mask(wants.sizes), register.market_bit(wants.market)
    material, technique = material_mask(spec), technique_mask(spec)
    counts = {Reason.CATEGORY: len(register.ids) - len(rows)}
    tests: tuple[tuple[Reason, NDArray[np.bool_]], ...] = (
        (Reason.SUSPENDED, ~register.suspended[factories]),
        (Reason.CURRENCY, register.currency[span] == currency),
        (Reason.MATERIAL, register.materials[span] & material == material),
        (Reason.TECHNIQUE, register.techniques[span] & technique == technique),
        (Reason.SIZE, _covers(register.sizes[span], sizes)),
        (Reason.MARKET, _covers(register.markets[factories], market)),
        (Reason.CERTIFICATE, _certified(register, wants)[factories]),
    )
    standing = np.ones(len(rows), np.bool_)
    for reason, passed in tests:
        counts[reason] = int(np.count_nonzero(standing & ~passed))
        standing &= passed
    return Filtered(rows[standing], _seen(counts))


def _covers(masks: Ints, asked: int) -> NDArray[np.bool_]:
    """Whether a mask of what is served holds all that is asked; 0 serves all."""
    covering: NDArray[np.bool_] = (masks == 0) | (masks & asked == asked)
    return covering


def _certified(register: Register, wants: Wants) -> NDArray[np.bool_]:
    holding = np.ones(len(register.ids), np.bool_)
    for kind in wants.certificates:
        if kind not in register.certificates:
            return np.zeros(len(register.ids), np.bool_)
        holding &= register.certificates[kind] >= wants.valid_on.toordinal()
    return holding


def narrow(before: Filtered, reason: Reason, passed: NDArray[np.bool_]) -> Filtered:
    """Keep the rows that passed one more test and count the others under its reason."""
    left_out = int(np.count_nonzero(~passed))
    counts = {**before.exclusions, reason: before.exclusions.get(reason, 0) + left_out}
    return Filtered(before.rows[passed], _seen(counts))


def _seen(counts: Mapping[Reason, int]) -> Exclusions:
    return {reason: count for reason, count in counts.items() if count}


def say(reason: Reason, count: int, spec: GarmentSpec, quantity: int, wants: Wants = NOTHING_MORE) -> str:
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
        case Reason.SIZE:
            return f"{count} do not cut {', '.join(sorted(wants.sizes)) or 'all its sizes'}"
        case Reason.MARKET:
            return f"{count} do not serve {wants.market or 'its market'}"
        case Reason.CERTIFICATE:
            return f"{count} hold no valid {', '.join(sorted(wants.certificates)) or 'certificate that it needs'}"
        case Reason.POLICY:
            return f"{count} are left out by a policy"
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
    said = ", ".join(say(r, count, demand.spec, demand.units, demand.wants) for r, count in exclusions.items())
    return f"nobody can make {demand.units} units by {demand.due_on}: {said or 'there are no factories'}"
