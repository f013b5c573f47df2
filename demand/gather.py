"""What learning goes by, read from the tables: of people, or of simulated buyers, never of both together."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from demand.count import count_interest
from demand.counts import LADDER, ListingCounts
from demand.learn import Gathered, realised
from demand.lift import ArmResult
from demand.priors import ListingHistory
from demand.rungs import RungOutcome
from demand.store import find_last_decisions
from demand.yields import Lot
from models.batch import Batch, DemandRule, Rung
from models.decision import ConfirmedDemand, DemandDecision
from models.design import Design, Mockup, SpecArm
from models.garment import GarmentSpec
from models.interest import Segment
from models.listing import Listing
from models.order import ProductionOrder
from models.sale import SaleKind, SaleRecord

COUNTS = Rung.PRE_ORDER
"""Learning looks at commitments, whatever rung each batch's rule looks at, so that batches compare."""
MATURE = timedelta(days=21)
"""After the first sale; by then most of what comes back has come back. Before, a listing's conversions are believed."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What became of one listing's goods."""

    made: int
    net: int
    first_on: date | None
    """Of the first sale."""

    def is_mature(self, today: date) -> bool:
        """Whether returns can be judged."""
        return self.made > 0 and self.first_on is not None and today - self.first_on >= MATURE


def gather(session: Session, simulated: bool, now: datetime) -> Gathered:
    """Every listing that was judged, every one that was sold for long enough, every lot that arrived."""
    listings = _of(simulated)
    sold = _find_sold(session, listings)
    decisions = find_last_decisions(session, listings)
    attributes = _find_attributes(session, listings)
    history: list[ListingHistory] = []
    for listing_id, decision in sorted(decisions.items()):
        counts = ListingCounts.from_json(decision.inputs["counts"])
        what = sold.get(listing_id)
        made = what if what and what.is_mature(now.date()) else None
        history += _histories(listing_id, attributes[listing_id], counts, made)
    return Gathered(tuple(history), _rung_outcomes(session, sold, now.date()), _find_lots(session, listings))


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


def _find_attributes(session: Session, listings: Select[tuple[int]]) -> Mapping[int, Mapping[str, str]]:
    query = (
        select(Listing.id, Design.spec)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .where(Listing.id.in_(listings))
    )
    return {listing_id: GarmentSpec.from_json(spec).attributes for listing_id, spec in session.execute(query)}


def _histories(
    listing_id: int, attributes: Mapping[str, str], counts: ListingCounts, made: Sold | None
) -> list[ListingHistory]:
    """One row for each segment with viewers."""
    rows = []
    for segment in Segment:
        rungs = counts.segments.get(segment, {})
        people = {rung: count.people for rung, count in rungs.items()}
        viewers = people.get(Rung.VIEW, 0)
        converted = min(viewers, max((people.get(rung, 0) for rung in LADDER[LADDER.index(COUNTS) :]), default=0))
        if viewers and made is not None:
            converted = realised(converted, viewers, made.net, made.made)
        if viewers:
            rows.append(ListingHistory(attributes, segment, viewers, converted, listing_id))
    return rows


def _find_sold(session: Session, listings: Select[tuple[int]]) -> Mapping[int, Sold]:
    made_query = select(ConfirmedDemand.listing_id, ConfirmedDemand.units).where(
        ConfirmedDemand.listing_id.in_(listings)
    )
    made = {row.listing_id: row.units for row in session.execute(made_query)}
    table = SaleRecord
    figures = func.sum(table.units).label("units"), func.min(table.happened_on).label("first_on")
    kinds = SaleKind.SOLD, SaleKind.RETURNED
    totals = (
        select(table.listing_id, table.kind, *figures)
        .where(table.listing_id.in_(listings), table.kind.in_(kinds), table.units > 0)
        .group_by(table.listing_id, table.kind)
    )
    net: dict[int, int] = defaultdict(int)
    first: dict[int, date] = {}
    for row in session.execute(totals):
        if row.kind is SaleKind.SOLD:
            net[row.listing_id] += int(row.units)
            first[row.listing_id] = row.first_on
        else:
            net[row.listing_id] -= int(row.units)
    return {one: Sold(units, max(0, net[one]), first.get(one)) for one, units in made.items()}


def _rung_outcomes(session: Session, sold: Mapping[int, Sold], today: date) -> tuple[RungOutcome, ...]:
    """People by their highest rung when the listing was confirmed, and what was sold and kept since."""
    mature = [listing_id for listing_id, what in sorted(sold.items()) if what.is_mature(today)]
    looked = select(ConfirmedDemand.listing_id, DemandDecision.looked_at).join(
        DemandDecision, DemandDecision.id == ConfirmedDemand.decision_id
    )
    moments = {row.listing_id: row.looked_at for row in session.execute(looked)}
    return tuple(
        RungOutcome(count_interest(session, one, moments[one]).judged.by_top_rung, sold[one].net) for one in mature
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
