"""`demandloom flows`: run one flow now, or register all with their schedules."""

import os
from typing import Annotated, Any

import typer

from cli.output import AsJson, At, moment_or_now, print_json, say

group = typer.Typer(help="Run flows now or on their schedules.", no_args_is_help=True)


def _show(answer: Any, as_json: bool) -> None:
    print_json(answer) if as_json else print(answer)


@group.command(epilog="Example: demandloom flows design sample-week")
def design(slug: Annotated[str, typer.Argument(help="The batch.")], as_json: AsJson = False) -> None:
    """Sketch and paint a launched batch."""
    from cli.progress import flow_progress
    from flows.design_batch import design_batch

    with flow_progress(quiet=as_json):
        answer = design_batch(slug)
    _show(answer, as_json)


@group.command(epilog="Example: demandloom flows publish sample-week")
def publish(slug: Annotated[str, typer.Argument(help="The batch.")], at: At = None, as_json: AsJson = False) -> None:
    """Open listings for every approved picture of a batch."""
    from flows.publish_listings import publish_listings

    _show({"published": publish_listings(slug, moment_or_now(at))}, as_json)


@group.command(epilog="Example: demandloom flows decide")
def decide(at: At = None, as_json: AsJson = False) -> None:
    """Judge every open listing."""
    from flows.decide_demand import decide_demand

    _show(decide_demand(moment_or_now(at)), as_json)


@group.command(epilog="Example: demandloom flows place")
def place(at: At = None, as_json: AsJson = False) -> None:
    """Match open demand to factories, send offers and what else is due."""
    from flows.place_orders import place_orders

    _show(place_orders(moment_or_now(at)), as_json)


@group.command(epilog="Example: demandloom flows order")
def order(at: At = None, as_json: AsJson = False) -> None:
    """Draw the pages that the storefront shows to those who choose no order."""
    from flows.order_storefront import order_storefront

    _show(order_storefront(moment_or_now(at)), as_json)


@group.command(epilog="Example: demandloom flows learn")
def learn(at: At = None, as_json: AsJson = False) -> None:
    """Learn from what became of listings and goods: priors of new listings, and which attributes designs try next."""
    from flows.learn_outcomes import learn_outcomes
    from flows.order_storefront import learn_from_listings

    moment = moment_or_now(at)
    _show({**learn_outcomes(moment), **learn_from_listings(moment)}, as_json)


@group.command(epilog="Example: demandloom flows score")
def score(at: At = None, as_json: AsJson = False) -> None:
    """Score factories from what they did and move their standings by the rule; once a day."""
    from flows.score_factories import score_factories

    _show(score_factories(moment_or_now(at)), as_json)


@group.command(epilog="Example: demandloom flows settle")
def settle(at: At = None, as_json: AsJson = False) -> None:
    """Check deposits, settle confirmed listings, send refunds."""
    from flows.settle_deposits import settle_deposits

    _show(settle_deposits(moment_or_now(at)), as_json)


@group.command(epilog="Example: demandloom flows reconcile --days 40 --json")
def reconcile(
    days: Annotated[int, typer.Option(help="Compare deposits asked in so many days.", min=1, max=3650)] = 40,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Compare the payments ledger with the provider's books; exit 1 when something differs. Nothing is repaired."""
    from flows.reconcile_payments import reconcile_payments

    found = reconcile_payments(moment_or_now(at), days)
    _show(found, as_json)
    if found:
        raise typer.Exit(1)


@group.command(epilog="Example: demandloom flows run sample-week")
def run(slug: Annotated[str, typer.Argument(help="The batch.")], at: At = None, as_json: AsJson = False) -> None:
    """Take one batch as far as it can go now: design, publish what is approved, decide, place."""
    from cli.progress import flow_progress
    from flows.run_batch import run_batch

    with flow_progress(quiet=as_json):
        answer = run_batch(slug, moment_or_now(at))
    _show(answer, as_json)


@group.command(epilog="Examples: demandloom flows serve | PREFECT_API_URL=http://host:4200/api demandloom flows serve")
def serve(
    port: Annotated[int, typer.Option(help="Where the local Prefect server listens.", min=1, max=65535)] = 4200,
) -> None:
    """Register all flows with their schedules and run due ones until stopped.

    Uses the Prefect server that PREFECT_API_URL names; without one, starts its own on this machine.
    """
    if os.environ.get("PREFECT_API_URL"):
        from flows.schedule import serve_flows

        return serve_flows()
    from flows.local_server import prefect_server

    say("starting a Prefect server ...")
    with prefect_server(port) as address:
        from flows.schedule import serve_flows

        say(f"what ran and when: {address}")
        return serve_flows()
