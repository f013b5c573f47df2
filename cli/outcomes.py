"""`demandloom demand outcomes`: what became of the goods that were made."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, existing, print_json, print_table, say
from cli.rejects import keep_refused

EXAMPLE = "Example: demandloom demand outcomes sold.csv --source shop"


def outcomes(
    path: Annotated[Path, typer.Argument(help="CSV; columns and examples in docs/learning.md.")],
    source: Annotated[str, typer.Option(help="Who says so; rows of another source are never touched.")] = "file",
    as_json: AsJson = False,
) -> None:
    """Take in what was delivered, sold, returned, late or defective; a row sent again corrects the earlier one."""
    import json

    from cli.edges import ready
    from configs.settings import settings
    from demand.learning.record_sales import import_sales
    from models.db import transaction
    from models.errors import InvalidInput

    ready()
    with transaction() as session:
        done = import_sales(session, _rows(existing(path)), source, datetime.now(UTC))
    if done.added + done.changed + done.unchanged == 0 and not done.refused:
        raise InvalidInput(f"{path}: no rows")
    rejects = keep_refused(
        settings().rejects_folder / f"{path.name}.outcomes.csv",
        ("where", "reason", "row"),
        ((one.where, one.reason, json.dumps(one.row, ensure_ascii=False, default=str)) for one in done.refused),
    )
    answer = {
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": len(done.refused),
    }
    if as_json:
        print_json({**answer, "rejects": rejects})
        return
    print_table("What became of goods", list(answer), [list(answer.values())])
    if rejects:
        say(f"refused rows with reasons: {rejects}")


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    from models.errors import InvalidInput

    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for number, row in enumerate(csv.DictReader(file, restkey="(more cells than columns)"), 2):
                yield f"{path.name}:{number}", row
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    except csv.Error as error:
        raise InvalidInput(f"{path}: {error}") from None
