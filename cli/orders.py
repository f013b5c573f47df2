"""`demandloom orders`: demands with their offers and production orders; cli/matching.py matches and explains them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table, say

if TYPE_CHECKING:
    from factory_matching.offers.look import Asked
    from models.order import Allocation, Offer

group = typer.Typer(help="Who makes what: offers, orders, matching and its reasons.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(help="A production order (PO-...), a demand's number or a listing's slug.")]


@group.command("list", epilog="Examples: demandloom orders list | demandloom orders list --state unserved --json")
def list_(
    state: Annotated[str, typer.Option(help="Only demands that are open, offered, ordered or unserved.")] = "",
    page: Annotated[int, typer.Option(help="Which page, 1 the newest.", min=1, max=10_000_000)] = 1,
    size: Annotated[int, typer.Option(help="Rows of a page.", min=1, max=1_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Confirmed demands, newest first, each with its offers and the production orders they became."""
    from cli.edges import ready
    from factory_matching.offers.look import find_asked
    from models.db import transaction

    wanted = _state(state)
    ready()
    with transaction() as session:
        found, total = find_asked(session, wanted, (page - 1) * size, size)
        rows = [_row(one) for one in found]
    if as_json:
        print_json({"rows": rows, "page": page, "size": size, "total": total})
        return
    columns = ("order", "listing", "factory", "units", "price", "due", "state")
    print_table("Demands and their offers", columns, [_short(row) for row in rows])
    if total > page * size:
        say(f"rows {(page - 1) * size + 1:,}-{page * size:,} of {total:,}; --page {page + 1} shows the next")


@group.command(epilog="Examples: demandloom orders show PO-000012-1 | demandloom orders show 12 --json")
def show(order: Which, as_json: AsJson = False) -> None:
    """One demand: its units, every offer with its answer and what the match knew, its orders, its history."""
    from cli.edges import ready
    from factory_matching.offers.look import find_moves, find_offers_of, find_production_orders, get_asked_demand
    from models.db import transaction

    ready()
    with transaction() as session:
        demand, listing = get_asked_demand(session, order)
        answer: dict[str, Any] = {
            "demand": demand.id,
            "listing": listing.slug,
            "title": listing.title_en,
            "units": demand.units,
            "due": demand.due_on.isoformat(),
            "state": demand.state.value,
            "lines": [{"colour": line.colour, "size": line.size, "units": line.units} for line in demand.lines],
            "offers": [
                {"factory": factory.code, "name": factory.name, **_offer(allocation, offer)}
                for allocation, offer, factory in find_offers_of(session, demand)
            ],
            "orders": [
                {"order": one.code, "units": one.units, "price": str(one.unit_price), "currency": one.currency,
                 "due": one.due_on.isoformat(), "state": one.state.value}
                for one in find_production_orders(session, demand)
            ],
            "history": [
                {"at": f"{one.at:%Y-%m-%d %H:%M}", "state": one.to_state, "who": one.who, "why": one.why}
                for one in find_moves(session, demand)
            ],
        }  # fmt: skip
    print_json(answer) if as_json else _print(answer)


def _state(words: str) -> Any:
    from models.decision import ConfirmedDemandState
    from models.errors import InvalidInput

    if not words:
        return None
    if words not in set(ConfirmedDemandState):
        raise InvalidInput(f"--state {words[:20]!r} is none of {', '.join(ConfirmedDemandState)}")
    return ConfirmedDemandState(words)


def _row(one: "Asked") -> dict[str, Any]:
    allocation, offer, order = one.allocation, one.offer, one.order
    price = order.unit_price if order else allocation.unit_price if allocation else None
    return {
        "order": order.code if order else "",
        "demand": one.demand.id,
        "listing": one.listing.slug,
        "state": one.demand.state.value,
        "factory": one.factory.code if one.factory else "",
        "units": allocation.units if allocation else one.demand.units,
        "price": f"{price} {allocation.currency}" if allocation else "",
        "due": (order.due_on if order else one.demand.due_on).isoformat(),
        "offer": offer.state.value if offer else "",
        "production": order.state.value if order else "",
    }


def _short(row: dict[str, Any]) -> list[Any]:
    """What fits a terminal: the order's code or the demand's number, and how far it has come."""
    state = row["production"] or (f"offer {row['offer']}" if row["offer"] else row["state"])
    return [
        row["order"] or row["demand"],
        *(row[name] for name in ("listing", "factory", "units", "price", "due")),
        state,
    ]


def _offer(allocation: "Allocation", offer: "Offer") -> dict[str, Any]:
    return {
        "round": allocation.round,
        "units": allocation.units,
        "price": str(allocation.unit_price),
        "currency": allocation.currency,
        "made": f"{allocation.starts_on} - {allocation.ends_on}",
        "state": offer.state.value,
        "answer": offer.answer_reason or "",
        "answer_by": f"{offer.expires_at:%Y-%m-%d %H:%M}",
        "lines": allocation.lines,
        "match": allocation.reasons,
    }


def _print(answer: dict[str, Any]) -> None:
    print(f"Demand {answer['demand']}, {answer['title']} ({answer['listing']}): {answer['units']:,} units by "
          f"{answer['due']}, {answer['state']}")  # fmt: skip
    tables = {
        "lines": ("Units", ("colour", "size", "units")),
        "offers": ("Offers", ("round", "factory", "units", "price", "currency", "made", "state", "answer")),
        "orders": ("Production orders", ("order", "units", "price", "currency", "due", "state")),
        "history": ("History", ("at", "state", "who", "why")),
    }
    for key, (title, columns) in tables.items():
        if answer[key]:
            print_table(title, columns, [[row[name] for name in columns] for row in answer[key]])
