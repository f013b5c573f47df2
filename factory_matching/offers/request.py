"""What is asked of factories for a demand that nobody could make, or for a design before it is listed."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session, selectinload

from factory_matching.offers.link import PortalLinks
from factory_matching.offers.near import find_near
from factory_matching.offers.propose import find_waiting
from factory_matching.offers.rfq import MOST_INVITED, Request, open_rfq
from factory_matching.registry.register import Register
from models.batch import Batch
from models.decision import ConfirmedDemand, ConfirmedDemandState
from models.design import Design
from models.errors import Conflict, NotFound
from models.quote import Rfq


def request_for_demand(
    session: Session,
    demand_id: int,
    register: Register,
    now: datetime,
    links: PortalLinks,
    who: str,
    days: float = 3,
    most: int = MOST_INVITED,
) -> Rfq:
    """Ask for quotes on what is open of a demand; Conflict when nothing of it waits for a maker."""
    demand = session.get(
        ConfirmedDemand, demand_id, options=[selectinload(ConfirmedDemand.lines)], with_for_update=True
    )
    if demand is None:
        raise NotFound("demand", demand_id)
    if demand.state not in (ConfirmedDemandState.UNSERVED, ConfirmedDemandState.OPEN):
        raise Conflict(f"demand {demand_id} is {demand.state}: nothing of it waits for a maker")
    question = find_waiting(session, [demand])[demand_id].question
    request = Request(
        spec=question.spec,
        units=question.units,
        due_on=question.due_on,
        answer_by=now + timedelta(days=days),
        currency=question.currency,
        demand_id=demand_id,
    )
    near = find_near(register, question.spec, question.units, question.currency, most, question.excluded)
    return open_rfq(session, request, near, now, links, who)


def request_for_design(
    session: Session,
    design_id: int,
    units: int,
    due_on: date,
    register: Register,
    now: datetime,
    links: PortalLinks,
    who: str,
    days: float = 3,
    most: int = MOST_INVITED,
) -> Rfq:
    """Ask what a design would cost, before anybody wants it."""
    design = session.get(Design, design_id)
    if design is None:
        raise NotFound("design", design_id)
    currency = session.get_one(Batch, design.batch_id).currency
    request = Request(design.garment, units, due_on, now + timedelta(days=days), currency, design_id=design_id)
    near = find_near(register, design.garment, units, currency, most)
    return open_rfq(session, request, near, now, links, who)
