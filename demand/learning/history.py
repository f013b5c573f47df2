"""How earlier listings did, from what their last decisions counted: what priors are learned from."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demand.interest.counts import ListingCounts, RungCount
from demand.learning.attributes import attributes_of
from demand.learning.priors import ListingHistory
from demand.learning.realised import Sold, find_sold
from models.batch import DemandRule, Rung
from models.decision import DemandDecision
from models.design import Design, Mockup
from models.listing import Listing, ListingPriceBreak
from models.trend import Trend


def load_history(
    session: Session,
    until: datetime,
    rung: Rung = Rung.PRE_ORDER,
    attributes: Mapping[int, Mapping[str, str]] | None = None,
) -> list[ListingHistory]:
    """Every listing judged up to `until` whose rule counts this rung, a row for each segment that saw it.

    Clean people only, as the listing's last decision up to `until` counted them; of several decisions the last counts.
    Where the goods were made and sold for long enough, only conversions whose goods were sold and kept count. With
    `attributes` only those listings, and these of them.
    """
    attributes = find_attributes(session) if attributes is None else attributes
    sold = find_sold(session)
    rows: list[ListingHistory] = []
    for decision in _last_decisions(session, until):
        one = decision.listing_id
        if one in attributes and DemandRule.from_json(decision.rule).rung is rung:
            counts = ListingCounts.from_json(decision.inputs["counts"])
            mature = sold[one] if one in sold and sold[one].is_mature(until.date()) else None
            rows.extend(_rows(one, attributes[one], counts, rung, mature))
    return rows


def _rows(
    listing_id: int, attributes: Mapping[str, str], counts: ListingCounts, rung: Rung, sold: Sold | None
) -> Iterator[ListingHistory]:
    for segment, rungs in counts.segments.items():
        viewers = rungs.get(Rung.VIEW, RungCount()).people
        if viewers:
            converted = min(viewers, rungs.get(rung, RungCount()).people)
            real = converted if sold is None else sold.realised(converted, viewers)
            yield ListingHistory(attributes, segment, viewers, real, listing_id)


def find_attributes(session: Session, listing_ids: list[int] | None = None) -> dict[int, dict[str, str]]:
    """What these listings, or all, are; by listing."""
    first_price = (
        select(ListingPriceBreak.listing_id, func.max(ListingPriceBreak.unit_price).label("price"))
        .group_by(ListingPriceBreak.listing_id)
        .subquery()
    )
    question = (
        select(Listing.id, Listing.currency, Design, Trend.phrase, first_price.c.price)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .join(Trend, Trend.id == Design.trend_id)
        .join(first_price, first_price.c.listing_id == Listing.id)
    )
    if listing_ids is not None:
        question = question.where(Listing.id.in_(listing_ids))
    return {
        listing_id: attributes_of(design.garment, phrase, price, currency)
        for listing_id, currency, design, phrase, price in session.execute(question).tuples()
    }


def _last_decisions(session: Session, until: datetime) -> Iterator[DemandDecision]:
    turn = func.row_number().over(partition_by=DemandDecision.listing_id, order_by=DemandDecision.looked_at.desc())
    ranked = select(DemandDecision.id, turn.label("turn")).where(DemandDecision.looked_at <= until).subquery()
    last = select(DemandDecision).join(ranked, ranked.c.id == DemandDecision.id).where(ranked.c.turn == 1)
    yield from session.scalars(last.order_by(DemandDecision.listing_id))
