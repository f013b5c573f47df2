from datetime import date

import pytest
from sqlalchemy import func, select, text, update

from models.db import transaction
from models.factory import Capability, Factory, FactoryCertificate, RegisterChange
from tests.builders import make_factory


def marks(session):
    return tuple(session.execute(select(func.count(), func.sum(RegisterChange.token))).one())


@pytest.fixture
def factory(session):
    """A factory that stands before the test begins."""
    with transaction() as other:
        return make_factory(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda session, factory: session.execute(update(Factory).values(lead_days=3)),
        lambda session, factory: session.execute(text("UPDATE capabilities SET moq = 20")),
        lambda session, factory: session.delete(session.scalars(select(Capability)).one()),
        lambda session, factory: session.add(
            FactoryCertificate(factory_id=factory.id, kind="BSCI", expires_on=date(2027, 1, 1))
        ),
        lambda session, factory: make_factory(session),
    ],
)
def test_every_change_of_the_register_is_marked(session, factory, change):
    with transaction() as other:
        before = marks(other)
        change(other, factory)
        other.flush()
        after = marks(other)
    assert after != before
    with transaction() as later:
        assert marks(later) == after


def test_a_change_that_is_taken_back_leaves_no_mark_that_a_later_one_could_repeat(session, factory):
    with transaction() as other:
        undone = other.begin_nested()
        other.execute(update(Factory).values(lead_days=3))
        seen = marks(other)
        undone.rollback()
        assert marks(other) != seen
        other.execute(update(Factory).values(lead_days=4))
        assert marks(other) != seen
