"""`demandloom orders fairness`: who got which share of the work."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from cli.output import AsJson, At, moment_or_now, print_json, print_table

EXAMPLE = "Example: demandloom orders fairness --days 90 --json"


def fairness(
    days: Annotated[int, typer.Option(help="Offers of so many days back count.", min=1, max=3650)] = 90,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Shares of units and money by factory size, region and age, beside the shares of capacity."""
    from cli.edges import ready
    from cli.order_edges import read_manner
    from factory_matching.policies.fairness import measure_fairness
    from factory_matching.policies.fairness_store import find_work
    from models.db import transaction

    rule = read_manner().policies.new_suppliers
    ready()
    now = moment_or_now(at)
    with transaction() as session:
        found = measure_fairness(find_work(session, now - timedelta(days=days), now.date(), rule))
    if as_json:
        print_json({"days": days, **asdict(found)})
        return
    print(f"{found.busy:,} of {found.factories:,} factories got {found.units:,} units in {days} days")
    print(f"concentration: HHI {found.hhi:.4f} (capacity {found.capacity_hhi:.4f}), "
          f"Gini {found.gini:.3f} (capacity {found.capacity_gini:.3f})")  # fmt: skip
    columns = ("class", "factories", "units", "of units", "of money", "of capacity")
    for title, shares in (("By size", found.by_size), ("By region", found.by_region), ("By age", found.by_age)):
        print_table(title, columns, [
            (one.name, one.factories, one.units, f"{one.units_share:.1%}", f"{one.money_share:.1%}",
             f"{one.capacity_share:.1%}")
            for one in shares
        ])  # fmt: skip
