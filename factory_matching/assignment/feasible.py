"""An independent check of a match: refuses a wrong answer before anybody is asked to make it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from factory_matching.complexity import complexity
from factory_matching.demand import OpenDemand, Supply
from factory_matching.registry.register import SIZE_BIT, Register, material_mask, technique_mask
from factory_matching.result import MOST_PARTS, MatchResult, Placement
from models.money import round_cent


class WrongMatch(Exception):
    """A match breaks a rule; nothing of it may be used."""


def check(demands: Sequence[OpenDemand], supply: Supply, result: MatchResult) -> None:
    """Raise WrongMatch unless every unit is placed once or its demand is unserved, within all limits.

    Written without the solver's arrays: plain loops over the register, from the rules alone.
    """
    by_key = {demand.key: demand for demand in demands}
    placed: Counter[int] = Counter()
    parts: Counter[int] = Counter()
    made: Counter[tuple[int, date]] = Counter()
    pairs: set[tuple[int, int]] = set()
    place = {factory: index for index, factory in enumerate(supply.register.ids.tolist())}
    for placement in result.placements:
        demand = by_key.get(placement.demand)
        if demand is None or (placement.demand, placement.factory) in pairs:
            raise WrongMatch(f"demand {placement.demand} is not open, or factory {placement.factory} has it twice")
        pairs.add((placement.demand, placement.factory))
        _check_one(demand, placement, supply, place)
        placed[demand.key] += placement.units
        parts[demand.key] += 1
        for day, units in placement.booked:
            made[placement.factory, day] += units
    if parts and max(parts.values()) > MOST_PARTS:
        raise WrongMatch(f"a demand goes to {max(parts.values())} factories, more than {MOST_PARTS}")
    for demand in demands:
        expected = 0 if demand.key in result.unserved else demand.units
        if placed[demand.key] != expected:
            raise WrongMatch(f"demand {demand.key}: {placed[demand.key]} units placed of {expected}")
    for (factory, day), units in made.items():
        capacity = supply.calendar.get((factory, day), int(supply.register.daily_capacity[place[factory]]))
        if units + supply.booked.get((factory, day), 0) > capacity:
            raise WrongMatch(f"factory {factory} cannot make {units} more units on {day}")


def _check_one(demand: OpenDemand, placement: Placement, supply: Supply, place: Mapping[int, int]) -> None:
    register = supply.register
    where = f"demand {demand.key} at factory {placement.factory}"
    if (factory := place.get(placement.factory)) is None:
        raise WrongMatch(f"{where}: no such factory")
    span = register.rows_of(demand.spec.category)
    row = bisect_left(register.factory, factory, span.start, span.stop)  # ascending within a category
    if (
        row == span.stop
        or register.factory[row] != factory
        or register.suspended[factory]
        or placement.factory in demand.excluded | demand.forbidden
    ):
        raise WrongMatch(f"{where}: does not make it, is suspended, or was asked before")
    for able, wanted in (
        (int(register.materials[row]), material_mask(demand.spec)),
        (int(register.techniques[row]), technique_mask(demand.spec)),
    ):
        if able & wanted != wanted:
            raise WrongMatch(f"{where}: lacks the material or a technique")
    _check_wants(demand, register, row, factory, where)
    if register.currency[row] != demand.currency or placement.units < register.quantities[row, 0]:
        raise WrongMatch(f"{where}: other currency, or {placement.units} units are below its minimum")
    if sum(units for _, units in placement.booked) != placement.units or min(u for _, u in placement.booked) < 1:
        raise WrongMatch(f"{where}: the booked days do not add up to {placement.units} units")
    first = supply.today + timedelta(days=int(register.lead_days[factory]))
    if placement.starts_on < first or placement.ends_on > demand.due_on:
        raise WrongMatch(f"{where}: made from {placement.starts_on} to {placement.ends_on}, outside its time")
    breaks = zip(register.quantities[row].tolist(), register.cents[row].tolist(), strict=True)
    quoted = [cents for quantity, cents in breaks if quantity <= placement.units][-1]
    price = round_cent(complexity(demand.spec) * quoted / 100)
    if placement.unit_price != price or (demand.highest_price is not None and price > demand.highest_price):
        raise WrongMatch(f"{where}: {placement.unit_price} is not its price {price}, or too dear")


def _check_wants(demand: OpenDemand, register: Register, row: int, factory: int, where: str) -> None:
    """Sizes, market and certificates, read by name."""
    if cut := int(register.sizes[row]):
        for size in demand.sizes:
            if size not in SIZE_BIT or not cut & SIZE_BIT[size]:
                raise WrongMatch(f"{where}: does not cut {size}")
    if serves := int(register.markets[factory]):
        names = [name for place, name in enumerate(register.market_names) if serves >> place & 1]
        if demand.market is not None and demand.market not in names:
            raise WrongMatch(f"{where}: does not serve {demand.market}")
    for kind in demand.certificates:
        until = int(register.certificates[kind][factory]) if kind in register.certificates else 0
        if until == 0 or date.fromordinal(until) < demand.due_on:
            raise WrongMatch(f"{where}: holds no {kind} until {demand.due_on}")
