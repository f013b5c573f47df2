"""What became of goods into the tables: each row once, corrected when it comes again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from demand.learning.sold import PRODUCTION, Refused, Sale, merge_days, read_sale
from models.decision import ConfirmedDemand
from models.errors import InvalidInput
from models.listing import Listing, ListingVariant
from models.order import ProductionOrder, ProductionOrderState
from models.sale import SaleKind, SaleRecord
from models.state import StateChange

_CHUNK = 400  # rows a statement: 12 parameters each, SQLite allows 32,766
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_FIELDS = ("listing_id", "order_id", "colour", "size", "segment", "kind", "reason", "happened_on", "units")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rows added, changed, and found as they were; those refused with the reason."""

    added: int
    changed: int
    unchanged: int
    refused: tuple[Refused, ...]


def import_sales(
    session: Session, rows: Iterable[tuple[str, Mapping[str, Any]]], source: str, now: datetime
) -> Recorded:
    """Check (where, row) pairs and write them under a source; the rest comes back refused, nothing is guessed.

    Rows without a reference are totals of a day: those of one call add up and replace what was there. InvalidInput for
    a source that is no short plain name, or is our own production's.
    """
    if not _SOURCE.fullmatch(source) or source == PRODUCTION:
        raise InvalidInput(
            f"source {source[:40]!r} is no name of 1-40 small letters, digits, dots, dashes, or is taken"
        )
    read: list[tuple[str, Sale]] = []
    refused: list[Refused] = []
    for where, row in rows:
        try:
            read.append((where, read_sale(row, now.date())))
        except InvalidInput as error:
            refused.append(Refused(where, str(error), row))
    shelf = _load_shelf(session, [sale for _, sale in read])
    placed = []
    for where, sale in read:
        try:
            placed.append((where, shelf.place(sale)))
        except InvalidInput as error:
            refused.append(Refused(where, str(error), _as_row(sale)))
    sales, quarrels = merge_days(placed)
    return replace(_upsert(session, sales, shelf, source, now), refused=(*refused, *quarrels))


def record_late(session: Session, now: datetime) -> Recorded:
    """A row for each production order that was shipped after its date, as its milestones say."""
    shipped = (
        select(ProductionOrder, StateChange.at)
        .join(StateChange, StateChange.row_id == ProductionOrder.id)
        .where(
            StateChange.noun == ProductionOrder.__tablename__,
            StateChange.to_state == ProductionOrderState.SHIPPED.value,
        )
        .order_by(ProductionOrder.id)
    )
    late = [
        Sale("", order.code, "", "", None, SaleKind.LATE, None, order.units, at.date(), order.code)
        for order, at in session.execute(shipped)
        if at.date() > order.due_on
    ]
    shelf = _load_shelf(session, late)
    return _upsert(session, [shelf.place(sale) for sale in late], shelf, PRODUCTION, now)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the rows of one call are checked against."""

    listings: Mapping[str, int]
    orders: Mapping[str, tuple[int, str]]
    """Code -> id and the slug of what it makes."""
    variants: frozenset[tuple[int, str, str]]

    def place(self, sale: Sale) -> Sale:
        """The sale with its listing filled in from its order; InvalidInput for what does not exist."""
        if sale.order and sale.order not in self.orders:
            raise InvalidInput(f"no production order {sale.order!r}")
        made = self.orders[sale.order][1] if sale.order else ""
        if sale.listing and made and sale.listing != made:
            raise InvalidInput(f"order {sale.order} makes {made}, not {sale.listing}")
        slug = sale.listing or made
        if slug not in self.listings:
            raise InvalidInput(f"no listing {slug!r}")
        if sale.colour and (self.listings[slug], sale.colour, sale.size) not in self.variants:
            raise InvalidInput(f"listing {slug} has no variant {sale.colour} / {sale.size}")
        return replace(sale, listing=slug)


def _load_shelf(session: Session, sales: Sequence[Sale]) -> _Shelf:
    orders: dict[str, tuple[int, str]] = {}
    for codes in _chunks(sorted({sale.order for sale in sales if sale.order})):
        made = (
            select(ProductionOrder.code, ProductionOrder.id, Listing.slug)
            .join(ConfirmedDemand, ConfirmedDemand.id == ProductionOrder.demand_id)
            .join(Listing, Listing.id == ConfirmedDemand.listing_id)
            .where(ProductionOrder.code.in_(codes))
        )
        orders |= {code: (order_id, slug) for code, order_id, slug in session.execute(made)}
    named = {sale.listing for sale in sales if sale.listing} | {slug for _, slug in orders.values()}
    listings: dict[str, int] = {}
    variants: set[tuple[int, str, str]] = set()
    table = ListingVariant
    for slugs in _chunks(sorted(named)):
        query = select(Listing.slug, Listing.id).where(Listing.slug.in_(slugs))
        listings |= {row.slug: row.id for row in session.execute(query)}
    for ids in _chunks(sorted(listings.values())):
        offered = select(table.listing_id, table.colour, table.size).where(table.listing_id.in_(ids))
        variants.update((row.listing_id, row.colour, row.size) for row in session.execute(offered))
    return _Shelf(listings, orders, frozenset(variants))


def _upsert(session: Session, sales: Sequence[Sale], shelf: _Shelf, source: str, now: datetime) -> Recorded:
    added = changed = unchanged = 0
    for chunk in _chunks([_columns(sale, shelf, source, now) for sale in sales]):
        keys = [row["key"] for row in chunk]
        there = select(SaleRecord.key, *(getattr(SaleRecord, name) for name in _FIELDS)).where(
            SaleRecord.source == source, SaleRecord.key.in_(keys)
        )
        known = {row.key: tuple(row)[1:] for row in session.execute(there)}
        fresh = [row for row in chunk if known.get(row["key"]) != tuple(row[name] for name in _FIELDS)]
        new = sum(row["key"] not in known for row in fresh)
        added, changed, unchanged = added + new, changed + len(fresh) - new, unchanged + len(chunk) - len(fresh)
        if fresh:
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            writing = insert(SaleRecord).values(fresh)
            again = {name: writing.excluded[name] for name in (*_FIELDS, "recorded_at")}
            session.execute(writing.on_conflict_do_update(index_elements=["source", "key"], set_=again))
    return Recorded(added, changed, unchanged, ())


def _columns(sale: Sale, shelf: _Shelf, source: str, now: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "key": sale.key,
        "listing_id": shelf.listings[sale.listing],
        "order_id": shelf.orders[sale.order][0] if sale.order else None,
        "colour": sale.colour or None,
        "size": sale.size or None,
        "segment": sale.segment,
        "kind": sale.kind,
        "reason": sale.reason,
        "happened_on": sale.on,
        "units": sale.units,
        "recorded_at": now,
    }


def _as_row(sale: Sale) -> dict[str, Any]:
    return {"listing": sale.listing, "order": sale.order, "kind": sale.kind.value, "units": sale.units, "on": sale.on}


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
