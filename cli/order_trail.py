"""`demandloom orders trail`: everything that was said and decided about one demand, in order of time."""

from cli.orders import Which
from cli.output import AsJson, print_json, print_table

EXAMPLES = "Examples: demandloom orders trail PO-000012-1 | demandloom orders trail 12 --json"


def trail(order: Which, as_json: AsJson = False) -> None:
    """Every match round, offer, answer, quote, request, order and move of a demand, oldest first."""
    from dataclasses import asdict

    from cli.edges import ready
    from factory_matching.offers.look import get_asked_demand
    from factory_matching.offers.trail import find_trail
    from models.db import transaction

    ready()
    with transaction() as session:
        demand, listing = get_asked_demand(session, order)
        steps = find_trail(session, demand.id)
    if as_json:
        print_json({"demand": demand.id, "listing": listing.slug, "steps": [asdict(step) for step in steps]})
        return
    rows = [
        [
            f"{step.at:%m-%d %H:%M}",
            f"{step.subject} {step.factory}".strip(),
            f"{step.what} ({step.who})" + (f": {step.why}" if step.why else ""),
        ]
        for step in steps
    ]
    print_table(f"Demand {demand.id}, {listing.title_en}", ("at", "about", "what"), rows)
