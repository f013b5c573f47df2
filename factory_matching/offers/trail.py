"""One audit trail of a demand: every match round, offer, round of talk, quote, request, order and move, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.factory import Factory
from models.order import Allocation, Offer, ProductionBrief, ProductionOrder
from models.quote import OfferRound, Quote, Rfq, RfqInvite
from models.state import StateChange


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a demand."""

    at: datetime
    kind: str
    """match, round, quote or state."""
    subject: str
    """What it happened to: demand 12, offer 31, PO-000012-1, request 4."""
    who: str
    what: str
    why: str
    factory: str = ""
    """Code, where one factory is meant."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Price, units and dates, as plain values."""


def find_trail(session: Session, demand_id: int) -> list[Step]:
    """Everything kept about one demand, oldest first."""
    offers = session.execute(
        select(Allocation, Offer, Factory.code)
        .join(Offer, Offer.allocation_id == Allocation.id)
        .join(Factory, Factory.id == Allocation.factory_id)
        .where(Allocation.demand_id == demand_id)
        .order_by(Allocation.id)
    ).all()
    orders = session.scalars(select(ProductionOrder).where(ProductionOrder.demand_id == demand_id)).all()
    rfqs = session.scalars(select(Rfq).where(Rfq.demand_id == demand_id)).all()
    makers = {offer.id: code for _, offer, code in offers}
    steps = [
        *_matches(offers, _offered_units(session, makers)),
        *_rounds(session, makers),
        *_quotes(session, makers, [rfq.id for rfq in rfqs]),
        *_moves(session, demand_id, makers, orders, [rfq.id for rfq in rfqs]),
    ]
    return sorted(steps, key=lambda step: (step.at, _cause_first(step)))


def _cause_first(step: Step) -> int:
    """Within one moment: what was said, what it did to its offer, then the demand open, the match, the next offer."""
    to = step.what.rsplit(" ", 1)[-1]
    match step.kind, step.subject.split()[0]:
        case "quote", _:
            return 0
        case "round", _:
            return 5 if step.facts["round"] == 1 else 1
        case "match", _:
            return 4
        case "state", "demand" | "request":
            return 3 if to in ("open", "unserved") else 7
        case "state", "offer" | "invitation":
            return 6 if to in ("sent", "invited") else 2
        case _:
            return 8


def _offered_units(session: Session, makers: dict[int, str]) -> dict[int, int]:
    """Offer id -> units as it was made: an allocation keeps only what was agreed."""
    first = select(OfferRound.offer_id, OfferRound.units).where(OfferRound.number == 1, OfferRound.offer_id.in_(makers))
    return dict(session.execute(first).tuples().all())


def _matches(offers: Any, units: dict[int, int]) -> Iterator[Step]:
    by_round: dict[int, list[Any]] = {}
    for row in offers:
        by_round.setdefault(row[0].round, []).append(row)
    for number, rows in by_round.items():
        reasons = rows[0][0].reasons
        facts = {name: reasons[name] for name in ("method", "cost", "bound", "gap") if name in reasons}
        chosen = ((code, units.get(offer.id, allocation.units)) for allocation, offer, code in rows)
        parts = ", ".join(f"{code} {offered} units" for code, offered in chosen)
        left_out = ", ".join(f"{count} {reason}" for reason, count in reasons.get("exclusions", {}).items())
        why = f"left out: {left_out}" if left_out else ""
        yield Step(rows[0][1].sent_at, "match", f"round {number}", "matching", f"chosen: {parts}", why, facts=facts)


def _rounds(session: Session, makers: dict[int, str]) -> Iterator[Step]:
    said = select(OfferRound).where(OfferRound.offer_id.in_(makers)).order_by(OfferRound.offer_id, OfferRound.number)
    for row in session.scalars(said):
        facts = {"price": str(row.unit_price), "units": row.units, "due": row.due_on.isoformat(), "round": row.number}
        if row.code is not None:
            facts["code"] = row.code.value
        what = f"{row.side} {row.kind}: {row.units} at {row.unit_price} by {row.due_on}"
        subject, factory = f"offer {row.offer_id}", makers[row.offer_id]
        yield Step(row.at, "round", subject, row.who, what, row.why, factory, facts)


def _quotes(session: Session, makers: dict[int, str], rfqs: list[int]) -> Iterator[Step]:
    query = select(Quote, Factory.code).join(Factory, Factory.id == Quote.factory_id)
    own = or_(Quote.rfq_id.in_(rfqs), Quote.offer_id.in_(makers))
    for quote, code in session.execute(query.where(own).order_by(Quote.id)).tuples():
        steps = "; ".join(f"{units} at {price} by {day}" for units, price, day in quote.steps)
        facts = {"quote": quote.id, "valid_until": quote.valid_until.isoformat(), "steps": quote.steps}
        subject = f"request {quote.rfq_id}" if quote.rfq_id else f"offer {quote.offer_id}"
        yield Step(quote.quoted_at, "quote", subject, "factory", f"quoted {steps}", quote.note, code, facts)


def _moves(session: Session, demand_id: int, makers: dict[int, str], orders: Any, rfqs: list[int]) -> Iterator[Step]:
    invites = {
        invite.id: code
        for invite, code in session.execute(
            select(RfqInvite, Factory.code)
            .join(Factory, Factory.id == RfqInvite.factory_id)
            .where(RfqInvite.rfq_id.in_(rfqs))
        ).tuples()
    }
    codes = {order.id: order for order in orders}
    query = select(StateChange).where(
        or_(
            (StateChange.noun == "confirmed_demands") & (StateChange.row_id == demand_id),
            (StateChange.noun == "offers") & StateChange.row_id.in_(makers),
            (StateChange.noun == "production_orders") & StateChange.row_id.in_(codes),
            (StateChange.noun == "rfqs") & StateChange.row_id.in_(rfqs),
            (StateChange.noun == "rfq_invites") & StateChange.row_id.in_(invites),
        )
    )
    for change in session.scalars(query.order_by(StateChange.id)):
        match change.noun:
            case "confirmed_demands":
                subject, factory = f"demand {change.row_id}", ""
            case "offers":
                subject, factory = f"offer {change.row_id}", makers[change.row_id]
            case "production_orders":
                subject, factory = codes[change.row_id].code, makers.get(codes[change.row_id].offer_id, "")
            case "rfqs":
                subject, factory = f"request {change.row_id}", ""
            case _:
                subject, factory = f"invitation {change.row_id}", invites[change.row_id]
        was = f"{change.from_state} -> " if change.from_state else ""
        yield Step(change.at, "state", subject, change.who, f"{was}{change.to_state}", change.why, factory)
    briefs = select(ProductionBrief).where(ProductionBrief.order_id.in_(codes))
    for brief in session.scalars(briefs):
        yield Step(brief.written_at, "state", codes[brief.order_id].code, "briefs", "brief written", "")
