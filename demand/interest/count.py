"""Clean counting in the database: one pass over the acts of many listings gives unique people per rung, raw and clean.

Everything is grouped by the database; what comes back are a few dozen rows a listing, however many events there are.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    extract,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from demand.interest.clean import DEFAULT_RULE, CleanRule, Flag
from demand.interest.counts import LADDER, Judged, ListingCounts, RungCount, Units
from demand.interest.people import buyers_of, flagged_people, rows_of, visitors_of
from models.demand_rule import Rung
from models.interest import PreOrder, PreOrderState, Segment
from models.state import StateChange

STANDING = or_(
    PreOrder.state.in_((PreOrderState.DEPOSITED, PreOrderState.SETTLED)),
    and_(PreOrder.state == PreOrderState.PLACED, PreOrder.deposit == 0),
)
"""A pre-order stands when its deposit is paid, or none was asked."""

_CHUNK = 5000  # listings a statement
_HOUR = 3600
_Wish = tuple[str | None, str | None, int, Segment, int]
"""Colour, size, quantity, segment, hour."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Which clean viewers are judged: not the first ones, and those who first came from `since` up to `matured`.

    None leaves that side open. With a segment only its viewers are judged; the first ones are everybody's.
    """

    burn_in_viewers: int = 0
    since: datetime | None = None
    matured: datetime | None = None
    segment: Segment | None = None


EVERYBODY = Judging()


@dataclass(frozen=True, slots=True)
class Counted:
    """One listing's counts, and the first visit that is next to be judged without anybody doing anything."""

    counts: ListingCounts
    next_view: datetime | None


def count_interest(
    session: Session,
    listing_id: int,
    until: datetime,
    burn_in_viewers: int = 0,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
    judging: Judging | None = None,
) -> ListingCounts:
    """Counts of one listing over the acts received up to `until`; raw and clean.

    Judged are the clean viewers in the order of their first view, without the first `burn_in_viewers`, or as `judging`
    says. `suppliers` are pseudonyms (at most 30,000) of visitors known to be suppliers.
    """
    how = judging or Judging(burn_in_viewers)
    return count_listings(session, [listing_id], until, how, clean_rule, suppliers)[listing_id].counts


def count_listings(
    session: Session,
    listing_ids: Sequence[int],
    until: datetime,
    judging: Judging = EVERYBODY,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
) -> dict[int, Counted]:
    """The same for many listings at once, by listing; also for those that nobody saw."""
    counted: dict[int, Counted] = {}
    for start in range(0, len(listing_ids), _CHUNK):
        counted.update(_count(session, listing_ids[start : start + _CHUNK], until, judging, clean_rule, suppliers))
    return counted


def _count(
    session: Session,
    listing_ids: Sequence[int],
    until: datetime,
    judging: Judging,
    clean_rule: CleanRule,
    suppliers: Collection[str],
) -> dict[int, Counted]:
    these = rows_of(session, listing_ids)
    visitors = flagged_people(visitors_of(these, until), these, until, clean_rule, suppliers)
    buyers = flagged_people(buyers_of(these), these, until, clean_rule, suppliers)
    by_group, ordered = defaultdict(list), defaultdict(list)
    for row in session.execute(_by_group(visitors, judging)):
        by_group[row.listing_id].append(row)
    for row in session.execute(_commitments(buyers, these, until)):
        ordered[row.listing_id].append(row)
    return {
        listing_id: _counted(by_group[listing_id], ordered[listing_id], judging, until) for listing_id in listing_ids
    }


def _counted(grouped: Sequence[Row[Any]], ordered: Sequence[Row[Any]], judging: Judging, until: datetime) -> Counted:
    standing = [line for line in ordered if line.stands]
    clean = [line for line in ordered if line.clean]
    end = int(until.timestamp())
    counts = ListingCounts(
        segments=_segments(grouped),
        flagged=_flagged(grouped),
        judged=_judged(_of(grouped, judging.segment), judging.burn_in_viewers),
        judged_segments=_judged_segments(grouped, judging.burn_in_viewers),
        raw_units=sum(line.quantity * line.wishes for line in standing),
        commitments=_ordered(clean, True),
        inquiries=_inquiries(grouped, False),
        answered=_inquiries(grouped, True),
        cancelled=_ordered(clean, False),
        stood_seconds=sum((end * line.wishes if line.stands else int(line.ended)) - int(line.began) for line in clean),
    )
    waiting = [row.next_view for row in grouped if row.next_view is not None]
    return Counted(counts, min(waiting, default=None))


def find_flagged_buyers(
    session: Session,
    listing_id: int,
    until: datetime,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
) -> dict[str, Flag]:
    """Buyers who pre-ordered the listing and are not counted, each with the reason."""
    these = rows_of(session, [listing_id])
    people = flagged_people(buyers_of(these), these, until, clean_rule, suppliers)
    found = session.execute(select(people.c.visitor, people.c.flag).where(people.c.flag.is_not(None)))
    return {visitor: Flag(flag) for visitor, flag in found}


def _by_group(people: CTE, judging: Judging) -> Select[Any]:
    """Visitors by listing, segment, flag, highest rung, whether they are judged, and an inquiry's quantity and hour.

    Who pre-ordered first and asked afterwards has not inquired.
    `next_view` is the first visit of those who are judged later on, when they have had their time to convert.
    """
    viewer = and_(people.c.flag.is_(None), people.c.first_view.is_not(None))
    turn = func.row_number().over(
        partition_by=(people.c.listing_id, case((viewer, 1), else_=0)),
        order_by=(people.c.first_view, people.c.visitor),
    )
    counted = and_(viewer, turn > judging.burn_in_viewers)
    if judging.since is not None:
        counted = and_(counted, people.c.first_view >= judging.since)
    matured = true() if judging.matured is None else people.c.first_view <= judging.matured
    asked_first = or_(people.c.ordered_at.is_(None), people.c.ordered_at >= people.c.asked_at)
    inquires = and_(people.c.flag.is_(None), people.c.asked_at.is_not(None), asked_first)
    ranked = select(
        *people.c,
        case((and_(counted, matured), 1), else_=0).label("judged"),
        case((and_(counted, not_(matured)), people.c.first_view)).label("waiting"),
        case((inquires, people.c.asked)).label("inquired"),
        case((inquires, _hour(people.c.asked_at))).label("inquired_hour"),
    ).subquery()
    names = "listing_id", "segment", "flag", "top", "judged", "inquired", "inquired_hour"
    key = [ranked.c[name] for name in names]
    acts = (func.sum(ranked.c[rung.value]).label(f"{rung.value}_acts") for rung in LADDER)
    visitors = (
        func.sum(case((ranked.c[rung.value] > 0, 1), else_=0)).label(f"{rung.value}_visitors") for rung in LADDER
    )
    next_view = func.min(ranked.c.waiting).label("next_view")
    return select(*key, func.count().label("visitors"), next_view, *acts, *visitors).group_by(*key).order_by(*key)


def _commitments(people: CTE, these: Select[Any], until: datetime) -> Select[Any]:
    """Pre-orders that stand or were cancelled by listing, variant, quantity, segment, hour and a clean buyer or not.

    `began` and `ended` sum up when they were placed and cancelled, in seconds since 1970.
    """
    order = PreOrder
    flagged = select(people.c.listing_id, people.c.visitor).where(people.c.flag.is_not(None))
    cancelled_at = (
        select(func.max(StateChange.at))
        .where(
            StateChange.noun == PreOrder.__tablename__,
            StateChange.row_id == order.id,
            StateChange.to_state == PreOrderState.CANCELLED.value,
        )
        .scalar_subquery()
    )
    cancelled = order.state == PreOrderState.CANCELLED
    wished = (
        select(
            order.listing_id,
            order.colour,
            order.size,
            order.quantity,
            order.segment,
            _hour(order.placed_at).label("hour"),
            case((tuple_(order.listing_id, order.visitor).in_(flagged), 0), else_=1).label("clean"),
            case((cancelled, 0), else_=1).label("stands"),
            cast(extract("epoch", order.placed_at), BigInteger).label("began"),
            case((cancelled, cast(extract("epoch", func.coalesce(cancelled_at, order.placed_at)), BigInteger))).label(
                "ended"
            ),
        )
        .where(order.listing_id.in_(these), order.placed_at <= until, or_(cancelled, STANDING))
        .subquery("wished")
    )
    key = [
        wished.c[name] for name in ("listing_id", "colour", "size", "quantity", "segment", "hour", "clean", "stands")
    ]
    sums = (func.sum(wished.c[name]).label(name) for name in ("began", "ended"))
    return select(*key, func.count().label("wishes"), *sums).group_by(*key).order_by(*key)


def _segments(grouped: Sequence[Row[Any]]) -> dict[Segment, dict[Rung, RungCount]]:
    segments: dict[Segment, dict[Rung, RungCount]] = {}
    for row in grouped:
        rungs = segments.setdefault(Segment(row.segment), dict.fromkeys(LADDER, RungCount()))
        for rung in LADDER:
            acts, visitors = (int(getattr(row, f"{rung.value}_{figure}")) for figure in ("acts", "visitors"))
            rungs[rung] += RungCount(acts, visitors, visitors if row.flag is None else 0)
    return segments


def _flagged(grouped: Sequence[Row[Any]]) -> dict[Flag, int]:
    people: dict[Flag, int] = defaultdict(int)
    for row in grouped:
        if row.flag is not None:
            people[Flag(row.flag)] += row.visitors
    return {flag: people[flag] for flag in Flag if flag in people}


def _of(grouped: Sequence[Row[Any]], segment: Segment | None) -> Sequence[Row[Any]]:
    """The rows of one segment, or all."""
    return grouped if segment is None else [row for row in grouped if row.segment == segment]


def _judged(grouped: Sequence[Row[Any]], burn_in: int) -> Judged:
    by_top = [0] * len(LADDER)
    for row in grouped:
        if row.judged:
            by_top[row.top] += row.visitors
    return Judged(burn_in, tuple(by_top))


def _judged_segments(grouped: Sequence[Row[Any]], burn_in: int) -> dict[Segment, Judged]:
    """The same for each segment that was seen; the burn-in is counted over all of them together."""
    by_segment: dict[Segment, list[Row[Any]]] = defaultdict(list)
    for row in grouped:
        by_segment[Segment(row.segment)].append(row)
    return {segment: _judged(by_segment[segment], burn_in) for segment in Segment if segment in by_segment}


def _inquiries(grouped: Sequence[Row[Any]], answered: bool) -> tuple[Units, ...]:
    """Inquiries that became pre-orders, or those that are still open."""
    lines: Counter[_Wish] = Counter()
    for row in grouped:
        if row.inquired is not None and (row.top > LADDER.index(Rung.INQUIRY)) is answered:
            lines[None, None, row.inquired, Segment(row.segment), int(row.inquired_hour)] += row.visitors
    return _units(lines)


def _ordered(lines: Iterable[Row[Any]], standing: bool) -> tuple[Units, ...]:
    wishes: Counter[_Wish] = Counter()
    for line in lines:
        if bool(line.stands) is standing:
            wishes[line.colour, line.size, line.quantity, Segment(line.segment), int(line.hour)] += line.wishes
    return _units(wishes)


def _units(wishes: Mapping[_Wish, int]) -> tuple[Units, ...]:
    lines = (Units(*of[:3], count, *of[3:]) for of, count in wishes.items())
    return tuple(sorted(lines, key=lambda line: (*_names(line), line.quantity, line.segment, line.hour or 0)))


def _names(line: Units) -> tuple[str, str]:
    return line.colour or "", line.size or ""


def _hour(moment: SQLColumnExpression[datetime]) -> ColumnElement[int]:
    """Hours since 1970."""
    return cast(extract("epoch", moment), BigInteger) // _HOUR
