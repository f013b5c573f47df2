"""`demandloom demand`: look at decisions; cli/replaying.py repeats and compares them."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from models.decision import DemandDecision

group = typer.Typer(help="Decisions on listings: list, repeat, compare.", no_args_is_help=True)


@group.command("list", epilog="Example: demandloom demand list sample-week")
def list_decisions(
    slug: Annotated[str, typer.Argument(help="The batch.")],
    language: Annotated[str, typer.Option("--lang", help="Reasons in en or zh.")] = "en",
    as_json: AsJson = False,
) -> None:
    """The last decision on each listing of a batch, with its reason in two sentences."""
    from cli.edges import ready
    from demand.store import find_latest_decisions
    from models.batch import get_batch
    from models.db import transaction

    ready()
    with transaction() as session:
        decisions = find_latest_decisions(session, get_batch(session, slug).id).values()
        rows = [
            (d.id, d.listing_id, d.verdict.value, f"{d.looked_at:%Y-%m-%d %H:%M}", _why(d, language)) for d in decisions
        ]
    columns = ("id", "listing", "verdict", "looked at", "why")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(f"Decisions of {slug}", columns, rows)


def _why(decision: "DemandDecision", language: str) -> str:
    from demand.decision.decide import Judgement
    from demand.decision.explain import LANGUAGES, explain
    from models.errors import InvalidInput

    if language not in LANGUAGES:
        raise InvalidInput(f"--lang {language[:20]!r} is none of {', '.join(LANGUAGES)}")
    return explain(Judgement.from_json(decision.outcome["judgement"]), language)
