"""What policies look at beside demands and supply: who is new, warned, forbidden to whom, what belongs together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.policies.network import Network
from factory_matching.policies.rules import NewSuppliers
from factory_matching.registry.register import Ints, Register

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facts:
    """As of the run; ids are those of the tables."""

    finished: Mapping[int, int] = field(default_factory=dict)
    """Factory -> orders that it shipped."""
    open_orders: Mapping[int, int] = field(default_factory=dict)
    """Factory -> orders that it has not shipped yet, offers without an answer included."""
    verified: frozenset[int] = frozenset()
    """Factories whose verification is at least what the guarantee asks."""
    forbidden: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Brand -> factories that may not make for it."""
    deposits: Mapping[int, Decimal] = field(default_factory=dict)
    """Demand -> what its buyers paid in deposits."""
    together: frozenset[int] = frozenset()
    """Batches whose demands go to one maker."""
    recent: tuple[int, int] = (0, 0)
    """Units that were offered within the guarantee's window before this run, and those of them at new factories."""
    networks: Mapping[int, Network] = field(default_factory=dict)
    """Leader -> the pool that it stands for."""


class Standings(NamedTuple):
    """Of the register's F factories."""

    new: Flags
    qualified: Flags
    """New and good enough for the guarantee."""
    warned: Flags
    trials: Ints
    """Orders that a new factory may still get."""


def stand(register: Register, facts: Facts, rule: NewSuppliers, today: date) -> Standings:
    """Who is new: joined within the days, or with fewer finished orders; never one whose joining is unknown."""
    known = register.joined > 0
    recent = today.toordinal() - register.joined <= rule.joined_days if rule.joined_days else np.zeros_like(known)
    new = known & (recent | (_counts(register, facts.finished) < rule.finished_orders))
    verified = np.isin(register.ids, list(facts.verified))
    good = new & verified & ~register.warned & ~register.suspended
    left = np.maximum(rule.trial_orders - _counts(register, facts.open_orders), 0)
    return Standings(new, good, register.warned, left)


def _counts(register: Register, of: Mapping[int, int]) -> Ints:
    counts = np.zeros(len(register.ids), np.int64)
    if of and len(register.ids):
        keys = np.array(list(of), np.int64)
        place = np.minimum(np.searchsorted(register.ids, keys), len(register.ids) - 1)
        there = register.ids[place] == keys
        counts[place[there]] = np.array(list(of.values()), np.int64)[there]
    return counts
