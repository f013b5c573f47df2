"""Write factories by their natural key: new ones added, differing ones changed, equal ones left alone.

What stands is compared as JSON text, and new rows go past the types of columns: of 600,000 factories most are as they
were, and most of the others are new.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, delete, select, update
from sqlalchemy.orm import Session

from factory_matching.registry.cells import Steps
from factory_matching.registry.records import FACTORY_COLUMNS, MORE_COLUMNS, CapabilityRecord, FactoryRecord
from models.bulk import insert_rows
from models.factory import Capability, Factory, FactoryCertificate, FactoryStanding, Verification
from models.state import begin_all, move

_PLAIN = (*(column for column in FACTORY_COLUMNS if column != "code"), "webhook_url", "webhook_secret")
_LISTS = ("markets", "also_speaks", "contacts")
_UNKNOWN: Mapping[str, Any] = {
    **dict.fromkeys(MORE_COLUMNS), **dict.fromkeys(_LISTS, ()), "verification": Verification.DECLARED,
}  # fmt: skip
"""What a new factory has of what its file does not say."""
_CAPABILITY = ("materials", "techniques", "moq", "price_ladder", "sizes", "machines", "gauge")
_KEPT = slice(4, 7)  # of these, what a file may leave to what is known
_IMPORTER = "import"
_Stored = tuple[Any, ...]


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
    Optional columns that they leave open are kept too.
    """
    known = _find_known(session, [record.code for record in records])
    new = [record for record in records if record.code not in known]
    _add(session, new, now, why)
    old = {known[record.code]["id"]: record for record in records if record.code in known}
    if not old:
        return Upserted(len(new), 0, 0)
    changed = {known[r.code]["id"] for r in old.values() if _change(session, known[r.code], r, now, why)}
    changed |= _change_capabilities(session, old) | _change_certificates(session, old)
    return Upserted(len(new), len(changed), len(old) - len(changed))


def _find_known(session: Session, codes: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Code -> columns; lists as JSON text."""
    columns = [getattr(Factory, name) for name in ("id", "code", "state", *_PLAIN)]
    more = [
        cast(getattr(Factory, name), Text).label(name) if name in _LISTS else getattr(Factory, name)
        for name in MORE_COLUMNS
    ]
    rows = session.execute(select(*columns, *more).where(Factory.code.in_(codes)))
    return {row.code: dict(row._mapping) for row in rows}


def _add(session: Session, records: Sequence[FactoryRecord], now: datetime, why: str) -> None:
    standing = {record.code: record.standing or FactoryStanding.ACTIVE for record in records}
    rows = [
        (r.code, standing[r.code].value, *[getattr(r, c) for c in _PLAIN], *_raw_more({**_UNKNOWN, **r.more}))
        for r in records
    ]
    insert_rows(session, Factory, ("code", "state", *_PLAIN, *MORE_COLUMNS), rows)
    found = session.execute(select(Factory.code, Factory.id).where(Factory.code.in_(list(standing))))
    ids: dict[str, int] = dict(found.tuples().all())
    made = [(ids[record.code], c.category.value, _values(c)) for record in records for c in record.capabilities]
    _insert_capabilities(session, made)
    _insert_certificates(session, {ids[r.code]: r.certificates for r in records if r.certificates})
    begin_all(session, Factory, [(ids[code], state) for code, state in standing.items()], now, _IMPORTER, why)


def _raw_more(more: Mapping[str, Any]) -> list[Any]:
    return [_raw(more[column]) for column in MORE_COLUMNS]


def _raw(value: Any) -> Any:
    """As the driver takes it."""
    if isinstance(value, tuple):
        return _text(value) if not value or isinstance(value[0], str) else json.dumps(value)
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=20_000)
def _text(words: tuple[str, ...]) -> str:
    return json.dumps(words)


def _values(capability: CapabilityRecord) -> _Stored:
    """In the order of _CAPABILITY, lists and ladder as the JSON text that `PriceLadder.to_json` gives."""
    return (
        _text(capability.materials),
        _text(capability.techniques),
        capability.steps[0][0],
        _ladder_text(capability.steps, capability.currency),
        None if capability.sizes is None else _text(capability.sizes),
        None if capability.machines is None else _text(capability.machines),
        capability.gauge,
    )


def _ladder_text(steps: Steps, currency: str) -> str:
    breaks = ", ".join([f'[{quantity}, "{cents // 100}.{cents % 100:02d}"]' for quantity, cents in steps])
    return f'{{"currency": "{currency}", "breaks": [{breaks}]}}'


def _insert_capabilities(session: Session, made: Sequence[tuple[int, str, _Stored]]) -> None:
    rows = [
        (factory_id, category, *values[:4], values[4] or "[]", values[5] or "[]", values[6] or None)
        for factory_id, category, values in made
    ]
    insert_rows(session, Capability, ("factory_id", "category", *_CAPABILITY), rows)


def _insert_certificates(session: Session, held: Mapping[int, Mapping[str, tuple[date, str | None]]]) -> None:
    rows = [
        (factory_id, kind, until.isoformat(), number)
        for factory_id, kinds in held.items()
        for kind, (until, number) in kinds.items()
    ]
    insert_rows(session, FactoryCertificate, ("factory_id", "kind", "expires_on", "number"), rows)


def _change(session: Session, stored: Mapping[str, Any], record: FactoryRecord, now: datetime, why: str) -> bool:
    """Bring one known factory to its record; returns whether anything differed."""
    said = _PLAIN if record.webhook_url else _PLAIN[:-2]  # a file without a webhook leaves what is known
    differing = {column: getattr(record, column) for column in said if stored[column] != getattr(record, column)}
    for column, value in record.more.items():
        if stored[column] != (_raw(value) if column in _LISTS else value):
            differing[column] = list(value) if column in _LISTS else value
    if differing:
        session.execute(update(Factory).where(Factory.id == stored["id"]).values(**differing))
    if record.standing is None or record.standing is stored["state"]:
        return bool(differing)
    move(session, session.get_one(Factory, stored["id"]), record.standing, now, _IMPORTER, why)
    return True


def _change_capabilities(session: Session, records: Mapping[int, FactoryRecord]) -> set[int]:
    """Exchange the capabilities of factories that differ; returns their ids."""
    stored = _find_capabilities(session, list(records))
    wanted = {
        factory_id: {
            c.category.value: _over(stored[factory_id].get(c.category.value), _values(c)) for c in r.capabilities
        }
        for factory_id, r in records.items()
    }
    changed = {factory_id for factory_id in records if stored[factory_id] != wanted[factory_id]}
    if changed:
        session.execute(delete(Capability).where(Capability.factory_id.in_(changed)))
        made = [(f, category, values) for f in sorted(changed) for category, values in wanted[f].items()]
        _insert_capabilities(session, made)
    return changed


def _over(stored: _Stored | None, values: _Stored) -> _Stored:
    """The values, with what they leave open taken from what stands."""
    before = ("[]", "[]", None) if stored is None else stored[_KEPT]
    kept = [old if new is None else new or None for old, new in zip(before, values[_KEPT], strict=True)]
    return (*values[:4], *kept)


def _find_capabilities(session: Session, factory_ids: Sequence[int]) -> dict[int, dict[str, _Stored]]:
    """Factory id -> category -> values in the order of _CAPABILITY."""
    texts = ("materials", "techniques", "price_ladder", "sizes", "machines")
    columns = [cast(getattr(Capability, c), Text) if c in texts else getattr(Capability, c) for c in _CAPABILITY]
    rows = session.execute(
        select(Capability.factory_id, cast(Capability.category, Text), *columns).where(
            Capability.factory_id.in_(factory_ids)
        )
    )
    found: dict[int, dict[str, _Stored]] = defaultdict(dict)
    for factory_id, category, *values in rows:
        found[factory_id][category] = tuple(values)
    return found


def _change_certificates(session: Session, records: Mapping[int, FactoryRecord]) -> set[int]:
    """Exchange the certificates of factories whose record names others; returns their ids."""
    said = {factory_id: r.certificates for factory_id, r in records.items() if r.certificates is not None}
    if not said:
        return set()
    query = select(FactoryCertificate).where(FactoryCertificate.factory_id.in_(said))
    stored: dict[int, dict[str, tuple[date, str | None]]] = defaultdict(dict)
    for one in session.scalars(query):
        stored[one.factory_id][one.kind] = one.expires_on, one.number
    changed = {factory_id for factory_id, kinds in said.items() if dict(kinds) != stored[factory_id]}
    if changed:
        session.execute(delete(FactoryCertificate).where(FactoryCertificate.factory_id.in_(changed)))
        _insert_certificates(session, {factory_id: said[factory_id] for factory_id in sorted(changed)})
    return changed
