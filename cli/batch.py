"""`demandloom batch`: launch, look at and approve batches."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

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


@group.command(
    epilog="Examples: demandloom batch rule sample-week | "
    'demandloom batch rule sample-week --set alpha=0.02 --set fdr=0.1 --who ann --why "fewer winners missed"'
)
def rule(
    slug: Annotated[str, typer.Argument(help="The batch.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="A change like alpha=0.02 or break_even.unit_margin=14; repeat it."),
    ] = None,
    who: Annotated[str, typer.Option(help="Who changes the rule.")] = "",
    why: Annotated[str, typer.Option(help="Why; kept with the new version.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the rule that judges a batch and every version of it, or put a changed one in force as a new version."""
    from cli.edges import ready
    from demand.decision.change_rule import change_rule
    from models.batch import get_batch
    from models.db import transaction
    from models.rule_version import find_rule_versions

    ready()
    with transaction() as session:
        batch = get_batch(session, slug)
        if changes:
            change_rule(session, batch, changes, datetime.now(UTC), who, why)
        versions = [
            {"version": one.version, "at": one.at, "who": one.who, "why": one.why, "rule": one.demand_rule.to_json()}
            for one in find_rule_versions(session, batch.id)
        ]
    if as_json:
        print_json({"slug": slug, "in_force": versions[-1]["version"] if versions else None, "versions": versions})
    else:
        print_table(f"Rule of {slug}", ("", *(f"version {one['version']}" for one in versions)), _beside(versions))


def _beside(versions: list[dict[str, Any]]) -> list[list[str]]:
    """Versions as columns: when, who and why, then each figure of the rule."""
    lines = [[name, *(str(one[name]) for one in versions)] for name in ("at", "who", "why")]
    names = dict.fromkeys(name for one in versions for name in one["rule"] if name != "version")
    return lines + [[name, *(_figure(one["rule"].get(name)) for one in versions)] for name in names]


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {figure}" for name, figure in value.items())
    return "-" if value is None else str(value)
