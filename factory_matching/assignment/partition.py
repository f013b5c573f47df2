"""Groups of categories that are matched side by side, and the factories that stand in several of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.match_many import take_some
from factory_matching.assignment.retrieve import NOBODY
from factory_matching.registry.register import Ints

_UNEVEN = 1.15  # work of a group, in even shares, up to which categories join it for what they have in common
BY_ROW = ("registered", "factory", "currency", "quantities", "cents", "sizes")
"""Fields of `Shelf` with an entry for each capability."""
BY_ENTRY = ("row", "has", "floor")
"""Fields of `Shelf` with an entry for each capability in each band."""
BY_REGISTERED = ("markets", "valid")
"""Fields of `Shelf` whose last axis are the register's factories."""
BY_FACTORY = ("place", "bad", "late", "made_by", "half_days", "warehouse", "origin")
"""Fields of `Makers` with an entry for each factory."""


@dataclass(frozen=True, slots=True)
class Submarket:
    """The demands of a group's categories and every factory that makes any of these, numbered anew."""

    asked: Asked
    shelf: Shelf
    makers: Makers
    coupled: Ints
    """Its factories that other groups have too."""


@dataclass(frozen=True, slots=True)
class Group:
    """Where the parts of a submarket stand in the whole market, each ascending."""

    categories: tuple[int, ...]
    demands: Ints
    factories: Ints
    rows: Ints
    coupled: Ints  # places in `Cut.coupled`


@dataclass(frozen=True, slots=True)
class Cut:
    """A market in groups."""

    groups: tuple[Group, ...]
    coupled: Ints
    """Factories of the market, as places in its makers, that stand in several groups."""


def cut(asked: Asked, shelf: Shelf, makers: Makers, count: int) -> Cut:
    """At most `count` groups of the categories that are asked for, even in demands, with little time in common."""
    rows, category = _capabilities(shelf)
    kinds = shelf.starts.shape[1] - 1
    makes = np.zeros((len(makers.place), kinds), np.bool_)
    makes[shelf.factory[rows], category] = True
    demands = np.bincount(asked.category, minlength=kinds)
    makes[:, demands == 0] = False
    time = makers.made_by[:, -1].astype(np.float64)
    plan = plan_groups(demands, (makes * time[:, None]).T @ makes.astype(np.float64), count)
    members = np.array([makes[:, list(group)].any(axis=1) for group in plan]).reshape(len(plan), len(makers.place))
    coupled = np.flatnonzero(members.sum(axis=0) > 1)
    return Cut(
        tuple(
            Group(
                categories=group,
                demands=np.flatnonzero(np.isin(asked.category, group)),
                factories=np.flatnonzero(member),
                rows=rows[np.isin(category, group)],
                coupled=np.flatnonzero(member[coupled]),
            )
            for group, member in zip(plan, members, strict=True)
        ),
        coupled,
    )


def plan_groups(work: Ints, common: Floats, count: int) -> tuple[tuple[int, ...], ...]:
    """At most `count` groups of the categories with work; `common`: capacity of the factories that make both, (K, K).

    Those with most in common join first while their work stays near an even share; what is left is packed, the
    heaviest first, where there is least; then single categories move while that leaves less in common across groups.
    """
    groups = [[category] for category in np.flatnonzero(work).tolist()]
    most = _UNEVEN * float(work.sum()) / max(count, 1)
    while (pair := _closest(groups, work, common, most)) is not None:
        groups[pair[0]] += groups.pop(pair[1])
    groups.sort(key=lambda group: (-int(work[group].sum()), min(group)))
    packed, rest = groups[: max(count, 1)], groups[max(count, 1) :]
    for group in rest:
        min(packed, key=lambda other: (int(work[other].sum()), min(other))).extend(group)
    _move_single_ones(packed, work, common, most)
    return tuple(sorted(tuple(sorted(group)) for group in packed if group))


def _closest(groups: list[list[int]], work: Ints, common: Floats, most: float) -> tuple[int, int] | None:
    best, chosen = 0.0, None
    for first, second in combinations(range(len(groups)), 2):
        shared = _shared(groups[first], groups[second], common)
        if shared > best and work[groups[first]].sum() + work[groups[second]].sum() <= most:
            best, chosen = shared, (first, second)
    return chosen


def _shared(some: Sequence[int], others: Sequence[int], common: Floats) -> float:
    return float(common[np.ix_(some, others)].sum())


def _move_single_ones(groups: list[list[int]], work: Ints, common: Floats, most: float) -> None:
    """Each move leaves less in common across groups, so that this ends."""
    moved = True
    while moved:
        moved = False
        for category in sorted(category for group in groups for category in group):
            home = next(group for group in groups if category in group)
            ties = [_shared([category], [one for one in group if one != category], common) for group in groups]
            stays = ties[groups.index(home)]
            best = max(range(len(groups)), key=lambda place: (ties[place], -place))
            target = groups[best]
            if target is home or ties[best] <= stays or work[target].sum() + work[category] > most:
                continue
            home.remove(category)
            target.append(category)
            moved = True


def submarket(asked: Asked, shelf: Shelf, makers: Makers, whole: Cut, group: Group) -> Submarket:
    """A group's own arrays: what it needs of the market's and no more."""
    numbers = np.full(len(makers.place), NOBODY, np.int32)
    numbers[group.factories] = np.arange(len(group.factories))
    own = makers._replace(**{name: getattr(makers, name)[group.factories] for name in BY_FACTORY})
    coupled = numbers[whole.coupled[group.coupled]].astype(np.int64)
    registered = np.unique(shelf.registered[group.rows])
    ours = np.full(shelf.markets.shape[-1], len(registered))  # those that the group has not stand after all others
    ours[registered] = np.arange(len(registered))
    few = take_some(asked, group.demands)
    few = few._replace(refused=np.where(few.refused < 0, ~ours[~few.refused], ours[few.refused]))
    taken = {name: np.take(getattr(shelf, name), registered, axis=-1) for name in BY_REGISTERED}
    return Submarket(few, _take_rows(shelf._replace(**taken), group, numbers, ours), own, coupled)


def _take_rows(shelf: Shelf, group: Group, factories: Small, registered: Ints) -> Shelf:
    numbers = np.full(len(shelf.factory), NOBODY, np.int32)
    numbers[group.rows] = np.arange(len(group.rows))
    mine = np.zeros(shelf.starts.shape[1] - 1, np.bool_)
    mine[list(group.categories)] = True
    entries = np.concatenate([np.repeat(mine, np.diff(band)) for band in shelf.starts])
    edges = np.concatenate([np.zeros(1, np.int64), entries.cumsum()])
    taken = {name: getattr(shelf, name)[group.rows] for name in BY_ROW}
    taken |= {name: getattr(shelf, name)[entries] for name in BY_ENTRY}
    taken |= {"factory": factories[taken["factory"]], "registered": registered[taken["registered"]]}
    return shelf._replace(**(taken | {"row": numbers[taken["row"]], "starts": edges[shelf.starts]}))


def _capabilities(shelf: Shelf) -> tuple[Ints, Ints]:
    """Capabilities that can take anything at all, ascending, and their categories: the last band holds them all."""
    last = shelf.starts[-1]
    row = shelf.row[last[0] : last[-1]].astype(np.int64)
    category = np.concatenate([np.full(stop - start, kind) for kind, (start, stop) in enumerate(pairwise(last))])
    order = np.argsort(row)
    return row[order], category[order]
