"""`demandloom design clear`: protected designs and marks, and how like them a picture is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, existing, print_json, print_table, say
from cli.rejects import keep_refused

if TYPE_CHECKING:
    from design_gen.clearance import Register

group = typer.Typer(help="Protected designs and marks that pictures stay clear of.", no_args_is_help=True)


@group.command(epilog="Example: demandloom design clear add protected/")
def add(
    folder: Annotated[
        Path | None, typer.Argument(help="Pictures with their table (*.csv or *.toml). [default: as configured]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in a folder of protected works; adding it again updates owners and dates. Refused rows are kept."""
    from cli.edges import ready
    from configs.settings import settings
    from design_gen.protected import take_in
    from models.blobs import BlobStore
    from models.db import transaction

    place = existing(folder or settings().clearance_folder)
    ready()
    with transaction() as session:
        taken = take_in(session, place, BlobStore(settings().blobs), datetime.now(UTC))
    path = settings().rejects_folder / f"{place.resolve().name}.clearance.csv"
    rejects = keep_refused(path, ("row", "reason"), ((one.row, one.reason) for one in taken.refused))
    if as_json:
        refused = [{"row": one.row, "reason": one.reason} for one in taken.refused]
        print_json({"added": taken.added, "known": taken.known, "refused": refused, "rejects": rejects})
        return
    print(f"{taken.added} works added, {taken.known} known before, {len(taken.refused)} rows refused")
    if rejects:
        say(f"refused rows with reasons: {rejects}")


@group.command("list", epilog="Example: demandloom design clear list --json")
def list_works(as_json: AsJson = False) -> None:
    """Every protected work, and whether it still counts."""
    from cli.edges import ready
    from design_gen.protected import find_works
    from models.db import transaction

    ready()
    today = datetime.now(UTC).date()
    columns = ("owner", "registration", "kind", "valid until", "counts")
    with transaction() as session:
        rows = [
            (work.owner, work.registration, work.kind.value, str(work.valid_until), today <= work.valid_until)
            for work in find_works(session)
        ]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Protected works", columns, rows)


@group.command(epilog="Example: demandloom design clear check picture.png")
def check(
    picture: Annotated[Path, typer.Argument(help="A PNG or JPEG on a plain backdrop.")], as_json: AsJson = False
) -> None:
    """How like the likest protected work a picture is, and why; exit 5 from the configured limit on."""
    from design_gen.clearance import judge
    from design_gen.protected import compare_picture
    from models.errors import Conflict

    register = _register()
    found = judge(compare_picture(picture, register), register.limit)
    if as_json:
        print_json({**found.to_json(), "works": len(register.works)})
    elif not register.works:
        print("no protected work counts today; `demandloom design clear add` takes them in")
    else:
        print(f"{found.value:.2f} {'<' if found.passed else '>='} {found.limit:g}: likest is {found.seen}")
    if not found.passed:
        raise Conflict(f"{picture}: too like {found.seen}")


def _register() -> "Register":
    from cli.edges import ready
    from configs.settings import settings
    from design_gen.protected import load_register
    from models.db import transaction

    ready()
    with transaction() as session:
        return load_register(session, datetime.now(UTC).date(), settings().clearance.limit)
