"""`demandloom db`: the schema."""

from typing import Annotated

import typer

from cli.output import say

group = typer.Typer(help="The database's schema.", no_args_is_help=True)


@group.command(epilog="Example: demandloom db migrate")
def migrate(revision: Annotated[str, typer.Argument(help="A revision, head or base.")] = "head") -> None:
    """Bring the schema to a revision (head by default)."""
    from configs.settings import settings
    from models.db import migrate as bring_to

    bring_to(settings().database, revision)
    say(f"schema at {revision}")
