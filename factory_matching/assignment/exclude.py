"""How many factories each hard filter leaves out, for very many demands. Compiled."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.arrays import Asked, Makers, Shelf, Small
from factory_matching.assignment.retrieve import NOBODY, covers, has_refused, holds_all, is_forbidden, ladder_cents
from factory_matching.demand import Supply
from factory_matching.exclusion import Exclusions, Reason
from factory_matching.registry.register import Ints
from models.compiled import compiled

_MATERIALS = 2**32 - 1  # the low half of `Asked.needs`
_REASONS = (
    Reason.CATEGORY,
    Reason.SUSPENDED,
    Reason.CURRENCY,
    Reason.MATERIAL,
    Reason.TECHNIQUE,
    Reason.SIZE,
    Reason.MARKET,
    Reason.CERTIFICATE,
    Reason.POLICY,
    Reason.DECLINED,
    Reason.MOQ,
    Reason.PRICE,
    Reason.CAPACITY,
)
"""In the order in which the filters stand: a factory counts under the first that leaves it out."""


class CountedExclusions(Mapping[int, Exclusions]):
    """Demand key -> factories left out by reason; counted when asked for, as few are looked at of very many."""

    def __init__(self, keys: Sequence[int], asked: Asked, supply: Supply, shelf: Shelf, makers: Makers) -> None:
        register = supply.register
        most = np.full(len(register.ids), np.iinfo(np.int64).max) if supply.most is None else supply.most
        self._place = {key: index for index, key in enumerate(keys)}
        self._asked, self._factories, self._starts = asked, len(register.ids), register.starts
        maker = np.full(self._factories, NOBODY, np.int32)
        maker[makers.place] = np.arange(len(makers.place))
        self._table = (
            register.starts, register.factory, register.suspended, shelf, register.materials, register.techniques,
            maker, makers.made_by, most,
        )  # fmt: skip

    def __getitem__(self, key: int) -> Exclusions:
        demand = self._place[key]
        counts = np.zeros(len(_REASONS), np.int64)
        _count(demand, self._asked, *self._table, counts)
        category = self._asked.category[demand]
        counts[0] = self._factories - (self._starts[category + 1] - self._starts[category])
        return {reason: count for reason, count in zip(_REASONS, counts.tolist(), strict=True) if count}

    def __iter__(self) -> Iterator[int]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)


@compiled
def _count(
    demand: int, asked: Asked, starts: Ints, factories: Ints, suspended: NDArray[np.bool_], shelf: Shelf,
    materials: Ints, techniques: Ints, maker: Small, made_by: Small, most: Ints, counts: Ints,
) -> None:  # fmt: skip
    units, due, category = asked.units[demand], asked.due[demand], asked.category[demand]
    needs, last, quantities = asked.needs[demand], made_by.shape[1] - 1, shelf.quantities
    for row in range(starts[category], starts[category + 1]):
        factory = factories[row]
        if suspended[factory]:
            counts[1] += 1
        elif shelf.currency[row] != asked.currency[demand]:
            counts[2] += 1
        elif materials[row] & needs & _MATERIALS != needs & _MATERIALS:
            counts[3] += 1
        elif techniques[row] & needs >> 32 != needs >> 32:
            counts[4] += 1
        elif not covers(shelf.sizes[row], asked.sizes[demand]):
            counts[5] += 1
        elif not covers(shelf.markets[factory], asked.market[demand]):
            counts[6] += 1
        elif not holds_all(shelf.valid, factory, asked.holds[demand], asked.valid_on[demand]):
            counts[7] += 1
        elif most[factory] < quantities[row, 0] or is_forbidden(asked, demand, factory):
            counts[8] += 1
        elif has_refused(asked, demand, factory):
            counts[9] += 1
        elif quantities[row, 0] > units:
            counts[10] += 1
        elif ladder_cents(quantities, shelf.cents, row, units, asked.factor[demand]) > asked.most_cents[demand]:
            counts[11] += 1
        elif due < 0 or maker[factory] == NOBODY or made_by[maker[factory], min(due, last)] < quantities[row, 0]:
            counts[12] += 1
