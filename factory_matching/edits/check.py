"""A merchandiser's check of what a factory declared: it counts from now on, or it is refused with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from factory_matching.edits.calendar import check_days
from factory_matching.edits.record import check_part, read_part, write_part
from factory_matching.edits.rule import EditRule
from models.errors import Conflict, InvalidInput
from models.factory import Factory, Verification
from models.factory_edit import EditPart, EditState, FactoryEdit
from models.hold import hold
from models.state import begin, move


def accept_edit(session: Session, edit: FactoryEdit, now: datetime, who: str, why: str, rule: EditRule) -> None:
    """From now on it counts; accepting twice is accepting once.

    Conflict when it was refused or replaced, or when its fields have changed since; InvalidInput when what is declared
    can no longer stand (a day that has more booked since, a certificate that ran out).
    """
    factory = _held(session, edit)
    if edit.state is EditState.COUNTED:
        return
    today = now.date()
    after = edit.after
    if edit.part is EditPart.CALENDAR:
        after = {day: units for day, units in after.items() if day >= today.isoformat()}
    before = read_part(session, factory, edit.part, edit.key, after, today)
    for name in after:
        if before.get(name) not in (edit.before.get(name), after[name]):
            raise Conflict(f"{name} has been changed since; refuse this and ask the factory to say it again")
    if edit.part is EditPart.CALENDAR:
        check_days(session, factory, after, today, rule)
    else:
        if edit.part is EditPart.CERTIFICATE and str(after.get("expires_on", "9999")) < today.isoformat():
            raise InvalidInput(f"{edit.key} ran out on {after['expires_on']}")
        check_part(session, factory, edit.part, edit.key, {**before, **after})
    move(session, edit, EditState.COUNTED, now, who, why or "checked")
    edit.checked_by, edit.answer = who, why[:500] or None
    write_part(session, factory, edit.part, edit.key, after)
    session.flush()


def refuse_edit(session: Session, edit: FactoryEdit, now: datetime, who: str, why: str) -> None:
    """It does not count, and the factory reads why; refusing twice is refusing once. InvalidInput without a reason."""
    if not why.strip():
        raise InvalidInput("say why it is refused; the factory reads it")
    _held(session, edit)
    if edit.state is EditState.REFUSED:
        return
    move(session, edit, EditState.REFUSED, now, who, why)
    edit.checked_by, edit.answer = who, why[:500]
    session.flush()


def set_verification(session: Session, factory: Factory, to: Verification, now: datetime, who: str, why: str) -> None:
    """How far we trust a factory, with who says so and why, which is kept like an edit."""
    if not why.strip():
        raise InvalidInput("say what was checked")
    hold(session, Factory, factory.id)
    if factory.verification is to:
        return
    edit = FactoryEdit(
        factory_id=factory.id,
        part=EditPart.VERIFICATION,
        key="",
        before={"verification": factory.verification.value},
        after={"verification": to.value},
        who=who,
        at=now,
        checked_by=who,
        answer=why[:500],
        state=EditState.COUNTED,
    )
    session.add(edit)
    factory.verification = to
    begin(session, edit, now, who, why)


def _held(session: Session, edit: FactoryEdit) -> Factory:
    factory = hold(session, Factory, edit.factory_id)
    session.refresh(edit)
    assert factory is not None  # noqa: S101 - an edit's factory is a foreign key
    return factory
