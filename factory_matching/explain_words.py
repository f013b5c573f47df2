"""An explanation in plain English, a line each; the console says the same in its readers' languages."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from factory_matching.exclusion import say
from factory_matching.explanation import Basis, Chosen, CostParts, Explanation, Lost, Other
from factory_matching.what_if import Change, WhatIf

Names = Mapping[int, str]
"""Factory id -> how people call it."""


def say_basis(basis: Basis, as_of: date, match: Mapping[str, Any] | None) -> str:
    """What is explained, and what its numbers are reckoned from."""
    if basis is Basis.OFFERED:
        said = f"Offered from {as_of} on; costs and changes are those of the register and the other bookings of now"
    elif basis is Basis.PROPOSED:
        said = f"What matching would offer on {as_of}, all open demands together"
    else:
        return f"Nothing is placed; what it would find by itself on {as_of}."
    if not match or "gap" not in match:
        return f"{said}."
    return f"{said} ({match['method']}, gap {float(match['gap']):.2%})."


def tell(explanation: Explanation, names: Names) -> list[str]:
    """Who makes it and why, who does not and why, what a change would bring."""
    sections = (
        ("", _chosen(explanation, names)),
        ("Next best", (_other(one, explanation, names) for one in explanation.others)),
        (f"Left out: {_left_out(explanation)}", _exclusions(explanation)),
        ("What would change, all other orders standing", (_what_if(one, explanation) for one in explanation.what_ifs)),
    )
    told: list[str] = []
    for title, lines in sections:
        said = [f"  {line}" if title else line for line in lines]
        told += [title, *said] if title and said else said
    return told


def _chosen(explanation: Explanation, names: Names) -> Iterator[str]:
    demand = explanation.demand
    if not explanation.chosen:
        yield from _nobody(explanation)
        return
    for one in explanation.chosen:
        yield from _one_chosen(one, explanation, names)
    if waiting := demand.units - explanation.placed:
        yield f"{waiting:,} of {demand.units:,} units still wait for a maker."
    if explanation.is_split:
        yield _split(explanation)
    elif explanation.able > 1:
        cheapest = explanation.present and explanation.present.factories == (explanation.chosen[0].placement.factory,)
        least = "costs least of" if cheapest else "was chosen among"
        yield f"It {least} the {_factories(explanation.able)} that could make all {demand.units:,} by {demand.due_on}."
    elif explanation.able == 1:
        yield f"It is the only factory that could make all {demand.units:,} by {demand.due_on}."


def _nobody(explanation: Explanation) -> Iterator[str]:
    demand, present = explanation.demand, explanation.present
    if present is None:
        yield f"Nobody makes it: no factory could make {demand.units:,} by {demand.due_on}, alone or in parts."
        return
    how = "1 factory" if len(present.factories) == 1 else f"{len(present.factories)} factories together"
    yield (
        f"Nobody makes it yet. By itself, {how} could make it at {present.unit_price:,.2f} each, "
        f"{present.unit_cost:,.2f} with risks and fees; {_factories(explanation.able)} could make all of it."
    )


def _one_chosen(one: Chosen, explanation: Explanation, names: Names) -> Iterator[str]:
    placement, currency = one.placement, explanation.demand.currency
    yield (
        f"{names.get(placement.factory, placement.factory)} makes {placement.units:,} at "
        f"{placement.unit_price:,.2f} {currency}, {_when(one)}."
    )
    yield f"  A unit costs {one.parts.total:,.2f}: {_parts(one.parts)}."
    if placement.time_price:
        yield f"  Its time is scarce: another order would pay {placement.time_price:,.2f} more for each unit's place."
    if not one.is_able_now:
        yield "  As things stand it could not take it; the costs are those of its agreed price and days."


def _when(one: Chosen) -> str:
    first, last = one.placement.starts_on, one.placement.ends_on
    said = f"on {first}" if first == last else f"{first} to {last}"
    return f"{said}, {_count(one.spare_days, 'day')} before the date" if one.spare_days else f"{said}, the last day"


def _split(explanation: Explanation) -> str:
    units, due = explanation.demand.units, explanation.demand.due_on
    if explanation.able:
        return (
            f"Split in {len(explanation.chosen)}, though {_factories(explanation.able)} could now make all {units:,}."
        )
    said = f"Split in {len(explanation.chosen)}: no single factory could make all {units:,} by {due}; the largest "
    said += f"could make {explanation.largest:,}"
    if explanation.no_time:
        said += f", and {_factories(explanation.no_time)} could make all of it if nothing else were booked"
    return said + "."


def _parts(parts: CostParts) -> str:
    freight = f", freight {parts.freight:,.2f}" if parts.freight else ""
    return (
        f"price {parts.price:,.2f}, risk of lateness {parts.lateness:,.2f}, of bad units {parts.quality:,.2f}, "
        f"sample, set-up and inspection {parts.fees:,.2f}{freight}"
    )


def _other(one: Other, explanation: Explanation, names: Names) -> str:
    name, demand = names.get(one.factory, str(one.factory)), explanation.demand
    against = "" if one.difference is None else f", {_more_or_less(one.difference)} a unit"
    return f"{name}: {one.parts.price:,.2f} each, {one.parts.total:,.2f} in all{against}; {_why(one, demand.units)}"


def _why(one: Other, units: int) -> str:
    match one.why:
        case Lost.DEARER:
            return "dearer" if one.could_make == units else f"dearer, and could make {one.could_make:,} of {units:,}"
        case Lost.RISKIER:
            return f"riskier: lateness {one.parts.lateness:,.2f}, bad units {one.parts.quality:,.2f}"
        case Lost.NO_TIME:
            return f"no time left: other orders leave it {one.could_make:,} of {units:,}"
        case Lost.TOO_SMALL:
            return f"too small: it could make {one.could_make:,} of {units:,} in time"
        case Lost.BETTER:
            return "costs no more: a policy, a change since the match, or the match's gap kept it out"
        case _:
            assert_never(one.why)


def _left_out(explanation: Explanation) -> str:
    count = explanation.factories - explanation.able
    return f"{count:,} of {_factories(explanation.factories)} could not make all of it"


def _exclusions(explanation: Explanation) -> Iterator[str]:
    demand = explanation.demand
    for reason, count in explanation.exclusions.items():
        yield say(reason, count, demand.spec, demand.units, demand.wants)
    if explanation.in_parts:
        yield f"{explanation.in_parts:,} could make only a part of it in time"
    if explanation.no_time:
        yield f"(of these, {explanation.no_time:,} could make all of it if nothing else were booked)"


def _what_if(one: WhatIf, explanation: Explanation) -> str:
    return f"{_change(one, explanation)}: {_outcome(one, explanation)}."


def _change(one: WhatIf, explanation: Explanation) -> str:
    match one.change:
        case Change.DAY_LATER:
            return f"One more day, {one.due_on}"
        case Change.DAY_EARLIER:
            return f"One day less, {one.due_on}"
        case Change.PRICE_UP:
            return f"5% more money, up to {one.highest_price:,.2f} each"
        case Change.FEWER | Change.MORE:
            less = one.change is Change.FEWER
            change = _count(abs(one.units - explanation.demand.units), "unit")
            return f"{change} {'fewer' if less else 'more'}, {one.units:,}"
        case _:
            assert_never(one.change)


def _outcome(one: WhatIf, explanation: Explanation) -> str:
    if one.is_nothing and (one.best is None) == (explanation.present is None):
        return "nothing changes"
    if one.best is None:
        return "nobody could make it"
    able = f"{_factories(one.able)} could make all of it" if one.able else f"in {len(one.best.factories)} parts"
    if one.more_able:
        able += f" ({abs(one.more_able):,} {'more' if one.more_able > 0 else 'fewer'})"
    now = f"{able}; {one.best.unit_price:,.2f} each, {one.best.unit_cost:,.2f} in all"
    if explanation.present is None or one.saving is None:
        return now
    if not one.saving:
        return f"{able}; the least cost stays {one.best.unit_cost:,.2f} a unit"
    if one.units != explanation.demand.units:
        return f"{now}, {_more_or_less(-one.saving / one.units)} a unit"
    return f"{now}, {'saving' if one.saving > 0 else 'costing'} {abs(one.saving):,.2f}{' more' * (one.saving < 0)}"


def _more_or_less(amount: Decimal) -> str:
    return f"{abs(amount):,.2f} {'more' if amount > 0 else 'less'}" if amount else "the same"


def _factories(count: int) -> str:
    return f"{count:,} {'factory' if count == 1 else 'factories'}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
