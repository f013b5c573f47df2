"""Chain leaders' pools (链主) in a match: one factory with the joint time and abilities of its members, asked as one.

The members' time belongs to the pool: while it stands they are asked through their leader only. The pool stands in the
register under its leader's id; its prices are, step by step, those of the dearest member that makes the category. A
part may fall on a dearer step of its member's ladder than the whole: what is left over or short is the leader's gain.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from factory_matching.demand import LONGEST, OpenDemand, Supply
from factory_matching.policies.network import Member, Network
from factory_matching.registry.register import Ints, Register
from models.attributes import Category

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Joined:
    """A pool: factory ids of its leader and all members, the leader among them if it makes anything itself."""

    leader: int
    members: tuple[int, ...]
    held: Mapping[date, int]
    """Units that the pool took on each day and has not given to members yet."""
    waiting: tuple[tuple[OpenDemand, int], ...] = ()
    """The same by demand."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """The supply with pools in their members' place, and what each pool is made of."""

    supply: Supply
    networks: Mapping[int, Network]
    members: Mapping[int, int]
    """Member -> leader."""


def join_pools(supply: Supply, pools: Sequence[Joined]) -> Pooled:
    """Put pools in the place of their members; suspended members and those of a suspended leader are out of it."""
    register = supply.register
    place = {int(factory): index for index, factory in enumerate(register.ids.tolist())}
    booked, networks = dict(supply.booked), dict[int, Network]()
    members: dict[int, int] = {}
    active: dict[int, list[int]] = {}
    for pool in pools:
        if pool.leader not in place:
            continue
        own = [place[factory] for factory in pool.members if factory in place]
        members |= dict.fromkeys((*pool.members, pool.leader), pool.leader)
        working = [index for index in own if not register.suspended[index]]
        if register.suspended[place[pool.leader]] or not working:
            continue
        active[place[pool.leader]] = working
    closed = {place[factory] for factory in members if factory in place}
    longest = LONGEST + 1
    for pool in pools:
        if (leader := place.get(pool.leader, -1)) not in active:
            continue
        own = active[leader]
        free = supply.free(np.array(own), longest)
        networks[pool.leader] = Network(
            tuple(
                Member(int(register.ids[index]), _makes(register, index), tuple(days))
                for index, days in zip(own, free.tolist(), strict=True)
            ),
            pool.waiting,
        )
        joint = int(register.daily_capacity[own].sum())
        booked = {key: units for key, units in booked.items() if key[0] != pool.leader}
        for offset, units in enumerate(free.sum(axis=0).tolist()):
            day = supply.today + timedelta(days=offset)
            if taken := joint - units + pool.held.get(day, 0):
                booked[pool.leader, day] = taken
    if not members:
        return Pooled(supply, {}, {})
    calendar = {key: units for key, units in supply.calendar.items() if key[0] not in active_ids(active, register)}
    joined = _register(register, active, closed)
    return Pooled(replace(supply, register=joined, booked=booked, calendar=calendar), networks, members)


def active_ids(active: Iterable[int], register: Register) -> set[int]:
    """Ids of leaders, given by index."""
    return {int(register.ids[index]) for index in active}


def _makes(register: Register, index: int) -> dict[str, tuple[int, int, int]]:
    """Category -> minimum, materials, techniques of a factory (index)."""
    found = {}
    for category in Category:
        span = register.rows_of(category)
        row = int(np.searchsorted(register.factory[span], index)) + span.start
        if row < span.stop and register.factory[row] == index:
            able = int(register.quantities[row, 0]), int(register.materials[row]), int(register.techniques[row])
            found[category.value] = able
    return found


def _register(register: Register, active: Mapping[int, Sequence[int]], closed: Collection[int]) -> Register:
    """Leaders stand for their pools; capabilities of members are taken out and those of the pools put in."""
    category = np.repeat(np.arange(len(register.starts) - 1), np.diff(register.starts))
    mine = np.isin(register.factory, list(closed))
    changes: dict[str, Any] = {}
    rows: list[tuple[int, int, Ints]] = []
    for leader, own in active.items():
        of_pool = np.flatnonzero(np.isin(register.factory, own))
        for number in np.unique(category[of_pool]).tolist():
            same = of_pool[category[of_pool] == number]
            # One currency a pool and category: that of most members.
            names, counts = np.unique(register.currency[same], return_counts=True)
            rows.append((number, leader, same[register.currency[same] == names[counts.argmax()]]))
    keep = np.flatnonzero(~mine)
    order = np.lexsort((
        np.concatenate([register.factory[keep], [leader for _, leader, _ in rows]]),
        np.concatenate([category[keep], [number for number, _, _ in rows]]),
    ))  # fmt: skip
    for entry in fields(Register):
        values = getattr(register, entry.name)
        if isinstance(values, np.ndarray) and len(values) == len(register.factory) and entry.name not in _OF_FACTORY:
            joint = [_joint(register, entry.name, leader, same) for _, leader, same in rows]
            changes[entry.name] = np.concatenate(
                [values[keep], np.array(joint, values.dtype).reshape(len(rows), *values.shape[1:])]
            )[order]
    numbers = np.concatenate([category[keep], [number for number, _, _ in rows]]).astype(np.int64)
    changes["starts"] = np.searchsorted(np.sort(numbers), np.arange(len(register.starts))).astype(np.int64)
    return replace(register, **changes, **_leaders(register, active))


_OF_FACTORY = frozenset(
    ("ids", "suspended", "daily_capacity", "lead_days", "quality", "on_time", "starts", "warned", "region",
     "warehouse", "markets", "joined", "late_days", "small_units", "small_days")
)  # fmt: skip


def _leaders(register: Register, active: Mapping[int, Sequence[int]]) -> dict[str, Any]:
    """A pool works as long as its soonest member, and as well as its worst."""
    values = {
        name: getattr(register, name).copy()
        for name in ("daily_capacity", "lead_days", "quality", "on_time", "warned", "markets", "joined", "late_days",
                     "small_units", "small_days")
    }  # fmt: skip
    certificates = {kind: days.copy() for kind, days in register.certificates.items()}
    for leader, own in active.items():
        values["daily_capacity"][leader] = register.daily_capacity[own].sum()
        values["lead_days"][leader] = register.lead_days[own].min()
        values["quality"][leader] = register.quality[own].min()
        values["on_time"][leader] = register.on_time[own].min()
        values["late_days"][leader] = register.late_days[own].max()
        values["warned"][leader] |= register.warned[own].any()
        values["markets"][leader] = _shared(register.markets[own])
        for name in ("joined", "small_units", "small_days"):
            values[name][leader] = 0
        for kind, days in certificates.items():
            days[leader] = register.certificates[kind][own].min()
    return {**values, "certificates": certificates}


def _shared(masks: Ints) -> int:
    """What all of them have; 0 has all, and so does whoever says nothing."""
    said = masks[masks != 0]
    return int(np.bitwise_and.reduce(said)) or 1 << 61 if len(said) else 0


def _joint(register: Register, name: str, leader: int, same: Ints) -> object:
    """A pool's own value of a capability's column, from its members' rows."""
    if name == "factory":
        return leader
    if name in ("materials", "techniques"):
        return int(np.bitwise_or.reduce(getattr(register, name)[same]))
    if name == "sizes":
        return _shared(register.sizes[same])
    if name in ("quantities", "cents"):
        return _ladder(register, same)[name == "cents"]
    return getattr(register, name)[same[0]]


def _ladder(register: Register, same: Ints) -> tuple[Ints, Ints]:
    """From the smallest minimum on, at each of the least member's steps the dearest price of all."""
    least = int(same[register.quantities[same, 0].argmin()])
    quantities = register.quantities[least].copy()
    dearest = [register.price_at(same, int(step)).max() if step < _NEVER else 0 for step in quantities]
    return quantities, np.array(dearest, np.int64)
