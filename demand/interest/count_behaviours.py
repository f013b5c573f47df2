"""Buyers by segment and behaviour, counted in the database in one pass over the ledger; what comes back is aggregates.

Joins of visitors are avoided: their measures are stacked and grouped once more. Without fresh statistics PostgreSQL
loops over joined sub-queries.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    distinct,
    extract,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from demand.interest.behaviour import (
    DEFAULT_RULE,
    NEAR_BREAK,
    TOGETHER_DAYS,
    Behaviour,
    BehaviourRule,
    BuyerTrace,
    Condition,
    GroupBehaviours,
    conditions,
)
from demand.interest.clean import DEFAULT_RULE as CLEAN_RULE
from demand.interest.clean import CleanRule, checks
from models.batch import Rung
from models.design import Design, Mockup
from models.interest import AgentKind, InterestEvent, Segment
from models.listing import Listing, ListingPriceBreak
from models.trend import Trend

_E = InterestEvent
_DAY = 86_400
_MINUTE = 16  # characters of 'YYYY-MM-DD HH:MM' that both databases write for a moment
_KINDS = (
    "segment", "acts", "styles", "units", "similar_seen", "returns_near_break", "scene_categories", "scene_styles",
    "commit_days", "gaps", "gap_sum", "gap_squares", "supplier_acts", "declared_bot_acts", "unknown_agent_acts",
    "peak_per_minute", "listings_per_day",
)  # fmt: skip


def count_behaviours(
    session: Session,
    until: datetime,
    batch_id: int | None = None,
    rule: BehaviourRule = DEFAULT_RULE,
    clean_rule: CleanRule = CLEAN_RULE,
    suppliers: Collection[str] = (),
) -> Sequence[GroupBehaviours]:
    """Every segment's clean buyers over the acts received up to `until`, on all listings or on those of one batch.

    `suppliers` are pseudonyms (at most 30,000) of visitors known to be suppliers. These figures are for deciding; show
    only `GroupBehaviours.shown`.
    """
    people = _people(until, batch_id, rule, clean_rule, suppliers)
    known = people.c.acts >= rule.known_acts
    shows = {one: and_(known, *(_holds(people, part) for part in all_of)) for one, all_of in conditions(rule).items()}
    figures = {one.value: _count_if(condition) for one, condition in shows.items()}
    counted = select(
        people.c.segment,
        func.count().label("people"),
        _count_if(known).label("known"),
        _count_if(and_(known, *(~condition for condition in shows.values()))).label("neither"),
        *(figure.label(name) for name, figure in figures.items()),
    ).group_by(people.c.segment)
    rows = {Segment(row.segment): row for row in session.execute(counted)}
    return [
        GroupBehaviours(
            segment,
            row.people if (row := rows.get(segment)) else 0,
            row.known if row else 0,
            {behaviour: getattr(row, behaviour.value) if row else 0 for behaviour in Behaviour},
            row.neither if row else 0,
        )
        for segment in Segment
    ]


def find_traces(session: Session, visitors: Sequence[str], until: datetime) -> dict[str, BuyerTrace]:
    """Buyers' measures as the counting sees them, by pseudonym; for checking it, never for showing.

    Visitors who are not counted as people are left out.
    """
    people = _people(until, None, DEFAULT_RULE, CLEAN_RULE, ())
    names = tuple(BuyerTrace.__dataclass_fields__)
    found = select(people.c.visitor, *(people.c[name] for name in names)).where(people.c.visitor.in_(visitors))
    return {
        row.visitor: BuyerTrace(**{name: int(getattr(row, name)) for name in names}) for row in session.execute(found)
    }


def _holds(people: CTE, condition: Condition) -> ColumnElement[bool]:
    measure = people.c[condition.measure]
    if condition.most is None:
        return measure >= condition.least
    return measure.between(condition.least, condition.most)


def _people(
    until: datetime, batch_id: int | None, rule: BehaviourRule, clean_rule: CleanRule, suppliers: Collection[str]
) -> CTE:
    """One row for each clean visitor, with the measures of `BuyerTrace`."""
    acts = _acts(until, batch_id)
    styles = _styles(acts)
    parts = [
        _by_visitor(acts, suppliers), _by_style(styles), _by_category(styles), _by_scene(styles, rule), _gaps(acts),
    ]  # fmt: skip
    stacked = union_all(*parts).subquery("stacked")
    summed = (
        select(stacked.c.visitor, *(func.max(stacked.c[name]).label(name) for name in _KINDS))
        .group_by(stacked.c.visitor)
        .subquery("summed")
    )
    clean = [summed.c[check.measure] <= check.limit for check in checks(clean_rule) if check.measure in _KINDS]
    return select(summed.c.visitor, summed.c.segment, *_measures(summed.c)).where(*clean).cte("buyers")


def _measures(c: Any) -> list[ColumnElement[int]]:
    spread = 100 * (c.gaps * c.gap_squares - c.gap_sum * c.gap_sum)
    found: dict[str, ColumnElement[Any]] = {
        "acts": c.acts,
        "styles": c.styles,
        "units_per_style": _by(c.units, c.styles),
        "similar_seen": c.similar_seen,
        "looks_per_style": case((c.styles > 1, c.similar_seen // c.styles), else_=c.similar_seen),
        "returns_near_break": c.returns_near_break,
        "scene_categories": c.scene_categories,
        "scene_percent": _by(100 * c.scene_styles, c.styles),
        "commit_days": c.commit_days,
        "mean_gap_days": _by(c.gap_sum, c.gaps),
        "gap_spread": _by(spread, c.gap_sum * c.gap_sum),
    }
    default = BuyerTrace()
    return [
        func.coalesce(cast(column, BigInteger), getattr(default, name)).label(name) for name, column in found.items()
    ]


def _by(units: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[Any]:
    """Rounded down; null where there is nothing to divide by."""
    return case((number > 0, units // number))


def _acts(until: datetime, batch_id: int | None) -> CTE:
    """The acts, each with what was pooled before it and which time the visitor does this on the listing."""
    wished = case((_E.rung == Rung.PRE_ORDER, _E.quantity), else_=0)
    in_time = _E.occurred_at, _E.event_id
    pooled = func.sum(wished).over(partition_by=_E.listing_id, order_by=in_time, rows=(None, -1))
    committed = func.min(case((_E.rung == Rung.PRE_ORDER, _E.occurred_at)))
    query = select(
        _E.visitor,
        _E.listing_id,
        _E.segment,
        _E.rung,
        _E.agent,
        _E.quantity,
        _E.occurred_at,
        cast(extract("epoch", _E.occurred_at), BigInteger).label("second"),
        func.coalesce(cast(pooled, BigInteger), 0).label("pooled"),
        func.row_number().over(partition_by=(_E.visitor, _E.listing_id, _E.rung), order_by=in_time).label("turn"),
        committed.over(partition_by=(_E.visitor, _E.listing_id)).label("committed_at"),
        func.count()
        .over(partition_by=(_E.visitor, func.substr(cast(_E.occurred_at, String), 1, _MINUTE)))
        .label("pace"),
    ).where(_E.received_at <= until)
    if batch_id is not None:
        query = query.where(_E.listing_id.in_(select(Listing.id).where(Listing.batch_id == batch_id)))
    return query.cte("acts")


def _styles(acts: CTE) -> CTE:
    """One row for each visitor and listing, with the listing's category and scene."""
    next_break = (
        select(func.min(ListingPriceBreak.from_quantity))
        .where(ListingPriceBreak.listing_id == acts.c.listing_id, ListingPriceBreak.from_quantity > acts.c.pooled)
        .scalar_subquery()
    )
    came_back = and_(
        acts.c.rung == Rung.VIEW,
        acts.c.turn > 1,
        or_(acts.c.committed_at.is_(None), acts.c.occurred_at <= acts.c.committed_at),
    )
    near = case((came_back, case((NEAR_BREAK * (next_break - acts.c.pooled) <= next_break, 1), else_=0)), else_=0)
    marked = select(acts, near.label("near")).subquery("marked")
    wants = marked.c.rung.in_((Rung.INQUIRY, Rung.PRE_ORDER))
    by_listing = (
        select(
            marked.c.visitor,
            marked.c.listing_id,
            _count_if(marked.c.rung == Rung.VIEW).label("views"),
            func.sum(case((marked.c.rung == Rung.PRE_ORDER, marked.c.quantity))).label("ordered"),
            func.max(case((marked.c.rung == Rung.INQUIRY, marked.c.quantity))).label("asked"),
            func.min(case((wants, marked.c.second))).label("wanted_at"),
            func.sum(marked.c.near).label("near"),
        )
        .group_by(marked.c.visitor, marked.c.listing_id)
        .subquery("by_listing")
    )
    scene = func.coalesce(Trend.meaning[("occasion", 0)].as_string(), Trend.meaning[("style", 0)].as_string())
    return (
        select(by_listing, Design.spec["category"].as_string().label("category"), scene.label("scene"))
        .join(Listing, Listing.id == by_listing.c.listing_id)
        .join(Mockup, Mockup.id == Listing.mockup_id)
        .join(Design, Design.id == Mockup.design_id)
        .join(Trend, Trend.id == Design.trend_id)
        .cte("styles")
    )


def _by_visitor(acts: CTE, suppliers: Collection[str]) -> Select[Any]:
    days = func.count(distinct(acts.c.second // _DAY))
    return _part(
        acts.c.visitor,
        segment=func.min(acts.c.segment),
        acts=func.count(),
        commit_days=func.count(distinct(case((acts.c.rung == Rung.PRE_ORDER, acts.c.second // _DAY)))),
        supplier_acts=_count_if(acts.c.visitor.in_(list(suppliers)) if suppliers else false()),
        declared_bot_acts=_count_if(acts.c.agent == AgentKind.DECLARED_BOT),
        unknown_agent_acts=_count_if(acts.c.agent == AgentKind.UNKNOWN),
        peak_per_minute=func.max(acts.c.pace),
        listings_per_day=func.count(distinct(acts.c.listing_id)) // days,
    ).group_by(acts.c.visitor)


def _by_style(styles: CTE) -> Select[Any]:
    return _part(
        styles.c.visitor,
        styles=_count_if(styles.c.wanted_at.is_not(None)),
        units=func.sum(func.coalesce(styles.c.ordered, styles.c.asked, 0)),
        returns_near_break=func.sum(styles.c.near),
    ).group_by(styles.c.visitor)


def _by_category(styles: CTE) -> Select[Any]:
    seen = _count_if(styles.c.views > 0)
    return _part(styles.c.visitor, similar_seen=seen).group_by(styles.c.visitor, styles.c.category)


def _by_scene(styles: CTE, rule: BehaviourRule) -> Select[Any]:
    together = func.max(styles.c.wanted_at) - func.min(styles.c.wanted_at) <= TOGETHER_DAYS * _DAY
    categories = func.count(distinct(styles.c.category))
    return (
        _part(
            styles.c.visitor,
            scene_categories=case((together, categories), else_=0),
            scene_styles=case((and_(together, categories >= rule.scene_categories), func.count()), else_=0),
        )
        .where(styles.c.scene.is_not(None), styles.c.wanted_at.is_not(None))
        .group_by(styles.c.visitor, styles.c.scene)
    )


def _gaps(acts: CTE) -> Select[Any]:
    """Number, sum and sum of squares of the gaps between days with a pre-order."""
    day = (acts.c.second // _DAY).label("day")
    days = select(acts.c.visitor, day).where(acts.c.rung == Rung.PRE_ORDER).distinct().subquery("days")
    before = func.lag(days.c.day).over(partition_by=days.c.visitor, order_by=days.c.day)
    gaps = select(days.c.visitor, (days.c.day - before).label("gap")).subquery("gaps")
    return _part(
        gaps.c.visitor,
        gaps=func.count(gaps.c.gap),
        gap_sum=func.sum(gaps.c.gap),
        gap_squares=func.sum(gaps.c.gap * gaps.c.gap),
    ).group_by(gaps.c.visitor)


def _part(visitor: ColumnElement[str], **figures: ColumnElement[Any]) -> Select[Any]:
    """Some measures of visitors in the columns that all parts share; the others are null."""
    empty = {name: cast(null(), String() if name == "segment" else BigInteger()) for name in _KINDS}
    columns: dict[str, ColumnElement[Any]] = {**empty, **figures}
    typed = (cast(column, empty[name].type).label(name) for name, column in columns.items())
    return select(visitor.label("visitor"), *typed)


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, literal(1)), else_=literal(0)))
