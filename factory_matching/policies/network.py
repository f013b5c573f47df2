"""Inside a chain leader's pool: which members can make what of it, each within its minimum and its time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from factory_matching.demand import OpenDemand, Supply
from factory_matching.registry.register import material_mask, technique_mask


@dataclass(frozen=True, slots=True)
class Member:
    """A factory of a pool, with its own minima and time."""

    factory: int
    makes: Mapping[str, tuple[int, int, int]]
    """Category -> its minimum, bits of its materials, of its techniques."""
    free: tuple[int, ...]
    """Units it can make on each day from today, bookings taken off."""


@dataclass(frozen=True, slots=True)
class Network:
    """A pool as the match sees it: its members, and what was offered to its leader but is not placed inside yet."""

    members: tuple[Member, ...]
    waiting: tuple[tuple[OpenDemand, int], ...] = ()


def can_make(member: Member, demand: OpenDemand) -> bool:
    """Whether a member has what the spec needs."""
    if (able := member.makes.get(demand.spec.category.value)) is None:
        return False
    _, materials, techniques = able
    material, technique = material_mask(demand.spec), technique_mask(demand.spec)
    return materials & material == material and techniques & technique == technique


def first_too_many(network: Network, given: Iterable[tuple[OpenDemand, int]], supply: Supply) -> list[int]:
    """Keys of demands that the members cannot make beside what waits and the others; earliest due dates go first."""
    left = {member.factory: list(accumulate(member.free)) for member in network.members}
    for demand, units in network.waiting:
        _split(network, demand, units, supply, left)
    too_many = []
    for demand, units in sorted(given, key=lambda entry: (supply.due_day(entry[0]), -entry[1], entry[0].key)):
        if not _split(network, demand, units, supply, left):
            too_many.append(demand.key)
    return too_many


def _split(
    network: Network, demand: OpenDemand, units: int, supply: Supply, left: dict[int, list[int]]
) -> dict[int, int] | None:
    """Member -> units, most room first; takes their time. None, and nothing taken, when it does not fit."""
    due = supply.due_day(demand)
    able = [member for member in network.members if can_make(member, demand)]
    parts = share(units, [(m.factory, _least(m, demand), _room(left[m.factory], due)) for m in able])
    if parts is None:
        return None
    for factory, part in parts.items():
        left[factory] = [made - part if day >= due else made for day, made in enumerate(left[factory])]
    return parts


def _least(member: Member, demand: OpenDemand) -> int:
    return member.makes[demand.spec.category.value][0]


def _room(made: Sequence[int], due: int) -> int:
    return 0 if due < 0 else min(made[min(due, len(made) - 1) :], default=0)


def share(units: int, members: Iterable[tuple[int, int, int]]) -> dict[int, int] | None:
    """Split units over (factory, minimum, room), fewest parts first; None when it cannot be done this way."""
    parts: dict[int, int] = {}
    rest = sorted((m for m in members if m[2] >= m[1]), key=lambda m: (-m[2], m[0]))
    left = units
    for place, (factory, least, room) in enumerate(rest):
        part = min(room, left)
        if left > part and place + 1 < len(rest) and left - part < rest[place + 1][1]:
            part = left - rest[place + 1][1]  # leave the next one its minimum
        if part < least:
            continue
        parts[factory] = part
        left -= part
        if left == 0:
            return parts
    return None
