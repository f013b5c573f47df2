"""What a unit of each factory's time is worth, and from it a bound that no match can undercut. Compiled, deterministic.

The Lagrangian dual of the matching problem's linear relaxation (Geoffrion, Lagrangean relaxation for integer
programming, Math. Prog. Study 2, 1974). Prices are found on the few cheapest ways of each demand by letting demands
choose softly - the share of a way falls by e with every `heat` that it costs more - and scaling the load of each
overfull row down, row after row (entropic smoothing; Cuturi, Sinkhorn distances, 2013, with the inequalities of
Benamou et al., Iterative Bregman projections, 2015), while the heat falls. Then the cheapest ways are looked up
anew among all factories. Whatever the prices, the bound holds: it uses each demand's cheapest way of all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from factory_matching.assignment.arrays import Asked, Floats, Makers, Shelf, Small
from factory_matching.assignment.retrieve import NOBODY, Found, Prices, retrieve
from factory_matching.registry.register import Ints
from models.compiled import compiled

FEW = 24
HEATS = (0.02, 0.01, 0.005, 0.003, 0.002, 0.0015)
"""As shares of each demand's cheapest cost; the ways are looked up anew after each."""
_SWEEPS = 30
_REMEMBERED = 24  # ways of earlier rounds that a demand keeps
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Priced:
    """The best prices found, the bound they certify, and each demand's cheapest ways under the last prices."""

    prices: Prices
    bound: float
    found: Found


class Rows(NamedTuple):
    """Prices of the capacity rows of factories that some demand would like, (rows, days); row 0 is nobody's."""

    factory: Small
    price: Floats


@dataclass(frozen=True, slots=True)
class Pricing:
    """Where the search for prices stands between two rounds."""

    rows: Rows
    prices: Prices
    known: Found
    scale: Floats  # (D,): a unit's cheapest cost while time is free
    value: float
    """What all demands cost, each at its cheapest way or its penalty, with the price of time."""


def free_prices(factories: int, days: int) -> Prices:
    """Time that costs nothing."""
    return Prices(np.zeros(factories, np.int32), np.zeros((1, days)))


def price(asked: Asked, shelf: Shelf, makers: Makers, threads: int, progress: Callable[[int, int], None]) -> Priced:
    """Raise the prices of scarce time until demand fits; the bound is the best of all rounds."""
    at = first_round(asked, shelf, makers, threads)
    prices, bound = at.prices, max(at.value, 0.0)
    for round_, heat in enumerate(HEATS):
        at = next_round(at, heat, asked, shelf, makers, makers.made_by, threads)
        certified = at.value - worth(at.rows, makers)
        if certified > bound:
            prices, bound = at.prices, certified
        progress(round_ + 1, len(HEATS))
    return Priced(prices, bound, at.known)


def first_round(asked: Asked, shelf: Shelf, makers: Makers, threads: int) -> Pricing:
    """Time is free: each demand's cheapest ways of all."""
    factories, days = makers.made_by.shape
    prices = free_prices(factories, days)
    known, reduced = retrieve(asked, shelf, makers, prices, FEW, threads)
    scale = np.where(np.isfinite(reduced[:, 0]), reduced[:, 0], 1.0)
    rows = Rows(np.zeros(1, np.int32), np.zeros((1, days)))
    return Pricing(rows, prices, known, scale, value(asked, reduced))


def next_round(
    at: Pricing, heat: float, asked: Asked, shelf: Shelf, makers: Makers, limits: Small, threads: int
) -> Pricing:
    """Prices at which what demands choose softly fits in `limits`, (F, days), and the ways looked up anew."""
    factories = len(makers.place)
    rows = _grow(at.rows, at.prices, at.known, shelf, factories)
    place = np.zeros(factories, np.int32)
    place[rows.factory[1:]] = np.arange(1, len(rows.factory))
    _settle(asked, shelf, limits, at.known, place, rows, at.scale * heat, _SWEEPS)
    prices = Prices(place, by_due(rows.price))
    found, reduced = retrieve(asked, shelf, makers, prices, FEW, threads)
    known = _remember(at.known, found, prices, asked.due, shelf.factory)
    return Pricing(rows, prices, known, at.scale, value(asked, reduced))


@compiled
def _remember(known: Found, found: Found, prices: Prices, due: Ints, factory: Small) -> Found:
    """The ways just found, and after them as many of those known before: these carry what was learned of prices."""
    demands, few = found.row.shape
    most = few + _REMEMBERED
    kept = Found(
        np.full((demands, most), NOBODY, np.int32),
        np.full((demands, most), np.inf),
        np.zeros((demands, most), np.int32),
    )
    reduced = np.zeros(known.row.shape[1])
    for demand in range(demands):
        count = 0
        while count < few and found.row[demand, count] != NOBODY:
            kept.row[demand, count] = found.row[demand, count]
            kept.cost[demand, count] = found.cost[demand, count]
            kept.high[demand, count] = found.high[demand, count]
            count += 1
        new = count
        for way in range(len(reduced)):
            reduced[way] = np.inf
            if known.row[demand, way] != NOBODY:
                maker = factory[known.row[demand, way]]
                reduced[way] = known.cost[demand, way] + prices.of_time[prices.row[maker], due[demand]]
        for way in np.argsort(reduced):
            if count == most or reduced[way] == np.inf:
                break
            again = False
            for place in range(new):
                again = again or kept.row[demand, place] == known.row[demand, way]
            if not again:
                kept.row[demand, count] = known.row[demand, way]
                kept.cost[demand, count] = known.cost[demand, way]
                kept.high[demand, count] = known.high[demand, way]
                count += 1
    return kept


def by_due(price: Floats) -> Floats:
    """A demand pays for the row of its due day and all later ones."""
    return np.ascontiguousarray(np.cumsum(price[:, ::-1], axis=1)[:, ::-1])


def value(asked: Asked, reduced: Floats) -> float:
    """What all demands cost, each at its cheapest way or its penalty."""
    return float(asked.units @ np.minimum(reduced[:, 0], asked.penalty))


def worth(rows: Rows, makers: Makers) -> float:
    """What the time of all factories is worth; the value of the demands less this is the Lagrangian bound."""
    return float((rows.price[1:] * makers.made_by[rows.factory[1:]]).sum())


def _grow(rows: Rows, prices: Prices, found: Found, shelf: Shelf, factories: int) -> Rows:
    """Rows for every factory among the ways, keeping the prices that are there."""
    wanted = np.zeros(factories, np.bool_)
    wanted[shelf.factory[found.row[found.row != NOBODY]]] = True
    wanted[rows.factory[1:]] |= rows.price[1:].any(axis=1)
    factory = np.concatenate([np.zeros(1, np.int32), np.flatnonzero(wanted).astype(np.int32)])
    price = np.zeros((len(factory), rows.price.shape[1]))
    price[1:] = rows.price[prices.row[factory[1:]]]
    return Rows(factory, price)


@compiled
def _settle(
    asked: Asked, shelf: Shelf, limits: Small, found: Found, place: Small, rows: Rows, heat: Floats, sweeps: int
) -> None:
    """Let demands choose softly and make overfull time dearer, again and again; changes `rows.price`."""
    for _ in range(sweeps):
        load, warmth = soft_load(asked, shelf, found, place, rows, heat)
        _raise(limits, rows, load, warmth)


@compiled
def soft_load(
    asked: Asked, shelf: Shelf, found: Found, place: Small, rows: Rows, heat: Floats
) -> tuple[Floats, Floats]:
    """Units by row and due day when demands choose softly, (rows, days), and each row's units times heat, (rows,)."""
    demands, few = found.row.shape
    count, days = rows.price.shape
    by_due = np.zeros((count, days))
    share = np.zeros(few)
    for row in range(1, count):
        total = 0.0
        for day in range(days - 1, -1, -1):
            total += rows.price[row, day]
            by_due[row, day] = total
    load, warmth = np.zeros((count, days)), np.zeros(count)
    for demand in range(demands):
        due = asked.due[demand]
        least = asked.penalty[demand]
        for way in range(few):
            if found.row[demand, way] == NOBODY:
                break
            row = place[shelf.factory[found.row[demand, way]]]
            share[way] = found.cost[demand, way] + by_due[row, due]
            least = min(least, share[way])
        total = np.exp((least - asked.penalty[demand]) / heat[demand])
        for way in range(few):
            if found.row[demand, way] == NOBODY:
                break
            share[way] = np.exp((least - share[way]) / heat[demand])
            total += share[way]
        for way in range(few):
            if found.row[demand, way] == NOBODY:
                break
            row = place[shelf.factory[found.row[demand, way]]]
            units = asked.units[demand] * share[way] / total
            load[row, due] += units
            warmth[row] += units * heat[demand]
    return load, warmth


@compiled
def _raise(limits: Small, rows: Rows, load: Floats, warmth: Floats) -> None:
    """Row by row from the last day on: scale the load of demands due by then to what can be made by then."""
    count, days = rows.price.shape
    for row in range(1, count):
        total = load[row].sum()
        if total <= _LEAST:
            rows.price[row] *= 0.5
            continue
        heat = warmth[row] / total
        factory = rows.factory[row]
        up_to = np.cumsum(load[row])
        for day in range(days - 1, -1, -1):
            held = up_to[day]
            room = float(limits[factory, day])
            if held <= _LEAST or (held <= room and rows.price[row, day] == 0.0):
                continue
            change = heat * np.log(held / max(room, 0.5))
            change = max(change, -rows.price[row, day])
            rows.price[row, day] += change
            scaled = np.exp(-change / heat)
            for earlier in range(day + 1):
                up_to[earlier] *= scaled
