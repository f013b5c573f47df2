"""`demandloom demand exposure`: who was shown how often, and what an even order would have brought."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from demand.exposure.report import Comparison, Shown

EXAMPLE = "Examples: demandloom demand exposure | demandloom demand exposure sample-week --json"


def exposure(
    batch: Annotated[str | None, typer.Argument(help="Only this batch's listings. [default: all]")] = None,
    as_json: AsJson = False,
) -> None:
    """Exposure by day and listing in the recommended order, its propensities, and what an even order would bring."""
    from cli.edges import ready
    from demand.exposure.report import compare_with_even, count_lost, load_rewards, load_shown
    from listings.store import find_slugs
    from models.batch import get_batch
    from models.db import transaction
    from models.demand_rule import Rung

    ready()
    with transaction() as session:
        chosen = get_batch(session, batch) if batch else None
        shown = load_shown(session, chosen)
        rung = chosen.demand_rule.rung if chosen else Rung.PRE_ORDER
        compared = compare_with_even(shown, load_rewards(session, shown, rung))
        lost = count_lost(session)
        slugs = find_slugs(session, sorted({entry.listing_id for entry in shown.entries}))
    answer = {
        "batch": batch,
        "rung": rung.value,
        "pages_lost": lost,
        **compared.to_json(),
        "exposure": [
            {"day": day.isoformat(), "listing": slugs[listing], "first_positions": count}
            for day, counts in shown.by_day().items()
            for listing, count in sorted(counts.items(), key=lambda item: -item[1])
        ],
    }
    print_json(answer) if as_json else _print(shown, slugs, compared, lost, rung.value)


def _print(shown: "Shown", slugs: dict[int, str], compared: "Comparison", lost: int, rung: str) -> None:
    days = shown.by_day()
    whole = {day: sum(counts.values()) for day, counts in days.items()}
    rows: list[list[Any]] = []
    for listing in {listing: None for counts in days.values() for listing in counts}:
        seen = {day: counts[listing] for day, counts in days.items() if listing in counts}
        first, last = min(seen), max(seen)
        rows.append(
            [
                slugs[listing],
                sum(seen.values()),
                f"{first:%m-%d} {seen[first] / whole[first]:.1%}",
                f"{last:%m-%d} {seen[last] / whole[last]:.1%}",
            ]
        )
    rows.sort(key=lambda row: -row[1])
    print_table("Among the first positions", ("listing", "times", "share on its first day", "on its last day"), rows)
    told: list[list[Any]] = [["pages shown", f"{compared.pages:,}"], ["pages not written down", f"{lost:,}"]]
    if compared.shown is not None:
        low, high = compared.lowest_propensity, compared.highest_propensity
        told += [
            ["propensities", f"{low:.4f} to {high:.4f}"],
            ["effective sample size", f"{compared.effective_size:,.0f} of {len(shown.entries):,} positions"],
            [f"{rung} per page, as shown", _told(compared.shown)],
            *([f"{rung} per page, even order ({name})", _told(one)] for name, one in compared.even.items()),
        ]
    print_table("What was shown", ("", ""), told)


def _told(estimate: Any) -> str:
    return f"{estimate.value:.4f} (95%: {estimate.low:.4f} to {estimate.high:.4f})"
