"""The parts of a factory's record as plain values: read from the rows, checked like a file, written back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_matching.edits.calendar import read_stated
from factory_matching.edits.rule import Values
from factory_matching.offers.slots import state_capacity
from factory_matching.registry.cells import NOTHING
from factory_matching.registry.records import HEAD_COLUMNS, MORE_COLUMNS, FactoryRecord, Refused, read_factory_row
from models.attributes import Category
from models.errors import InvalidInput
from models.factory import Capability, Factory, FactoryCertificate
from models.factory_edit import EditPart
from models.money import PriceLadder

PLAIN_FIELDS: Mapping[EditPart, tuple[str, ...]] = {
    EditPart.CONTACTS: ("contacts",),
    EditPart.LANGUAGES: ("language", "also_speaks"),
    EditPart.CAPACITY: ("daily_capacity", "lead_days", "lead_days_p90"),
    EditPart.SMALL_ORDERS: ("small_order_units", "small_order_days"),
}
"""Parts that are columns of the factory."""
_CAPABILITY_FIELDS = ("materials", "techniques", "sizes", "machines", "gauge")
FIELDS: Mapping[EditPart, tuple[str, ...]] = {
    **PLAIN_FIELDS,
    EditPart.CAPABILITY: (*_CAPABILITY_FIELDS, "prices"),
    EditPart.CERTIFICATE: ("expires_on", "number"),
}
HORIZON = 400
"""Days ahead of which stated days are read."""


def part_key(part: EditPart, key: str) -> str:
    """The key as the record has it: kinds of certificates stand in capitals."""
    return key.strip().upper() if part is EditPart.CERTIFICATE else key.strip()


def read_part(session: Session, factory: Factory, part: EditPart, key: str, asked: Values, today: date) -> Values:
    """What stands, field by field; empty where the capability or certificate does not exist."""
    if part in PLAIN_FIELDS:
        return {name: getattr(factory, name) for name in PLAIN_FIELDS[part]}
    if part is EditPart.CALENDAR:
        return read_stated(session, factory.id, today, asked, HORIZON)
    if part is EditPart.CERTIFICATE:
        certificate = session.get(FactoryCertificate, (factory.id, key))
        return {} if certificate is None else _certificate_values(certificate)
    capability = _find_capability(session, factory.id, key)
    return {} if capability is None else capability_values(capability)


def check_part(session: Session, factory: Factory, part: EditPart, key: str, wanted: Values) -> Values:
    """The values as an import of the whole factory would read them; InvalidInput with the import's reason otherwise."""
    known = FIELDS[part]
    if unknown := sorted(set(wanted) - set(known)):
        raise InvalidInput(f"{part} has no field {unknown[0][:40]!r}; it has {', '.join(known)}")
    row = _file_row(session, factory)
    if part in PLAIN_FIELDS:
        row |= {name: _cell(name, value) for name, value in wanted.items()}
    elif part is EditPart.CERTIFICATE:
        row["certificates"] = [one for one in row["certificates"] if one[0] != key]
        row["certificates"] += [_certificate_cell(key, wanted)] if wanted else []
    else:
        row["capabilities"] = [one for one in row["capabilities"] if one["category"] != key]
        row["capabilities"] += [_capability_row(key, wanted)] if wanted else []
    record = read_factory_row(row, str(part))
    if isinstance(record, Refused):
        raise InvalidInput(record.reason)
    return _part_of(record, part, key)


def write_part(session: Session, factory: Factory, part: EditPart, key: str, values: Values) -> None:
    """Set these fields; no fields at all ends a capability or certificate."""
    if part in PLAIN_FIELDS:
        for name, value in values.items():
            setattr(factory, name, value)
    elif part is EditPart.CALENDAR:
        for day, units in values.items():
            state_capacity(session, factory, date.fromisoformat(day), units)
    elif part is EditPart.CERTIFICATE:
        _write_certificate(session, factory.id, key, values)
    else:
        _write_capability(session, factory.id, key, values)
    session.flush()


def find_capabilities(session: Session, factory_id: int) -> list[Capability]:
    """What a factory makes, by category."""
    query = select(Capability).where(Capability.factory_id == factory_id).order_by(Capability.category)
    return list(session.scalars(query))


def find_certificates(session: Session, factory_id: int) -> list[FactoryCertificate]:
    """A factory's certificates, by kind."""
    query = select(FactoryCertificate).where(FactoryCertificate.factory_id == factory_id)
    return list(session.scalars(query.order_by(FactoryCertificate.kind)))


def capability_values(capability: Capability) -> dict[str, Any]:
    """One capability as edits know it; `prices` as in `PriceLadder.to_json`."""
    return {
        **{name: getattr(capability, name) for name in _CAPABILITY_FIELDS},
        "materials": sorted(capability.materials),
        "techniques": sorted(capability.techniques),
        "prices": capability.price_ladder,
    }


def _certificate_values(certificate: FactoryCertificate) -> dict[str, Any]:
    return {"expires_on": certificate.expires_on.isoformat(), "number": certificate.number}


def _find_capability(session: Session, factory_id: int, category: str) -> Capability | None:
    if category not in list(Category):
        return None
    query = select(Capability).where(Capability.factory_id == factory_id, Capability.category == category)
    return session.scalar(query)


def _file_row(session: Session, factory: Factory) -> dict[str, Any]:
    """The factory as a file would hold it."""
    return {
        **{name: _cell(name, getattr(factory, name)) for name in HEAD_COLUMNS},
        "certificates": [
            _certificate_cell(one.kind, _certificate_values(one)) for one in find_certificates(session, factory.id)
        ],
        "capabilities": [
            _capability_row(one.category.value, capability_values(one))
            for one in find_capabilities(session, factory.id)
        ],
    }


def _cell(name: str, value: Any) -> Any:
    """A value as a file's cell; InvalidInput for contacts that are none."""
    if value is None:
        return NOTHING if name in MORE_COLUMNS else ""
    if name != "contacts":
        return value
    if not isinstance(value, list) or not all(
        isinstance(one, Mapping) and set(one) == {"kind", "value"} for one in value
    ):
        raise InvalidInput("contacts is not a list of a kind and a value each")
    return [[one["kind"], one["value"]] for one in value]


def _certificate_cell(kind: str, values: Values) -> list[str]:
    return [kind, str(values.get("expires_on") or ""), str(values.get("number") or "")]


def _capability_row(category: str, values: Values) -> dict[str, Any]:
    """A capability in the names and forms of a file."""
    row = {name: NOTHING if value in (None, []) else value for name, value in values.items()}
    if isinstance(ladder := values.get("prices"), Mapping):
        row |= {"prices": ladder.get("breaks") or "", "currency": ladder.get("currency")}
    return {**row, "category": category}


def _part_of(record: FactoryRecord, part: EditPart, key: str) -> dict[str, Any]:
    """The part of a checked record in plain JSON."""
    if part in PLAIN_FIELDS:
        return {name: _field(record, name) for name in PLAIN_FIELDS[part]}
    if part is EditPart.CERTIFICATE:
        held = (record.certificates or {}).get(key)
        return {} if held is None else {"expires_on": held[0].isoformat(), "number": held[1]}
    able = next((one for one in record.capabilities if one.category == key), None)
    if able is None:
        return {}
    lists = {name: list(getattr(able, name) or ()) for name in ("materials", "techniques", "sizes", "machines")}
    prices = [[quantity, f"{cents // 100}.{cents % 100:02d}"] for quantity, cents in able.steps]
    return {**lists, "gauge": able.gauge or None, "prices": {"currency": able.currency, "breaks": prices}}


def _field(record: FactoryRecord, name: str) -> Any:
    if name not in MORE_COLUMNS:
        return getattr(record, name)
    value = record.more.get(name, () if name in ("contacts", "also_speaks") else None)
    return list(value) if isinstance(value, tuple) else value


def _write_certificate(session: Session, factory_id: int, kind: str, values: Values) -> None:
    certificate = session.get(FactoryCertificate, (factory_id, kind))
    if not values:
        if certificate is not None:
            session.delete(certificate)
        return
    if certificate is None:
        certificate = FactoryCertificate(factory_id=factory_id, kind=kind, number=None)
        session.add(certificate)
    if "expires_on" in values:
        certificate.expires_on = date.fromisoformat(values["expires_on"])
    if "number" in values:
        certificate.number = values["number"]


def _write_capability(session: Session, factory_id: int, category: str, values: Values) -> None:
    capability = _find_capability(session, factory_id, category)
    if not values:
        if capability is not None:
            session.delete(capability)
        return
    if capability is None:
        capability = Capability(factory_id=factory_id, category=category, gauge=None)
        capability.materials, capability.techniques, capability.sizes, capability.machines = [], [], [], []
        session.add(capability)
    for name, value in values.items():
        if name == "prices":
            capability.price_ladder, capability.moq = value, PriceLadder.from_json(value).moq
        else:
            setattr(capability, name, value)
