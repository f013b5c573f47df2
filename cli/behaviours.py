"""`demandloom demand behaviours`: how the buyers of each segment buy."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.output import AsJson, print_json, print_table

EXAMPLE = "Examples: demandloom demand behaviours | demandloom demand behaviours --batch sample-week --json"


def behaviours(
    batch: Annotated[str | None, typer.Option(help="Only what was done on this batch's listings.")] = None,
    as_json: AsJson = False,
) -> None:
    """People per segment who buy by scene, compare prices, buy in bulk or periodically; few people are not shown."""
    from cli.edges import ready
    from demand.interest.behaviour import LEAST_PEOPLE, group_json
    from demand.interest.count_behaviours import count_behaviours
    from models.batch import get_batch
    from models.db import transaction

    ready()
    with transaction() as session:
        batch_id = get_batch(session, batch).id if batch else None
        groups = [group_json(group) for group in count_behaviours(session, datetime.now(UTC), batch_id)]
    if as_json:
        print_json({"batch": batch, "withheld_below": LEAST_PEOPLE, "segments": groups})
        return
    rows = [["withheld" if cell is None else cell for cell in group.values()] for group in groups]
    print_table("How buyers buy", [name.replace("_", " ") for name in groups[0]], rows)
    print(f"Figures of fewer than {LEAST_PEOPLE} people are withheld; a buyer may show several behaviours.")
