"""What another date, price or quantity would change for one demand, all other demands' bookings standing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from factory_matching.alone import Best, Weighed, weigh
from factory_matching.demand import OpenDemand, Supply
from factory_matching.weights import MatchWeights

_SAME = 0.005  # money: less than half a cent is no difference


class Change(StrEnum):
    """What is asked otherwise."""

    DAY_LATER = "day_later"
    DAY_EARLIER = "day_earlier"
    PRICE_UP = "price_up"
    FEWER = "fewer"
    MORE = "more"


PRICE_UP = Decimal("1.05")
SHARE = Decimal("0.1")


def relaxes(change: Change, demand: OpenDemand) -> bool:
    """Whether a change forbids nothing that was allowed; a certificate may end before a later date."""
    return change is Change.PRICE_UP or (change is Change.DAY_LATER and not demand.certificates)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change and what follows from it; all computed anew, nothing guessed."""

    change: Change
    due_on: date
    highest_price: Decimal | None
    units: int
    able: int
    """Factories that could make all of it."""
    more_able: int
    """How many more than at present; below 0 when fewer."""
    best: Best | None
    """None: nobody could make it, alone or in parts."""
    saving: Decimal | None
    """Over all units; below 0 where it costs more; None without a present to compare with."""

    @property
    def is_nothing(self) -> bool:
        """Neither the factories nor the cost would change."""
        return not self.more_able and not self.saving


def changes_of(demand: OpenDemand) -> Iterator[tuple[Change, OpenDemand]]:
    """One more day, one less, 5% more money, a tenth fewer and more units; without those that cannot be asked."""
    day = timedelta(days=1)
    if demand.due_on < date.max:
        yield Change.DAY_LATER, replace(demand, due_on=demand.due_on + day)
    if demand.due_on > date.min:
        yield Change.DAY_EARLIER, replace(demand, due_on=demand.due_on - day)
    if demand.highest_price is not None:
        yield Change.PRICE_UP, replace(demand, highest_price=demand.highest_price * PRICE_UP)
    step = max(1, round(demand.units * SHARE))
    if demand.units > step:
        yield Change.FEWER, replace(demand, units=demand.units - step)
    yield Change.MORE, replace(demand, units=demand.units + step)


def what_if(change: Change, changed: OpenDemand, present: Weighed, supply: Supply, weights: MatchWeights) -> WhatIf:
    """Weigh the changed demand against the same supply.

    Where a change only relaxes, the present way stays open: what a whole order would cost more than the present parts
    is not counted against it.
    """
    found = weigh(changed, supply, weights)
    best = found.best
    if relaxes(change, changed) and present.best and (best is None or best.cost > present.best.cost):
        best = present.best
    saving = None
    if best and present.best:
        saving = Decimal((present.best.unit_cost - best.unit_cost) * best.units).quantize(Decimal("0.01"))
        saving = Decimal(0) if abs(saving) <= _SAME else saving
    return WhatIf(
        change=change,
        due_on=changed.due_on,
        highest_price=changed.highest_price,
        units=changed.units,
        able=found.able,
        more_able=found.able - present.able,
        best=best,
        saving=saving,
    )


def what_ifs(demand: OpenDemand, present: Weighed, supply: Supply, weights: MatchWeights) -> tuple[WhatIf, ...]:
    """Every change that can be asked of the demand."""
    return tuple(what_if(change, changed, present, supply, weights) for change, changed in changes_of(demand))
