"""The builders write rows that both databases accept."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.state import StateChange
from tests import builders


def test_every_noun_of_the_path_can_be_built(session: Session) -> None:
    builders.make_signal(session)
    listing = builders.make_listing(session)
    builders.make_pre_order(session, listing)
    builders.make_brief(session)
    builders.make_message(session)
    assert session.scalar(select(func.count()).select_from(StateChange)) >= 8


def test_two_rows_of_a_kind_do_not_collide(session: Session) -> None:
    assert builders.make_listing(session).slug != builders.make_listing(session).slug


def test_a_column_can_be_overridden(session: Session) -> None:
    assert builders.make_batch(session, slug="mine").slug == "mine"
