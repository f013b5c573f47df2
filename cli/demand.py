"""`demandloom demand`: look at, repeat and compare decisions."""

import typer

group = typer.Typer(help="Decisions on listings: show, repeat, compare.", no_args_is_help=True)
