"""Settle a confirmed listing once its deposits were looked at again: make it, ask for more, or give back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from demand.interest.lock import lock_listing
from demand.payments.ledger import OWED
from demand.payments.square import square
from demand.settlement.settle import confirm, find_standing, stop
from models.decision import DemandDecision
from models.interest import PreOrder, PreOrderState
from models.listing import Listing, ListingState
from models.payment import Refund
from models.settlement import OPEN_SETTLEMENTS, Settlement, SettlementState
from models.state import move

WHO = "settlement"


@dataclass(frozen=True, slots=True)
class SettlementRule:
    """How the house settles."""

    top_up_days: int = 3
    """Days in which buyers can bring what lacks to the minimum."""
    refund_days: int = 7
    """A refund that has not gone out by then is listed as late."""

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> "SettlementRule":
        """From parsed TOML; TypeError on unknown keys, ValueError on impossible values."""
        return SettlementRule(**table)

    def __post_init__(self) -> None:
        if not 1 <= self.top_up_days <= 60 or not 1 <= self.refund_days <= 60:
            raise ValueError(f"{self.top_up_days} days to top up, {self.refund_days} to refund: 1-60 are possible")


class Next(StrEnum):
    """What a settlement does now."""

    MAKE = "make"
    ASK_FOR_MORE = "ask_for_more"
    WAIT = "wait"
    GIVE_BACK = "give_back"


def decide_next(state: SettlementState, standing: int, minimum: int, until: datetime | None, now: datetime) -> Next:
    """Make it as soon as enough units stand; give back once the date of the top-up has passed. Pure."""
    if standing >= minimum:
        return Next.MAKE
    if state is SettlementState.CHECKING or until is None:
        return Next.ASK_FOR_MORE
    return Next.GIVE_BACK if now >= until else Next.WAIT


def advance_settlement(
    session: Session, settlement_id: int, now: datetime, rule: SettlementRule, suppliers: Collection[str] = ()
) -> SettlementState:
    """Take one settlement as far as it can go at this moment; run again, or by two at once, it does nothing twice.

    Deposits must have been looked up at their provider just before. A deposit behind which no payment stands does not
    count.
    """
    listing_id = session.scalars(select(Settlement.listing_id).where(Settlement.id == settlement_id)).one()
    listing = lock_listing(session, listing_id)
    settlement = session.get_one(Settlement, settlement_id, populate_existing=True)
    if settlement.state not in OPEN_SETTLEMENTS:
        return settlement.state
    decision = session.get_one(DemandDecision, settlement.decision_id)
    _square_deposited(session, listing, now)
    standing = find_standing(session, listing, decision, now, suppliers)
    settlement.standing_units, settlement.checked_at = standing.units, now
    match decide_next(settlement.state, standing.units, settlement.min_units, settlement.tops_up_until, now):
        case Next.MAKE:
            why = f"{standing.units} units stand, {settlement.min_units} are the minimum"
            move(session, settlement, SettlementState.SETTLED, now, WHO, why)
            confirm(session, listing, decision, standing, now)
        case Next.ASK_FOR_MORE:
            settlement.tops_up_until = now + timedelta(days=rule.top_up_days)
            why = f"{settlement.missing_units} of {settlement.min_units} units are missing"
            move(session, settlement, SettlementState.TOPPING_UP, now, WHO, why)
        case Next.WAIT:
            pass
        case Next.GIVE_BACK:
            why = f"{settlement.missing_units} of {settlement.min_units} units were missing when the time was over"
            stop(session, listing, now, WHO, why)
        case other:
            assert_never(other)
    session.flush()
    return settlement.state


def _square_deposited(session: Session, listing: Listing, now: datetime) -> None:
    deposited = PreOrder.listing_id == listing.id, PreOrder.state == PreOrderState.DEPOSITED
    for order in session.scalars(select(PreOrder).where(*deposited).order_by(PreOrder.id)).all():
        square(session, listing, order, now, WHO)


def close_refunded(session: Session, now: datetime) -> int:
    """Move stopped listings whose every refund has gone out to refunded; how many those were."""
    of_listing = select(Refund.id).join(PreOrder, PreOrder.id == Refund.pre_order_id)
    of_listing = of_listing.where(PreOrder.listing_id == Listing.id)
    done = exists(of_listing), ~exists(of_listing.where(Refund.state.in_(OWED)))
    listings = session.scalars(select(Listing.id).where(Listing.state == ListingState.STOPPED, *done)).all()
    for listing_id in listings:
        listing = lock_listing(session, listing_id)
        if listing.state is ListingState.STOPPED:
            move(session, listing, ListingState.REFUNDED, now, WHO, "every deposit went back")
    return len(listings)
