"""Read how factories answer offers: how soon, and how far above their own ladder."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_matching.scorecard.evidence import Ledger
from factory_matching.scorecard.rule import Measure, ScoreRule
from factory_matching.scorecard.shelf import batch_of, category_column, start_of
from models.decision import ConfirmedDemand
from models.order import Allocation, Offer, OfferState
from models.quote import OfferRound, RoundKind, Side
from models.state import StateChange

_ANSWERS = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.COUNTERED)


def add_offers(session: Session, ledger: Ledger, rule: ScoreRule, since: date, today: date, simulated: bool) -> None:
    """One event of response for each offer answered or let expire, one of price for each that was priced."""
    # The rule that settles a counter-offer writes its own moment over the factory's: its first move says when it spoke.
    answered = (
        select(StateChange.row_id, func.min(StateChange.at).label("at"))
        .where(StateChange.noun == Offer.__tablename__, StateChange.to_state.in_([state.value for state in _ANSWERS]))
        .group_by(StateChange.row_id)
        .subquery()
    )
    asked = (
        select(OfferRound.offer_id, func.max(OfferRound.unit_price).label("price"))
        .where(OfferRound.side == Side.FACTORY, OfferRound.kind == RoundKind.COUNTERED)
        .group_by(OfferRound.offer_id)
        .subquery()
    )
    columns = (
        Allocation.factory_id,
        category_column(),
        Offer.state,
        Offer.sent_at,
        Offer.expires_at,
        answered.c.at,
        func.coalesce(asked.c.price, Offer.counter_price),
        func.coalesce(Offer.floor_price, Allocation.unit_price),
    )
    query = select(*columns).join(Allocation, Allocation.id == Offer.allocation_id)
    query = batch_of(query.join(ConfirmedDemand, ConfirmedDemand.id == Allocation.demand_id), simulated)
    query = query.outerjoin(answered, answered.c.row_id == Offer.id).outerjoin(asked, asked.c.offer_id == Offer.id)
    start, end = start_of(since), start_of(today + timedelta(days=1))
    for row in session.execute(query.where(Offer.sent_at >= start, Offer.sent_at < end)):
        factory, category, state, sent_at, expires_at, at, price, own = row
        spoke_at = at if at is not None and at < end else None
        if spoke_at is None and not (state is OfferState.EXPIRED and expires_at < end):
            continue
        age = (today - (spoke_at or expires_at).date()).days
        ledger.add(Measure.RESPONSE, factory, category or "", _left(sent_at, expires_at, spoke_at), 1.0, age)
        if spoke_at is not None and (price is not None or state is OfferState.ACCEPTED):
            drift = max(0.0, float(((price or own) - own) / own))
            ledger.add(Measure.PRICE, factory, category or "", 1 - min(1.0, drift / rule.worst_drift), 1.0, age)


def _left(sent_at: datetime, expires_at: datetime, spoke_at: datetime | None) -> float:
    """Share of the time to answer that was left; 0 without an answer."""
    if spoke_at is None:
        return 0.0
    allowed = max((expires_at - sent_at).total_seconds(), 1.0)
    return min(1.0, max(0.0, 1 - (spoke_at - sent_at).total_seconds() / allowed))
