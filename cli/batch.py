"""`demandloom batch`: launch, look at and approve batches."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, AsOf, day_or_today, print_json, print_table

group = typer.Typer(help="Launch and approve batches of designs.", no_args_is_help=True)


@group.command(epilog="Example: demandloom batch launch configs/batches/sample_week.toml --as-of 2026-11-15")
def launch(
    plan_file: Annotated[Path, typer.Argument(help="Batch file (TOML).")],
    as_of: AsOf = None,
    who: Annotated[str, typer.Option(help="Who launches it.")] = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Launch a batch for the strongest trends as of a day; its rule is fixed from now on."""
    from cli.edges import ready
    from configs.files import read_toml
    from configs.load_clearance import protected_names
    from design_gen.launch import BatchPlan
    from design_gen.launch import launch as launch_batch
    from models.db import transaction

    ready()
    plan = BatchPlan.from_table(read_toml(plan_file), str(plan_file))
    day = day_or_today(as_of)
    opens_at = datetime.combine(day + timedelta(days=1), time(), UTC)
    with transaction() as session:
        batch = launch_batch(session, plan, day, opens_at, datetime.now(UTC), who, protected_names())
        answer = {"slug": batch.slug, "state": batch.state, "opens_at": batch.opens_at, "closes_at": batch.closes_at}
    if as_json:
        print_json(answer)
    else:
        print_table("Batch", list(answer), [list(answer.values())])


@group.command("list", epilog="Example: demandloom batch list --json")
def list_batches(as_json: AsJson = False) -> None:
    """All batches, newest first."""
    from sqlalchemy import select

    from cli.edges import ready
    from models.batch import Batch
    from models.db import transaction

    ready()
    with transaction() as session:
        batches = session.scalars(select(Batch).order_by(Batch.id.desc())).all()
        rows = [(b.slug, b.state.value, b.designs_wanted, str(b.opens_at), str(b.closes_at)) for b in batches]
    columns = ("slug", "state", "designs", "opens at", "closes at")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Batches", columns, rows)


@group.command(epilog="Example: demandloom batch approve sample-week --who ann")
def approve(
    slug: Annotated[str, typer.Argument(help="The batch.")],
    who: Annotated[str, typer.Option(help="Who approves.")] = "merchandiser",
    as_json: AsJson = False,
) -> None:
    """Approve every picture of a batch that passed its checks; flagged ones wait for a look in the console."""
    from cli.edges import ready
    from design_gen.approve import approve_drawn
    from models.db import transaction

    ready()
    with transaction() as session:
        approved = approve_drawn(session, slug, datetime.now(UTC), who, "approved with the whole batch")
    if as_json:
        print_json({"approved": approved})
    else:
        print(f"{approved} pictures approved")
