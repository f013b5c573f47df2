"""What learning goes by, read from the tables: of people, or of simulated buyers, never of both together."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from demand.interest.count import count_interest
from demand.interest.counts import ListingCounts
from demand.learning.draw_lessons import Gathered
from demand.learning.history import find_attributes, load_history
from demand.learning.lift import ArmResult
from demand.learning.realised import Sold, find_sold
from demand.learning.rungs import RungOutcome
from demand.learning.yields import Lot
from demand.store import find_last_decisions
from models.batch import Batch, DemandRule
from models.decision import ConfirmedDemand, DemandDecision
from models.design import Design, Mockup, SpecArm
from models.listing import Listing
from models.order import ProductionOrder
from models.sale import SaleKind, SaleRecord


def gather(session: Session, simulated: bool, now: datetime) -> Gathered:
    """Every listing that was judged, every one that was sold for long enough, every lot that arrived."""
    attributes = _find_attributes(session, simulated)
    sold = {one: what for one, what in find_sold(session).items() if one in attributes}
    mature = {one: what for one, what in sorted(sold.items()) if what.is_mature(now.date())}
    history = load_history(session, now, attributes=attributes)
    return Gathered(tuple(history), _rung_outcomes(session, mature), _find_lots(session, _of(simulated)))


def gather_arms(session: Session, simulated: bool) -> Sequence[ArmResult]:
    """The judged viewers of every listing whose design was drawn with learning, or as control beside such."""
    arms = (
        select(Listing.id, Listing.batch_id, Design.arm)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Listing.id.in_(_of(simulated)), Design.arm != SpecArm.PLAIN)
        .order_by(Listing.id)
    )
    rows = session.execute(arms).all()
    decisions = find_last_decisions(session, _of(simulated)) if rows else {}
    return [_arm(row.batch_id, row.arm, decisions[row.id]) for row in rows if row.id in decisions]


def count_outcomes(session: Session, simulated: bool) -> dict[str, int]:
    """Units by what became of them, and returned units by reason."""
    table = SaleRecord
    query = (
        select(table.kind, table.reason, func.sum(table.units))
        .where(table.listing_id.in_(_of(simulated)))
        .group_by(table.kind, table.reason)
    )
    totals: Counter[str] = Counter()
    for kind, reason, units in session.execute(query):
        totals[kind.value] += int(units)
        if reason is not None:
            totals[f"{kind.value}: {reason.value}"] += int(units)
    return dict(sorted(totals.items()))


def _of(simulated: bool) -> Select[tuple[int]]:
    return select(Listing.id).join(Batch, Batch.id == Listing.batch_id).where(Batch.simulated == simulated)


def _find_attributes(session: Session, simulated: bool) -> Mapping[int, Mapping[str, str]]:
    """Everything a spec says, with price band and trend: what these do is not to be put down to a collar."""
    query = (
        select(Listing.id, Design)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Listing.id.in_(_of(simulated)))
    )
    garments = {listing_id: design.garment for listing_id, design in session.execute(query).tuples()}
    of_listing = find_attributes(session)
    return {one: {**of_listing[one], **garment.attributes} for one, garment in garments.items() if one in of_listing}


def _rung_outcomes(session: Session, mature: Mapping[int, Sold]) -> tuple[RungOutcome, ...]:
    """People by their highest rung when the listing was confirmed, and what was sold and kept since."""
    looked = select(ConfirmedDemand.listing_id, DemandDecision.looked_at).join(
        DemandDecision, DemandDecision.id == ConfirmedDemand.decision_id
    )
    moments = {row.listing_id: row.looked_at for row in session.execute(looked)}
    return tuple(
        RungOutcome(count_interest(session, one, moments[one]).judged.by_top_rung, what.net)
        for one, what in mature.items()
    )


def _find_lots(session: Session, listings: Select[tuple[int]]) -> tuple[Lot, ...]:
    """Orders of which somebody said what arrived; what was found defective is not good."""
    table, order = SaleRecord, ProductionOrder
    told = table.kind.in_((SaleKind.DELIVERED, SaleKind.DEFECTIVE)), table.listing_id.in_(listings)
    said = (
        select(
            order.id, order.factory_id, order.units.label("ordered"), table.kind, func.sum(table.units).label("units")
        )
        .join(table, table.order_id == order.id)
        .where(*told)
        .group_by(order.id, order.factory_id, order.units, table.kind)
        .order_by(order.id)
    )
    asked: dict[int, tuple[int, int]] = {}
    units: dict[int, dict[SaleKind, int]] = defaultdict(dict)
    for row in session.execute(said):
        asked[row.id] = row.factory_id, row.ordered
        units[row.id][row.kind] = int(row.units)
    lots = []
    for order_id, (factory_id, ordered) in asked.items():
        arrived = min(ordered, units[order_id].get(SaleKind.DELIVERED, ordered))
        lots.append(Lot(factory_id, ordered, max(0, arrived - units[order_id].get(SaleKind.DEFECTIVE, 0))))
    return tuple(lots)


def _arm(batch_id: int, arm: SpecArm, decision: DemandDecision) -> ArmResult:
    judged = ListingCounts.from_json(decision.inputs["counts"]).judged
    converted = judged.converted(DemandRule.from_json(decision.rule).rung)
    return ArmResult(batch_id, arm is SpecArm.TREATED, judged.viewers, converted)
