"""A factory's word on its own record: checked like a file, counted or kept waiting, with what stood there before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from factory_matching.edits.calendar import check_days
from factory_matching.edits.record import check_part, part_key, read_part, write_part
from factory_matching.edits.rule import EditRule, Values, split_change
from factory_matching.edits.store import find_counted, find_declared
from models.errors import Conflict, InvalidInput
from models.factory import Factory
from models.factory_edit import EditPart, EditState, FactoryEdit
from models.hold import hold
from models.state import begin, move

OWN_PARTS = tuple(part for part in EditPart if part is not EditPart.VERIFICATION)
"""What a factory may say of itself."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one saying: the edit that counts, the edit that waits for a check; both None for nothing new."""

    counted: FactoryEdit | None
    declared: FactoryEdit | None


def version_of(values: Values) -> str:
    """Names the state of a part, so that an edit can say which state it changes."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def submit_edit(
    session: Session,
    factory: Factory,
    part: EditPart,
    key: str,
    asked: Values,
    version: str,
    now: datetime,
    who: str,
    rule: EditRule,
) -> Submitted:
    """Take a factory's values for one part; `asked` empty gives a capability or certificate up.

    Fields that `asked` leaves out stay. InvalidInput when the import would refuse them, or a day has more booked;
    Conflict when the part is no longer in the state of `version`: nobody's edit is lost unseen.
    """
    if part not in OWN_PARTS:
        raise InvalidInput(f"a factory does not say its own {part}")
    hold(session, Factory, factory.id)
    key = part_key(part, key)
    before = read_part(session, factory, part, key, asked, now.date())
    if version != version_of(read_part(session, factory, part, key, {}, now.date())):
        raise Conflict("this was changed in the meantime; look at what stands there now and say it again")
    after = _checked(session, factory, part, key, before, asked, now, rule)
    split = split_change(part, before, after, _vouched(session, factory, part, key, before), rule)
    gives_up = bool(before) and not after
    waiting = find_declared(session, factory.id, part, key)
    touched = {*split.counted, *split.declared}
    if not touched and not gives_up:
        return Submitted(None, None)
    left: Mapping[str, Any] = {}
    if waiting is not None and (gives_up or split.declared or touched & set(waiting.after)):
        left = {} if gives_up else {name: value for name, value in waiting.after.items() if name not in touched}
        move(session, waiting, EditState.REPLACED, now, who, "the factory has said something else since")
    counted = declared = None
    if split.counted or gives_up:
        counted = _record(session, factory, part, key, before, split.counted, now, who, EditState.COUNTED)
        write_part(session, factory, part, key, split.counted)
    if later := {**left, **split.declared}:
        stands = {**before, **split.counted}
        declared = _record(session, factory, part, key, stands, later, now, who, EditState.DECLARED)
    session.flush()
    return Submitted(counted, declared)


def withdraw_edit(session: Session, factory: Factory, edit: FactoryEdit, now: datetime, who: str) -> None:
    """The factory takes back what waits; doing so twice is doing so once. Conflict once it was checked."""
    hold(session, Factory, factory.id)
    session.refresh(edit)
    if edit.state is not EditState.WITHDRAWN:
        move(session, edit, EditState.WITHDRAWN, now, who, "taken back by the factory")


def _checked(
    session: Session,
    factory: Factory,
    part: EditPart,
    key: str,
    before: Values,
    asked: Values,
    now: datetime,
    rule: EditRule,
) -> Values:
    if part is EditPart.CALENDAR:
        return check_days(session, factory, asked, now.date(), rule)
    if not asked:
        if part not in (EditPart.CAPABILITY, EditPart.CERTIFICATE):
            raise InvalidInput(f"nothing is said of {part}")
        return check_part(session, factory, part, key, {}) if before else {}
    return check_part(session, factory, part, key, {**before, **asked})


def _vouched(session: Session, factory: Factory, part: EditPart, key: str, before: Values) -> Values:
    """What stood before the factory began to change it by steps that nobody checked, back to the last check."""
    if part is EditPart.CALENDAR:
        return dict.fromkeys(before, factory.daily_capacity)
    vouched: dict[str, Any] = {}
    ended: set[str] = set()
    stands = dict(before)
    for edit in find_counted(session, factory.id, part, key):
        for name, value in edit.after.items():
            # An import in between vouches too: the steps before it no longer lead to what stands.
            if name in ended or edit.checked_by is not None or stands.get(name) != value:
                ended.add(name)
                continue
            vouched[name] = stands[name] = edit.before.get(name)
    if part is EditPart.SMALL_ORDERS and before.get("small_order_days") is None:
        vouched["small_order_days"] = factory.lead_days
    return vouched


def _record(
    session: Session,
    factory: Factory,
    part: EditPart,
    key: str,
    before: Values,
    after: Values,
    now: datetime,
    who: str,
    state: EditState,
) -> FactoryEdit:
    names = set(after) or set(before)
    edit = FactoryEdit(
        factory_id=factory.id,
        part=part,
        key=key,
        before={name: value for name, value in before.items() if name in names},
        after=dict(after),
        who=who,
        at=now,
        state=state,
    )
    session.add(edit)
    begin(session, edit, now, who, "counts at once" if state is EditState.COUNTED else "waits for a check")
    return edit
