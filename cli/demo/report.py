"""What a demo made, counted from its tables, and printed."""

from collections import Counter
from typing import Any, TextIO

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from demand.exposure.report import compare_with_even, count_lost, load_rewards, load_shown, share_moved
from models.base import Base
from models.batch import Batch, BatchTrend
from models.decision import ConfirmedDemand, DemandDecision
from models.design import Design, Mockup
from models.interest import InterestEvent, PreOrder
from models.listing import Listing
from models.order import Allocation, Offer, ProductionBrief, ProductionOrder
from models.trend import Trend

_BEST = 3


def build_report(session: Session, batch_id: int) -> dict[str, Any]:
    """Counts over one batch's rows, the best trends, and what was decided."""
    listing_ids = select(Listing.id).where(Listing.batch_id == batch_id)
    demand_ids = select(ConfirmedDemand.id).where(ConfirmedDemand.listing_id.in_(listing_ids))
    allocation_ids = select(Allocation.id).where(Allocation.demand_id.in_(demand_ids))
    design_ids = select(Design.id).where(Design.batch_id == batch_id)
    order_ids = select(ProductionOrder.id).where(ProductionOrder.demand_id.in_(demand_ids))
    offers = session.scalars(select(Offer.state).where(Offer.allocation_id.in_(allocation_ids)))
    trends = _trends(session, batch_id)
    return {
        "trends": len(trends),
        "best_trends": trends[:_BEST],
        "specs": _count(session, Design, Design.batch_id == batch_id),
        "mockups": _count(session, Mockup, Mockup.design_id.in_(design_ids)),
        "listings": _count(session, Listing, Listing.batch_id == batch_id),
        "events": _count(session, InterestEvent, InterestEvent.listing_id.in_(listing_ids)),
        "pre_orders": _count(session, PreOrder, PreOrder.listing_id.in_(listing_ids)),
        "decisions": _count(session, DemandDecision, DemandDecision.listing_id.in_(listing_ids)),
        "verdicts": _verdicts(session, batch_id),
        "exposure": _exposure(session, batch_id),
        "confirmed_units": session.scalar(
            select(func.coalesce(func.sum(ConfirmedDemand.units), 0)).where(ConfirmedDemand.id.in_(demand_ids))
        ),
        "offers": dict(Counter(state.value for state in offers)),
        "orders": _count(session, ProductionOrder, ProductionOrder.demand_id.in_(demand_ids)),
        "briefs": _count(session, ProductionBrief, ProductionBrief.order_id.in_(order_ids)),
    }


def _count(session: Session, table: type[Base], condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _trends(session: Session, batch_id: int) -> list[dict[str, Any]]:
    found = session.scalars(
        select(Trend).join(BatchTrend).where(BatchTrend.batch_id == batch_id).order_by(BatchTrend.position)
    )
    return [
        {
            "phrase": trend.phrase,
            "stage": trend.stage.value,
            "why": trend.reason,
            "evidence": [one["title"] for one in trend.evidence[:_BEST]],
        }
        for trend in found
    ]


def _verdicts(session: Session, batch_id: int) -> dict[str, int]:
    """How many listings ended with each verdict: the last decision of each counts."""
    last = (
        select(DemandDecision.listing_id, func.max(DemandDecision.looked_at).label("at"))
        .join(Listing, Listing.id == DemandDecision.listing_id)
        .where(Listing.batch_id == batch_id)
        .group_by(DemandDecision.listing_id)
        .subquery()
    )
    verdicts = session.scalars(
        select(DemandDecision.verdict).join(
            last, (DemandDecision.listing_id == last.c.listing_id) & (DemandDecision.looked_at == last.c.at)
        )
    )
    return dict(Counter(verdict.value for verdict in verdicts))


def _exposure(session: Session, batch_id: int) -> dict[str, Any]:
    """How exposure moved to the listings that were confirmed, and what that brought against an even order."""
    batch = session.get_one(Batch, batch_id)
    shown = load_shown(session, batch)
    confirmed = session.scalars(
        select(Listing.id).join(ConfirmedDemand, ConfirmedDemand.listing_id == Listing.id)
        .where(Listing.batch_id == batch_id)
    )  # fmt: skip
    moved = share_moved(shown, list(confirmed))
    compared = compare_with_even(shown, load_rewards(session, shown, batch.demand_rule.rung))
    return {**moved.to_json(), **compared.to_json(), "pages_lost": count_lost(session)}


def print_report(report: dict[str, Any], out: TextIO) -> None:
    """The short table, the three best trends with why, and what to open."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=out)
    table = Table(title=f"Demo as of {report['as_of']} (simulated buyers, merchandiser and makers)", show_header=False)
    for name, value in _lines(report):
        table.add_row(name, value)
    console.print(table)
    console.print("\nBest trends", style="bold")
    for trend in report["best_trends"]:
        console.print(f"  {trend['phrase']} ({trend['stage']}): {trend['why']}", highlight=False, markup=False)
        console.print(f"    e.g. {' / '.join(trend['evidence'])}", highlight=False, markup=False)
    console.print(f"\nLook at it:  {report['open']}\nBriefs:      {report['home']}/sent", highlight=False, markup=False)


def _lines(report: dict[str, Any]) -> list[tuple[str, str]]:
    read = sum(source["read"] for source in report["signals"])
    refused = sum(source["refused"] for source in report["signals"])
    said = report["verdicts"]
    answered = ", ".join(f"{count} {state}" for state, count in sorted(report["offers"].items()))
    return [
        ("signals read", f"{read:,} ({refused:,} refused)"),
        ("trends", f"{report['trends']}"),
        ("specs, mockups, listings", f"{report['specs']}, {report['mockups']}, {report['listings']}"),
        ("acts of buyers", f"{report['events']:,} ({report['pre_orders']:,} pre-orders)"),
        ("decisions", f"{report['decisions']}"),
        ("  listings at the end", f"{said.get('confirm', 0)} confirmed, {said.get('stop', 0)} stopped, "
                                  f"{said.get('extend', 0)} extended"),
        *_exposure_lines(report["exposure"]),
        ("units confirmed", f"{report['confirmed_units']:,}"),
        ("offers", answered),
        ("orders, briefs", f"{report['orders']}, {report['briefs']}"),
        ("seconds", f"{report['seconds']}"),
        ("peak memory", f"{report['peak_rss_mb']:,} MB"),
    ]  # fmt: skip


def _exposure_lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    if not told["pages"]:
        return []
    shown, even = told["shown_per_page"], told["even_per_page"]["doubly_robust"]
    return [
        ("pages in recommended order", f"{told['pages']:,} ({told['pages_lost']} not written down)"),
        ("  of the confirmed ones", _moved(told["first"], told["last"])),
        ("  conversions per 1,000 pages", f"{1000 * shown['value']:.0f}; an even order {1000 * even['value']:.0f} "
                                          f"({1000 * even['low']:.0f} to {1000 * even['high']:.0f})"),
    ]  # fmt: skip


def _moved(first: float | None, last: float | None) -> str:
    if first is None or last is None:
        return "none was shown"
    return f"{first:.2f} times an even share at first, {last:.2f} times at last"
