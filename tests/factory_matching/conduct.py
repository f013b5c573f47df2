"""Factories with a history, for tests of scores and standings."""

from datetime import timedelta

from factory_matching.scorecard.rule import ScoreRule
from factory_matching.scorecard.run import score_day
from factory_matching.scorecard.standing import GateRule
from factory_matching.scorecard.standings import StandingLinks
from models.order import OfferState, ProductionOrderState
from models.state import StateChange
from tests.builders import (
    NOW,
    make_allocation,
    make_batch,
    make_confirmed_demand,
    make_factory,
    make_listing,
    make_offer,
    make_production_order,
)

LINKS = StandingLinks("https://shop.example", "a secret of the tests")
RULE, GATES = ScoreRule(), GateRule()
DAY = timedelta(days=1)


def score(session, now=NOW, rule=RULE, gates=GATES, simulated=False):
    session.flush()
    done = score_day(session, now, rule, gates, LINKS, simulated)
    session.flush()
    session.expire_all()
    return done


def people_demand(session, simulated=False, units=100):
    """A confirmed demand of a batch of its own."""
    batch = make_batch(session, simulated=simulated)
    listing = make_listing(session, batch=batch)
    return make_confirmed_demand(session, listing, (("olive", "M", units),))


def make_order(session, factory, days_ago=20, late=False, demand=None, now=NOW, hours=6, counter_price=None, **changes):
    """An order that was shipped so many days before, in time or three days late; its offer was answered in hours."""
    demand = demand or people_demand(session)
    due = (now - days_ago * DAY).date() - (3 * DAY if late else timedelta())
    allocation = make_allocation(session, demand, factory, starts_on=due - 10 * DAY, ends_on=due)
    sent = now - (days_ago + 20) * DAY
    offer = make_offer(
        session,
        allocation,
        token=f"token {allocation.id}",
        sent_at=sent,
        expires_at=sent + 2 * DAY,
        answered_at=sent + timedelta(hours=hours),
        counter_price=counter_price,
    )
    offer.state = OfferState.ACCEPTED
    said = "countered" if counter_price else "accepted"
    _moved(session, "offers", offer.id, said, sent + timedelta(hours=hours))
    order = make_production_order(session, offer, due_on=due, placed_at=sent + DAY, **changes)
    order.state = ProductionOrderState.SHIPPED
    _moved(session, "production_orders", order.id, "shipped", now - days_ago * DAY)
    return order


def make_history(session, good=0, late=0, factory=None, now=NOW, days_ago=20):
    """A factory with orders in time and late ones."""
    factory = factory or make_factory(session)
    for number in range(good + late):
        make_order(session, factory, days_ago + number % 7, late=number >= good, now=now)
    return factory


def _moved(session, noun, row_id, to, at):
    session.add(StateChange(noun=noun, row_id=row_id, from_state="x", to_state=to, at=at, who="tests", why="built"))
    session.flush()
