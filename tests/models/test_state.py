from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.errors import Conflict
from models.factory import Factory, FactoryStanding
from models.state import StateChange, begin, move

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def standing_factory(session):
    factory = Factory(
        code="F-1", name="One", region="Zhejiang", language="zh", daily_capacity=100, lead_days=7, quality=0.97,
        on_time=0.9,
    )  # fmt: skip
    factory.state = FactoryStanding.ACTIVE
    session.add(factory)
    begin(session, factory, NOW, "import", "first seen")
    return factory


def test_every_move_is_one_row_with_who_and_why(session):
    factory = standing_factory(session)
    move(session, factory, FactoryStanding.SUSPENDED, NOW, "ann", "three late shipments")
    session.flush()
    rows = session.scalars(select(StateChange).where(StateChange.noun == "factories").order_by(StateChange.id)).all()
    assert [(row.from_state, row.to_state, row.who) for row in rows] == [
        (None, "active", "import"),
        ("active", "suspended", "ann"),
    ]
    assert rows[1].at == NOW


def test_a_move_that_the_class_does_not_permit_is_refused_and_leaves_no_trace(session):
    factory = standing_factory(session)
    move(session, factory, FactoryStanding.SUSPENDED, NOW, "ann", "late")
    with pytest.raises(Conflict, match="is suspended and cannot become suspended"):
        move(session, factory, FactoryStanding.SUSPENDED, NOW, "ann", "late again")
    session.flush()
    assert len(session.scalars(select(StateChange)).all()) == 2
