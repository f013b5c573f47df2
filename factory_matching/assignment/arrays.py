"""Demands and factories as plain arrays, so that compiled loops can look at a hundred million pairs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from factory_matching.assignment.risk import half_days
from factory_matching.complexity import complexity, in_thousandths
from factory_matching.demand import OpenDemand, Supply
from factory_matching.registry.register import (
    Ints,
    Register,
    category_place,
    material_mask,
    size_mask,
    technique_mask,
)
from factory_matching.weights import MatchWeights

Floats = NDArray[np.float64]
Small = NDArray[np.int32]
ANY_PRICE = np.iinfo(np.int64).max
BANDS: Ints = np.array([31, 63, 127, 255, 511, 1023, 2047, ANY_PRICE])
"""Last quantity of each band: within one, a factory's price hardly falls, so that few need looking at."""


class Asked(NamedTuple):
    """What D demands ask for."""

    category: Ints  # (D,)
    band: Ints  # (D,): of its quantity, in `BANDS`
    needs: Ints  # (D,): bits of its material and techniques
    currency: Ints  # (D,): place in `Shelf.currencies`, -1 when no factory quotes in it
    units: Ints  # (D,)
    due: Ints  # (D,): days from today
    factor: Ints  # (D,): complexity in thousandths
    most_cents: Ints  # (D,): no dearer than this
    refused_from: Ints  # (D + 1,): where each demand's refusals begin
    refused: Ints  # the register's indices of factories that are not asked again; ~index where a policy says so
    penalty: Floats  # (D,): loss from a unit that nobody makes
    sizes: Ints  # (D,): bits of sizes that must be cut, 0 for none
    market: Ints  # (D,): the bit of its market, 0 for none
    holds: Ints  # (D,): bits of the certificates that are wanted, by their rows in `Shelf.valid`
    valid_on: Ints  # (D,): day through which they hold, as in date.toordinal
    lane: Ints  # (D,): row of `Makers.freight`


class Shelf(NamedTuple):
    """C capabilities in the register's order, and for each quantity band and category those that can be cheap first."""

    registered: Ints  # (C,): index into the register's factories
    factory: Small  # (C,): place in `Makers`, -1 for those without time
    currency: Small  # (C,)
    quantities: Ints  # (C, breaks)
    cents: Ints  # (C, breaks)
    starts: Ints  # (bands, categories + 1): where each category begins among the entries
    row: Small  # (entries,): capability
    has: Ints  # (entries,): bits of its materials and techniques
    floor: Floats  # (entries,): below what no unit of the plain piece costs in this band, bad units included
    sizes: Ints  # (C,): bits, 0 for all
    markets: Ints  # (the register's factories,): bits, 0 for all
    valid: Small  # (kinds of certificates, the register's factories): last day on which it holds


class Makers(NamedTuple):
    """The F factories of the register that may work and have time in the days looked at.

    Those that make the same stand together: loops over a category's demands then stay within few pages of memory.
    """

    place: Ints  # (F,): index into the register's factories
    bad: Floats  # (F,): loss from units that are not good at first, as a share of the price
    late: Floats  # (F,): loss from lateness without a day to spare, as a share of the price
    made_by: Small  # (F, days): units that can be made up to and including each day
    half_days: Floats  # (F,): so many days to spare halve the risk of lateness
    warehouse: Ints  # (F,): parts of one demand that leave from the same one travel together
    origin: Ints  # (F,): column of `freight`
    freight: Floats  # (lanes, origins): of a unit, in the demand's currency
    least_freight: Floats  # (lanes,)
    fee: float  # for each factory that works on a demand
    fee_per_shipment: float  # for each warehouse beyond the first that a demand leaves from


def ask(demands: Sequence[OpenDemand], supply: Supply, currencies: Mapping[str, int], penalty: Floats) -> Asked:
    """The demands in their order; specs that are alike are read once."""
    known: dict[object, tuple[int, int, int]] = {}
    read = np.zeros((len(demands), 3), np.int64)
    before = sorted({key for demand in demands for key in demand.excluded | demand.forbidden})
    at = np.searchsorted(supply.register.ids, before).tolist()
    place = {key: at for key, at in zip(before, at, strict=True) if key in supply.register.ids[at : at + 1]}
    refused: list[int] = []
    refused_from = np.zeros(len(demands) + 1, np.int64)
    for index, demand in enumerate(demands):
        spec = demand.spec
        if spec not in known:
            needs = material_mask(spec) | technique_mask(spec) << 32
            known[spec] = category_place(spec.category), needs, in_thousandths(complexity(spec))
        read[index] = known[spec]
        refused.extend(sorted(place[key] for key in demand.excluded - demand.forbidden if key in place))
        refused.extend(sorted(~place[key] for key in demand.forbidden if key in place))
        refused_from[index + 1] = len(refused)
    units = np.array([demand.units for demand in demands], np.int64)
    return Asked(
        category=read[:, 0].copy(),
        band=np.searchsorted(BANDS, units),
        needs=read[:, 1].copy(),
        currency=np.array([currencies.get(demand.currency, -1) for demand in demands], np.int64),
        units=units,
        due=np.array([supply.due_day(demand) for demand in demands], np.int64),
        factor=read[:, 2].copy(),
        most_cents=np.array(
            [ANY_PRICE if d.highest_price is None else int(d.highest_price * 100) for d in demands], np.int64
        ),
        refused_from=refused_from,
        refused=np.array(refused, np.int64),
        penalty=penalty,
        sizes=np.array([size_mask(demand.sizes) for demand in demands], np.int64),
        market=np.array([supply.register.market_bit(demand.market) for demand in demands], np.int64),
        holds=np.array([supply.register.kind_bits(demand.certificates) for demand in demands], np.int64),
        valid_on=np.array([demand.due_on.toordinal() for demand in demands], np.int64),
        lane=np.zeros(len(demands), np.int64),
    )


def currencies_of(register: Register) -> dict[str, int]:
    """Every currency that somebody quotes in, numbered."""
    return {str(name): place for place, name in enumerate(np.unique(register.currency))}


def shelve(register: Register, makers: Makers, currencies: Mapping[str, int], weights: MatchWeights) -> Shelf:
    """Sort the capabilities that can take anything at all by how cheap they can get, band by band."""
    at = np.full(len(register.ids), -1, np.int32)
    at[makers.place] = np.arange(len(makers.place))
    factory = at[register.factory]
    rows = np.flatnonzero(factory >= 0)
    rows = rows[register.quantities[rows, 0] <= makers.made_by[factory[rows], -1]]
    category = np.repeat(np.arange(len(register.starts) - 1), np.diff(register.starts))[rows]
    bad = 1 + makers.bad[factory[rows]]
    starts: list[Ints] = []
    rows_of: list[Ints] = []
    floors: list[Floats] = []
    first = 0
    for top in BANDS.tolist():
        cheapest = _round_down(register.price_at(rows, top) * bad / 100)
        within = np.flatnonzero(register.quantities[rows, 0] <= top)
        order = within[np.lexsort((cheapest[within], category[within]))]
        starts.append(first + np.searchsorted(category[order], np.arange(len(register.starts))))
        rows_of.append(rows[order])
        floors.append(cheapest[order])
        first += len(order)
    row = np.concatenate(rows_of).astype(np.int32)
    names, place = np.unique(register.currency, return_inverse=True)
    numbers = np.array([currencies[str(name)] for name in names], np.int32)
    return Shelf(
        registered=register.factory,
        factory=factory,
        currency=numbers[place.reshape(-1)],
        quantities=register.quantities,
        cents=register.cents,
        starts=np.array(starts, np.int64),
        row=row,
        has=_needs(register.materials[row], register.techniques[row]),
        floor=np.concatenate(floors),
        sizes=register.sizes,
        markets=register.markets,
        valid=np.array(list(register.certificates.values()), np.int32).reshape(-1, len(register.ids)),
    )


def _needs(materials: Ints, techniques: Ints) -> Ints:
    """Both masks as one; there are fewer than 32 materials and fewer than 31 techniques."""
    both: Ints = materials | techniques << 32
    return both


def _round_down(cost: Floats) -> Floats:
    """Scaling a price by a complexity rounds it to the cent: half a cent less, times one plus the loss of bad units."""
    lower: Floats = cost - 0.0125
    return lower


def makers_of(supply: Supply, days: int, weights: MatchWeights) -> Makers:
    """What each factory can make by each of the next `days` days, and what its risks cost; freight is free as yet."""
    register = supply.register
    open_ = ~register.suspended & supply.let_in() & (register.daily_capacity > 0)
    able = np.flatnonzero(open_ & (register.lead_days < days))
    able = able[np.argsort(_first_row(register)[able], kind="stable")]
    spare = np.maximum(np.arange(days)[None, :] - register.lead_days[able, None] + 1, 0)
    made_by = np.minimum(spare * register.daily_capacity[able, None], np.iinfo(np.int32).max).astype(np.int32)
    if supply.most is not None:
        np.minimum(made_by, supply.most[able, None], out=made_by, casting="unsafe")
    dated = {factory for factory, _ in supply.booked} | {factory for factory, _ in supply.calendar}
    busy = np.flatnonzero(np.isin(register.ids[able], list(dated)))
    if len(busy):
        made_by[busy] = supply.free(able[busy], days).cumsum(axis=1)
    return Makers(
        place=able,
        bad=weights.quality * (1 - register.quality[able]),
        late=weights.lateness * (1 - register.on_time[able]),
        made_by=made_by,
        half_days=half_days(register, able, weights),
        warehouse=warehouses_of(register)[able],
        origin=np.zeros(len(able), np.int64),
        freight=np.zeros((1, 1)),
        least_freight=np.zeros(1),
        fee=weights.fee_per_factory,
        fee_per_shipment=weights.fee_per_shipment,
    )


def warehouses_of(register: Register) -> Ints:
    """Where each factory's goods leave from, (factories,): its warehouse, or its own door (a number below 0)."""
    own = -1 - np.arange(len(register.ids))
    leaving: Ints = np.where(register.warehouse >= 0, register.warehouse, own)
    return leaving


def _first_row(register: Register) -> Ints:
    """Each factory's first capability, (factories,); one after all for those without any."""
    first = np.full(len(register.ids), len(register.factory))
    np.minimum.at(first, register.factory, np.arange(len(register.factory)))
    return first
