"""The time of factories that stand in several groups: shared out between rounds of prices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from factory_matching.assignment.arrays import Floats, Small
from factory_matching.assignment.partition import Cut

_MOST_SHIFT = 1.5  # exponent by which a group's wish for a factory's time may change in a round


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a group says after a round of prices; arrays are of its coupled factories."""

    price: Floats  # (coupled, days): of a unit of time by its row, as in `Rows.price`
    load: Floats  # (coupled, days): units it would like, by due day
    heat: Floats  # (coupled,): money by which its wish for a unit falls by e


def everything(whole: Cut, made_by: Small) -> list[Small]:
    """Before anything is known each group may have all the time of its factories."""
    return [made_by[whole.coupled[group.coupled]] for group in whole.groups]


def share_out(whole: Cut, made_by: Small, wishes: Sequence[Wishes]) -> list[Small]:
    """Each group's units by (coupled factory, day), in whole numbers that add up to what the factory can make.

    The shares are those at which all groups would pay the same price, as far as one round tells: a group's load
    falls by e with every `heat` that its price rises, so that at the mean price of all groups it would be its load
    times exp((its price - mean) / heat).
    """
    count, groups = len(whole.coupled), range(len(whole.groups))
    load, paid, heat = np.zeros((len(groups), count)), np.zeros((len(groups), count)), np.ones((len(groups), count))
    member = np.zeros((len(groups), count), np.bool_)
    for place, (group, wish) in enumerate(zip(whole.groups, wishes, strict=True)):
        by_due = np.cumsum(wish.price[:, ::-1], axis=1)[:, ::-1]
        member[place, group.coupled] = True
        load[place, group.coupled] = wish.load.sum(axis=1)
        paid[place, group.coupled] = (wish.load * by_due).sum(axis=1)
        heat[place, group.coupled] = wish.heat
    mean = paid.sum(axis=0) / np.maximum(load.sum(axis=0), 1e-9)
    shift = (paid / np.maximum(load, 1e-9) - mean) / heat
    # A unit more each, so that nobody's share is nothing for ever.
    wanted = np.where(member, (load + 1) * np.exp(np.clip(shift, -_MOST_SHIFT, _MOST_SHIFT)), 0.0)
    edges = np.cumsum(wanted, axis=0)
    edges /= edges[-1:]
    units = np.floor(edges[:, :, None] * made_by[whole.coupled]).astype(np.int32)
    shares = np.diff(units, axis=0, prepend=0)
    return [shares[place, group.coupled] for place, group in enumerate(whole.groups)]


def common_prices(whole: Cut, days: int, wishes: Sequence[Wishes]) -> Floats:
    """One price of a coupled factory's time for all: its groups' mean, weighed with their loads, (coupled, days)."""
    paid, load = np.zeros((len(whole.coupled), days)), np.zeros((len(whole.coupled), 1))
    for group, wish in zip(whole.groups, wishes, strict=True):
        weight = wish.load.sum(axis=1, keepdims=True) + 1e-9
        paid[group.coupled] += weight * wish.price
        load[group.coupled] += weight
    answer: Floats = paid / np.maximum(load, 1e-9)
    return answer
