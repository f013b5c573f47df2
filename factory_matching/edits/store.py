"""Queries on edits of factories."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.factory import Factory
from models.factory_edit import EditPart, EditState, FactoryEdit

_STEPS = 200  # edits of one part looked back at
MOST = 500


def find_declared(session: Session, factory_id: int, part: EditPart, key: str) -> FactoryEdit | None:
    """The edit of this part that waits for a check, if any; there is one at most."""
    query = select(FactoryEdit).where(FactoryEdit.factory_id == factory_id, FactoryEdit.state == EditState.DECLARED)
    return session.scalar(query.where(FactoryEdit.part == part, FactoryEdit.key == key))


def find_all_declared(session: Session, factory_id: int) -> Sequence[FactoryEdit]:
    """Every edit of a factory that waits for a check, oldest first."""
    query = select(FactoryEdit).where(FactoryEdit.factory_id == factory_id, FactoryEdit.state == EditState.DECLARED)
    return session.scalars(query.order_by(FactoryEdit.id)).all()


def count_waiting(session: Session) -> int:
    """How many edits of all factories wait for a check."""
    query = select(func.count()).select_from(FactoryEdit).where(FactoryEdit.state == EditState.DECLARED)
    return session.scalar(query) or 0


def find_counted(session: Session, factory_id: int, part: EditPart, key: str) -> Sequence[FactoryEdit]:
    """Edits of this part that count, newest first."""
    query = select(FactoryEdit).where(FactoryEdit.factory_id == factory_id, FactoryEdit.state == EditState.COUNTED)
    query = query.where(FactoryEdit.part == part, FactoryEdit.key == key).order_by(FactoryEdit.id.desc())
    return session.scalars(query.limit(_STEPS)).all()


def find_edits(session: Session, factory_id: int, limit: int = 50) -> Sequence[FactoryEdit]:
    """A factory's edits, newest first."""
    query = select(FactoryEdit).where(FactoryEdit.factory_id == factory_id).order_by(FactoryEdit.id.desc())
    return session.scalars(query.limit(limit)).all()


def find_waiting(session: Session) -> Sequence[tuple[FactoryEdit, Factory]]:
    """Every edit that waits for a check with its factory, oldest first."""
    query = select(FactoryEdit, Factory).join(Factory, Factory.id == FactoryEdit.factory_id)
    query = query.where(FactoryEdit.state == EditState.DECLARED).order_by(FactoryEdit.id).limit(MOST)
    return session.execute(query).tuples().all()


def get_edit(session: Session, edit_id: int, factory_id: int | None = None) -> FactoryEdit:
    """One edit, of one factory or of any; NotFound otherwise."""
    edit = session.get(FactoryEdit, edit_id)
    if edit is None or factory_id not in (None, edit.factory_id):
        raise NotFound("edit", edit_id)
    return edit
