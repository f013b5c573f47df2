"""Make a verdict true: settle or release the pre-orders, confirm the demand, move the listing."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from demand.clean import CleanRule, Flag
from demand.count import find_flagged_buyers
from demand.lock import lock_listing
from demand.record import LIVE_STATES
from demand.share import allot
from models.decision import ConfirmedDemand, ConfirmedDemandLine, DemandDecision, Verdict
from models.errors import Conflict
from models.interest import PreOrder, PreOrderState
from models.listing import OPEN_STATES, Listing, ListingState
from models.state import begin, move

_WHO = "decision"


def settle(
    session: Session,
    decision: DemandDecision,
    now: datetime,
    suppliers: Collection[str] = (),
    top_up: int = 0,
) -> ConfirmedDemand | None:
    """Act on a verdict; None when nothing is confirmed. A second call changes nothing and returns the same.

    CONFIRM settles the pre-orders of clean people that stand (deposit paid, or none asked), releases the others,
    commits the listing, and confirms exactly the settled units by variant, plus at most `top_up` units where the plan
    holds more to be worth making. If by now fewer stand than the rule's minimum, nothing changes and the listing stays
    open. STOP releases all and stops the listing. Conflict when the listing has meanwhile gone another way.
    """
    listing = lock_listing(session, decision.listing_id)
    if decision.verdict is Verdict.STOP:
        _stop(session, listing, decision, now)
    if decision.verdict is not Verdict.CONFIRM:
        return None
    done = _find_demand(session, listing.id)
    return done or _confirm(session, listing, decision, now, suppliers, top_up)


def _stop(session: Session, listing: Listing, decision: DemandDecision, now: datetime) -> None:
    if listing.state is ListingState.STOPPED:
        return
    if listing.state not in OPEN_STATES:
        raise Conflict(f"listing {listing.id} is {listing.state} and cannot be stopped by its demand")
    for order in _find_live(session, listing.id):
        move(session, order, PreOrderState.RELEASED, now, _WHO, "the listing was stopped")
    move(session, listing, ListingState.STOPPED, now, _WHO, decision.reason)


def _confirm(
    session: Session,
    listing: Listing,
    decision: DemandDecision,
    now: datetime,
    suppliers: Collection[str],
    top_up: int,
) -> ConfirmedDemand | None:
    if listing.state is not ListingState.RESERVABLE:
        raise Conflict(f"listing {listing.id} is {listing.state} and cannot be committed")
    clean_rule = CleanRule.from_json(decision.inputs["clean_rule"])
    flagged = find_flagged_buyers(session, listing.id, now, clean_rule, suppliers)
    orders = _find_live(session, listing.id)
    settled = [order for order in orders if not _why_released(order, flagged)]
    if sum(order.quantity for order in settled) < decision.outcome["judgement"]["min_units"]:
        return None
    for order in orders:
        why = _why_released(order, flagged)
        to = PreOrderState.RELEASED if why else PreOrderState.SETTLED
        move(session, order, to, now, _WHO, why or "the demand was confirmed")
    move(session, listing, ListingState.COMMITTED, now, _WHO, decision.reason)
    return _write_demand(session, listing, decision, now, _count_lines(settled, decision, top_up))


def _why_released(order: PreOrder, flagged: Mapping[str, Flag]) -> str:
    """Empty for a pre-order that stands."""
    if order.visitor in flagged:
        return f"the visitor is flagged: {flagged[order.visitor]}"
    if order.state is PreOrderState.PLACED and order.deposit > 0:
        return "the deposit was not paid"
    return ""


def _count_lines(settled: Sequence[PreOrder], decision: DemandDecision, top_up: int) -> Counter[tuple[str, str]]:
    units: Counter[tuple[str, str]] = Counter()
    for order in settled:
        units[order.colour, order.size] += order.quantity
    plan = decision.outcome["quantity"] or {"units": 0, "lines": []}
    extra = min(top_up, plan["units"] - units.total())
    if extra > 0:
        shares = allot(extra, [line["units"] for line in plan["lines"]])
        for line, count in zip(plan["lines"], shares, strict=True):
            units[line["colour"], line["size"]] += count
    return units


def _write_demand(
    session: Session, listing: Listing, decision: DemandDecision, now: datetime, units: Counter[tuple[str, str]]
) -> ConfirmedDemand:
    demand = ConfirmedDemand(
        listing_id=listing.id,
        decision_id=decision.id,
        units=units.total(),
        due_on=(now + timedelta(days=listing.lead_days)).date(),
        confirmed_at=now,
        lines=[
            ConfirmedDemandLine(colour=colour, size=size, units=count)
            for (colour, size), count in sorted(units.items())
            if count
        ],
    )
    session.add(demand)
    session.flush()
    begin(session, demand, now, _WHO, decision.reason)
    return demand


def _find_live(session: Session, listing_id: int) -> Sequence[PreOrder]:
    live = PreOrder.listing_id == listing_id, PreOrder.state.in_(LIVE_STATES)
    query = select(PreOrder).where(*live).order_by(PreOrder.id)
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def _find_demand(session: Session, listing_id: int) -> ConfirmedDemand | None:
    query = select(ConfirmedDemand).where(ConfirmedDemand.listing_id == listing_id)
    return session.scalars(query.options(selectinload(ConfirmedDemand.lines))).one_or_none()
