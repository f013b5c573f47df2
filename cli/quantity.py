"""`demandloom demand plan`: how many to make of a listing, by variant and segment, as of now."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from demand.decision.segments import SegmentJudgement
    from demand.quantity.plan import QuantityPlan

EXAMPLE = "Examples: demandloom demand plan olive-greatcoat-12 | demandloom demand plan olive-greatcoat-12 --json"


def plan(
    listing: Annotated[str, typer.Argument(help="The listing's slug, the last part of its page's address.")],
    as_json: AsJson = False,
) -> None:
    """What to make, in which sizes and for which segments, when to order again, and which numbers it hangs on."""
    from cli.edges import ready
    from demand.decision.judge import see_listing
    from demand.decision.outcome import plan_of
    from demand.decision.segments import judge_segments
    from demand.learning.beliefs import learn_beliefs
    from demand.store import get_listing
    from models.batch import Batch
    from models.db import transaction
    from models.errors import Conflict

    ready()
    now = datetime.now(UTC)
    with transaction() as session:
        found = get_listing(session, listing)
        batch = session.get_one(Batch, found.batch_id)
        beliefs = learn_beliefs(session, now)
        seen = see_listing(session, found, batch, batch.demand_rule, now, beliefs=beliefs)
    planned, segments = plan_of(seen), judge_segments(seen.counts, batch.demand_rule)
    if planned is None:
        raise Conflict(f"listing {listing} cannot be planned: no maker's costs are known in its currency")
    if as_json:
        print_json(_as_json(listing, planned, segments))
    else:
        _print(listing, planned, segments)


def _as_json(listing: str, planned: "QuantityPlan", segments: "tuple[SegmentJudgement, ...]") -> dict[str, object]:
    from dataclasses import asdict

    from demand.quantity.explain import explain_lever, explain_reorder

    return {
        "listing": listing,
        **planned.to_json(),
        "judged_segments": [asdict(one) for one in segments],
        "in_words": [explain_reorder(planned.reorder), *map(explain_lever, planned.levers)],
    }


def _print(listing: str, planned: "QuantityPlan", segments: "tuple[SegmentJudgement, ...]") -> None:
    from demand.quantity.explain import explain_lever, explain_reorder

    print(
        f"{listing}: make {planned.units} units; at delivery {planned.low} to {planned.high} will be wanted (90%). "
        f"Expected profit {planned.expected_profit:.0f} {planned.currency}."
    )
    if planned.lines:
        print_table("By variant", ("colour", "size", "units"), [(o.colour, o.size, o.units) for o in planned.lines])
    judged = {one.segment: one for one in segments}
    rows = [
        (
            one.segment.value,
            one.units,
            f"{one.low}-{one.high}",
            round(one.units_per_order, 1),
            judged[one.segment].standing.value if one.segment in judged else "",
        )
        for one in planned.segments
    ]
    if rows:
        print_table("By segment", ("segment", "units", "90%", "units an order", "against break-even"), rows)
    for sentence in (explain_reorder(planned.reorder), *map(explain_lever, planned.levers)):
        print(sentence)
    source = f"learned from {planned.learned_from} earlier listings" if planned.learned_from else "shipped assumptions"
    print(f"Rates before this listing's own history: {source}.")
