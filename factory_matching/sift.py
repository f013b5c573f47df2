"""One pass over a category's capabilities: who is left out by what, who remains, and what they ask. Compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.registry.register import Ints, Register
from models.compiled import compiled

SUSPENDED, CURRENCY, MATERIAL, TECHNIQUE, SIZE, MARKET, CERTIFICATE, MOQ, PRICE = range(9)
"""Places of the reasons in the counts, in the order in which they are tested."""
_BUCKETS = 512


class Table(NamedTuple):
    """The register's columns that a pass reads; letters of a currency as three numbers."""

    factory: Ints
    suspended: NDArray[np.bool_]
    markets: Ints
    daily_capacity: Ints
    lead_days: Ints
    small_units: Ints
    small_days: Ints
    currency: NDArray[np.uint32]
    materials: Ints
    techniques: Ints
    sizes: Ints
    quantities: Ints
    cents: Ints


class Ask(NamedTuple):
    """What is asked of a maker, in the masks and units of the register."""

    letters: tuple[int, int, int]
    material: int
    technique: int
    sizes: int
    market: int
    quantity: int
    dearest: int
    """Cents of the plain piece."""


def table_of(register: Register) -> Table:
    """Views of the register's columns."""
    letters = np.ascontiguousarray(register.currency, "U3").view(np.uint32).reshape(-1, 3)
    return Table(
        register.factory, register.suspended, register.markets, register.daily_capacity, register.lead_days,
        register.small_units, register.small_days, letters, register.materials, register.techniques, register.sizes,
        register.quantities, register.cents,
    )  # fmt: skip


@compiled
def _covers(serves: int, asked: int) -> bool:
    """0 serves all."""
    return serves == 0 or serves & asked == asked


@compiled
def sift(
    table: Table, ask: Ask, first: int, last: int, certified: NDArray[np.bool_], counts: Ints,
    rows: NDArray[np.int32], days: NDArray[np.int32],
) -> int:  # fmt: skip
    """Count who is left out by what; write the others' rows and the days in which they ship the quantity.

    `certified` has an entry for each capability of the category, or none where no certificate is asked for.
    """
    # As names of their own: a function that took the whole table would count references to its arrays for each row.
    factories, suspended, markets, letters = table.factory, table.suspended, table.markets, table.currency
    materials, techniques, sizes, quantities = table.materials, table.techniques, table.sizes, table.quantities
    one, two, three = ask.letters
    breaks, kept = quantities.shape[1], 0
    for row in range(first, last):
        factory = factories[row]
        if suspended[factory]:
            counts[SUSPENDED] += 1
        elif letters[row, 0] != one or letters[row, 1] != two or letters[row, 2] != three:
            counts[CURRENCY] += 1
        elif materials[row] & ask.material != ask.material:
            counts[MATERIAL] += 1
        elif techniques[row] & ask.technique != ask.technique:
            counts[TECHNIQUE] += 1
        elif not _covers(sizes[row], ask.sizes):
            counts[SIZE] += 1
        elif not _covers(markets[factory], ask.market):
            counts[MARKET] += 1
        elif len(certified) and not certified[row - first]:
            counts[CERTIFICATE] += 1
        elif quantities[row, 0] > ask.quantity:
            counts[MOQ] += 1
        else:
            step = 0
            while step + 1 < breaks and quantities[row, step + 1] <= ask.quantity:
                step += 1
            if table.cents[row, step] > ask.dearest:
                counts[PRICE] += 1
                continue
            small = ask.quantity <= table.small_units[factory]
            lead = table.small_days[factory] if small else table.lead_days[factory]
            making = table.daily_capacity[factory]
            rows[kept], days[kept] = row, lead + (ask.quantity + making - 1) // making
            kept += 1
    return kept


@compiled
def prices_at(table: Table, rows: NDArray[np.int32], steps: Ints, prices: NDArray[np.int32], counts: Ints) -> None:
    """Unit prices in cents at rising quantities, (steps, rows): the first `counts` of each, of those that take it."""
    breaks = table.quantities.shape[1]
    for row in rows:
        at = 0
        for step in range(len(steps)):
            if table.quantities[row, 0] > steps[step]:
                continue
            while at + 1 < breaks and table.quantities[row, at + 1] <= steps[step]:
                at += 1
            prices[step, counts[step]] = table.cents[row, at]
            counts[step] += 1


@compiled
def smallest(values: NDArray[np.int32], place: int) -> int:
    """The value at this place if they were sorted: that of the bucket which holds the place, of a few hundred."""
    low, high = values.min(), values.max()
    shift = 0
    while (high - low) >> shift >= _BUCKETS:
        shift += 1
    held = np.zeros(_BUCKETS, np.int64)
    for value in values:
        held[(value - low) >> shift] += 1
    bucket, before = 0, 0
    while before + held[bucket] <= place:
        before += held[bucket]
        bucket += 1
    own = np.empty(held[bucket], values.dtype)
    count = 0
    for value in values:
        if (value - low) >> shift == bucket:
            own[count] = value
            count += 1
    return int(np.partition(own, place - before)[place - before])
