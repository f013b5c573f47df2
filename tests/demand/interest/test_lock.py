import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from demand.decision.judge import judge_listing
from demand.interest.record import cancel_pre_order, record
from demand.settlement.settle import settle
from models.batch import DemandRule, Rung
from models.db import connect, transaction
from models.errors import Conflict
from models.interest import PreOrder, PreOrderState
from tests.builders import NOW, make_listing
from tests.demand.decision.test_judge import LATER
from tests.demand.shelf import make_act, make_visits

RULE = DemandRule(target_rate=0.05, alpha=0.05, burn_in_viewers=0, min_units=30)


@pytest.mark.parametrize("late", ["pre-order", "cancellation"])
def test_what_comes_while_a_listing_settles_waits_and_finds_it_committed(database_url, late):
    engine = connect(database_url)
    with transaction() as session:
        listing_id = make_listing(session).id
        visits = make_visits(listing_id, 60, converted=20)
        record(session, visits)
    first = next(act.event_id for act in visits if act.rung is Rung.PRE_ORDER)
    said = []

    def come_late():
        with Session(engine) as session, session.begin():
            if late == "pre-order":
                said.extend(record(session, [make_act(listing_id, "late", Rung.PRE_ORDER)]).refused)
            else:
                try:
                    cancel_pre_order(session, first, "p40", NOW)
                except Conflict as error:
                    said.append(error)

    with transaction() as session:
        demand = settle(session, judge_listing(session, listing_id, LATER, RULE), LATER)
        session.flush()
        thread = threading.Thread(target=come_late)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for the lock
    thread.join(30)
    assert len(said) == 1
    with transaction() as session:
        orders = session.scalars(select(PreOrder)).all()
        assert {order.state for order in orders} == {PreOrderState.SETTLED}
        assert sum(order.quantity for order in orders) == demand.units
    engine.dispose()
