"""`demandloom orders plan-offers`: which second choices to have ready, so that all units are accepted in time."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.orders import Which
from cli.output import AsJson, At, moment_or_now, print_json, print_table

if TYPE_CHECKING:
    from factory_matching.offers.likelihood import Chance
    from factory_matching.offers.over_offering import OverOffering

EXAMPLES = "Examples: demandloom orders plan-offers 12 | demandloom orders plan-offers 12 --target 0.95 --json"


def plan_offers(
    order: Which,
    target: Annotated[float, typer.Option(help="Wanted probability that all units are accepted in time.")] = 0.9,
    seed: Annotated[int, typer.Option(help="Of the simulation.", min=0)] = 1,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """How many standbys each part of a demand needs, by what factories answered before; books and offers nothing."""
    from cli.edges import ready
    from cli.order_edges import read_manner
    from factory_matching.offers.look import get_asked_demand
    from factory_matching.offers.plan_offers import plan_for_demand
    from models.db import transaction

    manner = read_manner()
    ready()
    with transaction() as session:
        demand, _ = get_asked_demand(session, order)
        plan = plan_for_demand(session, demand.id, moment_or_now(at), manner, target, seed)
    if as_json:
        print_json(
            {
                "demand": demand.id,
                "target": target,
                "reached": plan.reached,
                "probability": plan.probability,
                "standbys": plan.standbys,
                "by_standbys": plan.by_standbys,
                "turns": plan.turns,
                "past_answers": plan.answers,
                "rows": _rows(plan),
            }
        )
        return
    _print(plan)


def _print(plan: "OverOffering") -> None:
    columns = ("units", "part", "factory", "price", "accepts", "80% between")
    print_table("Who has each part, and who stands by for it", columns, [list(row.values()) for row in _rows(plan)])
    steps = ", ".join(f"{count}: {100 * share:.0f}%" for count, share in enumerate(plan.by_standbys))
    print(f"All units accepted in time, by standbys of each part: {steps}")
    met = "enough" if plan.reached else "NOT enough, and more do not help"
    print(f"{plan.standbys} standbys: {100 * plan.probability:.0f}% against {100 * plan.target:.0f}% wanted, {met}; "
          f"{plan.turns} answers can be waited for, {plan.answers:,} past answers are known")  # fmt: skip


def _rows(plan: "OverOffering") -> list[dict[str, Any]]:
    rows = []
    for part in plan.parts:
        rows.append(_row(part.units, "first", part.first.code, part.first.unit_price, part.chance))
        rows += [
            _row(part.units, f"standby {place}", one.code, one.unit_price, chance)
            for place, (one, chance) in enumerate(part.standbys, start=1)
        ]
    return rows


def _row(units: int, role: str, code: str, price: str, chance: "Chance") -> dict[str, Any]:
    return {
        "units": units,
        "role": role,
        "factory": code,
        "price": price,
        "accepts": f"{100 * chance.share:.0f}%",
        "between": f"{100 * chance.low:.0f}%-{100 * chance.high:.0f}%",
    }
