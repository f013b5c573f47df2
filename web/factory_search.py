"""Factories for the console: found by words and marks, in an order, page after page by key rather than by number."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from models.attributes import Category
from models.errors import InvalidInput
from models.factory import Capability, Factory, FactoryStanding, Verification

ROWS = 50
"""Factories on a page."""


class Sort(StrEnum):
    """What the list goes by; numbers from the highest."""

    CODE = "code"
    NAME = "name"
    CAPACITY = "daily_capacity"
    QUALITY = "quality"


_DOWN = (Sort.CAPACITY, Sort.QUALITY)
_COLUMNS: Mapping[Sort, Any] = {sort: getattr(Factory, sort.value) for sort in Sort}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which factories; what is empty does not matter."""

    words: str = ""
    """Beginning of a code, or a part of a name."""
    category: Category | None = None
    region: str = ""
    standing: FactoryStanding | None = None
    verification: Verification | None = None
    sort: Sort = Sort.CODE
    after: str = ""
    """Where the page before ended, as `FoundPage.next` gave it."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Factories of one page, and the key of the next one; empty on the last."""

    factories: Sequence[Factory]
    next: str


def find_factories(session: Session, wanted: Wanted) -> FoundPage:
    """One page of those wanted; InvalidInput for a key that no page gave. One more row than shown tells of a next."""
    column, down = _COLUMNS[wanted.sort], wanted.sort in _DOWN
    query = _narrowed(select(Factory), wanted)
    if wanted.after:
        value, row_id = _read_key(wanted.after, wanted.sort)
        # The first condition is what an index can follow; the pair is the exact one.
        place = tuple_(column, Factory.id)
        here: Any = (value, row_id)
        query = query.where(and_(column <= value, place < here) if down else and_(column >= value, place > here))
    ordered = (column.desc(), Factory.id.desc()) if down else (column, Factory.id)
    found = session.scalars(query.order_by(*ordered).limit(ROWS + 1)).all()
    if len(found) <= ROWS:
        return FoundPage(found, "")
    last = found[ROWS - 1]
    return FoundPage(found[:ROWS], json.dumps([getattr(last, wanted.sort.value), last.id], ensure_ascii=False))


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if words := wanted.words.strip():
        query = query.where(
            or_(Factory.code.startswith(words, autoescape=True), Factory.name.contains(words, autoescape=True))
        )
    if wanted.region.strip():
        query = query.where(Factory.region == wanted.region.strip())
    if wanted.standing is not None:
        query = query.where(Factory.state == wanted.standing)
    if wanted.verification is not None:
        query = query.where(Factory.verification == wanted.verification)
    if wanted.category is not None:
        makes = exists().where(Capability.factory_id == Factory.id, Capability.category == wanted.category)
        query = query.where(makes)
    return query


def _read_key(text: str, sort: Sort) -> tuple[Any, int]:
    try:
        value, row_id = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(f"{text[:40]!r} is not where a page ended") from None
    kinds = (int, float) if sort in _DOWN else (str,)
    if type(value) not in kinds or type(row_id) is not int or abs(row_id) >= 2**63:
        raise InvalidInput(f"{text[:40]!r} is not where a page ended")
    return value, row_id
