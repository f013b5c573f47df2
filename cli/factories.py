"""`demandloom factories`: take in makers, ask who could make a spec."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, existing, print_json, print_table, say

group = typer.Typer(help="Take in factories and ask who could make what.", no_args_is_help=True)


@group.command("import", epilog="Example: demandloom factories import samples/factories.csv.gz")
def import_(
    path: Annotated[Path, typer.Argument(help="CSV, JSON, JSON lines (also .gz) or Parquet; see docs/factories.md.")],
    as_json: AsJson = False,
) -> None:
    """Add and update factories by their code; refused rows are kept with the reason."""
    from dataclasses import asdict

    from cli.edges import ready
    from cli.progress import progress_bar
    from configs.settings import settings
    from factory_matching.registry.enlist import import_factories

    ready()
    rejects = settings().rejects_folder / f"{path.name}.rejects.csv"
    with progress_bar("factories", quiet=as_json) as advance:
        imported = import_factories(existing(path), rejects, datetime.now(UTC), lambda done: advance(done, None))
    answer = asdict(imported)
    if as_json:
        print_json({**answer, "rejects": rejects if imported.refused else None})
        return
    print_table("Factories", list(answer), [list(answer.values())])
    if imported.refused:
        say(f"refused rows with reasons: {rejects}")


@group.command(epilog="Example: demandloom factories export factories.parquet")
def export(
    path: Annotated[Path, typer.Argument(help="File to write: .csv, .jsonl (each may end in .gz) or .parquet.")],
    as_json: AsJson = False,
) -> None:
    """Write every factory as a file that `import` reads; webhooks and their secrets are left out."""
    from cli.edges import ready
    from factory_matching.registry.export import export_factories
    from models.db import transaction

    ready()
    with transaction() as session:
        count = export_factories(session, path)
    if as_json:
        print_json({"factories": count, "file": path})
        return
    print(f"{count} factories in {path}")


@group.command(epilog="Example: demandloom factories qualify spec.json --quantity 100 --low 99 --high 899")
def qualify(
    spec_file: Annotated[Path, typer.Argument(help="A GarmentSpec as JSON.")],
    quantity: Annotated[int, typer.Option(help="Units wanted.", min=1)] = 100,
    low: Annotated[float, typer.Option(help="Lowest selling price.", min=0.01)] = 1,
    high: Annotated[float, typer.Option(help="Highest selling price.", min=0.01)] = 10_000,
    currency: Annotated[str, typer.Option(help="Currency of the prices.")] = "CNY",
    market: Annotated[str | None, typer.Option(help="Market where it is sold, such as EU.")] = None,
    certificate: Annotated[list[str] | None, typer.Option(help="Kind that its maker holds; may be repeated.")] = None,
    size: Annotated[list[str] | None, typer.Option(help="Size that its maker cuts; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """How many factories could make a spec, at what cost ladder, by when; why not the others."""
    from cli.design import read_spec
    from cli.edges import ready
    from factory_matching.demand import Wants
    from factory_matching.store import load_qualifier
    from models.db import transaction
    from models.errors import InvalidInput
    from models.money import Money

    ready()
    spec = read_spec(spec_file)
    with transaction() as session:
        qualifier = load_qualifier(session)
    try:
        band = Money(Decimal(str(low)), currency), Money(Decimal(str(high)), currency)
        wants = Wants(frozenset(size or ()), market, frozenset(certificate or ()), datetime.now(UTC).date())
        answer = qualifier.qualify(spec, band, quantity, wants)
    except (ValueError, InvalidOperation) as error:
        raise InvalidInput(f"--low {low:g} --high {high:g} --currency {currency[:20]}: {error}") from None
    ladder = answer.cost_ladder.to_json() if answer.cost_ladder else None
    if as_json:
        print_json({"count": answer.count, "cost_ladder": ladder, "lead_days": answer.lead_days,
                    "exclusions": dict(answer.exclusions), "words": answer.words()})  # fmt: skip
        return
    print(f"{answer.count} factories could make it; cost ladder {ladder}; lead time {answer.lead_days} days")
    print(f"Why not the others: {answer.words() or 'there are none'}")
