"""Clean counting in the database: one pass over a listing's acts gives unique people per rung, raw and clean.

Everything is grouped by the database; what comes back are a few dozen rows, however many events there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from demand.clean import DEFAULT_RULE, CleanRule, Flag, checks
from demand.counts import LADDER, Judged, ListingCounts, RungCount, Units
from models.batch import Rung
from models.interest import AgentKind, InterestEvent, PreOrder, PreOrderState, Segment

STANDING = or_(
    PreOrder.state.in_((PreOrderState.DEPOSITED, PreOrderState.SETTLED)),
    and_(PreOrder.state == PreOrderState.PLACED, PreOrder.deposit == 0),
)
"""A pre-order stands when its deposit is paid, or none was asked."""

_E = InterestEvent
_MINUTE, _DAY = 16, 10  # characters of 'YYYY-MM-DD HH:MM' that both databases write for a moment


def count_interest(
    session: Session,
    listing_id: int,
    until: datetime,
    burn_in_viewers: int = 0,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
) -> ListingCounts:
    """Counts of one listing over the acts received up to `until`; raw and clean.

    Judged are the clean viewers in the order of their first view, without the first `burn_in_viewers`. `suppliers` are
    pseudonyms (at most 30,000) of visitors known to be suppliers.
    """
    visitors = _people(_visitors(listing_id, until), listing_id, until, clean_rule, suppliers)
    buyers = _people(_buyers(listing_id), listing_id, until, clean_rule, suppliers)
    grouped = session.execute(_by_group(visitors, burn_in_viewers)).all()
    commitments = session.execute(_commitments(buyers, listing_id, until)).all()
    return ListingCounts(
        segments=_segments(grouped),
        flagged=_flagged(grouped),
        judged=_judged(grouped, burn_in_viewers),
        raw_units=sum(line.quantity * line.wishes for line in commitments),
        commitments=_units(line for line in commitments if line.clean),
        inquiries=_inquiries(grouped),
    )


def find_flagged_buyers(
    session: Session,
    listing_id: int,
    until: datetime,
    clean_rule: CleanRule = DEFAULT_RULE,
    suppliers: Collection[str] = (),
) -> dict[str, Flag]:
    """Buyers who pre-ordered the listing and are not counted, each with the reason."""
    people = _people(_buyers(listing_id), listing_id, until, clean_rule, suppliers)
    found = session.execute(select(people.c.visitor, people.c.flag).where(people.c.flag.is_not(None)))
    return {visitor: Flag(flag) for visitor, flag in found}


def _visitors(listing_id: int, until: datetime) -> Select[Any]:
    return select(_E.visitor).where(_E.listing_id == listing_id, _E.received_at <= until)


def _buyers(listing_id: int) -> Select[Any]:
    return select(PreOrder.visitor).where(PreOrder.listing_id == listing_id)


def _traces(visitors: Select[Any], listing_id: int, until: datetime, suppliers: Collection[str]) -> CTE:
    """One row for each of these visitors: what they did on the listing, and the measures of `Trace` over all of them.

    No joins: without fresh statistics PostgreSQL loops over them, 300 visitors took minutes.
    """
    moment = cast(_E.occurred_at, String)
    in_minute = func.count().over(partition_by=(_E.visitor, func.substr(moment, 1, _MINUTE)))
    acts = (
        select(*_E.__table__.c, func.substr(moment, 1, _DAY).label("day"), in_minute.label("in_minute"))
        .where(_E.visitor.in_(visitors), _E.received_at <= until)
        .subquery("acts")
    )
    on = {rung: and_(acts.c.listing_id == listing_id, acts.c.rung == rung) for rung in LADDER}
    is_supplier = acts.c.visitor.in_(list(suppliers)) if suppliers else false()
    return (
        select(
            acts.c.visitor,
            func.min(case((acts.c.listing_id == listing_id, acts.c.segment))).label("segment"),
            *(_count_if(on[rung]).label(rung.value) for rung in LADDER),
            func.min(case((on[Rung.VIEW], acts.c.occurred_at))).label("first_view"),
            func.max(case((on[Rung.INQUIRY], acts.c.quantity))).label("asked"),
            _count_if(is_supplier).label("supplier_acts"),
            _count_if(acts.c.agent == AgentKind.DECLARED_BOT).label("declared_bot_acts"),
            _count_if(acts.c.agent == AgentKind.UNKNOWN).label("unknown_agent_acts"),
            func.max(acts.c.in_minute).label("peak_per_minute"),
            (func.count(acts.c.listing_id.distinct()) // func.count(acts.c.day.distinct())).label("listings_per_day"),
        )
        .group_by(acts.c.visitor)
        .cte("traces")
    )


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _people(
    visitors: Select[Any], listing_id: int, until: datetime, rule: CleanRule, suppliers: Collection[str]
) -> CTE:
    """These visitors with the flag that `demand.clean` gives them (null for clean) and their highest rung."""
    traces = _traces(visitors, listing_id, until, suppliers)
    converted = traces.c[Rung.INQUIRY.value] + traces.c[Rung.PRE_ORDER.value] + traces.c[Rung.DEPOSIT.value]
    measures: dict[str, ColumnElement[Any]] = {column.key: column for column in traces.c}
    measures["conversions_unseen"] = case((traces.c.first_view.is_(None), converted), else_=0)
    flag = case(*((measures[check.measure] > check.limit, literal(check.flag.value)) for check in checks(rule)))
    top = case(*((traces.c[rung.value] > 0, LADDER.index(rung)) for rung in reversed(LADDER)))
    return select(*traces.c, flag.label("flag"), top.label("top")).cte("people")


def _by_group(people: CTE, burn_in_viewers: int) -> Select[Any]:
    """Visitors by segment, flag, highest rung, whether they are judged, and the quantity of an open inquiry."""
    viewer = and_(people.c.flag.is_(None), people.c.first_view.is_not(None))
    turn = func.row_number().over(
        partition_by=case((viewer, 1), else_=0), order_by=(people.c.first_view, people.c.visitor)
    )
    judged = case((and_(viewer, turn > burn_in_viewers), 1), else_=0)
    inquires = and_(people.c.flag.is_(None), people.c.top == LADDER.index(Rung.INQUIRY))
    ranked = select(
        *people.c, judged.label("judged"), case((inquires, people.c.asked)).label("open_inquiry")
    ).subquery()
    key = ranked.c.segment, ranked.c.flag, ranked.c.top, ranked.c.judged, ranked.c.open_inquiry
    acts = (func.sum(ranked.c[rung.value]).label(f"{rung.value}_acts") for rung in LADDER)
    visitors = (
        func.sum(case((ranked.c[rung.value] > 0, 1), else_=0)).label(f"{rung.value}_visitors") for rung in LADDER
    )
    return select(*key, func.count().label("visitors"), *acts, *visitors).group_by(*key).order_by(*key)


def _commitments(people: CTE, listing_id: int, until: datetime) -> Select[Any]:
    """Standing pre-orders by colour, size, quantity and whether their buyer is a clean person."""
    order = PreOrder
    flagged = select(people.c.visitor).where(people.c.flag.is_not(None))
    standing = (
        select(order.colour, order.size, order.quantity, case((order.visitor.in_(flagged), 0), else_=1).label("clean"))
        .where(order.listing_id == listing_id, order.placed_at <= until, STANDING)
        .subquery("standing")
    )
    return select(*standing.c, func.count().label("wishes")).group_by(*standing.c).order_by(*standing.c)


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


def _judged(grouped: Sequence[Row[Any]], burn_in: int) -> Judged:
    by_top = [0] * len(LADDER)
    for row in grouped:
        if row.judged:
            by_top[row.top] += row.visitors
    return Judged(burn_in, tuple(by_top))


def _inquiries(grouped: Sequence[Row[Any]]) -> tuple[Units, ...]:
    people: dict[int, int] = defaultdict(int)
    for row in grouped:
        if row.open_inquiry is not None:
            people[row.open_inquiry] += row.visitors
    return tuple(Units(None, None, quantity, people[quantity]) for quantity in sorted(people))


def _units(lines: Iterable[Row[Any]]) -> tuple[Units, ...]:
    return tuple(Units(line.colour, line.size, line.quantity, line.wishes) for line in lines)
