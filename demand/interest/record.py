"""Acts of visitors into the ledger, once each, with the commitments that some of them are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demand.interest.act import Act, Answer, Outcome, Recorded
from demand.interest.ledger import append_many, append_one
from demand.interest.lock import lock_listing
from demand.interest.roll_up import tell_news
from demand.payments.ledger import has_money
from demand.payments.square import square
from models.batch import Batch, Rung
from models.errors import InvalidInput, NotFound
from models.interest import InterestEvent, PreOrder, PreOrderState
from models.listing import OPEN_STATES, Listing, ListingState, ListingVariant
from models.money import round_payable
from models.payment import RefundReason
from models.state import begin, move

_CHUNK = 500  # ids in one IN list
_COMMITTING = (Rung.PRE_ORDER, Rung.DEPOSIT)
LIVE_STATES = (PreOrderState.PLACED, PreOrderState.DEPOSITED)
"""States of a pre-order that pools with the others: neither cancelled nor settled nor released."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the acts of one group are checked against."""

    states: dict[int, ListingState]
    variants: frozenset[tuple[int, str, str]]

    def refusal(self, act: Act) -> str:
        """Why the act cannot be taken; empty when it can."""
        state = self.states.get(act.listing_id)
        if state is None:
            return f"no listing {act.listing_id}"
        if state not in OPEN_STATES:
            return f"the listing is {state} and takes no more acts"
        if act.rung in _COMMITTING and state is not ListingState.RESERVABLE:
            return f"the listing is {state} and takes no pre-orders yet"
        if act.colour and act.size and (act.listing_id, act.colour, act.size) not in self.variants:
            return f"the listing has no variant {act.colour[:40]} / {act.size[:20]}"
        return ""


def record(session: Session, acts: Sequence[Act], deposit_share: Decimal = Decimal(0)) -> Recorded:
    """Append each act once, whatever the browser repeats; refused acts leave nothing behind.

    A pre-order also becomes a PreOrder at the price step that the pooled quantity reaches with it; its deposit is
    `deposit_share` (0-1) of its value. In a simulated batch a deposit moves the visitor's placed pre-orders of the
    listing to deposited; elsewhere only a payment does (`demand.payments`), and the act is refused.
    """
    if not 0 <= deposit_share <= 1:
        raise InvalidInput(f"deposit share {deposit_share} is outside 0-1")
    shelf = _load_shelf(session, acts)
    answers: dict[int, Answer] = {}
    plain: list[int] = []
    for index, act in enumerate(acts):
        if shelf.refusal(act):
            answers[index] = _answer_refused(session, act, shelf.refusal(act))
        elif act.rung in _COMMITTING:
            answers[index] = _record_commitment(session, act, deposit_share)
        else:
            plain.append(index)
    new = append_many(session, [acts[index] for index in plain])
    for index in plain:
        event_id = acts[index].event_id
        answers[index] = Answer(event_id, Outcome.NEW if event_id in new else Outcome.REPEATED)
        new.discard(event_id)
    tell_news(session, [act for index, act in enumerate(acts) if answers[index].outcome is Outcome.NEW])
    return Recorded(tuple(answers[index] for index in range(len(acts))))


def _load_shelf(session: Session, acts: Iterable[Act]) -> _Shelf:
    listing_ids = sorted({act.listing_id for act in acts})
    with_variant = sorted({act.listing_id for act in acts if act.colour and act.size})
    states: dict[int, ListingState] = {}
    variants: set[tuple[int, str, str]] = set()
    table = ListingVariant
    for start in range(0, len(listing_ids), _CHUNK):
        chunk = listing_ids[start : start + _CHUNK]
        for listing_id, state in session.execute(select(Listing.id, Listing.state).where(Listing.id.in_(chunk))):
            states[listing_id] = state
    for start in range(0, len(with_variant), _CHUNK):
        chunk = with_variant[start : start + _CHUNK]
        query = select(table.listing_id, table.colour, table.size).where(table.listing_id.in_(chunk))
        variants.update((row.listing_id, row.colour, row.size) for row in session.execute(query))
    return _Shelf(states, frozenset(variants))


def _answer_refused(session: Session, act: Act, reason: str) -> Answer:
    """An act that was taken earlier stays taken, whatever the listing has become since."""
    known = session.scalar(select(InterestEvent.event_id).where(InterestEvent.event_id == act.event_id))
    return Answer(act.event_id, Outcome.REPEATED) if known else Answer(act.event_id, Outcome.REFUSED, reason)


def _record_commitment(session: Session, act: Act, deposit_share: Decimal) -> Answer:
    listing = lock_listing(session, act.listing_id)
    if listing.state is not ListingState.RESERVABLE:  # it may have closed since the shelf was looked at
        return _answer_refused(session, act, f"the listing is {listing.state} and takes no more acts")
    if act.rung is Rung.DEPOSIT and not session.get_one(Batch, listing.batch_id).simulated:
        return _answer_refused(session, act, "a deposit is paid on the page of the pre-order; an act does not pay it")
    awaiting = _find_awaiting_deposit(session, act) if act.rung is Rung.DEPOSIT else ()
    if act.rung is Rung.DEPOSIT and not awaiting:
        return _answer_refused(session, act, "the visitor has no pre-order here that awaits a deposit")
    if not append_one(session, act):
        return Answer(act.event_id, Outcome.REPEATED)
    if act.rung is Rung.PRE_ORDER:
        _place(session, listing, act, deposit_share)
    for order in awaiting:
        move(session, order, PreOrderState.DEPOSITED, act.received_at, "buyer", "deposit paid")
    return Answer(act.event_id, Outcome.NEW)


def _find_awaiting_deposit(session: Session, act: Act) -> Sequence[PreOrder]:
    query = select(PreOrder).where(
        PreOrder.listing_id == act.listing_id,
        PreOrder.visitor == act.visitor,
        PreOrder.state == PreOrderState.PLACED,
    )
    if act.colour and act.size:
        query = query.where(PreOrder.colour == act.colour, PreOrder.size == act.size)
    return session.scalars(query.order_by(PreOrder.id)).all()


def count_pooled(session: Session, listing_id: int) -> int:
    """Units of the listing's live pre-orders: what decides the step of the price ladder."""
    live = PreOrder.listing_id == listing_id, PreOrder.state.in_(LIVE_STATES)
    return session.scalar(select(func.coalesce(func.sum(PreOrder.quantity), 0)).where(*live)) or 0


def _place(session: Session, listing: Listing, act: Act, deposit_share: Decimal) -> None:
    quantity = act.quantity or 0
    unit_price = listing.ladder.unit_price(count_pooled(session, listing.id) + quantity)
    order = PreOrder(
        event_id=act.event_id,
        listing_id=act.listing_id,
        visitor=act.visitor,
        segment=act.segment,
        colour=act.colour,
        size=act.size,
        quantity=quantity,
        unit_price=unit_price,
        deposit=round_payable(unit_price * quantity * deposit_share, listing.currency),
        currency=listing.currency,
        placed_at=act.received_at,
        state=PreOrderState.PLACED,
    )
    session.add(order)
    begin(session, order, act.received_at, "buyer", "pre-ordered")


def cancel_pre_order(session: Session, event_id: str, visitor: str, now: datetime, why: str = "cancelled") -> PreOrder:
    """Withdraw a visitor's own pre-order before it is settled; NotFound for another's, Conflict when too late.

    A paid deposit is promised back. Cancelling twice changes nothing.
    """
    query = select(PreOrder).where(PreOrder.event_id == event_id, PreOrder.visitor == visitor)
    order = session.scalars(query).one_or_none()
    if order is None:
        raise NotFound("pre-order", event_id)
    listing = lock_listing(session, order.listing_id)
    session.refresh(order)
    if order.state is not PreOrderState.CANCELLED:
        move(session, order, PreOrderState.CANCELLED, now, "buyer", why)
        if has_money(session, order.id):
            square(session, listing, order, now, "buyer", RefundReason.CANCELLED)
    return order
