"""The register read from the tables, a column at a time: what thousands of factories say alike is understood once."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from factory_matching.registry.register import (
    MATERIAL_BIT,
    TECHNIQUE_BIT,
    Ints,
    Register,
    category_place,
    commonest,
    market_mask,
    size_mask,
)
from models.attributes import Category
from models.bulk import without_collecting
from models.factory import FactoryStanding

_AT_ONCE = 100_000  # rows
_NEVER = np.iinfo(np.int64).max
_FACTORIES = """
SELECT id, state, daily_capacity, lead_days, quality, on_time, region, warehouse, CAST(markets AS TEXT), joined_on,
    lead_days_p90, small_order_units, small_order_days
FROM factories ORDER BY id
"""
_CAPABILITIES = """
SELECT factory_id, category, CAST(materials AS TEXT), CAST(techniques AS TEXT), CAST(sizes AS TEXT),
    CAST(price_ladder AS TEXT)
FROM capabilities
"""
_CERTIFICATES = "SELECT factory_id, kind, expires_on FROM factory_certificates"


class _Ladder(msgspec.Struct):
    breaks: list[tuple[int, str]]
    currency: str = "CNY"


class _Capabilities(NamedTuple):
    factory_id: Ints
    category: Ints
    materials: Ints
    techniques: Ints
    sizes: Ints
    currency: NDArray[np.str_]
    breaks: Ints  # (C,): steps of each
    quantity: Ints  # of all steps, one capability after the other
    cents: Ints


def read_register(session: Session) -> Register:
    """Every factory and capability as the tables have it; 600,000 factories take seconds, not a minute."""
    names = ("id", "state", "daily", "lead", "quality", "on_time", "region", "warehouse", "markets", "joined", "p90",
             "small_units", "small_days")  # fmt: skip
    chunks = [[list(column) for column in zip(*rows, strict=True)] for rows in _rows(session, _FACTORIES)]
    of = {name: list(chain.from_iterable(chunk[at] for chunk in chunks)) for at, name in enumerate(names)}
    ids, lead = np.array(of["id"], np.int64), np.array(of["lead"], np.int64)
    regions, warehouses = tuple(sorted(set(of["region"]))) or ("",), tuple(sorted(set(of["warehouse"]) - {None}))
    serves: list[list[str]] = _each(of["markets"], msgspec.json.decode)
    market_names = commonest(name for markets in serves for name in set(markets))
    p90 = np.array([days or 0 for days in of["p90"]], np.float64)
    capabilities = _read_capabilities(session)
    place = np.searchsorted(ids, capabilities.factory_id)
    order = np.lexsort((place, capabilities.category))
    quantities, cents = _ladders(capabilities, order)
    return Register(
        ids=ids,
        suspended=np.array([state == FactoryStanding.SUSPENDED.value for state in of["state"]], np.bool_),
        daily_capacity=np.array(of["daily"], np.int64),
        lead_days=lead,
        quality=np.array(of["quality"], np.float64),
        on_time=np.array(of["on_time"], np.float64),
        starts=np.searchsorted(capabilities.category[order], np.arange(len(Category) + 1)).astype(np.int64),
        factory=place[order],
        materials=capabilities.materials[order],
        techniques=capabilities.techniques[order],
        currency=capabilities.currency[order],
        quantities=quantities,
        cents=cents,
        sizes=capabilities.sizes[order],
        warned=np.array([state == FactoryStanding.WARNED.value for state in of["state"]], np.bool_),
        regions=regions,
        region=_places(of["region"], regions),
        warehouses=warehouses,
        warehouse=_places(of["warehouse"], warehouses),
        market_names=market_names,
        markets=_masks(of["markets"], lambda text: market_mask(msgspec.json.decode(text), market_names)),
        joined=np.array(_each(of["joined"], _ordinal), np.int64),
        late_days=np.where(p90 > 0, np.maximum(p90 - lead, 0.0), 0.0),
        small_units=np.array([units or 0 for units in of["small_units"]], np.int64),
        small_days=np.array([days or 0 for days in of["small_days"]], np.int64),
        certificates=_read_certificates(session, ids),
    )


def _rows(session: Session, query: str) -> Iterator[list[Any]]:
    """Rows as the driver gives them, many at once."""
    result = session.connection().exec_driver_sql(query)
    while rows := result.fetchmany(_AT_ONCE):
        yield list(rows)


def _each(values: list[Any], read: Callable[[Any], Any]) -> list[Any]:
    """Read each different value once."""
    known = {value: read(value) for value in set(values)}
    return [known[value] for value in values]


def _masks(texts: list[str], read: Callable[[str], int]) -> Ints:
    return np.array(_each(texts, read), np.int64)


def _places(values: list[Any], names: tuple[str, ...]) -> Ints:
    place: dict[Any, int] = {name: at for at, name in enumerate(names)}
    return np.array([place.get(value, -1) for value in values], np.int64)


def _ordinal(day: Any) -> int:
    """SQLite gives ISO text, PostgreSQL dates."""
    if day is None:
        return 0
    return (day if isinstance(day, date) else date.fromisoformat(day)).toordinal()


def _material_mask(text: str) -> int:
    return sum(MATERIAL_BIT[material] for material in msgspec.json.decode(text))


def _technique_mask(text: str) -> int:
    return sum(TECHNIQUE_BIT.get(technique, 0) for technique in msgspec.json.decode(text))


def _size_mask(text: str) -> int:
    return size_mask(msgspec.json.decode(text))


def _read_capabilities(session: Session) -> _Capabilities:
    category = {one.value: category_place(one) for one in Category}
    with without_collecting():
        parts = [_understand(rows, category) for rows in _rows(session, _CAPABILITIES)]
    if not parts:
        none = np.zeros(0, np.int64)
        return _Capabilities(none, none, none, none, none, np.zeros(0, "U3"), none, none, none)
    return _Capabilities(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _understand(rows: list[Any], category: dict[str, int]) -> _Capabilities:
    factory_id, names, materials, techniques, sizes, texts = map(list, zip(*rows, strict=True))
    ladders = msgspec.json.decode(f"[{','.join(texts)}]", type=list[_Ladder])
    steps = [step for ladder in ladders for step in ladder.breaks]
    # Through the decimal text, so that 0.29 is 29 cents.
    cents = np.rint(np.array([price for _, price in steps], np.float64) * 100).astype(np.int64)
    return _Capabilities(
        np.array(factory_id, np.int64),
        np.array([category[name] for name in names], np.int64),
        _masks(materials, _material_mask),
        _masks(techniques, _technique_mask),
        _masks(sizes, _size_mask),
        np.array([ladder.currency for ladder in ladders], "U3"),
        np.array([len(ladder.breaks) for ladder in ladders], np.int64),
        np.array([quantity for quantity, _ in steps], np.int64),
        cents,
    )


def _ladders(capabilities: _Capabilities, order: Ints) -> tuple[Ints, Ints]:
    """(C, breaks) quantities and cents in this order, padded with quantities that nobody reaches."""
    breaks = capabilities.breaks
    shape = (len(breaks), int(breaks.max(initial=1)))
    quantities, cents = np.full(shape, _NEVER, np.int64), np.zeros(shape, np.int64)
    row = np.repeat(np.arange(len(breaks)), breaks)
    step = np.arange(len(row)) - np.repeat(breaks.cumsum() - breaks, breaks)
    quantities[row, step], cents[row, step] = capabilities.quantity, capabilities.cents
    return quantities[order], cents[order]


def _read_certificates(session: Session, ids: Ints) -> dict[str, Ints]:
    rows = list(chain.from_iterable(_rows(session, _CERTIFICATES)))
    if not rows:
        return {}
    factory_id, kinds, days = map(list, zip(*rows, strict=True))
    place, until = np.searchsorted(ids, factory_id), np.array(_each(days, _ordinal), np.int64)
    held: dict[str, Ints] = {}
    for kind in commonest(kinds):
        own = np.array([one == kind for one in kinds])
        held[kind] = np.zeros(len(ids), np.int64)
        held[kind][place[own]] = until[own]
    return held
