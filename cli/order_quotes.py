"""`demandloom orders ask | quotes | award`: requests for quotation, quotes by landed cost, taking one."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.orders import Which
from cli.output import AsJson, At, moment_or_now, print_json, print_table, say

if TYPE_CHECKING:
    from factory_matching.offers.quotes import Compared

ASK_EXAMPLES = (
    "Examples: demandloom orders ask 12 --most 10 | demandloom orders ask --design 7 --units 200 --due 2027-01-15"
)
QUOTES_EXAMPLE = "Example: demandloom orders quotes 12"
AWARD_EXAMPLES = "Examples: demandloom orders award 31 | demandloom orders award 31 --demand 12"
_WHO = "merchandiser"


def ask(
    order: Annotated[str, typer.Argument(help="A demand's number, its order or its listing's slug.")] = "",
    design: Annotated[int, typer.Option(help="A design instead, before it is listed.", min=0)] = 0,
    units: Annotated[int, typer.Option(help="Units wanted of the design.", min=1, max=10_000_000)] = 100,
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When the design is wanted.")] = None,
    days: Annotated[float, typer.Option(help="Days to answer.", min=0.1, max=60)] = 3,
    most: Annotated[int, typer.Option(help="Factories asked at most.", min=1, max=200)] = 20,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Ask the factories nearest to a spec for quotes, where nobody is registered for it; once for each request."""
    from cli.edges import ready
    from cli.order_edges import read_manner
    from factory_matching.offers.look import get_asked_demand
    from factory_matching.offers.request import request_for_demand, request_for_design
    from factory_matching.store import load_register
    from models.db import transaction
    from models.errors import InvalidInput

    if bool(order) == bool(design) or (design and due is None):
        raise InvalidInput("name a demand, or --design with --units and --due")
    links, now = read_manner().linking, moment_or_now(at)
    ready()
    with transaction() as session:
        register = load_register(session)
        if order:
            demand, _ = get_asked_demand(session, order)
            rfq = request_for_demand(session, demand.id, register, now, links, _WHO, days, most)
        else:
            day = due.date() if due else now.date()
            rfq = request_for_design(session, design, units, day, register, now, links, _WHO, days, most)
        answer = {"request": rfq.id, "units": rfq.units, "due": rfq.due_on, "answer_by": rfq.answer_by}
    if as_json:
        print_json(answer)
        return
    print(f"Request {rfq.id}: {rfq.units:,} units by {rfq.due_on}, answers until {rfq.answer_by:%Y-%m-%d %H:%M} UTC")
    say("`demandloom outbox send` sends the invitations; `demandloom orders quotes` compares what comes back")


def quotes(
    order: Which,
    request: Annotated[bool, typer.Option("--request", help="The number is that of a request.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Quotes of a demand (or request) beside each other: what the goods cost once they are in the market."""
    from cli.edges import ready
    from cli.order_edges import read_costing
    from factory_matching.offers.look import get_asked_demand
    from factory_matching.offers.quotes import compare_quotes, find_quotes, wanted_of, wanted_of_rfq
    from models.db import transaction
    from models.errors import NotFound
    from models.quote import Rfq

    costing = read_costing()
    ready()
    with transaction() as session:
        if request:
            rfq = session.get(Rfq, int(order)) if order.isascii() and order.isdigit() and len(order) < 19 else None
            if rfq is None:
                raise NotFound("request", order[:40])
            found, units, wanted = find_quotes(session, rfq_id=rfq.id), rfq.units, wanted_of_rfq(rfq)
        else:
            demand, _ = get_asked_demand(session, order)
            found, units, wanted = find_quotes(session, demand.id), demand.units, wanted_of(session, demand)
        rows = [_row(one) for one in compare_quotes(found, units, wanted, costing, moment_or_now(at))]
    if as_json:
        print_json({"units": units, "rows": rows})
        return
    if not rows:
        print("no quote yet")
        return
    columns = list(rows[0])
    print_table(
        f"Landed cost of {units:,} units in {rows[0]['currency']}", columns, [list(row.values()) for row in rows]
    )


def award(
    quote: Annotated[int, typer.Argument(help="The quote's number.", min=1)],
    demand: Annotated[int, typer.Option(help="For a design's request: the demand to make.", min=0)] = 0,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Take a quote: its factory gets an offer of the demand's open units at its own price and date."""
    from cli.edges import ready
    from cli.order_edges import read_manner
    from factory_matching.offers import award as awards
    from models.db import transaction
    from models.errors import NotFound
    from models.quote import Quote

    manner = read_manner()
    ready()
    with transaction() as session:
        row = session.get(Quote, quote)
        if row is None:
            raise NotFound("quote", quote)
        offer = awards.award(session, row, moment_or_now(at), manner, _WHO, demand or None)
        answer = {"quote": quote, "offer": offer.id if offer else None}
    if as_json:
        print_json(answer)
        return
    taken = f"offer {answer['offer']} is made" if offer else "no demand is behind it yet, `--demand` names one later"
    print(f"quote {quote} is taken: {taken}")


def _row(one: "Compared") -> dict[str, Any]:
    landed = one.landed
    return {
        "quote": one.quote.id,
        "factory": one.factory.code,
        "units": landed.units,
        "each": str(landed.per_unit),
        **{name: str(amount) for name, amount in landed.parts.items()},
        "total": str(landed.total),
        "currency": landed.currency,
        "note": "no longer valid" if not one.valid else f"{one.late_days} days late" if one.late_days else "",
    }
