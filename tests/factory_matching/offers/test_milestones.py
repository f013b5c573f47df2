import pytest
from sqlalchemy import select

from factory_matching.offers.milestones import get_order, next_report, reach_milestone, report_milestone
from models.errors import Conflict, InvalidInput, NotFound
from models.listing import Listing, ListingState
from models.order import OfferState, ProductionOrderState
from models.state import StateChange
from tests.builders import (
    NOW,
    make_allocation,
    make_confirmed_demand,
    make_factory,
    make_listing,
    make_offer,
    make_production_order,
)

P = ProductionOrderState


@pytest.fixture
def orders(session):
    """Two orders of one demand, whose listing is in production."""
    demand = make_confirmed_demand(session, make_listing(session, state=ListingState.IN_PRODUCTION))
    found = []
    for number in (1, 2):
        allocation = make_allocation(session, demand, make_factory(session), round=number, units=50)
        offer = make_offer(session, allocation, f"token {number}", state=OfferState.ACCEPTED)
        found.append(make_production_order(session, offer))
    return found


def report(session, order, to):
    report_milestone(session, order, to, NOW, "factory", "said so")


def ship(session, order):
    report(session, order, P.SAMPLED)
    reach_milestone(session, order, P.APPROVED, NOW, "merchandiser", "as the brief says")
    report(session, order, P.IN_PRODUCTION)
    report(session, order, P.SHIPPED)


def test_a_factory_reports_and_a_merchandiser_approves(session, orders):
    order = orders[0]
    assert next_report(order) is P.SAMPLED
    report(session, order, P.SAMPLED)
    report(session, order, P.SAMPLED)
    assert (order.state, next_report(order)) == (P.SAMPLED, None)
    with pytest.raises(Conflict):
        report(session, order, P.IN_PRODUCTION)
    with pytest.raises(InvalidInput):
        report(session, order, P.APPROVED)
    reach_milestone(session, order, P.APPROVED, NOW, "merchandiser", "as the brief says")
    assert next_report(order) is P.IN_PRODUCTION
    moved = session.scalars(select(StateChange).where(StateChange.noun == "production_orders")).all()
    said = [(one.to_state, one.who) for one in moved if one.row_id == order.id and one.from_state]
    assert said == [("sampled", "factory"), ("approved", "merchandiser")]


def test_the_listing_ships_with_its_last_order(session, orders):
    listing = session.scalars(select(Listing)).one()
    ship(session, orders[0])
    assert listing.state is ListingState.IN_PRODUCTION
    ship(session, orders[1])
    assert listing.state is ListingState.SHIPPING


def test_a_factory_sees_its_own_orders_only(session, orders):
    one, other = orders
    assert get_order(session, one.code, one.factory_id) is one
    assert get_order(session, one.code) is one
    with pytest.raises(NotFound):
        get_order(session, one.code, other.factory_id)
