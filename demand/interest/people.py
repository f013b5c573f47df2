"""People in the database: what each visitor did on some listings and everywhere, and the flag that follows from it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    cast,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from demand.interest.clean import CleanRule, checks
from demand.interest.counts import LADDER
from models.demand_rule import Rung
from models.interest import AgentKind, InterestEvent, PreOrder

_E = InterestEvent
_MINUTE, _DAY = 16, 10  # characters of 'YYYY-MM-DD HH:MM' that both databases write for a moment


def rows_of(session: Session, listing_ids: Sequence[int]) -> Select[Any]:
    """The listings as rows of one parameter: databases allow too few parameters for one each."""
    if session.get_bind().dialect.name == "sqlite":
        return select(func.json_each(json.dumps(list(listing_ids))).table_valued("value").c.value)
    return select(func.unnest(cast(list(listing_ids), postgresql.ARRAY(BigInteger))))


def visitors_of(these: Select[Any], until: datetime) -> Select[Any]:
    """Everybody who acted on these listings, received up to `until`."""
    return select(_E.visitor).where(_E.listing_id.in_(these), _E.received_at <= until)


def buyers_of(these: Select[Any]) -> Select[Any]:
    """Everybody who pre-ordered one of these listings."""
    return select(PreOrder.visitor).where(PreOrder.listing_id.in_(these))


def _acts(visitors: Select[Any], until: datetime) -> Subquery:
    """Every act of these visitors anywhere, with the number of acts in its minute, its listing's and its day's number.

    No joins: without fresh statistics PostgreSQL loops over them, 300 visitors took minutes.
    """
    moment = cast(_E.occurred_at, String)
    minute, day = func.substr(moment, 1, _MINUTE), func.substr(moment, 1, _DAY)
    return (
        select(
            *(_E.__table__.c[name] for name in ("visitor", "listing_id", "segment", "rung", "agent", "quantity")),
            _E.occurred_at,
            func.count().over(partition_by=(_E.visitor, minute)).label("in_minute"),
            func.dense_rank().over(partition_by=_E.visitor, order_by=_E.listing_id).label("listing_number"),
            func.dense_rank().over(partition_by=_E.visitor, order_by=day).label("day_number"),
        )
        .where(_E.visitor.in_(visitors), _E.received_at <= until)
        .subquery("acts")
    )


def _traces(visitors: Select[Any], until: datetime, suppliers: Collection[str]) -> Subquery:
    """One row for each of these visitors and each listing that they acted on, with the measures of `Trace`."""
    acts = _acts(visitors, until)
    on = {rung: acts.c.rung == rung for rung in LADDER}
    is_supplier = acts.c.visitor.in_(list(suppliers)) if suppliers else false()
    here = (
        select(
            acts.c.visitor,
            acts.c.listing_id,
            func.min(acts.c.segment).label("segment"),
            *(_count_if(on[rung]).label(rung.value) for rung in LADDER),
            func.min(case((on[Rung.VIEW], acts.c.occurred_at))).label("first_view"),
            func.max(case((on[Rung.INQUIRY], acts.c.quantity))).label("asked"),
            func.min(case((on[Rung.INQUIRY], acts.c.occurred_at))).label("asked_at"),
            func.min(case((on[Rung.PRE_ORDER], acts.c.occurred_at))).label("ordered_at"),
            _count_if(is_supplier).label("supplier_acts"),
            _count_if(acts.c.agent == AgentKind.DECLARED_BOT).label("declared_bot_acts"),
            _count_if(acts.c.agent == AgentKind.UNKNOWN).label("unknown_agent_acts"),
            func.max(acts.c.in_minute).label("in_minute"),
            func.max(acts.c.listing_number).label("listings"),
            func.max(acts.c.day_number).label("days"),
        )
        .group_by(acts.c.visitor, acts.c.listing_id)
        .subquery("here")
    )
    who = here.c.visitor
    kept = ("visitor", "listing_id", "segment", *(rung.value for rung in LADDER))
    kept += ("first_view", "asked", "asked_at", "ordered_at")
    return select(
        *(here.c[name] for name in kept),
        *(
            func.sum(here.c[name]).over(partition_by=who).label(name)
            for name in ("supplier_acts", "declared_bot_acts", "unknown_agent_acts")
        ),
        func.max(here.c.in_minute).over(partition_by=who).label("peak_per_minute"),
        (func.max(here.c.listings).over(partition_by=who) // func.max(here.c.days).over(partition_by=who)).label(
            "listings_per_day"
        ),
    ).subquery("traces")


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def flagged_people(
    visitors: Select[Any], these: Select[Any], until: datetime, rule: CleanRule, suppliers: Collection[str]
) -> CTE:
    """These visitors on these listings with the flag of `demand.interest.clean` (null for clean) and the highest rung.

    Buyers without any act on a listing are not among them: each pre-order is an act.
    """
    traces = _traces(visitors, until, suppliers)
    converted = traces.c[Rung.INQUIRY.value] + traces.c[Rung.PRE_ORDER.value] + traces.c[Rung.DEPOSIT.value]
    measures: dict[str, ColumnElement[Any]] = {column.key: column for column in traces.c}
    measures["conversions_unseen"] = case((traces.c.first_view.is_(None), converted), else_=0)
    flag = case(*((measures[check.measure] > check.limit, literal(check.flag.value)) for check in checks(rule)))
    top = case(*((traces.c[rung.value] > 0, LADDER.index(rung)) for rung in reversed(LADDER)))
    people = select(*traces.c, flag.label("flag"), top.label("top")).where(traces.c.listing_id.in_(these))
    return people.cte("people")
