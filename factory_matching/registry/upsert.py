"""Write factories by their natural key: new ones added, differing ones changed, equal ones left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from factory_matching.registry.records import FACTORY_COLUMNS, CapabilityRecord, FactoryRecord
from models.factory import Capability, Factory, FactoryStanding
from models.state import begin_all, move

_PLAIN = (*(column for column in FACTORY_COLUMNS if column != "code"), "webhook_url", "webhook_secret")
_IMPORTER = "import"


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many factories were new, changed, and found as they were."""

    added: int
    changed: int
    unchanged: int

    @property
    def total(self) -> int:
        """Factories that now stand as the file says."""
        return self.added + self.changed + self.unchanged

    def __add__(self, other: "Upserted") -> "Upserted":
        return Upserted(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


def upsert(session: Session, records: Sequence[FactoryRecord], now: datetime, why: str) -> Upserted:
    """Bring factories and their capabilities to what the records say; codes differ within `records`.

    A standing that the records leave open starts ACTIVE and is kept later: an import does not lift a suspension.
    """
    known = _find_known(session, [record.code for record in records])
    new = [record for record in records if record.code not in known]
    _add(session, new, now, why)
    old = [record for record in records if record.code in known]
    stored = _find_capabilities(session, [known[record.code].id for record in old])
    changed = sum(_change(session, known[r.code], stored.get(known[r.code].id, {}), r, now, why) for r in old)
    return Upserted(len(new), changed, len(old) - changed)


def _find_known(session: Session, codes: Sequence[str]) -> dict[str, Factory]:
    return {factory.code: factory for factory in session.scalars(select(Factory).where(Factory.code.in_(codes)))}


def _find_capabilities(session: Session, factory_ids: Sequence[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """Factory id -> category -> stored values."""
    columns = (Capability.factory_id, Capability.category, Capability.materials, Capability.techniques)
    rows = session.execute(
        select(*columns, Capability.moq, Capability.price_ladder).where(Capability.factory_id.in_(factory_ids))
    )
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for factory_id, category, materials, techniques, moq, ladder in rows:
        values = {"materials": materials, "techniques": techniques, "moq": moq, "price_ladder": ladder}
        found.setdefault(factory_id, {})[category] = values
    return found


def _values(capability: CapabilityRecord) -> dict[str, Any]:
    return {
        "materials": list(capability.materials),
        "techniques": list(capability.techniques),
        "moq": capability.ladder.moq,
        "price_ladder": capability.ladder.to_json(),
    }


def _add(session: Session, records: Sequence[FactoryRecord], now: datetime, why: str) -> None:
    if not records:
        return
    standing = {record.code: record.standing or FactoryStanding.ACTIVE for record in records}
    rows = [{"code": r.code, "state": standing[r.code], **_plain_of(r)} for r in records]
    session.execute(insert(Factory), rows)
    found = session.execute(select(Factory.code, Factory.id).where(Factory.code.in_(list(standing))))
    ids = {row.code: row.id for row in found}
    session.execute(
        insert(Capability),
        [{"factory_id": ids[r.code], "category": c.category, **_values(c)} for r in records for c in r.capabilities],
    )
    begin_all(session, Factory, [(ids[code], state) for code, state in standing.items()], now, _IMPORTER, why)


def _plain_of(record: FactoryRecord) -> dict[str, Any]:
    return {column: getattr(record, column) for column in _PLAIN}


def _change(
    session: Session,
    factory: Factory,
    stored: Mapping[str, dict[str, Any]],
    record: FactoryRecord,
    now: datetime,
    why: str,
) -> bool:
    """Bring one known factory to its record; returns whether anything differed."""
    differing = {column: value for column, value in _plain_of(record).items() if getattr(factory, column) != value}
    for column, value in differing.items():
        setattr(factory, column, value)
    changed = bool(differing)
    if record.standing is not None and record.standing is not factory.state:
        move(session, factory, record.standing, now, _IMPORTER, why)
        changed = True
    return _change_capabilities(session, factory.id, stored, record) or changed


def _change_capabilities(
    session: Session, factory_id: int, stored: Mapping[str, dict[str, Any]], record: FactoryRecord
) -> bool:
    wanted = {capability.category: _values(capability) for capability in record.capabilities}
    gone = [category for category in stored if category not in wanted]
    new = [category for category in wanted if category not in stored]
    differing = [category for category in wanted if category in stored and stored[category] != wanted[category]]
    if gone:
        session.execute(delete(Capability).where(Capability.factory_id == factory_id, Capability.category.in_(gone)))
    if new:
        session.execute(insert(Capability), [{"factory_id": factory_id, "category": c, **wanted[c]} for c in new])
    for category in differing:
        where = (Capability.factory_id == factory_id, Capability.category == category)
        session.execute(update(Capability).where(*where).values(**wanted[category]))
    return bool(gone or new or differing)
