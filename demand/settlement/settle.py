"""Make a verdict true: settle or release the pre-orders, confirm the demand, move the listing.

Where money is real, a confirmed listing is settled by `demand.settlement.recheck`, after its deposits were looked at
once more.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from demand.interest.clean import CleanRule, Flag
from demand.interest.count import find_flagged_buyers
from demand.interest.lock import lock_listing
from demand.interest.record import LIVE_STATES
from demand.payments.give_back import release
from demand.payments.ledger import has_money
from demand.quantity.share import allot
from models.batch import Batch
from models.decision import ConfirmedDemand, ConfirmedDemandLine, DemandDecision, Verdict
from models.errors import Conflict
from models.interest import PreOrder, PreOrderState
from models.listing import OPEN_STATES, Listing, ListingState
from models.settlement import OPEN_SETTLEMENTS, Settlement, SettlementState
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
    open. In a batch whose buyers are real it only opens the Settlement, which goes on once deposits were re-checked.
    STOP releases all and stops the listing. Conflict when the listing has meanwhile gone another way.
    """
    listing = lock_listing(session, decision.listing_id)
    if decision.verdict is Verdict.STOP and listing.state is not ListingState.STOPPED:
        if listing.state not in OPEN_STATES:
            raise Conflict(f"listing {listing.id} is {listing.state} and cannot be stopped by its demand")
        stop(session, listing, now, _WHO, decision.reason)
    if decision.verdict is not Verdict.CONFIRM:
        return None
    done = _find_demand(session, listing.id)
    if done is not None:
        return done
    if not session.get_one(Batch, listing.batch_id).simulated:
        _begin_settlement(session, listing, decision, now)
        return None
    standing = find_standing(session, listing, decision, now, suppliers)
    if standing.units < min_units_of(decision):
        return None
    return confirm(session, listing, decision, standing, now, top_up)


def min_units_of(decision: DemandDecision) -> int:
    """Units that its rule, in the version of the decision, asked to stand."""
    return int(decision.outcome["judgement"]["min_units"])


def stop(session: Session, listing: Listing, now: datetime, who: str, why: str) -> None:
    """Take a listing off the shelf: its pre-orders are released, their money is promised back. Hold its lock.

    Conflict once its demand went to the makers: then pre-orders are ended one by one, with the makers' knowledge.
    """
    if listing.state is ListingState.COMMITTED:
        raise Conflict(f"listing {listing.id} is {listing.state}: its demand is with the makers")
    for order in _find_live(session, listing.id):
        _release(session, listing, order, now, who, f"the listing was stopped: {why}")
    settlement = session.scalar(select(Settlement).where(Settlement.listing_id == listing.id))
    if settlement is not None and settlement.state in OPEN_SETTLEMENTS:
        move(session, settlement, SettlementState.RELEASED, now, who, why)
    move(session, listing, ListingState.STOPPED, now, who, why)


def _release(session: Session, listing: Listing, order: PreOrder, now: datetime, who: str, why: str) -> None:
    if has_money(session, order.id):
        release(session, listing, order, now, who, why)
    else:
        move(session, order, PreOrderState.RELEASED, now, who, why)


def _begin_settlement(session: Session, listing: Listing, decision: DemandDecision, now: datetime) -> None:
    if listing.state is not ListingState.RESERVABLE:
        raise Conflict(f"listing {listing.id} is {listing.state} and cannot be committed")
    if session.scalar(select(Settlement.id).where(Settlement.listing_id == listing.id)) is not None:
        return
    settlement = Settlement(
        listing_id=listing.id,
        decision_id=decision.id,
        min_units=min_units_of(decision),
        standing_units=0,
        began_at=now,
        state=SettlementState.CHECKING,
    )
    session.add(settlement)
    begin(session, settlement, now, _WHO, decision.reason)


@dataclass(frozen=True, slots=True)
class Standing:
    """Live pre-orders of a listing: those that stand, and the others with the reason why not."""

    orders: tuple[PreOrder, ...]
    others: tuple[tuple[PreOrder, str], ...]

    @property
    def units(self) -> int:
        """Units that stand."""
        return sum(order.quantity for order in self.orders)


def find_standing(
    session: Session, listing: Listing, decision: DemandDecision, now: datetime, suppliers: Collection[str] = ()
) -> Standing:
    """What stands now, by the rule of cleanness that the decision was taken with. Hold the listing's lock."""
    clean_rule = CleanRule.from_json(decision.inputs["clean_rule"])
    flagged = find_flagged_buyers(session, listing.id, now, clean_rule, suppliers)
    reasons = [(order, _why_released(order, flagged)) for order in _find_live(session, listing.id)]
    return Standing(
        tuple(order for order, why in reasons if not why), tuple((order, why) for order, why in reasons if why)
    )


def confirm(
    session: Session,
    listing: Listing,
    decision: DemandDecision,
    standing: Standing,
    now: datetime,
    top_up: int = 0,
) -> ConfirmedDemand:
    """Settle what stands, release the others, commit the listing, write the demand. Hold the listing's lock."""
    if listing.state is not ListingState.RESERVABLE:
        raise Conflict(f"listing {listing.id} is {listing.state} and cannot be committed")
    for order in standing.orders:
        move(session, order, PreOrderState.SETTLED, now, _WHO, "the demand was confirmed")
    for order, why in standing.others:
        _release(session, listing, order, now, _WHO, why)
    move(session, listing, ListingState.COMMITTED, now, _WHO, decision.reason)
    return _write_demand(session, listing, decision, now, _count_lines(standing.orders, decision, top_up))


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
