"""`demandloom orders match`: match what is open, or say what would be offered."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.order_edges import read_manner
from cli.output import AsJson, At, moment_or_now, print_json, print_table, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factory_matching.assignment.match_many import Matcher
    from factory_matching.offers.propose import Proposal
    from factory_matching.weights import MatchWeights

EXAMPLES = "Examples: demandloom orders match --dry-run | demandloom orders match --explain PO-000012-1"
_SHOWN = 50  # offers of a dry run that a terminal shows


def match(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be offered; write nothing.")] = False,
    explain: Annotated[
        str, typer.Option(help="Say why a demand (PO-..., its number or listing) goes where it goes; write nothing.")
    ] = "",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Match every open demand now and write the offers, as the flow `place` does; send nothing yet."""
    from cli.edges import ready
    from cli.explaining import explain_order
    from cli.progress import step_progress
    from factory_matching.offers.place import place_open_demands
    from factory_matching.offers.propose import propose_open
    from models.db import transaction

    manner, many, now, started = read_manner(), _matcher(), moment_or_now(at), time.monotonic()
    if explain:
        with step_progress(as_json) as tell:
            explain_order(explain, now, manner.weights, tell, many, as_json)
        return
    ready()
    with step_progress(as_json) as tell, transaction() as session:
        tell("reading factories, matching", 0, None)
        if dry_run:
            proposal = propose_open(session, now, manner.weights, tell, many, manner.policies)
            offers = _would_offer(session, proposal)
        else:
            proposal = place_open_demands(
                session, now, manner.weights, manner.offers, manner.linking, manner.counter, tell, many, manner.policies
            ).proposal
            offers = []
        answer = {
            "dry_run": dry_run,
            **_facts(proposal, manner.weights),
            "seconds": round(time.monotonic() - started, 2),
        }
    if as_json:
        print_json({**answer, **({"would_offer": offers} if dry_run else {})})
        return
    _print(answer)
    if offers:
        columns = ("demand", "listing", "factory", "units", "price", "made")
        print_table("Would be offered", columns, [[row[name] for name in columns] for row in offers[:_SHOWN]])
        if len(offers) > _SHOWN:
            say(f"the first {_SHOWN} of {len(offers):,} offers; --json shows all")


def _matcher() -> "Matcher":
    from configs.settings import settings
    from factory_matching.fan_out import choose_matcher

    matching = settings().matching
    return choose_matcher(matching.engine, matching.groups, matching.ray_address)


def _facts(proposal: "Proposal", weights: "MatchWeights") -> dict[str, Any]:
    result = proposal.result
    return {
        "demands": len(proposal.waiting),
        "offers": len(result.placements),
        "unserved": [
            {"demand": key, "listing": proposal.waiting[key].listing.slug, "why": why}
            for key, why in result.unserved.items()
        ],
        "cost": round(result.cost, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6),
        "method": result.method,
        "weights": weights.numbers(),
        "policies": {"rules": proposal.policies.to_json(), "did": proposal.done.to_json()},
        "checked": True,  # a match that the check refuses is an error
    }


def _would_offer(session: "Session", proposal: "Proposal") -> list[dict[str, Any]]:
    from models.factory import Factory

    return [
        {
            "demand": one.demand,
            "listing": proposal.waiting[one.demand].listing.slug,
            "factory": session.get_one(Factory, one.factory).code,
            "units": one.units,
            "price": f"{one.unit_price} {proposal.waiting[one.demand].question.currency}",
            "made": f"{one.starts_on} - {one.ends_on}",
        }
        for one in proposal.result.placements
    ]


def _print(answer: dict[str, Any]) -> None:
    if not answer["demands"]:
        print("No demand is open: nothing to match.")
        return
    verb = "would become" if answer["dry_run"] else "became"
    demands, offers = _count(answer["demands"], "open demand"), _count(answer["offers"], "offer")
    print(f"{demands} {verb} {offers} in {answer['seconds']:g} s")
    print(f"cost {answer['cost']:,.2f}; certified lower bound {answer['bound']:,.2f}; gap {answer['gap']:.2%}; "
          f"method: {answer['method']}")  # fmt: skip
    print("checked independently: ok")
    print("weights: " + ", ".join(f"{name} {value:g}" for name, value in answer["weights"].items()))
    for line in _policies(answer["policies"]["did"]):
        print(line)
    if answer["unserved"]:
        print(f"{len(answer['unserved']):,} unserved:")
        for one in answer["unserved"]:
            print(f"  demand {one['demand']} ({one['listing']}): {one['why']}")


def _policies(did: dict[str, Any]) -> list[str]:
    """What the policies did, a line each."""
    lines = []
    if one := did.get("guarantee"):
        lines.append(f"new factories: {one['given']:,} of {one['wanted']:,} units guaranteed, extra cost at most "
                     f"{one['extra_cost']:,.2f}{'; ' if one['why'] else ''}{one['why']}")  # fmt: skip
    if did["trials"]:
        lines.append(f"trial orders at new factories, to be inspected: {did['trials']:,}")
    if did["forbidden"]:
        lines.append(f"demands with forbidden factories: {did['forbidden']:,}")
    return [*lines, *(f"cap: {cap}" for cap in did["caps"]), *did["together"]]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
